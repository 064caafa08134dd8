"""The month or year that a bulletin is about, and those that it is compared with. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

from onewindow.kernel.errors import N_, FieldError, Invalid

_NAME = re.compile(r"(?:19[5-9]|20\d|21\d)\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_DAY = timedelta(days=1)


class Span(msgspec.Struct, frozen=True):
    """A month ``2026-09`` or a year ``2026``; both days belong to it."""

    name: str
    since: date
    until: date

    @property
    def is_year(self) -> bool:
        return len(self.name) == 4


def span(name: str) -> Span:
    """The month or year of that name; raises ``Invalid`` for anything else."""
    if not _NAME.fullmatch(name):
        text = N_("月份写作 2026-09，年份写作 2026。")
        raise Invalid("bad-period", text, fields=[FieldError("period", "not-a-period", text)])
    year = int(name[:4])
    if len(name) == 4:
        return Span(name, date(year, 1, 1), date(year, 12, 31))
    first = date(year, int(name[5:]), 1)
    return Span(name, first, (first + timedelta(days=31)).replace(day=1) - _DAY)


def month_of(day: date) -> Span:
    """The month in which a day lies."""
    return span(f"{day:%Y-%m}")


def before(one: Span) -> Span:
    """The month before a month, the year before a year."""
    last = one.since - _DAY
    return span(f"{last:%Y}" if one.is_year else f"{last:%Y-%m}")


def year_before(one: Span) -> Span | None:
    """The same month a year earlier; a year has none besides the year before it."""
    return None if one.is_year else span(f"{one.since.year - 1}-{one.since:%m}")
