"""The working calendar: which days count, as one immutable table that answers in constant time."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate, compress
from typing import Final

import msgspec

from onewindow.kernel.holidays import statutory_days

FIRST_DAY: Final = date(1949, 1, 1)
LAST_YEAR: Final = 2199
# A limit of 3,660 working days that starts on the last day of 2199 ends in 2214.
LAST_DAY: Final = date(2216, 12, 31)

WEEKEND: Final = "周末"
MAKE_UP: Final = "调休上班"
UNNAMED_HOLIDAY: Final = "节假日"

_BASE: Final = FIRST_DAY.toordinal()
_SIZE: Final = LAST_DAY.toordinal() - _BASE + 1
_CHUNK: Final = 512


class OutOfCalendar(ValueError):
    """A date, or a date to be computed, lies outside 1949-01-01..2216-12-31."""


class DayException(msgspec.Struct, frozen=True):
    """One day that differs from its weekday: a day off, or a weekend day worked (调休)."""

    day: date
    is_workday: bool
    name: str


class DayTable:
    """Working days of 1949 to 2216: Monday to Friday, minus days off, plus make-up days.

    Every question takes constant time: prefix counts answer `count`, the list of working days
    answers `add`. A table is never changed; a new notice makes a new table, and `changed_days`
    tells which days differ. Years without a State Council notice hold the statutory days of the
    regulation in force (`kernel.holidays`) and are provisional.

    Tables compare and hash by identity, so that caches may be keyed by table.
    """

    __slots__ = ("__weakref__", "_announced", "_days", "_flags", "_names", "_rank")

    def __init__(self, flags: bytes, names: dict[int, str], announced: frozenset[int]) -> None:
        """Private: use `build`. `flags` holds 1 per working day, counted from 1949-01-01."""
        self._flags = flags
        self._names = names
        self._announced = announced
        self._rank = array("i", accumulate(flags))
        self._days = array("i", compress(range(_BASE, _BASE + _SIZE), flags))

    @classmethod
    def build(cls, exceptions: Iterable[DayException], announced_years: Iterable[int]) -> "DayTable":
        """The table for these exceptions; `announced_years` are the years a notice was issued for.

        An exception outside the calendar raises `OutOfCalendar`. Of two for one day the later wins.
        """
        flags = bytearray(_SIZE)
        monday = -FIRST_DAY.weekday() % 7
        for weekday in range(5):
            first = (monday + weekday) % 7
            flags[first::7] = b"\1" * len(range(first, _SIZE, 7))
        announced = frozenset(announced_years)
        names: dict[int, str] = {}
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
            if year not in announced:
                for day, name in statutory_days(year):
                    _put(flags, names, DayException(day=day, is_workday=False, name=name))
        for exception in exceptions:
            _put(flags, names, exception)
        return cls(bytes(flags), names, announced)

    @property
    def announced_years(self) -> frozenset[int]:
        """The years a notice was issued for."""
        return self._announced

    def is_workday(self, day: date) -> bool:
        """Whether `day` counts."""
        return self._flags[_index(day)] == 1

    def add(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`; the start day is never counted; 0 gives `start`."""
        if days == 0:
            _index(start)
            return start
        if days < 0:
            raise ValueError("days must not be negative")
        return date.fromordinal(self.add_ordinal(_index(start) + _BASE, days))

    def back(self, start: date, days: int) -> date:
        """The `days`-th working day before `start`; the start day is never counted; 0 gives `start`."""
        place = self._rank[_index(start) - 1] - days
        if days < 0:
            raise ValueError("days must not be negative")
        if place < 0:
            raise OutOfCalendar("日期超出工作日历范围")
        return date.fromordinal(self._days[place]) if days else start

    def count(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 when `until` is not after `after`."""
        return max(0, self._rank[_index(until)] - self._rank[_index(after)])

    def add_ordinal(self, start: int, days: int) -> int:
        """`add` on proleptic ordinals (`date.toordinal`), for the hot paths."""
        if days <= 0:
            return start
        index = start - _BASE
        if not 0 <= index < _SIZE:
            raise OutOfCalendar("日期超出工作日历范围")
        place = self._rank[index] + days - 1
        if place >= len(self._days):
            raise OutOfCalendar("到期日超出工作日历范围")
        return self._days[place]

    def count_ordinal(self, after: int, until: int) -> int:
        """`count` on proleptic ordinals, for the hot paths."""
        if until <= after:
            return 0
        first, last = after - _BASE, until - _BASE
        if first < 0 or last >= _SIZE:
            raise OutOfCalendar("日期超出工作日历范围")
        return self._rank[last] - self._rank[first]

    def reason(self, day: date) -> str:
        """Why `day` does not count (周末 or the holiday's name), 调休上班, or "" for an ordinary day."""
        index = _index(day)
        ordinary = day.weekday() < 5
        if self._flags[index]:
            return "" if ordinary else MAKE_UP
        return self._names.get(index) or (UNNAMED_HOLIDAY if ordinary else WEEKEND)

    def is_provisional(self, year: int) -> bool:
        """Whether no notice was issued for `year`."""
        return year not in self._announced

    def is_provisional_between(self, first: date, last: date) -> bool:
        """Whether any year that touches first..last (either order) is provisional."""
        low, high = first.year, last.year
        if low == high:
            return low not in self._announced
        return not self._announced.issuperset(range(min(low, high), max(low, high) + 1))

    def workdays(self, year: int) -> list[date]:
        """All working days of `year`, in order."""
        if not FIRST_DAY.year <= year <= LAST_DAY.year:
            raise OutOfCalendar("年份超出工作日历范围")
        low = bisect_left(self._days, date(year, 1, 1).toordinal())
        high = bisect_right(self._days, date(year, 12, 31).toordinal())
        return [date.fromordinal(ordinal) for ordinal in self._days[low:high]]

    def skipped(self, start: date, end: date) -> list[tuple[date, str]]:
        """The days of (start, end] that do not count, each with its reason."""
        first, last = _index(start) + 1, _index(end) + 1
        days = (date.fromordinal(_BASE + i) for i in range(first, last) if not self._flags[i])
        return [(day, self.reason(day)) for day in days]

    def changed_days(self, other: "DayTable") -> list[date]:
        """The days that count in one of the two tables only, in order."""
        mine, theirs = self._flags, other._flags
        if mine == theirs:
            return []
        changed = []
        for low in range(0, _SIZE, _CHUNK):
            here, there = mine[low : low + _CHUNK], theirs[low : low + _CHUNK]
            if here != there:
                changed += [low + i for i, (a, b) in enumerate(zip(here, there, strict=True)) if a != b]
        return [date.fromordinal(_BASE + index) for index in changed]


def _index(day: date) -> int:
    index = day.toordinal() - _BASE
    if not 0 <= index < _SIZE:
        raise OutOfCalendar("日期超出工作日历范围（1949-01-01 至 2216-12-31）")
    return index


def _put(flags: bytearray, names: dict[int, str], exception: DayException) -> None:
    index = _index(exception.day)
    flags[index] = exception.is_workday
    if exception.is_workday:
        names.pop(index, None)
    else:
        names[index] = exception.name
