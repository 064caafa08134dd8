"""Changes of duties by four eyes: proposed by one security administrator, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from onewindow.base import accounts, facts
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org.models import DutyChange
from onewindow.org.services import duties
from onewindow.org.services.staff import locked

OPEN_FOR = timedelta(days=7)
_DATES = ("from_on", "until_on")


def propose(
    actor: Actor, staff_id: int, *, deed: str, body: dict[str, Any], reason: str, now: datetime
) -> int:
    """Ask for ``deed`` ("appoint", "revoke", "grant-authority", "revoke-authority") with its arguments.

    Tried at once and taken back, so that what could never be confirmed is refused here. Returns the number.
    """
    _may(actor, staff_id)
    why = reason.strip()
    if not 2 <= len(why) <= 200:
        message = N_("请写明理由，2 至 200 个字")
        raise Invalid("reason-required", message, fields=[FieldError("reason", "length", message)])
    if deed not in _DEEDS:
        raise NotFound("unknown-deed", N_("没有这个操作。"))
    _try(actor, staff_id, deed, body, now)
    with transaction.atomic():
        locked(staff_id)
        same = DutyChange.objects.filter(staff=staff_id, deed=deed, body=_kept(body), state="proposed")
        found = same.filter(proposed_at__gt=now - OPEN_FOR).values_list("id", flat=True).first()
        if found is not None:
            return found
        row = DutyChange.objects.create(
            staff_id=staff_id,
            deed=deed,
            body=_kept(body),
            reason=why,
            proposer_id=actor.account_id,
            proposed_at=now,
        )
        _record(row, "change-proposed", actor, now)
    return row.id


def confirm(actor: Actor, change_id: int, *, now: datetime) -> None:
    """The second administrator agrees: the change takes effect at once."""
    with transaction.atomic():
        row = _open(change_id, now)
        _may(actor, row.staff_id)
        if actor.account_id == row.proposer_id:
            raise RuleBroken("second-administrator", N_("职责变更须由另一名安全管理员确认"))
        _decide(row, "confirmed", actor, now)
        proposer = accounts.actor(row.proposer_id)
        _DEEDS[row.deed](proposer, row.staff_id, now=now, second=actor, **_read(row.body))


def decline(actor: Actor, change_id: int, *, now: datetime) -> None:
    """The second administrator refuses, or the proposer takes it back."""
    with transaction.atomic():
        row = _open(change_id, now)
        _may(actor, row.staff_id)
        is_own = actor.account_id == row.proposer_id
        _decide(row, "withdrawn" if is_own else "declined", actor, now)
        _record(row, "change-" + row.state, actor, now)


def _decide(row: DutyChange, state: str, actor: Actor, now: datetime) -> None:
    row.state, row.decided_at = state, now
    row.second_id = None if state == "withdrawn" else actor.account_id
    row.save(update_fields=["state", "decided_at", "second_id"])


def _open(change_id: int, now: datetime) -> DutyChange:
    row = DutyChange.objects.select_for_update().filter(pk=change_id).first()
    if row is None:
        raise NotFound("no-change", N_("没有这项变更。"))
    if row.state != "proposed":
        raise RuleBroken("change-decided", N_("这项变更已有结论。"))
    if row.proposed_at <= now - OPEN_FOR:
        raise RuleBroken("change-ended", N_("这项变更超过 7 天未确认，已失效，请重新提出。"))
    return row


def _may(actor: Actor, staff_id: int) -> None:
    if not actor.has("secadmin"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以授予或收回职责"))
    if actor.account_id == staff_id:
        raise RuleBroken("own-duties", N_("不能变更自己的职责"))


class _TakenBack(Exception):
    """Ends the trial."""


def _try(actor: Actor, staff_id: int, deed: str, body: dict[str, Any], now: datetime) -> None:
    """Carry it out with somebody who does not exist as the second, and take all of it back."""
    nobody = Actor(account_id=-1, username="-", name="", roles=frozenset({"secadmin"}))
    try:
        with transaction.atomic():
            _DEEDS[deed](actor, staff_id, now=now, second=nobody, **body)
            raise _TakenBack
    except _TakenBack:
        pass


def _revoke_authority(
    actor: Actor, staff_id: int, *, authority_id: int, now: datetime, second: Actor
) -> None:
    duties.revoke_authority(actor, authority_id, now=now, second=second)


_DEEDS: dict[str, Callable[..., Any]] = {
    "appoint": duties.appoint,
    "revoke": duties.revoke,
    "grant-authority": duties.grant_authority,
    "revoke-authority": _revoke_authority,
}


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in body.items()
        if value is not None
    }


def _read(body: dict[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if name in _DATES else value for name, value in body.items()}


def _record(row: DutyChange, type: str, actor: Actor, now: datetime) -> None:
    data = {"change": row.id, "deed": row.deed, "role": row.body.get("role", "")}
    facts.record("staff", row.staff_id, type, at=now, actor=actor, data=data)
