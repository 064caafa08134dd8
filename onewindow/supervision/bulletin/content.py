"""What a bulletin holds. It is stored as it was composed, words and definitions included, so that it stays readable.

Rates are texts of two decimals (half up), None where there is no data; ``is_hidden`` marks a cell that is not
told because few people stand behind it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from onewindow.kernel import canonical


class Figure(msgspec.Struct, frozen=True):
    """A value with its counts; ``value`` None: no data (0/0), or hidden."""

    value: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    is_hidden: bool = False


class Measure(msgspec.Struct, frozen=True):
    """An indicator with its definition, in the period, the one before and the same a year earlier.

    A comparison is None where the platform kept no record of that period.
    """

    name: str
    label: str
    formula: str
    population: str
    unit: str
    source: str
    now: Figure
    previous: Figure | None = None
    last_year: Figure | None = None


class Flow(msgspec.Struct, frozen=True):
    """Cases received, accepted and decided in a period, and how many decisions grant."""

    received: int
    accepted: int
    closed: int
    granted: int


class Overdue(msgspec.Struct, frozen=True):
    """Decided over the promise and over the law in the period; open cases and those past a limit ``as_of`` a day."""

    closed_over_promise: int
    closed_over_law: int
    on_hand: int
    open_over_promise: int
    open_over_law: int
    as_of: str


class CardCount(msgspec.Struct, frozen=True):
    """Cards raised in the period to a level, by how they stand now."""

    level: str
    raised: int = 0
    issued: int = 0
    explained: int = 0
    upheld: int = 0
    withdrawn: int = 0
    appealed: int = 0


class CardLine(msgspec.Struct, frozen=True):
    """A card by its number and organ; never who applied and never who was charged."""

    card_no: str
    organ: str
    rule: str
    rule_label: str
    level: str
    state: str


class Voices(msgspec.Struct, frozen=True):
    """Valid ratings: how many, the good ones in percent, the mean grade, and the shrunken mean."""

    count: int | None
    good_rate: str | None
    mean: str | None
    shrunk_mean: str | None
    is_hidden: bool = False


class Handled(msgspec.Struct, frozen=True):
    """Complaints or tickets: how many, how many were found right, and those handled in term of those that were due."""

    count: int | None
    upheld: int | None
    in_term: Figure
    is_hidden: bool = False


class ItemLine(msgspec.Struct, frozen=True):
    task_code: str
    name: str
    received: int
    closed: int


class Place(msgspec.Struct, frozen=True):
    """An organ or a window: what it did and how much in time; ``rank`` None with too few cases to be ranked."""

    key: str
    name: str
    flow: Flow
    on_time: Figure
    over_promise: int
    over_law: int
    rank: int | None
    cards: dict[str, int] = {}
    withdrawn: int = 0
    ratings: Voices | None = None
    complaints: Handled | None = None


class Month(msgspec.Struct, frozen=True):
    name: str
    received: int
    closed: int


class Content(msgspec.Struct, frozen=True):
    """A bulletin of the whole city (``organ`` empty) or of one organ; ``months`` are those with a record."""

    period: str
    since: str
    until: str
    composed_on: str
    organ: str
    flow: Flow
    previous: Flow | None
    last_year: Flow | None
    measures: tuple[Measure, ...]
    standing: tuple[Measure, ...]
    overdue: Overdue
    cards: tuple[CardCount, ...]
    card_lines: tuple[CardLine, ...]
    ratings: Voices
    tickets: Handled
    complaints: Handled
    items: tuple[ItemLine, ...]
    organs: tuple[Place, ...]
    windows: tuple[Place, ...]
    months: tuple[Month, ...]
    has_hidden: bool = False


def plain(content: Content) -> dict[str, Any]:
    """As it is stored and sent."""
    told: dict[str, Any] = msgspec.to_builtins(content)
    return told


def read(stored: Any) -> Content:
    """What was stored."""
    return msgspec.convert(stored, type=Content)


def digest(whole: Any) -> str:
    """SHA-256 (hex) of the canonical JSON."""
    return hashlib.sha256(canonical.dumps(whole)).hexdigest()
