"""When the halls are open and what counts as late: settings, changed with a fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec
from django.db import transaction

from onewindow.base import facts, settings_store
from onewindow.base.clock import SHANGHAI
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed

SETTING = "supervision.hours"
Clock = Annotated[str, msgspec.Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=240)]


class Shift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the day from ``start`` to ``end`` (``HH:MM``, Asia/Shanghai)."""

    code: Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{1,20}\Z")]
    start: Clock
    end: Clock

    def begins(self, day: date) -> datetime:
        """The first instant of the shift on a day."""
        return datetime.combine(day, time.fromisoformat(self.start), SHANGHAI)

    def ends(self, day: date) -> datetime:
        """The last instant of the shift on a day."""
        return datetime.combine(day, time.fromisoformat(self.end), SHANGHAI)


USUAL = (Shift("morning", "09:00", "12:00"), Shift("afternoon", "13:00", "17:00"))


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shifts of all halls, those of single halls by their name, and the minutes around them.

    One may sign in ``before`` minutes ahead; up to ``grace`` minutes are neither late nor early; a shift that
    nobody signed out of is closed ``forgotten`` minutes after its end.
    """

    shifts: Annotated[tuple[Shift, ...], msgspec.Meta(min_length=1, max_length=4)] = USUAL
    halls: dict[str, tuple[Shift, ...]] = {}
    before: Minutes = 60
    grace: Minutes = 5
    forgotten: Minutes = 120

    def of(self, hall: str | None) -> tuple[Shift, ...]:
        """The shifts of a hall."""
        return self.halls.get(hall or "") or self.shifts

    def shift_at(self, hall: str | None, now: datetime) -> Shift | None:
        """The shift into which one signs at ``now``; None outside of all."""
        day, ahead = now.astimezone(SHANGHAI).date(), timedelta(minutes=self.before)
        return next((one for one in self.of(hall) if one.begins(day) - ahead <= now < one.ends(day)), None)

    def late(self, shift: Shift, day: date, at: datetime) -> int:
        """Minutes late; 0 within the grace."""
        minutes = int((at - shift.begins(day)).total_seconds() // 60)
        return minutes if minutes > self.grace else 0

    def early(self, shift: Shift, day: date, at: datetime) -> int:
        """Minutes gone too early; 0 within the grace."""
        minutes = int((shift.ends(day) - at).total_seconds() // 60)
        return minutes if minutes > self.grace else 0

    def closes_at(self, shift: Shift, day: date) -> datetime:
        """When the sweep closes a shift that was forgotten."""
        return shift.ends(day) + timedelta(minutes=self.forgotten)


def current() -> Hours:
    """The hours in force; what is stored wrongly counts as not stored. One statement."""
    return read(settings_store.get(SETTING))


def read(stored: Mapping[str, Any] | None) -> Hours:
    """Stored hours over the defaults."""
    try:
        return msgspec.convert(dict(stored or {}), Hours)
    except msgspec.ValidationError:
        return Hours()


def set_hours(actor: Actor, body: Any, *, now: datetime) -> Hours:
    """Put new hours in force from now on; what was signed stays as it was judged. ``manager`` only."""
    if not actor.has("manager"):
        raise NotAllowed("role-lacks-it", N_("上下班时间由中心管理人员设置。"))
    hours = checking.read(body, Hours)
    for shifts in (hours.shifts, *hours.halls.values()):
        _refuse_overlap(shifts)
    told = msgspec.to_builtins(hours)
    with transaction.atomic():
        settings_store.put(SETTING, told)
        facts.record("attendance-hours", 1, "set", at=now, actor=actor, data=told)
    return hours


def _refuse_overlap(shifts: tuple[Shift, ...]) -> None:
    codes = {one.code for one in shifts}
    in_order = all(one.start < one.end for one in shifts) and all(
        one.end <= after.start for one, after in zip(shifts, shifts[1:], strict=False)
    )
    if not shifts or not in_order or len(codes) != len(shifts):
        text = N_("班次要按时间先后、互不重叠，开始早于结束。")
        raise Invalid("bad-shifts", text, fields=[FieldError("shifts", "out-of-range", text)])
