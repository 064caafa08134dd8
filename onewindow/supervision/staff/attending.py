"""Deeds of attendance: coming, going, the sweep for what was forgotten, and corrections by another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from django.db import connection, transaction

from onewindow.base import facts
from onewindow.base.clock import day_of
from onewindow.cases.services import checking
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import queries as org
from onewindow.supervision.staff import hours, rows
from onewindow.supervision.staff.hours import Hours, Shift
from onewindow.supervision.staff.models import OpenShift, Stamp

# Who sits where attendance is kept.
AT_WORK = ("clerk", "issuer", "examiner", "approver", "head")
STREAM = "attendance"


Zoned = Annotated[datetime, msgspec.Meta(tz=True)]


class CorrectionIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A correction: the shift, when the person really came and went (both null: was not there), and why."""

    username: str
    day: date
    shift: str
    in_at: Zoned | None = None
    out_at: Zoned | None = None
    reason: str


def sign_in(actor: Actor, *, now: datetime) -> None:
    """Come to work; saying it again changes nothing.

    Raises ``NotAllowed`` for who keeps no hours, ``RuleBroken`` ``no-shift`` outside the hours and ``away``
    on a day of a noted absence (which is to be cancelled first).
    """
    _refuse_other(actor)
    told, day = hours.current(), day_of(now)
    shift = told.shift_at(hall_of(actor.window_id), now)
    if shift is None:
        raise RuleBroken("no-shift", N_("现在不在上班时间，不能签到。"))
    if org.is_away(actor.account_id, on=day):
        raise RuleBroken("away", N_("今天登记了不在岗，请先销假再签到。"))
    with transaction.atomic():
        _lock(actor.account_id)
        if Stamp.objects.filter(staff_id=actor.account_id, day=day, shift=shift.code, kind="in").exists():
            return
        _close_forgotten(actor.account_id, now)
        late = told.late(shift, day, now)
        stands_in_for = sorted(org.stands_in_for(actor.account_id, on=day))
        data: dict[str, Any] = {
            "late_minutes": late,
            "window": actor.window_id,
            "stands_in_for": stands_in_for,
        }
        _leave(actor.account_id, day, shift.code, "in", actor=actor, now=now, in_at=now, **data)
        OpenShift.objects.create(
            staff_id=actor.account_id,
            day=day,
            shift=shift.code,
            in_at=now,
            closes_at=told.closes_at(shift, day),
        )


def sign_out(actor: Actor, *, now: datetime) -> None:
    """Go; saying it again changes nothing. Raises ``RuleBroken`` ``not-in`` without having come."""
    _refuse_other(actor)
    with transaction.atomic():
        _lock(actor.account_id)
        row = OpenShift.objects.filter(staff_id=actor.account_id).first()
        if row is None:
            if Stamp.objects.filter(staff_id=actor.account_id, day=day_of(now), kind="out").exists():
                return
            raise RuleBroken("not-in", N_("还没有签到。"))
        if row.closes_at <= now:
            _close(row, now)
            return
        told = hours.current()
        shift = _shift(told, hall_of(actor.window_id), row.shift)
        early = told.early(shift, row.day, now) if shift else 0
        _leave(
            row.staff_id, row.day, row.shift, "out", actor=actor, now=now, out_at=now, early_minutes=early,
            window=actor.window_id,
        )  # fmt: skip
        row.delete()


def sweep(now: datetime) -> int:
    """Close the shifts that nobody signed out of, marked as forgotten; how many."""
    with transaction.atomic():
        found = list(OpenShift.objects.select_for_update(skip_locked=True).filter(closes_at__lte=now)[:200])
        for row in found:
            _close(row, now)
    return len(found)


def correct(actor: Actor, body: Any, *, now: datetime) -> None:
    """Tell what really was, beside what was signed; a manager does, and never for himself.

    Raises ``NotAllowed``, ``Invalid``, ``NotFound``.
    """
    if not actor.has("manager"):
        raise NotAllowed("role-lacks-it", N_("考勤由中心管理人员更正。"))
    told: CorrectionIn = checking.read(body, CorrectionIn)
    one = org.staff_by_username(told.username)
    if one is None:
        raise NotFound("no-staff", N_("没有这位工作人员"))
    if one.id == actor.account_id:
        raise NotAllowed("own-attendance", N_("不能更正自己的考勤，请由另一位管理人员更正。"))
    kept = hours.current()
    shift = _shift(kept, hall_of(one.window_id), told.shift)
    if shift is None:
        raise NotFound("no-shift", N_("没有这个班次。"))
    _refuse_nonsense(told, now)
    with transaction.atomic():
        _lock(one.id)
        OpenShift.objects.filter(staff_id=one.id, day=told.day, shift=told.shift).delete()
        _leave(
            one.id, told.day, told.shift, "corrected", actor=actor, now=now, in_at=told.in_at, out_at=told.out_at,
            late_minutes=kept.late(shift, told.day, told.in_at) if told.in_at else 0,
            early_minutes=kept.early(shift, told.day, told.out_at) if told.out_at else 0,
            reason=told.reason.strip(),
        )  # fmt: skip


def _refuse_nonsense(told: CorrectionIn, now: datetime) -> None:
    if not told.reason.strip() or len(told.reason) > 500:
        raise Invalid("no-reason", N_("请写明更正的理由，最多 500 字。"))
    if (told.in_at is None) != (told.out_at is None):
        raise Invalid("half-a-shift", N_("到岗和离岗时间要么都填，要么都不填（未到岗）。"))
    if told.in_at and told.out_at:
        is_ordered = told.in_at < told.out_at <= now
        if not is_ordered or {day_of(told.in_at), day_of(told.out_at)} != {told.day}:
            raise Invalid("bad-times", N_("到岗要早于离岗，都在当天，且不在将来。"))
    elif told.day > day_of(now):
        raise Invalid("bad-times", N_("到岗要早于离岗，都在当天，且不在将来。"))


def hall_of(window_id: int | None) -> str | None:
    """The name of the hall in which a window stands, as the hours know it."""
    return None if window_id is None else org.window(window_id).center_name


def _shift(told: Hours, hall: str | None, code: str) -> Shift | None:
    return next((one for one in told.of(hall) if one.code == code), None)


def _close_forgotten(staff_id: int, now: datetime) -> None:
    for row in OpenShift.objects.filter(staff_id=staff_id):
        _close(row, now)


def _close(row: OpenShift, now: datetime) -> None:
    _leave(row.staff_id, row.day, row.shift, "closed", actor=SYSTEM, now=now)
    row.delete()


def _refuse_other(actor: Actor) -> None:
    if not actor.has(*AT_WORK):
        raise NotAllowed("keeps-no-hours", N_("您的岗位不在窗口考勤。"))


def _lock(staff_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM org_staff WHERE account_id = %s FOR NO KEY UPDATE", [staff_id])


def _leave(
    staff_id: int,
    day: date,
    shift: str,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    **told: Any,
) -> None:
    row = Stamp.objects.create(
        staff_id=staff_id, day=day, shift=shift, kind=kind, by=actor.username, at=now, reason=reason, **told
    )
    data = {name: _plain(value) for name, value in told.items()}
    data |= {"day": day.isoformat(), "shift": shift, "row": rows.digest(row)}
    facts.record(STREAM, staff_id, _TYPES[kind], at=now, actor=actor, data=data)


_TYPES = {"in": "signed-in", "out": "signed-out", "closed": "closed-by-clock", "corrected": "corrected"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
