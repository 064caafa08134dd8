"""Deeds on tickets of bad ratings; each locks the row, decides by the rules, writes and records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.base import calendars, facts
from onewindow.base.clock import day_of
from onewindow.cases.services import checking
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from onewindow.reviews import links, store
from onewindow.reviews.models import Rater, Rating, Ticket
from onewindow.reviews.rules import acts, tickets
from onewindow.reviews.rules.acts import ActIn, Columns
from onewindow.reviews.rules.terms import Terms


def open_for(rating: Rating, *, now: datetime) -> None:
    """Open the ticket of a bad rating, in the rating's own transaction."""
    id = store.next_id("reviews_ticket")
    ticket, trace = opened(rating, id=id, now=now, terms=store.terms_now(), table=calendars.table())
    ticket.save(force_insert=True)
    store.keep(trace)


def opened(
    rating: Rating, *, id: int, now: datetime, terms: Terms, table: DayTable
) -> tuple[Ticket, store.Trace]:
    """The ticket of a bad rating and the trace of its opening, not yet written."""
    today = day_of(now)
    columns = tickets.opening(today, terms=terms, table=table)
    ticket = Ticket(
        id=id, number=f"CP{today:%Y%m%d}{id:06d}", rating=rating, organ_id=rating.organ_id, opened_at=now, **columns
    )  # fmt: skip
    data = {"number": ticket.number, "rating": rating.pk, "organ": rating.organ_id, "grade": rating.grade}
    return ticket, store.trace("ticket", id, "opened", seq=1, actor=SYSTEM, at=now, data=data)


def act(actor: Actor, number: str, name: str, body: Any, *, now: datetime) -> None:
    """Carry out the act ``name`` (``tickets.ACTS``) with a body as ``ActIn``.

    Raises ``NotFound`` (no such ticket for this actor, or no such act), ``NotAllowed``, ``RuleBroken``,
    ``Invalid``, ``Stale``.
    """
    if name not in tickets.ACTS:
        raise NotFound("no-action", N_("没有这个操作。"))
    told = checking.read(body, ActIn)
    with transaction.atomic():
        ticket = locked(actor, number)
        if ticket.version != told.version:
            raise Stale("stale-version", N_("刚才有人处理过，请看过最新情况再操作。"))
        seq, standing = facts.next_seq("ticket", ticket.pk), ticket.rating.standing
        terms, table = store.terms_now(), calendars.table()
        trace = take(ticket, name, told, actor, seq=seq, now=now, terms=terms, table=table)
        ticket.save()
        if ticket.rating.standing != standing:
            ticket.rating.save(update_fields=["standing"])
        store.keep(trace)


def take(
    ticket: Ticket, name: str, told: ActIn, actor: Actor, *, seq: int, now: datetime, terms: Terms, table: DayTable
) -> store.Trace:  # fmt: skip
    """Take an act on a ticket in hand, and on its rating where the act judges that; the trace of it.

    Nothing is written. Raises ``NotAllowed``, ``RuleBroken`` and ``Invalid``, and then nothing has changed.
    """
    today = day_of(now)
    refused = tickets.refusal(name, ticket, actor, is_anonymous=ticket.rating.is_anonymous, today=today)
    if refused is not None:
        raise refused
    acts.checked(tickets.ACTS[name], told)
    before = ticket.state
    _move(ticket, tickets.moved(name, ticket, told, actor, today=today, terms=terms, table=table), now=now)
    data = {"from": before, "to": ticket.state} | _said(told)
    return store.trace("ticket", ticket.pk, name, seq=seq, actor=actor, at=now, text=told.text, data=data)


def _said(told: ActIn) -> dict[str, str]:
    return {name: getattr(told, name) for name in ("verdict", "outcome") if getattr(told, name)}


def locked(actor: Actor, number: str) -> Ticket:
    """The ticket, held for this transaction; ``NotFound`` when it is not the actor's to see."""
    found = (
        Ticket.objects.select_for_update(of=("self",)).select_related("rating").filter(number=number).first()
    )
    if found is None or not acts.may_read(actor, found.organ_id):
        raise NotFound("no-ticket", N_("没有这张整改单。"))
    return found


def _move(ticket: Ticket, columns: Columns, *, now: datetime) -> None:
    ticket.rating.standing = columns.pop("standing", ticket.rating.standing)
    for name, value in columns.items():
        setattr(ticket, name, value)
    ticket.version += 1
    ticket.is_overdue = False
    if ticket.state == "closed":
        ticket.closed_at = now


def rate_again(token: str, grade: int, *, actor: Actor | None = None, now: datetime) -> None:
    """The second rating by the rater's own link, once, after the answer. ``grade`` 1 to 5."""
    if actor is not None and actor.is_staff:
        raise NotAllowed(
            "staff-cannot-rate", N_("工作人员不能代替群众评价，请让申请人自己扫码或者上网评价。")
        )
    if not 1 <= grade <= 5:
        raise Invalid("no-grade", N_("请选一个评价。"))
    link = links.read(token, now=now)
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(number=link.what).first()
        if ticket is None:
            raise NotFound("no-ticket", N_("没有这张整改单。"))
        refused = tickets.refuse_second(ticket)
        if refused is not None:
            raise refused
        Ticket.objects.filter(pk=ticket.pk).update(second_grade=grade, version=ticket.version + 1)
        store.leave("ticket", ticket.pk, "rated-again", actor=store.RATER, at=now, data={"grade": grade})


def open_rater(actor: Actor, number: str, *, reason: str, now: datetime) -> dict[str, str]:
    """Who rated: {"name", "phone"}, for a supervisor of another organ, with a reason; the opening is recorded."""
    reason = reason.strip()[:500]
    if not reason:
        raise Invalid("no-reason", N_("请写明为什么要看评价人的身份。"))
    with transaction.atomic():
        ticket = locked(actor, number)
        if not actor.has("supervisor") or actor.organ_id == ticket.organ_id:
            raise NotAllowed("not-yours-to-know", N_("评价人的身份只有电子监察人员凭理由才能查看。"))
        kept = Rater.objects.filter(pk=ticket.rating_id).first()
        if kept is None:
            raise RuleBroken("anonymous", N_("这是匿名评价，没有记录评价人。"))
        if not kept.sealed:
            raise RuleBroken("erased", N_("姓名和电话已应本人要求依法删除。"))
        store.leave("ticket", ticket.pk, "rater-opened", actor=actor, at=now, text=reason, data={})
    found = store.unseal_person(kept.sealed, "rater", ticket.rating_id)
    return {"name": str(found["name"]), "phone": str(found["phone"])}


def sweep(now: datetime) -> int:
    """Mark tickets whose step is past its day, once for each step; how many."""
    today = day_of(now)
    with transaction.atomic():
        late = list(
            Ticket.objects.select_for_update(skip_locked=True).filter(
                due_on__lt=today, is_overdue=False, closed_at=None
            )[:200]
        )
        for ticket in late:
            trace = be_late(ticket, seq=facts.next_seq("ticket", ticket.pk), now=now)
            ticket.save(update_fields=["is_overdue", "version"])
            store.keep(trace)
    return len(late)


def be_late(ticket: Ticket, *, seq: int, now: datetime) -> store.Trace:
    """Mark a ticket whose step is past its day; the trace of it. Nothing is written."""
    assert ticket.due_on is not None
    ticket.is_overdue = True
    ticket.version += 1
    data = {"state": ticket.state, "due_on": ticket.due_on.isoformat()}
    return store.trace("ticket", ticket.pk, "overdue", seq=seq, actor=SYSTEM, at=now, data=data)
