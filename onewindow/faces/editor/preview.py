"""What a question tree will be for a citizen, from what is typed and not yet saved, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from onewindow.catalog import rules
from onewindow.catalog.definition import ItemDefinition, Material, Question
from onewindow.catalog.rules.scenario import BARE, ScenarioPath, scenario
from onewindow.catalog.rules.scenario_ways import Choices
from onewindow.faces.editor import tree
from onewindow.faces.editor.bound import html_id
from onewindow.faces.editor.tree import Tree
from onewindow.ui.scenario import PREFIX, read_answers

WALK = "walk:"
MOST_WAYS = 50
LONGEST_WALK = 10_000


class Told(msgspec.Struct, frozen=True):
    """One finding: ``target`` is the anchor of its place."""

    level: str
    text: str
    target: str


class Step(msgspec.Struct, frozen=True):
    """One question of a way and what was answered, in words."""

    question: str
    answer: str
    target: str


class Way(msgspec.Struct, frozen=True):
    """A way through the tree; ``ask`` is what the button sends that walks it."""

    steps: list[Step]
    ask: str
    materials: int
    rejected: str | None
    is_bare: bool = False


class Preview(msgspec.Struct, frozen=True):
    """``cut``: how many materials the answers so far take away; ``ways`` the first ``MOST_WAYS`` of ``count``."""

    findings: list[Told]
    count: int | None
    refusals: int | None
    longest: int
    bare: Way | None
    ways: list[Way]
    questions: list[dict[str, Any]]
    materials: tuple[Material, ...]
    is_complete: bool
    rejected: str | None
    cut: int
    all: int


def unsaved(content: Mapping[str, Any], asked: Tree, start: str) -> ItemDefinition:
    """The item with the tree as it is typed, however unfinished."""
    questions = msgspec.convert(tree.value(asked, "questions", []), tuple[Question, ...])
    return msgspec.structs.replace(
        msgspec.convert(content, ItemDefinition), questions=questions, start_question=start or None
    )


def preview(item: ItemDefinition, asked: Tree, post: Any, ask: str = "") -> Preview:
    """The tree of ``item`` (``asked`` as typed) after the answers in ``post``, or after the way of a button."""
    found = scenario(item, most=MOST_WAYS)
    answers = _walked(item, ask) if ask.startswith(WALK) else read_answers(item, post)
    now = rules.checklist(item, answers)
    by_code = {question.code: question for question in item.questions}
    targets = _targets(asked)
    open_question = [(now.next_question.code, ())] if now.next_question else []
    return Preview(
        findings=[
            Told(one.level, one.text(_), _target(one, targets, found.bare)) for one in found.findings
        ],
        count=found.path_count,
        refusals=found.refusals,
        longest=len(found.longest),
        bare=_way(item, found.bare, targets, is_bare=True) if found.bare else None,
        ways=[_path(item, one, targets) for one in found.paths],
        questions=[_asked(by_code[code], chosen) for code, chosen in (*now.path, *open_question)],
        materials=now.materials,
        is_complete=now.complete,
        rejected=now.rejected,
        cut=len(item.materials) - len(now.materials),
        all=len(item.materials),
    )  # fmt: skip


def _targets(asked: Tree) -> dict[str, str]:
    """Dotted places → anchors on the page."""
    found = {"start_question": html_id("start_question"), "materials": "tree-rows"}
    found |= {f"questions.{one.code}": html_id(f"questions.{at}") for at, one in enumerate(asked)}
    return found | {
        f"questions.{one.code}.{choice.code}": html_id(f"questions.{at}.{on}")
        for at, one, on, choice in tree.choices_of(asked)
    }


def _target(finding: Any, targets: Mapping[str, str], bare: Choices | None) -> str:
    """Where a finding is mended; a way without a required material at the last answer that leads there."""
    if finding.rule == BARE and bare:
        code, options = bare[-1]
        return targets.get(f"questions.{code}.{options[-1]}", "tree-rows")
    return targets.get(finding.element, "tree")


def _way(
    item: ItemDefinition,
    choices: Choices,
    targets: Mapping[str, str],
    materials: int = 0,
    rejected: str | None = None,
    *,
    is_bare: bool = False,
) -> Way:
    by_code = {question.code: question for question in item.questions}
    steps = [
        Step(by_code[code].text or code, _words(by_code[code], chosen), targets[f"questions.{code}"])
        for code, chosen in choices
    ]
    return Way(steps, WALK + msgspec.json.encode(choices).decode(), materials, rejected, is_bare)


def _path(item: ItemDefinition, path: ScenarioPath, targets: Mapping[str, str]) -> Way:
    is_bare = not path.has_required and not path.rejected
    return _way(item, path.choices, targets, len(path.materials), path.rejected, is_bare=is_bare)


def _words(question: Question, chosen: Sequence[str]) -> str:
    return "、".join(one.text or one.code for one in question.options if one.code in chosen)


def _walked(item: ItemDefinition, ask: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(ask[len(WALK) :][:LONGEST_WALK], type=list[tuple[str, list[str]]])
    except msgspec.DecodeError:
        found = []
    return read_answers(item, MultiValueDict({PREFIX + code: chosen for code, chosen in found}))


def _asked(question: Question, chosen: Sequence[str]) -> dict[str, Any]:
    options = [
        {"code": one.code, "text": one.text or one.code, "is_chosen": one.code in chosen}
        for one in question.options
    ]
    return {
        "code": question.code,
        "text": question.text or question.code,
        "multiple": question.multiple,
        "options": options,
    }
