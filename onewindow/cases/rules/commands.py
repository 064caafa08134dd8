"""What an action's body may hold: one struct per action, unknown fields refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S")]
Short = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Version = Annotated[int, Meta(ge=0, le=2_147_483_647)]
Days = Annotated[int, Meta(ge=1, le=3660)]
FileId = Annotated[str, Meta(min_length=1, max_length=64)]
Procedure = Literal[
    "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert-review"
]
Method = Literal["window", "locker", "courier", "electronic"]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every action names the version of the case that its author saw."""

    version: Version


class MaterialIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Short
    medium: Literal["original", "copy", "electronic"] = "electronic"
    file_ids: Annotated[tuple[FileId, ...], Meta(max_length=200)] = ()


Materials = Annotated[tuple[MaterialIn, ...], Meta(max_length=200)]


class CorrectionItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    material: Short | None = None
    problem: Text
    standard: Text


class DeferredIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    material: Short
    promised_on: date


class Submit(Body):
    pass


class NotifyCorrection(Body):
    items: Annotated[tuple[CorrectionItem, ...], Meta(min_length=1, max_length=200)]
    answer_by: date


class Resubmit(Body):
    materials: Materials = ()
    form: dict[str, Any] | None = None


class Accept(Body):
    deferred: Annotated[tuple[DeferredIn, ...], Meta(max_length=200)] = ()


class RefuseAcceptance(Body):
    ground: Literal["not-required", "not-competent", "not-corrected"]
    reason: Text
    competent_organ: Short | None = None


class Return(Body):
    reason: Text | None = None


class SupplyDeferred(Body):
    materials: Annotated[tuple[MaterialIn, ...], Meta(min_length=1, max_length=200)]


class Review(Body):
    opinion: Text
    passed: bool = msgspec.field(name="pass")
    step: str | int | None = None


class Pause(Body):
    procedure: Procedure | None = None
    reason: Text | None = None
    expected_days: Days | None = None
    basis: Text | None = None


class Resume(Body):
    result: Text


class Extend(Body):
    days: Days
    reason: Text


class Forward(Body):
    to: Short
    reason: Text


class Answer(Body):
    result: Text


class Decide(Body):
    outcome: Literal["grant", "deny"]
    reason: Text | None = None
    conditions: Text | None = None


class Produce(Body):
    validity: Short | None = None
    file_id: FileId | None = None


class Deliver(Body):
    method: Method
    receipt: Short | None = None


class Withdraw(Body):
    reason: Text


class Terminate(Body):
    ground: Short
    reason: Text


class Claim(Body):
    pass


class Assign(Body):
    to: Short
    reason: Text | None = None


class Transfer(Body):
    to: Short
    reason: Text


class Note(Body):
    text: Text


class Reveal(Body):
    reason: Text
