"""A rule is one function and one row: a toy rule fires, is shown and counted; and time's rules keep the minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from onewindow.base import clock, worker
from onewindow.supervision import conventions, models
from onewindow.supervision.queries import cards as queries
from onewindow.supervision.queries import cuts, indicators
from onewindow.supervision.rules.history import History, Moment
from onewindow.supervision.rules.shipped import NUMBERS, RULES
from onewindow.supervision.rules.watching import Hit, Rule, Rules
from onewindow.supervision.services import following
from tests.supervision.test_following import act, cards, create, midnight, settle
from tests.world import actor


def accepted_on_tuesday(history: History, moment: Moment) -> Iterator[Hit]:
    if moment.day.weekday() == 1:
        why = "周二不受理（%(day)s）。"
        yield Hit(
            rule="T1", mark="tuesday", degree="over", at=moment.event.at, why=why, person=moment.doer,
            evidence=(moment.event.seq,), params={"day": moment.day.isoformat()},
        )  # fmt: skip


TOY = Rule(
    number="T1", name="周二受理", basis="玩具规则", sentence="周二不受理。", degrees=("over",),
    of_deeds=accepted_on_tuesday, types=frozenset({"accepted"}),
)  # fmt: skip


def test_a_rule_is_one_function_and_one_row(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    more = Rules((*RULES.all, TOY))
    for module in (following, queries, indicators):
        monkeypatch.setattr(module, "RULES", more)
    for module in (conventions, queries):
        monkeypatch.setattr(module, "NUMBERS", NUMBERS | {"T1"})
    case = act(create(), "clerk1", "accept")
    settle(clock.now())
    settle(clock.now())
    assert [(rule, level) for rule, level, _ in cards(case)] == [("T1", "yellow")]
    (told,) = queries.listing(actor("supervisor1"), rule="T1")["results"]
    assert (told["rule_name"], told["reason"], told["person"]) == (
        "周二受理",
        "周二不受理（2026-09-08）。",
        "clerk1",
    )
    assert [one["type"] for one in told["evidence"]] == ["accepted"]
    day = date(2026, 9, 8)
    checks = indicators.SOURCES["checks"](cuts.Cut(), day, day, day)
    assert checks["done"] % 23 == 0
    monkeypatch.setattr(following, "RULES", RULES)
    settle(clock.now())
    assert [rule for rule, *_ in cards(case)] == ["T1"], "a rule that is gone takes no card away"


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The loop of the worker, begun anew at each call: what a restart leaves is the database alone."""
    monkeypatch.setattr(worker, "_sign", lambda now: None)  # what is rolled back must not be signed

    def begin() -> worker._Rounds:
        return worker._Rounds()

    return begin


def limit(case: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Its cards for the limit; single steps have theirs beside them."""
    return [one for one in cards(case) if one[0] == "2"]


def _until(rounds: worker._Rounds, is_done: Any, *, seconds: float) -> float:
    """How long the loop took until it was so, on the clock of people."""
    began = time.monotonic()
    while not is_done() and time.monotonic() - began < seconds:
        rounds.once()
        time.sleep(0.05)
    return time.monotonic() - began


def test_time_strikes_within_a_minute_and_once_over_restarts(city: None, rounds: Any) -> None:
    case = act(create(), "clerk1", "accept")
    known = lambda: models.Matter.objects.filter(case_no=case["case_no"]).exists()  # noqa: E731
    assert _until(rounds(), known, seconds=60) < 60
    near, over = midnight("2026-09-16"), midnight("2026-09-18")
    clock.move_to(near - timedelta(seconds=1))
    assert _until(rounds(), lambda: bool(limit(case)), seconds=60) < 60
    assert limit(case) == [("2", "reminder", near)]
    again = rounds()
    for _ in range(3):  # the loop is ended and begun again, each sweep at once
        again._due["sweep"] = 0.0
        again.once()
    assert limit(case) == [("2", "reminder", near)]
    clock.move_to(over - timedelta(seconds=1))  # it was off when the instant passed
    assert limit(case) == [("2", "reminder", near)]
    assert _until(rounds(), lambda: limit(case) != [("2", "reminder", near)], seconds=60) < 60
    assert limit(case) == [("2", "yellow", over)]
    assert models.Card.objects.get(case_no=case["case_no"], rule="2").version == 2


def test_a_worker_that_dies_in_the_middle_of_a_sweep_tells_all_of_it_once(
    city: None, rounds: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement that writes the cards fails once: nothing of the sweep stands, the next one tells it."""
    case = act(create(), "clerk1", "accept")
    settle(clock.now())
    clock.move_to(midnight("2026-09-16"))
    write = following.carding.Batch.write
    fails = [True]

    def failing(batch: Any) -> None:
        write(batch)
        if fails:
            fails.pop()
            raise RuntimeError("killed")

    monkeypatch.setattr(following.carding.Batch, "write", failing)
    rounds().once()
    assert not fails and limit(case) == []
    rounds().once()
    assert limit(case) == [("2", "reminder", midnight("2026-09-16"))]
