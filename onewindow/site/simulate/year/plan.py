"""How a year is laid out: its days, how many cases come in on each, and the months in which it is written."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

import msgspec

from onewindow.base import calendars, clock

# A quiet turn of the year and Spring Festival, a busy spring, a second height in autumn.
_MONTHS = (0.92, 0.72, 1.15, 1.10, 1.05, 1.08, 1.00, 0.97, 1.06, 0.95, 1.06, 1.02)
_WEEKDAYS = (1.16, 1.06, 1.0, 0.96, 0.86, 1.0, 1.0)  # a weekend day that is worked is an ordinary one
_FREE = 0.05  # what comes in online on a free day
_AFTER_HOLIDAYS = 1.25  # the first day after three or more free ones


class Rates(msgspec.Struct, frozen=True):
    """Shares of commitment cases decided after the promise (but within the law) and after the law's limit."""

    over_promise: float = 0.006
    over_law: float = 0.001


USUAL = Rates()


class Plan(msgspec.Struct, frozen=True):
    """What is to be made: cases that come in from ``first`` to ``last``, lived up to the instant ``until``.

    Papers (about four a case) are a third of the work: ``has_papers`` leaves them out.
    """

    first: date
    last: date
    until: datetime
    cases: int
    seed: int
    rates: Rates = USUAL
    has_papers: bool = True

    @property
    def days(self) -> list[date]:
        """Every day on which something may happen, up to that of ``until``."""
        return [
            self.first + timedelta(days=n) for n in range((clock.day_of(self.until) - self.first).days + 1)
        ]

    def arrivals(self) -> dict[date, int]:
        """How many cases come in on each day; together ``cases``."""
        days = [day for day in self.days if day <= self.last]
        dice = Random(f"year:{self.seed}")
        shares = [_share(day) * dice.uniform(0.93, 1.07) for day in days]
        return dict(zip(days, _apportioned(self.cases, shares), strict=True))

    def ends(self) -> list[datetime]:
        """The instants at which a batch ends: each month, and ``until`` for what the last cases live on."""
        months = [date(day.year, day.month, 1) for day in self.days if day <= self.last]
        found = [clock.start_of(_next_month(month)) for month in dict.fromkeys(months)]
        return [*[end for end in found[:-1] if end < self.until], self.until]


def default(now: datetime, *, cases: int, seed: int, rates: Rates = USUAL) -> Plan:
    """The twelve months before the day of ``now``."""
    last = clock.day_of(now) - timedelta(days=1)
    return Plan(_year_before(last) + timedelta(days=1), last, now, cases, seed, rates)


def of_year(year: int, now: datetime, *, cases: int, seed: int, rates: Rates = USUAL) -> Plan:
    """A calendar year; it must have passed at ``now``."""
    return Plan(date(year, 1, 1), date(year, 12, 31), now, cases, seed, rates)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, calendar.monthrange(day.year - 1, day.month)[1]))


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _share(day: date) -> float:
    table = calendars.table()
    of_month = _MONTHS[day.month - 1]
    if not table.is_workday(day):
        return of_month * _FREE
    is_first = not any(table.is_workday(day - timedelta(days=back)) for back in (1, 2, 3))
    return of_month * _WEEKDAYS[day.weekday()] * (_AFTER_HOLIDAYS if is_first else 1.0)


def _apportioned(whole: int, shares: Sequence[float]) -> list[int]:
    """``whole`` in parts by their shares, none lost: what the rounding leaves goes to the largest remainders."""
    total = sum(shares)
    exact = [whole * share / total for share in shares]
    parts = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts
