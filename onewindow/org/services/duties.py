"""Duties and authority: granted by two security administrators, never to oneself.

The deeds here are the second half of a change that one has proposed and another confirms (``changes``); the
machine itself (``onewindow user``) acts alone, and the fact says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from onewindow.base import facts, generations
from onewindow.kernel.actor import STAFF_ROLES, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import rules
from onewindow.org.models import Authority, Duty, Organ, Region
from onewindow.org.regions import short_code
from onewindow.org.services.staff import locked


def appoint(
    actor: Actor,
    staff_id: int,
    *,
    role: str,
    now: datetime,
    organ_id: int | None = None,
    region: str | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    second: Actor | None = None,
) -> int:
    """Give somebody a role from a day (today) to a day (open); returns the id of the duty.

    Examiner, approver and head always serve one organ. Nobody holds two administrator roles, and an
    administrator no other role; a duty still to come counts as held. The same duty twice is one.
    """
    starts_on = from_on or now.date()
    _may_grant(actor, staff_id, second)
    _check(role, organ_id=organ_id, region=region, from_on=starts_on, until_on=until_on)
    with transaction.atomic():
        locked(staff_id)
        _close_ended(staff_id, today=now.date())
        _refuse_clash(staff_id, role)
        area = short_code(region) if region else None
        same = Duty.objects.filter(staff=staff_id, role=role, organ=organ_id, is_revoked=False).first()
        if same and same.from_on <= starts_on and (same.until_on, same.region_id) == (until_on, area):
            return same.id
        if same:
            Duty.objects.filter(pk=same.pk).update(is_revoked=True)
        row = Duty.objects.create(
            staff_id=staff_id,
            role=role,
            organ_id=organ_id,
            region_id=area,
            from_on=starts_on,
            until_on=until_on,
            granted_by=_names(actor, second),
        )
        data = {"role": role, "organ": organ_id, "from": str(starts_on), "until": str(until_on or "")}
        facts.record(
            "staff", staff_id, "appointed", at=now, actor=second or actor, data=data | _eyes(actor, second)
        )
        generations.touch("org")
    return row.id


def revoke(
    actor: Actor,
    staff_id: int,
    *,
    role: str,
    now: datetime,
    organ_id: int | None = None,
    second: Actor | None = None,
) -> int:
    """Take a role away at once, from one organ or (None) everywhere; returns how many duties ended."""
    _may_grant(actor, staff_id, second)
    with transaction.atomic():
        locked(staff_id)
        duties = Duty.objects.filter(staff=staff_id, role=role, is_revoked=False)
        if organ_id is not None:
            duties = duties.filter(organ=organ_id)
        ended = duties.update(is_revoked=True)
        if ended:
            data = {"role": role, "organ": organ_id}
            facts.record(
                "staff", staff_id, "revoked", at=now, actor=second or actor, data=data | _eyes(actor, second)
            )
            generations.touch("org")
    return ended


def grant_authority(
    actor: Actor,
    staff_id: int,
    *,
    organ_id: int,
    powers: Iterable[str],
    now: datetime,
    items: Iterable[str] = (),
    is_chief: bool = False,
    from_on: date | None = None,
    until_on: date | None = None,
    second: Actor | None = None,
) -> int:
    """Give one person powers for an organ beyond the duties; returns the id.

    ``items`` limits them to task codes. The chief representative (one per organ) stands at the window with
    the department's authority; a new one is named when the old one's authority has been revoked.
    """
    _may_grant(actor, staff_id, second)
    chosen, starts_on = tuple(dict.fromkeys(powers)), from_on or now.date()
    if not chosen or not set(chosen) <= set(rules.POWERS):
        raise Invalid("bad-powers", N_("授权范围须为受理、审查、决定、延期中的一项或多项"))
    _check_dates(starts_on, until_on)
    with transaction.atomic():
        locked(staff_id)
        _close_ended(staff_id, today=now.date())
        Authority.objects.filter(organ=organ_id, is_revoked=False, until_on__lt=now.date()).update(
            is_revoked=True
        )
        for power in chosen:
            _refuse_clash(staff_id, rules.ROLE_OF_POWER[power])
        _refuse_second_chief(organ_id, staff_id, is_chief=is_chief)
        row = Authority.objects.create(
            staff_id=staff_id,
            organ_id=organ_id,
            powers=list(chosen),
            items=sorted(set(items)),
            is_chief=is_chief,
            from_on=starts_on,
            until_on=until_on,
            granted_by=_names(actor, second),
        )
        data = {
            "authority": row.id,
            "organ": organ_id,
            "powers": list(chosen),
            "items": row.items,
            "chief": is_chief,
        }
        facts.record(
            "staff", staff_id, "authorised", at=now, actor=second or actor, data=data | _eyes(actor, second)
        )
        generations.touch("org")
    return row.id


def revoke_authority(actor: Actor, authority_id: int, *, now: datetime, second: Actor | None = None) -> None:
    """Take an authority back at once."""
    row = Authority.objects.filter(pk=authority_id).first()
    if row is None:
        raise NotFound("no-authority", N_("没有这项授权"))
    _may_grant(actor, row.staff_id, second)
    with transaction.atomic():
        locked(row.staff_id)
        Authority.objects.filter(pk=authority_id).update(is_revoked=True)
        data = {"authority": authority_id}
        facts.record(
            "staff",
            row.staff_id,
            "authority-revoked",
            at=now,
            actor=second or actor,
            data=data | _eyes(actor, second),
        )
        generations.touch("org")


def _may_grant(actor: Actor, staff_id: int, second: Actor | None) -> None:
    for one in (actor, second or actor):
        if not one.has("secadmin", "system"):
            raise NotAllowed("not-secadmin", N_("只有安全管理员可以授予或收回职责"))
        if one.account_id == staff_id:
            raise RuleBroken("own-duties", N_("不能变更自己的职责"))
    if not actor.has("system") and (second is None or second.account_id == actor.account_id):
        raise RuleBroken("second-administrator", N_("职责变更须由另一名安全管理员确认"))


def _names(actor: Actor, second: Actor | None) -> str:
    return actor.username if second is None else f"{actor.username}, {second.username}"


def _eyes(actor: Actor, second: Actor | None) -> dict[str, str]:
    """Who stands behind the change beside the one who confirmed it; at the machine nobody does."""
    return {"proposed_by": actor.username} if second is not None else {"alone": "machine"}


def _check(
    role: str, *, organ_id: int | None, region: str | None, from_on: date, until_on: date | None
) -> None:
    if role not in STAFF_ROLES:
        raise Invalid(
            "bad-role", N_("没有这个角色"), fields=[FieldError("role", "unknown", N_("没有这个角色"))]
        )
    if role in rules.ORGAN_ROLES and organ_id is None:
        raise Invalid("organ-required", N_("审查、决定和负责人职责须指定部门"))
    if organ_id is not None and not Organ.objects.filter(pk=organ_id).exists():
        raise NotFound("no-organ", N_("没有这个部门"))
    if region is not None and not Region.objects.filter(pk=short_code(region)).exists():
        raise NotFound("no-region", N_("没有这个行政区划"))
    _check_dates(from_on, until_on)


def _check_dates(from_on: date, until_on: date | None) -> None:
    if until_on is not None and until_on < from_on:
        raise Invalid("bad-dates", N_("截止日期不能早于起始日期"))


def _close_ended(staff_id: int, *, today: date) -> None:
    """What has run out by its date no longer stands in the way of something new."""
    for held in (Duty, Authority):
        held.objects.filter(staff=staff_id, is_revoked=False, until_on__lt=today).update(is_revoked=True)


def _refuse_clash(staff_id: int, role: str) -> None:
    held = set(Duty.objects.filter(staff=staff_id, is_revoked=False).values_list("role", flat=True))
    for powers in Authority.objects.filter(staff=staff_id, is_revoked=False).values_list("powers", flat=True):
        held |= {rules.ROLE_OF_POWER[power] for power in powers}
    other = rules.clash(role, held)
    if other:
        message = N_("一人不得兼任：已担任 %(other)s，不能再担任 %(role)s")
        raise RuleBroken("roles-clash", message, params={"other": other, "role": role})


def _refuse_second_chief(organ_id: int, staff_id: int, *, is_chief: bool) -> None:
    if is_chief and Authority.objects.filter(organ=organ_id, is_chief=True, is_revoked=False).exists():
        raise RuleBroken("second-chief", N_("该部门已有首席代表，请先收回原授权"))
