"""The shapes of cards as the OpenAPI document describes them (contract section 3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec


class EvidenceOut(msgspec.Struct, omit_defaults=True):
    """A fact that a card rests on; ``leaf_hash`` is that of ``GET /ledger/proof`` for the case and place."""

    seq: int
    type: str
    at: datetime
    leaf_hash: str | None = None


class CardLine(msgspec.Struct):
    card_no: str
    version: int
    rule: str
    level: Literal["reminder", "yellow", "red"]
    case_no: str | None
    organ: str
    person: str | None
    raised_at: datetime
    reply_due: date | None
    state: Literal["issued", "explained", "upheld", "withdrawn", "appealed"]
    evidence: list[EvidenceOut]
    reason: str


class CardPage(msgspec.Struct):
    results: list[CardLine]
    next: str | None


class SaidOut(msgspec.Struct):
    by: str
    at: datetime
    text: str
    is_late: bool


class LetterOut(msgspec.Struct):
    no: int
    by: str
    at: datetime
    text: str
    answer_by: date
    is_missed: bool
    answer: SaidOut | None


class CardEvent(msgspec.Struct):
    seq: int
    type: str
    at: datetime
    by: str
    level: str | None
    text: str | None


class CardAction(msgspec.Struct):
    name: str
    allowed: bool
    reason: str | None


class CardOut(CardLine):
    rule_name: str
    sentence: str
    basis: str
    degree: str
    issued_by: str
    person_name: str | None
    is_overdue: bool
    explanation: SaidOut | None
    ruling: SaidOut | None
    appeal: SaidOut | None
    final: SaidOut | None
    letters: list[LetterOut]
    events: list[CardEvent]
    actions: list[CardAction]
