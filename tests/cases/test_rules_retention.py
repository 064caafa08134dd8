"""What of a case must stay, as a table: who may ask when, and the first day that is free."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base.clock import SHANGHAI
from onewindow.cases.rules.retention import Retention, later, stays
from onewindow.cases.rules.state import ENDS, STATES, CaseState, Life

AT = datetime(2026, 9, 8, 9, 0, tzinfo=SHANGHAI)
ENDED = date(2026, 9, 8)
NONE = Retention(decided=0, undecided=0)


def case(state: str, *, is_received: bool = True) -> CaseState:
    return CaseState(
        id=1, case_no="x", query_code="y", item_version_id=1, organ_id=1, region="511602", channel="portal",
        last_at=AT, state=state, received_at=AT if is_received else None,
        life=Life(ended_on=ENDED if state in ENDS else None),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "is_received", "kept", "today", "why"),
    [
        ("in_review", True, NONE, date(2099, 1, 1), ["running"]),
        ("granted", True, NONE, date(2099, 1, 1), ["running"]),
        ("draft", False, NONE, date(2099, 1, 1), ["running"]),
        ("delivered", True, Retention(), date(2036, 9, 7), ["retention"]),
        ("delivered", True, Retention(), date(2036, 9, 8), []),
        ("terminated", True, Retention(), date(2027, 3, 7), ["retention", "remedy"]),
        ("returned", True, Retention(), date(2028, 9, 7), ["retention"]),
        ("refused_acceptance", True, NONE, date(2027, 3, 7), ["remedy"]),
        ("refused_acceptance", True, NONE, date(2027, 3, 8), []),
        ("withdrawn", True, Retention(), date(2028, 9, 7), ["retention"]),
        ("withdrawn", False, Retention(), ENDED, []),
    ],
)
def test_what_stays(state: str, is_received: bool, kept: Retention, today: date, why: list[str]) -> None:
    found = stays(case(state, is_received=is_received), today=today, kept=kept)
    assert [one.why for one in found] == why


@given(st.sampled_from(STATES), st.integers(0, 30), st.integers(0, 40_000))
def test_who_waits_until_the_last_day_named_is_free(state: str, years: int, days: int) -> None:
    kept, one = Retention(years, years), case(state)
    found = stays(one, today=date.fromordinal(ENDED.toordinal() + days), kept=kept)
    untils = [stay.until for stay in found if stay.until]
    assert (not untils) or not stays(one, today=max(untils), kept=kept)
    assert (state in ENDS) or [stay.why for stay in found] == ["running"]


@pytest.mark.parametrize(
    ("day", "years", "months", "free"),
    [
        (date(2024, 2, 29), 1, 0, date(2025, 3, 1)),
        (date(2026, 8, 31), 0, 6, date(2027, 3, 1)),
        (date(2026, 12, 31), 0, 6, date(2027, 7, 1)),
        (date(2026, 6, 30), 0, 6, date(2026, 12, 30)),
    ],
)
def test_days_that_a_month_lacks(day: date, years: int, months: int, free: date) -> None:
    assert later(day, years=years, months=months) == free
