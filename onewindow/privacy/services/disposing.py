"""Disposal of closed cases whose time is over (档案鉴定销毁): a list by one person, the approval of another, then
each case by itself, told by facts with the digests of what went."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import msgspec
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from onewindow.base import facts
from onewindow.base.clock import day_of
from onewindow.cases import services as cases
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from onewindow.notices import erasing as notices
from onewindow.privacy import queries, settings
from onewindow.privacy.models import Disposal
from onewindow.privacy.services import erasing

TASK = "privacy.dispose"
MOST = 1000  # cases of one list: what two people can look at
LONGEST_REASON = 500


def propose(actor: Actor, *, reason: str, now: datetime) -> int:
    """List what may go today (at most ``MOST`` cases) and ask for its disposal; the number of the list.

    ``reason`` names the appraisal (鉴定意见). Raises ``RuleBroken`` when nothing may go or a list waits already.
    """
    if not actor.has("sysadmin"):
        raise NotAllowed("not-sysadmin", N_("只有系统管理员可以提出销毁清册。"))
    text = " ".join(reason.split())
    if not 5 <= len(text) <= LONGEST_REASON:
        message = N_("请写明鉴定意见的日期、文号和参加人，5 至 500 字。")
        raise Invalid("bad-reason", message, fields=[FieldError("reason", "length", message)])
    today = day_of(now)
    listed = [[one.id, one.case_no] for one in queries.expired(today=today, limit=MOST)]
    if not listed:
        raise RuleBroken("nothing-expired", N_("现在没有保管期满的办件。"))
    try:
        with transaction.atomic():
            row = Disposal.objects.create(
                as_of=today,
                state="proposed",
                cases=listed,
                digest=sha256(msgspec.json.encode(listed)).digest(),
                reason=text,
                proposer_id=actor.account_id,
                proposed_at=now,
            )
            _record(row, "proposed", actor, "sysadmin", now)
    except IntegrityError:
        raise RuleBroken("already-proposed", N_("已有一份销毁清册等待批准。")) from None
    return row.pk


def approve(actor: Actor, disposal_id: int, *, now: datetime) -> None:
    """A security administrator, another person, approves: the worker carries the list out."""
    with transaction.atomic():
        row = _waiting(disposal_id)
        if not actor.has("secadmin"):
            raise NotAllowed("not-secadmin", N_("只有安全管理员可以批准销毁清册。"))
        if row.proposer_id == actor.account_id:
            raise RuleBroken("same-person", N_("提出和批准必须是两个人。"))
        _decide(row, "approved", actor, "secadmin", now)
        app.configure_task(TASK).defer(disposal_id=row.pk)


def decline(actor: Actor, disposal_id: int, *, now: datetime) -> None:
    """The second administrator refuses, or whoever proposed takes it back."""
    with transaction.atomic():
        row = _waiting(disposal_id)
        is_own = row.proposer_id == actor.account_id
        if not is_own and not actor.has("secadmin"):
            raise NotAllowed("not-secadmin", N_("只有安全管理员可以批准销毁清册。"))
        _decide(row, "withdrawn" if is_own else "declined", actor, "sysadmin" if is_own else "secadmin", now)


def _waiting(disposal_id: int) -> Disposal:
    row = Disposal.objects.select_for_update().filter(pk=disposal_id, state="proposed").first()
    if row is None:
        raise NotFound("no-disposal", N_("没有等待批准的这份清册。"))
    return row


def _decide(row: Disposal, state: str, actor: Actor, role: str, now: datetime) -> None:
    row.state, row.decided_at, row.second_id = state, now, None if state == "withdrawn" else actor.account_id
    row.save(update_fields=["state", "decided_at", "second_id"])
    _record(row, state, actor, role, now)


def carry_out(disposal_id: int, *, now: datetime) -> None:
    """Erase the cases of an approved list, each in a transaction of its own; begun again it goes on.

    A case that must stay after all (reopened by a remedy, terms that were made longer) is left and counted.
    """
    row = Disposal.objects.filter(pk=disposal_id, state="approved").first()
    if row is None:
        return
    left = [case_no for key, case_no in row.cases if not _erase(row, key, now)]
    with transaction.atomic():
        row = Disposal.objects.select_for_update().get(pk=disposal_id)
        if row.state != "approved":
            return
        row.state, row.done_at = "done", now
        row.outcome = {"gone": len(row.cases) - len(left), "left": left}
        row.save(update_fields=["state", "done_at", "outcome"])
        _record(row, "done", SYSTEM, "system", now)


def _erase(row: Disposal, case_id: int, now: datetime) -> bool:
    """Whether the case went, now or before."""
    try:
        with transaction.atomic():
            gone = cases.erase(
                SYSTEM,
                case_id,
                role="system",
                erasure=row.pk,
                cause="disposal",
                kept=settings.retention(),
                now=now,
            )
            notices.erase_of_cases([gone.case_no])
            for erase_more in erasing.also:
                erase_more(
                    SYSTEM,
                    case_ids=[case_id],
                    account_id=0,
                    is_with_account=False,
                    kept=settings.retention(),
                    role="system",
                    now=now,
                )
    except (RuleBroken, Stale, NotFound):
        return False
    return True


def _record(row: Disposal, type: str, actor: Actor, role: str, now: datetime) -> None:
    data = {"cases": len(row.cases), "digest": bytes(row.digest).hex(), "as_of": row.as_of.isoformat()}
    if type == "done":
        data["gone"] = row.outcome["gone"]
    facts.record("disposal", row.pk, type, at=now, actor=actor, role=role, data=data)
