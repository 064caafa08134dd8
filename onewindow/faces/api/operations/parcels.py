"""Papers of a case on their way by courier and locker: send one, see where each is, take an order back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from onewindow.cases import queries as cases
from onewindow.cases.services.checking import read
from onewindow.faces.api.operation import ANYONE, WRITES, Answer, Call, Operation
from onewindow.parcels import queries, services

_APPLICANTS = ("citizen", "enterprise")


class ReceiverIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str = ""
    phone: str = ""
    address: str = ""


class ParcelIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    document_no: str
    carrier: Literal["courier", "locker"]
    receiver: ReceiverIn = ReceiverIn()


class EventOut(msgspec.Struct, frozen=True):
    kind: str
    at: datetime
    place: str


class CellOut(msgspec.Struct, frozen=True):
    place: str
    code: str
    until: datetime | None


class ParcelOut(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    carrier: Literal["courier", "locker"]
    number: str
    document_no: str
    title: str
    state: Literal[
        "asked", "ordered", "moving", "ready", "refused", "expired", "delivered", "returned", "failed"
    ]
    why: str
    moved_at: datetime
    events: list[EventOut]
    cell: CellOut | None


class ParcelsOut(msgspec.Struct, frozen=True):
    results: list[ParcelOut]
    next: None


def _all(call: Call) -> Answer:
    call.query()
    return Answer({"results": _of(call), "next": None})


def _of(call: Call) -> list[dict[str, Any]]:
    case = cases.view(call.actor, call.path["case_no"], now=call.now)
    return queries.of_case(case["case_no"], with_codes=call.actor.has(*_APPLICANTS))


def _one(call: Call, reference: str) -> dict[str, Any]:
    return next(one for one in _of(call) if one["reference"] == reference)


def _send(call: Call) -> Answer:
    asked = read(call.json(), ParcelIn)
    reference = services.send(
        call.actor,
        call.path["case_no"],
        asked.document_no,
        carrier=asked.carrier,
        receiver=msgspec.to_builtins(asked.receiver),
        now=call.now,
    )
    return Answer(_one(call, reference), 201)


def _cancel(call: Call) -> Answer:
    reference = call.path["reference"]
    services.cancel(call.actor, call.path["case_no"], reference, now=call.now)
    return Answer(_one(call, reference))


OPERATIONS = (
    Operation(
        method="GET",
        path="/cases/{case_no}/parcels",
        run=_all,
        permission=ANYONE,
        summary="办件的文书寄到了哪里：快递和自助取件柜",
        answer=ParcelsOut,
        errors=(401, 403, 404, 422),
    ),
    Operation(
        method="POST",
        path="/cases/{case_no}/parcels",
        run=_send,
        permission=services.SENDERS,
        summary="把一份还没有送达的文书交给快递或自助取件柜；收件人留空的用申请时填写的",
        body=ParcelIn,
        answer=ParcelOut,
        status=201,
        errors=WRITES,
        is_repeatable=True,
        sameness=lambda call, answer: call.raw_body(),
    ),
    Operation(
        method="DELETE",
        path="/cases/{case_no}/parcels/{reference}",
        run=_cancel,
        permission=services.SENDERS,
        summary="取消投递方还没有接的单",
        answer=ParcelOut,
        errors=(401, 403, 404, 409, 422),
    ),
)
