"""What people choose about messages: by which way, when, and that the product itself always tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base.clock import SHANGHAI
from onewindow.notices import rules
from onewindow.notices.rules import Chosen
from onewindow.notices.texts import TEXTS


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, 8, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("quiet", "local", "hours"),
    [
        ((22, 7), at(21, 59), 0),
        ((22, 7), at(22), 9),
        ((22, 7), at(23, 30), 7.5),
        ((22, 7), at(0), 7),
        ((22, 7), at(6, 45), 0.25),
        ((22, 7), at(7), 0),
        ((12, 14), at(13), 1),
        ((12, 14), at(14), 0),
        ((8, 8), at(8), 0),
    ],
)
def test_hours_of_quiet(quiet: tuple[int, int], local: datetime, hours: float) -> None:
    chosen = Chosen(quiet_from=quiet[0], quiet_until=quiet[1])
    assert rules.wait(chosen, local) == timedelta(hours=hours)


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 1439))
def test_after_the_wait_it_is_not_quiet(start: int, end: int, minute: int) -> None:
    chosen, local = Chosen(quiet_from=start, quiet_until=end), at(0) + timedelta(minutes=minute)
    wait = rules.wait(chosen, local)
    assert timedelta(0) <= wait < timedelta(days=1)
    assert rules.wait(chosen, local + wait) == timedelta(0)


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_each_kind_by_each_choice(kind: str) -> None:
    assert rules.wants("all", kind)
    assert rules.wants("important", kind) == (kind in rules.IMPORTANT)


def test_what_is_important_has_a_text() -> None:
    assert TEXTS.keys() >= rules.IMPORTANT
