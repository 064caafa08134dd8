"""The shapes of answers as the OpenAPI document describes them (contract section 2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from onewindow.faces.api.further_shapes import (
    HearingOut,
    LicenceOut,
    PartyLine,
    PledgeOut,
    RecusalLine,
    ServiceLine,
    SiteCheckLine,
    StatementLine,
)
from onewindow.faces.api.material_shapes import CaseMaterial

Light = Literal["green", "yellow", "red", "grey"]


class LimitOut(msgspec.Struct):
    days: int
    unit: Literal["working_day", "calendar_day"]


class ItemLine(msgspec.Struct):
    task_code: str
    version: int
    name: str
    type: str
    organ: str
    region: str
    kind: Literal["instant", "commitment"] | None
    legal_limit: LimitOut | None
    promised_limit: LimitOut | None
    visits: int | None
    online: bool | None
    fee: bool | None
    handled: bool


class ItemPage(msgspec.Struct):
    results: list[ItemLine]
    next: str | None


class ItemChange(msgspec.Struct):
    seq: int
    task_code: str
    version: int
    state: Literal["in-use", "suspended", "cancelled"]
    at: str
    what: Literal["published", "suspended", "resumed", "cancelled"]


class ItemChanges(msgspec.Struct):
    """What changed since; ``next`` is the ``since`` of the next question."""

    results: list[ItemChange]
    next: str


class ListingLine(msgspec.Struct):
    slug: str
    title: str
    about: str
    items: int


class ListingPage(msgspec.Struct):
    results: list[ListingLine]
    next: str | None


class Listing(msgspec.Struct):
    """A published list; each row has a cell a column, null where the source tells nothing."""

    title: str
    columns: list[str]
    results: list[list[str | int | None]]
    next: str | None


class MaterialLine(msgspec.Struct):
    code: str
    name: str
    need: Literal["required", "optional", "deferrable"]
    source: str
    copies: int
    forms: list[str]
    reusable_from: str | None


class OptionOut(msgspec.Struct):
    code: str
    text: str


class QuestionOut(msgspec.Struct):
    code: str
    text: str
    multiple: bool
    options: list[OptionOut]


class ChecklistOut(msgspec.Struct):
    complete: bool
    next_question: QuestionOut | None
    materials: list[MaterialLine]
    rejected: str | None


class StepOut(msgspec.Struct):
    name: str
    role: Literal["clerk", "examiner", "approver", "issuer"]
    days: int | None


class Guide(msgspec.Struct, kw_only=True):
    task_code: str
    version: int
    name: str
    type: str
    organ: str
    region: str
    kind: Literal["instant", "commitment"] | None
    legal_limit: LimitOut | None
    promised_limit: LimitOut | None
    visits: int | None
    online: bool | None
    fee: bool | None
    handled: bool
    materials: list[MaterialLine]
    form_schema: dict[str, Any]
    form_version: int | None
    steps: list[StepOut]
    special_procedures: list[Any]
    legal_extension: Any
    questions: list[Any]
    state: Literal["in-use", "suspended", "cancelled"]
    state_since: datetime | None
    state_reason: str | None


class ApplicantOut(msgspec.Struct):
    type: Literal["person", "organisation"]
    name: str
    id_type: str
    id_number: str
    phone: str


class Explained(msgspec.Struct):
    date: date
    why: str


class ClockLine(msgspec.Struct):
    limit: int
    unit: Literal["working_day", "calendar_day"]
    started_on: date
    due_on: date
    used: int
    remaining: int
    state: Literal["running", "paused", "met", "missed", "ended"]
    light: Light
    provisional: bool
    explain: list[Explained]


class ItemRef(msgspec.Struct):
    task_code: str
    version: int
    name: str


class DocumentLine(msgspec.Struct):
    document_no: str
    kind: str
    title: str
    file_id: str | None
    issued_at: datetime


class ActionLine(msgspec.Struct):
    name: str
    allowed: bool
    reason: str | None
    basis: str | None
    awaits: str | None


class EventLine(msgspec.Struct):
    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    data: dict[str, Any]


class CaseOut(msgspec.Struct, kw_only=True):
    case_no: str
    query_code: str | None
    version: int
    state: str
    kind: Literal["instant", "commitment", "joint", "forward", "special"]
    disposition: Literal["supplement", "return"] | None
    item: ItemRef
    organ: str
    region: str
    channel: str
    applicant: ApplicantOut
    received_at: datetime | None
    accepted_on: date | None
    deemed: bool
    decided_on: date | None
    delivered_on: date | None
    light: Light
    clocks: dict[str, ClockLine]
    materials: list[CaseMaterial]
    documents: list[DocumentLine]
    actions: list[ActionLine]
    events: list[EventLine]
    touches_third_party: bool | None
    parties: list[PartyLine]
    statements: list[StatementLine]
    hearing: HearingOut | None
    services: list[ServiceLine]
    site_checks: list[SiteCheckLine]
    recusals: list[RecusalLine]
    licence: LicenceOut | None
    pledge: PledgeOut | None


class CaseLine(msgspec.Struct, kw_only=True):
    case_no: str
    version: int
    state: str
    kind: str
    item: ItemRef
    organ: str
    region: str
    applicant: str
    received_at: datetime | None
    accepted_on: date | None
    due_on: date | None
    light: Light
    remaining: int | None
    stage: str
    flags: list[str]
    claimed_by: str | None
    waits_for: str | None


class CasePage(msgspec.Struct):
    results: list[CaseLine]
    next: str | None


class ProgressStep(msgspec.Struct):
    seq: int
    type: str
    at: datetime


class Progress(msgspec.Struct, kw_only=True):
    case_no: str
    state: str
    kind: str
    item: ItemRef
    organ: str
    received_at: datetime | None
    accepted_on: date | None
    deemed: bool
    decided_on: date | None
    delivered_on: date | None
    light: Light
    clocks: dict[str, ClockLine]
    events: list[ProgressStep]


class Upload(msgspec.Struct):
    file: Annotated[bytes, Meta(extra_json_schema={"format": "binary"})]


class FileOut(msgspec.Struct):
    file_id: str
    name: str
    media_type: str
    size: int
    sha256: str


class UploadBegin(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=500)]
    size: Annotated[int, Meta(ge=1)]  # bytes; beyond 50 MB 413


class UploadOut(msgspec.Struct):
    upload_id: str
    offset: int
    size: int
    expires_at: datetime
    file: FileOut | None


class HeadOut(msgspec.Struct):
    size: int
    root: str
    at: datetime
    signature: str
    key_id: str
    public_key: str


class ProofOut(msgspec.Struct):
    head: Any


class VerifyOut(msgspec.Struct):
    """A paper that was issued; ``standing`` says of a grant what became of its licence, ``ended_at`` since when."""

    document_no: str
    kind: str
    title: str
    organ: str | None
    issued_at: datetime
    item: str | None
    applicant: str | None
    digest: str
    file_sha256: str | None
    state: Literal["valid", "changed", "erased"]
    file: Literal["whole", "changed", "not-made"]
    certificate: str | None
    standing: Literal["valid", "revoked", "withdrawn", "cancelled"] | None
    ended_at: datetime | None


class DecisionLine(msgspec.Struct, kw_only=True):
    document_no: str | None
    title: str | None
    issued_at: datetime | None
    case_no: str
    item: ItemRef
    organ: str
    applicant: str
    decided_on: date
    licence_no: str | None
    validity: str | None
    standing: Literal["valid", "revoked", "withdrawn", "cancelled"]
    inspect_at: str


class DecisionPage(msgspec.Struct):
    results: list[DecisionLine]
    next: str | None


class FieldOut(msgspec.Struct):
    field: str
    code: str
    message: str


class Problem(msgspec.Struct, omit_defaults=True):
    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldOut] = []
    basis: str = ""


class Lights(msgspec.Struct):
    green: int
    yellow: int
    red: int
    grey: int


class Board(msgspec.Struct):
    """Today's figures; ``due_in`` counts what is due within so many working days and not late."""

    received: int
    accepted: int
    closed: int
    on_hand: int
    by_light: Lights
    due_in: dict[str, int]
    over_promise: int
    over_law: int


class IndicatorLine(msgspec.Struct):
    name: str
    label: str
    formula: str
    population: str
    unit: str
    source: str


class IndicatorPage(msgspec.Struct):
    results: list[IndicatorLine]
    next: str | None


class IndicatorValue(msgspec.Struct):
    """``value`` is null where there is no data (0/0); rates are percent with two decimals."""

    name: str
    from_: str = msgspec.field(name="from")
    to: str
    value: float | None
    numerator: int
    denominator: int | None
