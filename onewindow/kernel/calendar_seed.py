"""The calendar that ships with the product: the State Council's notices for 2004 to 2026."""

from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from onewindow.kernel.calendar import DayException, DayTable

SOURCE: Final = "国务院办公厅节假日安排通知（随产品发布）"


class _Day(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    date: date
    is_off_day: bool


class _Year(msgspec.Struct, frozen=True):
    year: int
    days: tuple[_Day, ...]


@cache
def seed_notices() -> dict[int, tuple[DayException, ...]]:
    """By year the days that differ from their weekday."""
    text = resources.files("onewindow").joinpath("data/calendar/notices.json").read_bytes()
    return {
        notice.year: tuple(
            DayException(day=day.date, is_workday=not day.is_off_day, name=day.name) for day in notice.days
        )
        for notice in msgspec.json.decode(text, type=tuple[_Year, ...])
    }


@cache
def seed_table() -> DayTable:
    """The table of the shipped notices; the same object at every call."""
    notices = seed_notices()
    return DayTable.build((day for days in notices.values() for day in days), notices)
