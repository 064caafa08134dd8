"""What both readers hand over: one case with its events, and what could not be taken."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

LONGEST = 300  # characters of a name that are kept


class Event(msgspec.Struct):
    """One event as the log tells it: the line where it stands and role → text."""

    line: int
    told: dict[str, str]


class Case(msgspec.Struct):
    """One case as the log tells it; ``events`` in the order of the log, ``further`` of them not kept."""

    line: int
    told: dict[str, str] = {}
    events: list[Event] = []
    further: int = 0


class Dirty(msgspec.Struct, frozen=True):
    """A record that contradicts itself or cannot be read: stable code ``problem``, the place and the value."""

    case: str | None
    problem: str
    line: int
    value: str = ""


Report = Callable[[Dirty], None]


def cut(text: str) -> str:
    """A value as far as it is kept."""
    return text if len(text) <= LONGEST else text[:LONGEST]
