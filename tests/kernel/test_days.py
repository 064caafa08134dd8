"""What is taken as a day, and that one can always count on from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from onewindow.kernel import days


@pytest.mark.parametrize("text", ["1900-01-01", "2026-02-28", "2024-02-29", "2199-12-31"])
def test_days(text: str) -> None:
    found = days.read(text)
    assert found == date.fromisoformat(text)
    assert found - timedelta(days=400) < found < found + timedelta(days=3_700)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "2026-02-29", "2026-2-1", "20260201", "2026-W05-1", "2026-02-01T00:00", "２０２６-02-01",
        "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "10000-01-01", "-2026-01-01", "2026-13-01",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        days.read(text)
