"""Deeds of parcels: send a paper, order it at its carrier, take in what that tells, do what its arrival means."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from onewindow.base import accounts, clock, crypto, facts
from onewindow.cases import queries as cases
from onewindow.cases import services as case_services
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, Refusal, RuleBroken, Stale
from onewindow.parcels import carriers, telling
from onewindow.parcels.adapters import line
from onewindow.parcels.models import OPEN, Parcel, ParcelEvent
from onewindow.parcels.rules import ENDS, Event, Receiver, Sum, add_up

ORDER, SETTLE = "parcels.order", "parcels.settle"
SENDERS = ("clerk", "issuer")
CANCELLED = "cancelled"  # why a parcel has failed that was taken back before its carrier took it
SILENT_FOR = timedelta(hours=1)  # then a carrier is asked itself
_AT_ONCE = 50


def send(
    actor: Actor, case_no: str, document_no: str, *, carrier: str, receiver: dict[str, str], now: datetime
) -> str:
    """Give a paper that is not served yet to a carrier; our reference. The order itself is the worker's.

    Asked again while a parcel of this paper is on its way, that one's reference. Raises ``NotAllowed``, ``NotFound``,
    ``RuleBroken`` ("already-served"), ``Invalid`` (receiver).
    """
    _require_sender(actor)
    carriers.carrier(carrier)
    case = cases.view(actor, case_no, now=now)
    title = _unserved(case, document_no)
    whom = _receiver(receiver, case)
    reference = secrets.token_hex(8)
    row = Parcel(
        reference=reference,
        carrier=carrier,
        case_no=case["case_no"],
        document_no=document_no,
        title=title,
        receiver_sealed=crypto.encrypt(msgspec.json.encode(whom), bound_to=reference.encode()),
        state="asked",
        sent_by_id=actor.account_id,
        asked_at=now,
        moved_at=now,
        heard_at=clock.real_now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _record(row, "asked", actor, _role(actor), now)
            app.configure_task(ORDER).defer(parcel_id=row.pk)
    except IntegrityError:
        return Parcel.objects.values_list("reference", flat=True).get(document_no=document_no, state__in=OPEN)
    return reference


def _unserved(case: dict[str, Any], document_no: str) -> str:
    paper = next((one for one in case["documents"] if one["document_no"] == document_no), None)
    if paper is None or paper["kind"] == "delivery":
        raise NotFound("document-not-found", N_("没有这份文书。"))
    if any(one["document_no"] == document_no for one in case["services"]):
        raise RuleBroken("already-served", N_("这份文书已经送达。"))
    return str(paper["title"])


def _receiver(typed: dict[str, str], case: dict[str, Any]) -> Receiver:
    """Whom it goes to: what was typed, and for what was left blank the word of the application."""
    who, faults = case["applicant"], []
    stood = {"name": who["name"], "phone": who.get("phone"), "address": case["delivery"].get("address")}
    given = {name: typed.get(name, "").strip() or str(stood[name] or "") for name in stood}
    for name, message in (
        ("name", N_("请写明收件人。")),
        ("phone", N_("请写明收件人的电话。")),
        ("address", N_("请写明地址，或者取件柜的位置。")),
    ):
        value = given[name]
        try:
            msgspec.convert({"name": "名", "phone": "00000", "address": "地址地址"} | {name: value}, Receiver)
        except msgspec.ValidationError:
            faults.append(FieldError(name, "invalid", message))
    if faults:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=faults)
    return Receiver(**given)


def cancel(actor: Actor, case_no: str, reference: str, *, now: datetime) -> None:
    """Take an order back that no carrier has taken yet; done twice it is done once.

    Raises ``NotAllowed``, ``NotFound``, ``RuleBroken`` ("parcel-on-its-way": only the carrier's word counts then).
    """
    _require_sender(actor)
    case = cases.view(actor, case_no, now=now)
    with transaction.atomic():
        found = Parcel.objects.select_for_update(skip_locked=True).filter(reference=reference)
        row = found.filter(case_no=case["case_no"]).first()
        if row is None and not Parcel.objects.filter(reference=reference, case_no=case["case_no"]).exists():
            raise NotFound("no-parcel", N_("没有这个单号。"))
        if row is not None and (row.state, row.why) == ("failed", CANCELLED):
            return
        if row is None or row.state != "asked":  # one that is being ordered is locked
            raise RuleBroken("parcel-on-its-way", N_("投递方已经接单，不能取消。"))
        row.state, row.why, row.moved_at, row.receiver_sealed = "failed", CANCELLED, now, b""
        row.save(update_fields=["state", "why", "moved_at", "receiver_sealed"])
        _record(row, CANCELLED, actor, _role(actor), now)


def _require_sender(actor: Actor) -> None:
    if not actor.has(*SENDERS):
        raise NotAllowed("role-lacks-it", N_("只有综合窗口和出件窗口可以寄送文书。"))


def _role(actor: Actor) -> str:
    return "clerk" if actor.has("clerk") else "issuer"


@transaction.atomic
def order(parcel_id: int, *, now: datetime) -> None:
    """Order a parcel at its carrier, once; what the carrier does not take has failed. Raises ``Away``.

    The row is held meanwhile, so that nobody takes back what the carrier is just taking.
    """
    row = Parcel.objects.select_for_update().filter(pk=parcel_id, state="asked").first()
    if row is None:
        return
    whom = msgspec.json.decode(
        crypto.decrypt(bytes(row.receiver_sealed), bound_to=row.reference.encode()), type=Receiver
    )
    why, number = "", ""
    try:
        number = carriers.carrier(row.carrier).send(reference=row.reference, receiver=whom, goods="公文")
    except (line.Rejected, NotFound) as error:
        why = str(error) or "rejected"
    row.number, row.why, row.moved_at = number[:64], why[:100], now
    _move(row, "failed" if why else "ordered", now)
    app.configure_task(SETTLE).defer(parcel_id=row.pk)


def hear(carrier: str, body: bytes, *, timestamp: str, signature: str, now: datetime) -> int:
    """Take in what a carrier tells by itself: {"number", "events": [...]}; how many events were new.

    Raises ``NotAllowed`` (signature), ``Invalid``, ``NotFound`` (a number that is none of ours: the carrier asks
    again later, for its word may be quicker than its own answer to our order).
    """
    found = carriers.carrier(carrier)
    line.require_signed(found.place.key, body, timestamp=timestamp, signature=signature)
    try:
        told = msgspec.json.decode(body, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("invalid-body", N_("内容不符合格式要求。")) from None
    row = Parcel.objects.filter(carrier=carrier, number=told.number).first()
    if row is None:
        raise NotFound("no-parcel", N_("没有这个单号。"))
    return take(row.pk, told.events, now=now)


class _Told(msgspec.Struct):
    number: str
    events: list[Event]


def take(parcel_id: int, events: Sequence[Event], *, now: datetime) -> int:
    """Add events to a parcel, each once whatever its order; how many were new. The state is their sum."""
    shift = clock.now() - clock.real_now()  # a carrier does not live on the sandbox's clock
    with transaction.atomic():
        row = Parcel.objects.select_for_update().get(pk=parcel_id)
        known = set(ParcelEvent.objects.filter(parcel=row).values_list("event_no", flat=True))
        new = {one.event_no: one for one in events if one.event_no not in known and one.at.tzinfo}
        ParcelEvent.objects.bulk_create(_row(row, one, shift) for one in new.values())
        row.heard_at = clock.real_now()
        row.save(update_fields=["heard_at"])
        found = sum_of(row)
        if new and found is not None and row.state != "failed":
            _moved(row, found, now)
    return len(new)


def _row(row: Parcel, event: Event, shift: timedelta) -> ParcelEvent:
    until = event.until + shift if event.until else None
    detail = msgspec.json.encode({"place": event.place, "code": event.code, "until": until})
    return ParcelEvent(
        parcel=row,
        event_no=event.event_no,
        kind=event.kind,
        at=min(event.at + shift, clock.now()),  # nothing arrives in the future
        detail_sealed=crypto.encrypt(detail, bound_to=row.reference.encode()),
    )


def sum_of(row: Parcel) -> Sum | None:
    """What the events of a parcel add up to."""
    return add_up(ParcelEvent.objects.filter(parcel=row).values_list("kind", "at"))


def _moved(row: Parcel, found: Sum, now: datetime) -> None:
    if found.is_doubtful and not row.why:
        row.why = "doubtful"
        row.save(update_fields=["why"])
        _record(row, "doubtful", SYSTEM, "system", now)
    if found.state != row.state:
        row.moved_at = found.at
        _move(row, found.state, now)
        app.configure_task(SETTLE).defer(parcel_id=row.pk)


def _move(row: Parcel, state: str, now: datetime) -> None:
    row.state = state
    if state in ENDS:
        row.receiver_sealed = b""
    row.save(update_fields=["state", "number", "why", "moved_at", "receiver_sealed"])
    _record(row, state, SYSTEM, "system", now)


def settle(parcel_id: int, *, now: datetime) -> None:
    """Do what the state of a parcel means: tell those concerned; of a delivery the service, once."""
    row = Parcel.objects.get(pk=parcel_id)
    if row.state == "delivered" and row.settled_at is None:
        _arrive(row, now)
        Parcel.objects.filter(pk=row.pk).update(settled_at=now)
    telling.tell(row, now=now)


def _arrive(row: Parcel, now: datetime) -> None:
    """A result is delivered in the name of who sent it, where that is the next step; every other paper is served."""
    found = sum_of(row)
    assert found is not None and found.delivered_at is not None
    try:
        sender = accounts.actor(row.sent_by_id)
        case = cases.view(sender, row.case_no, now=now)
        kinds = {one["document_no"]: one["kind"] for one in case["documents"]}
        if kinds.get(row.document_no) in ("grant", "denial") and case["state"] in ("produced", "denied"):
            body = {"version": case["version"], "method": row.carrier, "receipt": row.number}
            case_services.act(sender, row.case_no, "deliver", body, now=now)
            return
    except Stale:
        raise  # somebody acted in between: the job tries again
    except Refusal:
        pass  # who sent it may not deliver (any more): the paper is served all the same
    case_services.arrived(
        row.case_no, row.document_no, method=row.carrier, at=found.delivered_at, receipt=row.number, now=now
    )


def poll(*, now: datetime) -> int:
    """Ask the carriers of parcels that nothing was heard of for an hour; how many events were new."""
    before = clock.real_now() - SILENT_FOR
    waiting = Parcel.objects.filter(Q(state__in=OPEN) & ~Q(number=""), heard_at__lt=before)
    new = 0
    for row in list(waiting.order_by("heard_at")[:_AT_ONCE]):
        try:
            told = carriers.carrier(row.carrier).events(row.number)
        except (Refusal, line.Rejected):
            told = []  # asked again in an hour: one that is away must not hold up the others
        new += take(row.pk, told, now=now)
    return new


def _record(row: Parcel, type: str, actor: Actor, role: str, now: datetime) -> None:
    data = {
        "case_no": row.case_no,
        "document_no": row.document_no,
        "carrier": row.carrier,
        "number": row.number,
        "moved_at": row.moved_at.isoformat(),
    }
    facts.record("parcel", row.pk, type, at=now, actor=actor, role=role, data=data)
