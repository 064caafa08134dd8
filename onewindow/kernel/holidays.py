"""Statutory days off, computed from the regulation on festivals for years that no notice covers."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Final

import msgspec

_DAY: Final = timedelta(days=1)
# Qingming, dragon boat and mid-autumn became days off by the revision of 2007-12-14.
_LUNAR_FROM: Final = 2008


class _Festivals(msgspec.Struct, frozen=True):
    """One year's moving festivals as MM-DD."""

    spring: str
    qingming: str
    dragon_boat: str
    mid_autumn: str


def statutory_days(year: int) -> list[tuple[date, str]]:
    """The days off that the law itself gives in `year`, in order, each with the festival's name.

    Source: 全国年节及纪念日放假办法 in the version in force (1949, 1999, 2007, 2013, 2024), article 2.
    A day that falls on a weekend, or on another festival, is made good on the next working day
    (article 6). What the yearly notice moves around (调休) cannot be known before it is issued.
    """
    taken: dict[date, str] = {}
    owed: list[tuple[date, str]] = []
    for day, name in sorted(_festival_days(year)):
        if day in taken or day.weekday() >= 5:
            owed.append((day, name))
        taken.setdefault(day, name)
    for day, name in owed:
        while day in taken or day.weekday() >= 5:
            day += _DAY
        taken[day] = name
    return sorted(taken.items())


def _festival_days(year: int) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "元旦"
    yield from _run(date(year, 5, 1), _labour_days(year), "劳动节")
    if year >= 1950:
        yield from _run(date(year, 10, 1), 3 if year >= 1999 else 2, "国庆节")
    moving = _festivals().get(year)
    if moving is None:
        return
    new_year = _on(year, moving.spring)
    # The eve counted from 2008 to 2013 in place of the third day, and again, beside it, from 2025.
    first = new_year - _DAY if 2008 <= year <= 2013 or year >= 2025 else new_year
    yield from _run(first, 4 if year >= 2025 else 3, "春节")
    if year >= _LUNAR_FROM:
        yield _on(year, moving.qingming), "清明节"
        yield _on(year, moving.dragon_boat), "端午节"
        yield _on(year, moving.mid_autumn), "中秋节"


def _labour_days(year: int) -> int:
    if year >= 2025:
        return 2
    return 3 if 2000 <= year <= 2007 else 1


def _run(first: date, days: int, name: str) -> Iterator[tuple[date, str]]:
    for offset in range(days):
        yield first + offset * _DAY, name


def _on(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_day}")


@cache
def _festivals() -> dict[int, _Festivals]:
    """Moving festivals by year, from the data file that `tools/seed_calendar.py` writes."""
    text = resources.files("onewindow").joinpath("data/calendar/festivals.json").read_bytes()
    rows = msgspec.json.decode(text, type=dict[int, tuple[str, str, str, str]])
    return {year: _Festivals(*row) for year, row in rows.items()}
