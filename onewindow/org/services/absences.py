"""AB岗: who stands in for whom, and when somebody is away."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from onewindow.base import facts, generations
from onewindow.kernel.actor import ADMINISTRATORS, Actor
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import snapshot
from onewindow.org.models import ABSENCE_KINDS, Absence, Deputy
from onewindow.org.services.staff import locked


def name_deputy(
    actor: Actor,
    staff_id: int,
    *,
    deputy_id: int,
    now: datetime,
    from_on: date | None = None,
    until_on: date | None = None,
) -> int:
    """Name who takes over on absence; returns the id.

    A deputy acts with duties of their own: they must hold a role of the other in the same organ, and
    administrators have no deputies, so that nobody slips into a role that was never granted.
    """
    _may_arrange(actor, staff_id)
    starts_on = from_on or now.date()
    if until_on is not None and until_on < starts_on:
        raise Invalid("bad-dates", N_("截止日期不能早于起始日期"))
    _refuse_unfit(staff_id, deputy_id, on=max(starts_on, now.date()))
    with transaction.atomic():
        for one in sorted({staff_id, deputy_id}):
            locked(one)
        Deputy.objects.filter(staff=staff_id, deputy=deputy_id, is_revoked=False).update(is_revoked=True)
        row = Deputy.objects.create(
            staff_id=staff_id, deputy_id=deputy_id, from_on=starts_on, until_on=until_on
        )
        data = {"deputy": deputy_id, "from": str(starts_on), "until": str(until_on or "")}
        facts.record("staff", staff_id, "deputy-named", at=now, actor=actor, data=data)
        generations.touch("org")
    return row.id


def release_deputy(actor: Actor, staff_id: int, *, deputy_id: int, now: datetime) -> None:
    """End a stand-in."""
    _may_arrange(actor, staff_id)
    with transaction.atomic():
        locked(staff_id)
        ended = Deputy.objects.filter(staff=staff_id, deputy=deputy_id, is_revoked=False).update(
            is_revoked=True
        )
        if ended:
            facts.record(
                "staff", staff_id, "deputy-released", at=now, actor=actor, data={"deputy": deputy_id}
            )
            generations.touch("org")


def set_absence(
    actor: Actor,
    staff_id: int,
    *,
    from_on: date,
    until_on: date,
    now: datetime,
    kind: str = "leave",
    reason: str = "",
) -> int:
    """Note that somebody is away from a day to a day, both included; returns the id.

    ``kind``: on leave, on business elsewhere, or sick (``ABSENCE_KINDS``).

    One says so oneself, or the head of the organ, the hall's manager or the security administrator does.
    Days that have passed cannot be noted afterwards.
    """
    _may_arrange(actor, staff_id)
    if kind not in ABSENCE_KINDS:
        raise Invalid("bad-kind", N_("请选择事由：请假、公出或病假"))
    if until_on < from_on or (until_on - from_on).days > 366:
        raise Invalid("bad-dates", N_("缺勤日期不正确：截止日期不能早于起始日期，最长一年"))
    if from_on < now.date():
        raise Invalid("past-dates", N_("不能补记已经过去的日期"))
    with transaction.atomic():
        locked(staff_id)
        row = Absence.objects.create(
            staff_id=staff_id, from_on=from_on, until_on=until_on, kind=kind, reason=reason[:200]
        )
        data = {"absence": row.id, "kind": kind, "from": str(from_on), "until": str(until_on)}
        facts.record("staff", staff_id, "absence-noted", at=now, actor=actor, data=data)
        generations.touch("org")
    return row.id


def cancel_absence(actor: Actor, absence_id: int, *, now: datetime) -> None:
    """Somebody is back early or does not go: from now on nobody stands in."""
    row = Absence.objects.filter(pk=absence_id, is_cancelled=False).first()
    if row is None:
        raise NotFound("no-absence", N_("没有这条缺勤记录"))
    _may_arrange(actor, row.staff_id)
    with transaction.atomic():
        locked(row.staff_id)
        Absence.objects.filter(pk=absence_id).update(is_cancelled=True)
        facts.record(
            "staff", row.staff_id, "absence-cancelled", at=now, actor=actor, data={"absence": absence_id}
        )
        generations.touch("org")


def _may_arrange(actor: Actor, staff_id: int) -> None:
    if actor.account_id == staff_id or actor.has("secadmin", "manager", "system"):
        return
    one = snapshot.current().staff.get(staff_id)
    if not (actor.has("head") and one and one.organ_id == actor.organ_id):
        raise NotAllowed("not-yours", N_("只能安排自己或本部门人员的缺勤和代岗"))


def _refuse_unfit(staff_id: int, deputy_id: int, *, on: date) -> None:
    now = snapshot.current()
    one, other = now.staff.get(staff_id), now.staff.get(deputy_id)
    if one is None or other is None or not other.is_active:
        raise NotFound("no-staff", N_("没有这位工作人员"))
    if one.id == other.id:
        raise RuleBroken("own-deputy", N_("不能指定自己为代岗人"))
    posts = _posts(one, on=on)
    if any(role in ADMINISTRATORS for role, _ in posts):
        raise RuleBroken("administrator-deputy", N_("管理员岗位不设代岗"))
    if not posts & _posts(other, on=on):
        raise RuleBroken("unfit-deputy", N_("代岗人须在同一部门担任相同职责"))


def _posts(one: snapshot.StaffInfo, *, on: date) -> set[tuple[str, int | None]]:
    return {(duty.role, duty.organ_id) for duty in one.duties if duty.holds(on)}
