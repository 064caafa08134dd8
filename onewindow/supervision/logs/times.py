"""Moments as logs write them: with or without a zone, in the forms that systems use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - counted in local time on purpose
_MICRO = timedelta(microseconds=1)
_DAY = 86_400_000_000
NOTHING = frozenset({"", "unknown", "empty", "null", "none", "nan", "nat", "-", "--", "无", "空"})
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# 2011/12/6 13:41, 2011年12月6日13时41分, 2011-12-6
_LOOSE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,9}))?)?[分秒]?)?\s*(.*)",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?(?::?\d{2})?", re.ASCII)


class Unknown(ValueError):
    """A moment that cannot be read: ``code`` is bad-time or unknown-zone; ``moment`` is the local time."""

    def __init__(self, code: str, moment: Moment | None = None) -> None:
        super().__init__(code)
        self.code, self.moment = code, moment


class Moment(NamedTuple):
    """A moment: microseconds since 1970 by the clock on the wall; ``offset`` from UTC, None when not told."""

    local: int
    offset: int | None

    def instant(self, zone: int) -> int:
        """Microseconds since 1970 in UTC; ``zone`` is the offset assumed where none is told."""
        return self.local - (zone if self.offset is None else self.offset)

    def iso(self) -> str:
        """As ISO 8601, with the zone when it was told."""
        text = (_EPOCH + timedelta(microseconds=self.local)).isoformat(timespec="seconds")
        if self.offset is None:
            return text
        sign, minutes = "-" if self.offset < 0 else "+", abs(self.offset) // 60_000_000
        return f"{text}{sign}{minutes // 60:02}:{minutes % 60:02}"


def gap(earlier: Moment, later: Moment) -> int:
    """Microseconds from one to the other: between instants when both tell their zone, else by local time."""
    if earlier.offset is None or later.offset is None:
        return later.local - earlier.local
    return later.local - later.offset - earlier.local + earlier.offset


def local_gap(earlier: Moment, later: Moment) -> int:
    """Microseconds between the clocks on the wall, whatever their zones."""
    return later.local - earlier.local


def is_nothing(text: str) -> bool:
    """True for what systems write where they have no value."""
    return text.strip().lower() in NOTHING


@lru_cache(maxsize=16_384)
def read(text: str) -> Moment | None:
    """The moment, None for none. Raises ``Unknown``; an unreadable zone leaves the local time in it."""
    bare = text.strip()
    if is_nothing(bare):
        return None
    if bare.isascii() and bare.isdigit():
        return _of_digits(bare)
    try:
        return _of(datetime.fromisoformat(bare))
    except (ValueError, OverflowError):
        return _loosely(bare)


def _of(found: datetime) -> Moment:
    offset = found.utcoffset()
    local = (found.replace(tzinfo=None) - _EPOCH) // _MICRO
    return Moment(local, None if offset is None else offset // _MICRO)


def _of_digits(text: str) -> Moment:
    try:
        if len(text) in (10, 13):  # seconds and milliseconds since 1970
            return _of(datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC))
        return _of(datetime.strptime(text, _DIGITS[len(text)]))  # noqa: DTZ007 - no zone is told
    except (KeyError, ValueError, OverflowError):
        raise Unknown("bad-time") from None


def _loosely(text: str) -> Moment:
    found = _LOOSE.fullmatch(text)
    if found is None:
        raise Unknown("bad-time")
    year, month, day, hour, minute, second, part, rest = found.groups()
    try:
        plain = datetime(  # noqa: DTZ001
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((part or "0")[:6].ljust(6, "0")),
        )  # fmt: skip
    except (ValueError, OverflowError):
        raise Unknown("bad-time") from None
    return _zoned(_of(plain), rest.strip())


def _zoned(moment: Moment, zone: str) -> Moment:
    if not zone:
        return moment
    if zone.upper() in ("Z", "UTC", "GMT"):
        return Moment(moment.local, 0)
    found = _OFFSET.fullmatch(zone)
    minutes = int(found[2]) * 60 + int(found[3] or 0) if found else _DAY
    if found is None or minutes > 18 * 60:
        raise Unknown("unknown-zone", moment)
    return Moment(moment.local, minutes * 60_000_000 * (-1 if found[1] == "-" else 1))
