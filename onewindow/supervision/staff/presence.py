"""What the stamps of one shift amount to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

import msgspec

# What a shift comes to; the later ones are what somebody was not there for.
Status = Literal[
    "present",
    "late",
    "early",
    "late-early",
    "forgotten",
    "on-duty",
    "leave",
    "business",
    "sick",
    "absent",
    "ahead",
]
AWAY = ("leave", "business", "sick")


class Told(msgspec.Struct, frozen=True):
    """One stamp as the sheets need it."""

    kind: str
    in_at: datetime | None
    out_at: datetime | None
    late_minutes: int
    early_minutes: int
    window: int | None
    stands_in_for: tuple[int, ...]
    by: str
    at: datetime
    reason: str


class Presence(msgspec.Struct, frozen=True):
    """One shift of one person; ``status`` from the stamps, the absence that was noted, and the day."""

    staff_id: int
    day: date
    shift: str
    status: Status
    in_at: datetime | None = None
    out_at: datetime | None = None
    late_minutes: int = 0
    early_minutes: int = 0
    window: int | None = None
    stands_in_for: tuple[int, ...] = ()
    corrected_by: str = ""
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether the shift is in the population of 出勤率: it was expected and nothing excuses it."""
        return self.status not in (*AWAY, "ahead", "on-duty")

    @property
    def is_kept(self) -> bool:
        """Whether it was kept whole: there in time, and signed out in time."""
        return self.status == "present"


def presence(
    staff_id: int, day: date, shift: str, told: Iterable[Told], *, away: str | None, is_over: bool
) -> Presence:
    """Fold the stamps of a shift; ``away`` is the kind of the absence on that day, if any.

    A correction stands in the place of what it corrects: the last one counts, and the rest is still there.
    """
    stamps = sorted(told, key=lambda one: one.at)
    if not stamps:
        return Presence(staff_id, day, shift, _missing(away, is_over))  # type: ignore[arg-type]
    found: dict[str, Any] = {"window": next((one.window for one in stamps if one.window), None)}
    found["stands_in_for"] = next((one.stands_in_for for one in stamps if one.stands_in_for), ())
    is_forgotten = False
    for one in stamps:
        if one.kind == "closed":
            is_forgotten = True
        if one.kind in ("in", "corrected"):
            found |= {"in_at": one.in_at, "late_minutes": one.late_minutes}
        if one.kind in ("out", "corrected"):
            found |= {"out_at": one.out_at, "early_minutes": one.early_minutes}
        if one.kind == "corrected":
            is_forgotten = False
            found |= {"corrected_by": one.by, "reason": one.reason}
    return Presence(staff_id, day, shift, _status(found, away, is_forgotten, is_over), **found)


def _missing(away: str | None, is_over: bool) -> str:
    return away or ("absent" if is_over else "ahead")


def _status(found: dict[str, Any], away: str | None, is_forgotten: bool, is_over: bool) -> Status:
    if is_forgotten:
        return "forgotten"
    if found.get("in_at") is None:
        return _missing(away, is_over)  # type: ignore[return-value]
    if found.get("out_at") is None:
        return "on-duty"
    late, early = found.get("late_minutes", 0) > 0, found.get("early_minutes", 0) > 0
    return "late-early" if late and early else "late" if late else "early" if early else "present"
