"""What an action's body may hold: one struct per action, unknown fields refused."""

from __future__ import annotations

from datetime import date, datetime
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


class Submit(Body, frozen=True):
    pass


class NotifyCorrection(Body, frozen=True):
    items: Annotated[tuple[CorrectionItem, ...], Meta(min_length=1, max_length=200)]
    answer_by: date


class Resubmit(Body, frozen=True):
    materials: Materials = ()
    form: dict[str, Any] | None = None


class Accept(Body, frozen=True):
    deferred: Annotated[tuple[DeferredIn, ...], Meta(max_length=200)] = ()


class RefuseAcceptance(Body, frozen=True):
    ground: Literal["not-required", "not-competent", "not-corrected"]
    reason: Text
    competent_organ: Short | None = None


class Return(Body, frozen=True):
    reason: Text | None = None


class SupplyDeferred(Body, frozen=True):
    materials: Annotated[tuple[MaterialIn, ...], Meta(min_length=1, max_length=200)]


class Review(Body, frozen=True):
    opinion: Text
    passed: bool = msgspec.field(name="pass")
    step: str | int | None = None


class Pause(Body, frozen=True):
    procedure: Procedure | None = None
    reason: Text | None = None
    expected_days: Days | None = None
    basis: Text | None = None


class Resume(Body, frozen=True):
    result: Text


class Extend(Body, frozen=True):
    days: Days
    reason: Text


class Forward(Body, frozen=True):
    to: Short
    reason: Text


class Answer(Body, frozen=True):
    result: Text


class Decide(Body, frozen=True):
    outcome: Literal["grant", "deny"]
    reason: Text | None = None
    conditions: Text | None = None
    licence_no: Short | None = None
    validity: Short | None = None


class Produce(Body, frozen=True):
    validity: Short | None = None
    licence_no: Short | None = None
    file_id: FileId | None = None


class Deliver(Body, frozen=True):
    method: Method
    receipt: Short | None = None


class Withdraw(Body, frozen=True):
    reason: Text


class Terminate(Body, frozen=True):
    ground: Short
    reason: Text


class CheckOriginals(Body, frozen=True):
    materials: Annotated[tuple[Short, ...], Meta(min_length=1, max_length=200)]


class Claim(Body, frozen=True):
    pass


class Assign(Body, frozen=True):
    to: Short
    reason: Text | None = None


class Transfer(Body, frozen=True):
    to: Short
    reason: Text


class Note(Body, frozen=True):
    text: Text


class Reveal(Body, frozen=True):
    reason: Text


Place = Annotated[int, Meta(ge=0, le=200)]  # 0 the applicant, 1… a third party of the case


class JudgeInterest(Body, frozen=True):
    touches: bool
    reason: Text


class RegisterParty(Body, frozen=True, kw_only=True):
    type: Literal["person", "organisation"]
    name: Short
    phone: Annotated[str, Meta(min_length=5, max_length=30, pattern=r"^[0-9+() -]+$")] | None = None
    address: Short | None = None
    interest: Text


class InviteStatements(Body, frozen=True, kw_only=True):
    matters: Text
    facts: Text | None = None
    answer_by: date


class RecordStatement(Body, frozen=True, kw_only=True):
    party: Place = 0
    text: Text


class TellHearingRights(Body, frozen=True, kw_only=True):
    matters: Text
    facts: Text | None = None


class RequestHearing(Body, frozen=True):
    party: Place = 0


class WaiveHearing(Body, frozen=True):
    party: Place = 0


class ArrangeHearing(Body, frozen=True, kw_only=True):
    matters: Text
    held_at: datetime
    place: Short
    host: Short
    recorder: Short
    public: bool = True


class Attendee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Short
    role: Short


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: Short
    text: Text


class RecordHearing(Body, frozen=True, kw_only=True):
    ended_at: datetime
    attendees: Annotated[tuple[Attendee, ...], Meta(min_length=1, max_length=100)]
    statements: Annotated[tuple[Statement, ...], Meta(min_length=1, max_length=500)]
    result: Text


class CancelHearing(Body, frozen=True, kw_only=True):
    reason: Text
    withdrawn: bool = False  # the request was withdrawn; else the hearing is put off


class Serve(Body, frozen=True, kw_only=True):
    document_no: Short
    method: Literal["window", "courier", "locker", "electronic", "left", "entrusted", "public-notice"]
    receipt: Short | None = None
    witnesses: Annotated[tuple[Short, ...], Meta(max_length=10)] = ()
    remark: Text | None = None


class ArrangeSiteCheck(Body, frozen=True, kw_only=True):
    meets_at: datetime
    place: Short
    checkers: Annotated[tuple[Short, ...], Meta(max_length=10)]
    points: Annotated[tuple[Short, ...], Meta(min_length=1, max_length=50)]


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    point: Short
    finding: Text
    conforms: bool = True


class Photo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file_id: FileId
    caption: Short = "现场照片"


class RecordSiteCheck(Body, frozen=True, kw_only=True):
    checked_at: datetime
    ended_at: datetime
    findings: Annotated[tuple[Finding, ...], Meta(min_length=1, max_length=50)]
    result: Literal["conforms", "to-correct", "fails"]
    opinion: Text
    signature: Literal["signed", "refused", "absent"]
    present: Short | None = None
    present_as: Short | None = None
    remark: Text | None = None
    photos: Annotated[tuple[Photo, ...], Meta(max_length=50)] = ()


class CancelSiteCheck(Body, frozen=True):
    reason: Text


class RequestRecusal(Body, frozen=True, kw_only=True):
    seat: Literal["host", "recorder", "examiner"]
    reason: Text
    party: Place = 0


class StepAside(Body, frozen=True, kw_only=True):
    """``ground``: an interest of one's own, of a relative, or what else may touch impartiality (公务员法 art. 76)."""

    ground: Literal["own-interest", "family-interest", "impartiality"]
    reason: Text


class DecideRecusal(Body, frozen=True, kw_only=True):
    granted: bool
    reason: Text
    to: Short | None = None


# Ends of a licence: an examiner proposes with everything, whoever confirms sends the version alone.


class RevokeLicence(Body, frozen=True, kw_only=True):
    ground: (
        Literal["abuse", "beyond-power", "against-procedure", "unqualified", "otherwise-unlawful", "fraud"]
        | None
    ) = None
    facts: Text | None = None
    reason: Text | None = None
    public_interest: Text | None = None
    compensation: Text | None = None
    consequences: Text | None = None
    answer_by: date | None = None


class WithdrawLicence(Body, frozen=True, kw_only=True):
    ground: Literal["law-changed", "facts-changed"] | None = None
    reason: Text | None = None
    compensation: Text | None = None
    answer_by: date | None = None


class CancelLicence(Body, frozen=True, kw_only=True):
    ground: Literal["expired", "lost-capacity", "dissolved", "revoked", "impossible", "other"] | None = None
    reason: Text | None = None
    return_by: date | None = None


class CheckPledge(Body, frozen=True, kw_only=True):
    method: Literal["site", "data", "materials"]
    result: Literal["kept", "unmet", "false"]
    findings: Text
    requirements: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    correct_by: date | None = None


class RepairCredit(Body, frozen=True):
    reason: Text


class DropProposal(Body, frozen=True):
    reason: Text
