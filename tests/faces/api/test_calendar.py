"""The calendar: due dates within bounds, what they skip, its years."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.world import Api

Open = Callable[..., Api]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start=2026-09-16&days=45", 200),
        ("start=2026-09-16&days=0", 200),
        ("start=2026-09-16&days=3660&unit=calendar_day", 200),
        ("start=2026-09-16&days=3661", 422),
        ("start=2026-09-16&days=-1", 422),
        ("start=2026-09-16&days=1e3", 422),
        ("start=2026-09-16&days=%D9%A3", 422),
        ("start=2026-02-30&days=3", 422),
        ("start=20260201&days=3", 422),
        ("start=2026-W01-1&days=3", 422),
        ("start=1948-12-31&days=3", 422),
        ("start=2199-12-31&days=3660", 200),
        ("start=2026-09-16&days=3&unit=week", 422),
        ("days=3", 422),
        ("start=2026-09-16", 422),
        ("start=2026-09-16&days=3&colour=red", 422),
    ],
)
def test_due_dates_are_asked_within_bounds(api: Open, query: str, status: int) -> None:
    assert api().get(f"/calendar/due?{query}").status == status


def test_a_due_date_says_what_it_skipped(api: Open) -> None:
    found = api().get("/calendar/due?start=2026-09-24&days=5&unit=working_day").json
    assert found["due_on"] == "2026-10-09" and found["provisional"] is False
    assert [day["date"] for day in found["skipped"]] == [
        "2026-09-25", "2026-09-26", "2026-09-27", *(f"2026-10-0{day}" for day in range(1, 8)),
    ]  # fmt: skip
    assert all(day["reason"] for day in found["skipped"])


@pytest.mark.parametrize(
    ("year", "status"),
    [
        ("1949", 200),
        ("2199", 200),
        ("2026", 200),
        ("1948", 422),
        ("2200", 422),
        ("abcd", 422),
        ("%E4%BA%8C", 422),
        ("02026", 422),
    ],
)
def test_years_of_the_calendar(api: Open, year: str, status: int) -> None:
    answer = api().get(f"/calendar/{year}")
    assert answer.status == status
    if year == "2026":
        assert len(answer.json["workdays"]) == 248 and not answer.json["provisional"]
    if year == "2199":
        assert answer.json["provisional"] is True
