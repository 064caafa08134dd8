"""What the Case says of those who are heard, of service, checks on the spot, recusals and the licence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec


class PartyLine(msgspec.Struct, kw_only=True):
    no: int
    name: str | None
    type: Literal["person", "organisation"] | None
    interest: str | None
    told_on: date | None
    answer_by: date | None
    heard: bool


class StatementLine(msgspec.Struct):
    party: int
    text: str
    at: str


class HearingOut(msgspec.Struct, kw_only=True):
    told_on: date | None
    request_by: date | None
    waived: list[int]
    requested_on: date | None
    organise_by: date | None
    meets_at: datetime | None
    place: str | None
    public: bool
    host: str | None
    recorder: str | None
    held_on: date | None
    withdrawn: bool


class RemedyTerm(msgspec.Struct):
    remedy: Literal["reconsideration", "suit"]
    until: date


class ServiceLine(msgspec.Struct, kw_only=True):
    document_no: str
    method: str
    served_on: date
    read_at: datetime | None
    terms: list[RemedyTerm]


class SiteCheckLine(msgspec.Struct, kw_only=True):
    meets_at: datetime
    checkers: list[str]
    place: str | None
    points: list[str]
    checked_at: datetime | None
    result: Literal["conforms", "to-correct", "fails"] | None
    photos: list[str]
    cancelled: bool


class RecusalLine(msgspec.Struct, kw_only=True):
    seat: Literal["host", "recorder", "examiner", "approver", "head", "issuer", "clerk"]
    person: str
    party: int
    reason: str | None
    granted: bool | None
    own: bool  # asked for by the official themselves


class EndingProposed(msgspec.Struct, kw_only=True):
    action: Literal["revoke-licence", "withdraw-licence", "cancel-licence"]
    answer_by: date | None
    heard: bool
    parties_heard: list[int]  # the numbers of the third parties who have spoken


class PledgeOut(msgspec.Struct, kw_only=True):
    standing: Literal["signed", "due", "rectifying", "kept", "breached"]
    covers: list[str]
    days: int
    due_on: date | None
    breach: Literal["unmet", "false"] | None
    breached_on: date | None
    repaired_on: date | None


class PledgeLine(msgspec.Struct, kw_only=True):
    case_no: str
    item: str
    applicant: str
    decided_on: date
    standing: Literal["due", "rectifying", "breached"]
    due_on: date
    light: Literal["green", "yellow", "red", "grey"]
    days: int
    late: int
    breach: Literal["unmet", "false"] | None
    breached_on: date | None


class PledgeList(msgspec.Struct):
    results: list[PledgeLine]


class LicenceOut(msgspec.Struct, kw_only=True):
    number: str | None
    validity: str | None
    standing: Literal["valid", "revoked", "withdrawn", "cancelled"]
    ended_on: date | None
    proposed: EndingProposed | None


class ItemName(msgspec.Struct):
    task_code: str
    name: str


class AnnouncedHearing(msgspec.Struct, kw_only=True):
    document_no: str
    item: ItemName
    organ: str
    applicant: str
    matters: str
    meets_at: datetime | None
    place: str | None
    state: Literal["announced", "held", "cancelled"]


class HearingPage(msgspec.Struct):
    results: list[AnnouncedHearing]
    next: str | None
