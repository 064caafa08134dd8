"""A notice moves due dates: lights, near-due figures and cards follow, and nothing is told twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from onewindow.base import calendars, facts
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.calendar import DayException
from onewindow.kernel.calendar_seed import seed_notices
from onewindow.kernel.notice import Notice
from onewindow.supervision.models import Card, Matter
from onewindow.supervision.queries import board, cuts, indicators
from onewindow.supervision.services import rebuilding
from tests.supervision.test_following import act, create, midnight, settle
from tests.supervision.test_following import cards as all_cards

MORNING = timedelta(hours=9)


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch) -> Notice:
    """The year as it was announced, and three working days off that nobody could foresee."""
    monkeypatch.setattr(calendars, "_cached", None)
    off = tuple(DayException(date(2026, 9, day), False, "防汛停工") for day in (16, 17, 18))
    return Notice(2026, (2026,), (*seed_notices()[2026], *off), "政府通告", ())


def cards(case: dict[str, Any]) -> list[tuple[str, str, datetime]]:
    """Those for the limit of the case; single steps have theirs beside them."""
    return [one for one in all_cards(case) if one[0] == "2"]


def held(today: date) -> tuple[int, int, int, int, int]:
    """Yellow, green, due in 1, in 3, over the promise."""
    found = board.on_hand(cuts.Cut(), today=today)
    return found.yellow, found.green, found.due_in_1, found.due_in_3, found.over_promise


def take(notice: Notice, now: datetime, committed: Any) -> None:
    with committed(execute=True):
        calendars.import_notice(notice, now=now, actor=SYSTEM)


def test_lights_and_cards_follow_a_notice(
    city: None, notice: Notice, django_capture_on_commit_callbacks: Any
) -> None:
    case = act(create(), "clerk1", "accept")
    today, now = date(2026, 9, 16), midnight("2026-09-16") + MORNING
    settle(now)
    assert cards(case) == [("2", "reminder", midnight("2026-09-16"))]
    assert held(today) == (1, 0, 1, 1, 0)

    take(notice, now, django_capture_on_commit_callbacks)
    settle(now)
    # Five working days to the 15th; the 20th is a Sunday that is worked, the 21st the seventh day.
    assert Matter.objects.get(case_no=case["case_no"]).promised_due_on == date(2026, 9, 21)
    assert held(today) == (0, 1, 0, 1, 0)
    assert len(cards(case)) == 1

    for day in ("18", "19", "20", "21"):
        settle(midnight(f"2026-09-{day}") + MORNING)
        assert [level for _, level, _ in cards(case)] == ["reminder"], day
    settle(midnight("2026-09-22") + MORNING)
    assert ("2", "yellow", midnight("2026-09-22")) in cards(case)
    assert held(date(2026, 9, 22))[4] == 1
    card = Card.objects.get(case_no=case["case_no"], rule="2")
    assert [type for _, type, *_ in facts.of_subject("card", card.id)] == ["issued", "raised"]

    take(notice, midnight("2026-09-22") + MORNING, django_capture_on_commit_callbacks)
    settle(midnight("2026-09-22") + MORNING)
    assert Card.objects.get(id=card.id).version == card.version


def test_a_notice_that_shortens_the_time_is_told_at_once(
    city: None, notice: Notice, django_capture_on_commit_callbacks: Any
) -> None:
    """Two free days become working days: what was to be due on the 17th is near two days sooner."""
    case = act(create(), "clerk1", "accept")
    worked = tuple(DayException(date(2026, 9, day), True, "调休") for day in (12, 13))
    shorter = Notice(2026, (2026,), (*seed_notices()[2026], *worked), "政府通告", ())
    now = midnight("2026-09-14") + MORNING
    settle(now)
    assert cards(case) == [] and held(date(2026, 9, 14))[0] == 0
    take(shorter, now, django_capture_on_commit_callbacks)
    settle(now)
    assert Matter.objects.get(case_no=case["case_no"]).promised_due_on == date(2026, 9, 15)
    assert [(rule, level) for rule, level, _ in cards(case)] == [("2", "reminder")]
    assert held(date(2026, 9, 14))[0] == 1


def differences(now: datetime) -> list[str]:
    """What ``supervision check`` would report."""
    found = [*rebuilding.cases(now, is_dry_run=True), *rebuilding.strays(is_dry_run=True)]
    return [str(one) for one in (*found, *rebuilding.counts(is_dry_run=True))]


def test_a_notice_about_past_days_counts_ended_cases_anew(
    city: None, notice: Notice, django_capture_on_commit_callbacks: Any
) -> None:
    """Two cases were decided on the 21st and one before; then the three days between turn out to have been free."""
    ended, withdrawn = act(create(), "clerk1", "accept"), act(create(), "clerk1", "accept")
    early = act(create(), "clerk1", "accept")
    monday, late = midnight("2026-09-21") + MORNING, midnight("2026-10-12") + MORNING
    for case, at in ((early, midnight("2026-09-15") + MORNING), (ended, monday)):
        told = act(case, "examiner1", "review", opinion="合格", **{"pass": True}, now=at)
        told = act(told, "approver1", "decide", outcome="grant", now=at)
        act(act(told, "head1", "produce", now=at), "issuer1", "deliver", method="window", now=at)
    asked = {"procedure": "expert-review", "reason": "请专家评审", "expected_days": 10}
    asked_for = act(withdrawn, "examiner1", "pause", now=midnight("2026-09-15") + MORNING, **asked)
    paused = act(asked_for, "head1", "pause", now=midnight("2026-09-15") + MORNING)
    resumed = act(paused, "examiner1", "resume", result="通过", now=monday)
    act(resumed, "head1", "terminate", ground="applicant-gone", reason="申请人死亡", now=monday)
    settle(late)

    def used(case: dict[str, Any]) -> tuple[int | None, int]:
        found = Matter.objects.get(case_no=case["case_no"])
        return found.used_days, found.paused_days

    def mean() -> tuple[int, int | None]:
        asked: dict[str, Any] = {"since": date(2026, 9, 1), "until": date(2026, 9, 30), "today": late.date()}
        one = indicators.value("actual_compression", cut=cuts.Cut(), **asked)
        return one.numerator, one.denominator

    before, told = (used(ended), used(withdrawn), used(early)), mean()
    issued = Card.objects.count()
    take(notice, late, django_capture_on_commit_callbacks)
    assert differences(late), "the days of ended cases are out of date until the sweep"
    settle(late)
    assert differences(late) == []
    assert used(ended) == (7, 0) and before[0] == (10, 0) and used(early) == before[2]
    assert used(withdrawn)[1] == before[1][1] - 3
    assert mean() == (told[0] + 3, told[1])
    assert Card.objects.count() == issued, "no card comes of days that are over"
    seen = [data for _, type, _, _, _, data in facts.of_subject("supervision", 0) if type == "recounted"]
    assert seen == [{"days": ["2026-09-16", "2026-09-17", "2026-09-18"], "cases": 2}]
