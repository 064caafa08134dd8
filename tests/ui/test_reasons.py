"""Every "why not now" in English is English: all actions in all states for everybody, and every sentence there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

import onewindow
from onewindow.cases.queries import presenting
from onewindow.cases.rules.decide import offers
from onewindow.cases.rules.labels import LABELS, STATE_LABELS
from onewindow.cases.rules.state import STATES
from onewindow.catalog.changes import acting as changes
from onewindow.faces.workbench import deeds
from onewindow.supervision.rules import answering
from onewindow.ui import reasons
from tests.cases.bench import CAST, PAUSE, WELL, Bench, item
from tests.cases.test_rules_hearing import arranged, touched
from tests.cases.test_rules_onward import ASIDE, CANCEL, REVOKE, visiting, with_neighbours

HAN = re.compile(r"[、，。\u3400-\u9fff]")
ROOT = Path(onewindow.__file__).parent
SENTENCES = (
    "cases/rules",
    "supervision/rules/answering.py",
    "catalog/changes/acting.py",
    "reviews/rules",
    "custody",
)
REFUSALS = {
    "RuleBroken",
    "NotAllowed",
    "Invalid",
    "same_person",
    "invalid",
    "FieldError",
    "Stale",
    "NotFound",
}


def accepted() -> Bench:
    return Bench().act("clerk", "accept")


CASES: dict[str, Callable[[], Bench]] = {
    **{state: lambda state=state: Bench().to(state) for state in STATES},  # type: ignore[misc]
    "instant": lambda: Bench(item(kind="instant")).act("clerk", "accept"),
    "joint": lambda: Bench(kind="joint").act("clerk", "accept"),
    "pause proposed": lambda: accepted().act("examiner", "pause", **PAUSE),
    "return proposed": lambda: Bench().act("clerk", "return", reason="r"),
    "forwarded": lambda: accepted().act("clerk", "forward", to="市局", reason="r"),
    "extended": lambda: accepted().act("head", "extend", days=2, reason="r"),
    "overdue": lambda: accepted().move("2027-01-05"),
    "touches others": touched,
    "hearing arranged": arranged,
    "check arranged": visiting,
    "steps aside": lambda: (
        accepted().act("examiner", "review", **WELL).act("approver", "step-aside", **ASIDE)
    ),
    "stepped aside": lambda: (
        accepted()
        .act("examiner", "step-aside", **ASIDE)
        .act("head", "decide-recusal", granted=True, reason="r")
    ),
    "recusal asked for": lambda: (
        accepted()
        .act("examiner", "review", **WELL)
        .act("applicant", "request-recusal", seat="examiner", reason="r")
    ),
    "revocation proposed": lambda: Bench().to("delivered").act("examiner", "revoke-licence", **REVOKE),
    "neighbours unheard": lambda: (
        with_neighbours()
        .act("examiner", "revoke-licence", **REVOKE | {"answer_by": "2026-09-23"})
        .act("applicant", "record-statement", text="t")
    ),
    "cancelled": lambda: (
        Bench().to("granted").act("examiner", "cancel-licence", **CANCEL).act("head", "cancel-licence")
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_reason_holds_a_chinese_word_in_english(name: str) -> None:
    bench, seen = CASES[name](), 0
    for who in CAST:
        lines = [presenting._action(one) for one in offers(bench.state, bench.context(who))]
        case = {"state": bench.state.state, "actions": lines}
        with translation.override("zh-hans"):
            assert reasons.translated(case)["actions"] == lines
        with translation.override("en"):
            told = reasons.translated(case)["actions"]
            shown = deeds.deeds_of(case)
        for line in told:
            assert line["allowed"] or line["reason"], (who, line["name"])
            assert not HAN.search(line["reason"] or ""), (who, line)
            seen += not line["allowed"]
        for deed in shown:
            words = f"{deed.label} {deed.reason} {deed.awaits}"
            assert not HAN.search(words), (who, deed.name, words)
    assert seen


def _sentences() -> Iterator[tuple[str, str]]:
    """(place, Chinese sentence) of every refusal that the rules of these rooms can give."""
    for place in SENTENCES:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _called(node.func) in REFUSALS:
                    yield from ((f"{file.name}:{node.lineno}", text) for text in _texts(node))


def _texts(node: ast.Call) -> Iterator[str]:
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.Call)
            and _called(inner.func) == "N_"
            and isinstance(inner.args[0], ast.Constant)
        ):
            yield str(inner.args[0].value)


def _called(func: Any) -> str:
    return getattr(func, "id", getattr(func, "attr", ""))


def test_every_sentence_and_every_name_in_it_is_english() -> None:
    known = list(_sentences())
    names = [
        *LABELS.values(),
        *STATE_LABELS.values(),
        *changes.LABELS.values(),
        *changes.STATE_LABELS.values(),
    ]
    names += [*changes.SEAT_LABELS.values(), *answering.STATE_LABELS.values()]
    assert len(known) > 150 and len(names) > 60
    with translation.override("en"):
        left = [(place, gettext(text)) for place, text in known if HAN.search(gettext(text))]
        left += [(name, gettext(name)) for name in names if HAN.search(gettext(name))]
    assert left == []
