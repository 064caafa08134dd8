"""The shapes of answers about ratings, tickets and complaints (contract, section 3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec


class RatedOut(msgspec.Struct):
    """A rating that was taken; ``ticket`` tells that it opened one."""

    link: str
    grade: int
    at: datetime
    ticket: bool


class RatingSummary(msgspec.Struct):
    """Valid ratings of the period; rates in percent, null without a population."""

    count: int
    good_rate: float | None
    mean: float | None
    shrunk_mean: float | None
    participation: float | None


class RatingLine(msgspec.Struct):
    grade: int
    link: str
    tags: list[str]
    text: str
    organ: str
    item: str
    way: str
    standing: str
    anonymous: bool
    on: date


class RatingPage(msgspec.Struct):
    results: list[RatingLine]
    next: str | None


class TicketLine(msgspec.Struct):
    number: str
    state: str
    organ: str
    item: str
    link: str
    grade: int
    tags: list[str]
    standing: str
    verdict: str | None
    due_on: date | None
    is_overdue: bool
    second_grade: int | None
    on: date


class TicketPage(msgspec.Struct):
    results: list[TicketLine]
    next: str | None


class StepOut(msgspec.Struct):
    deed: str
    by: str
    at: datetime
    text: str
    data: dict[str, Any]


class ActOut(msgspec.Struct):
    name: str
    label: str
    allowed: bool
    reason: str
    field: str
    choices: dict[str, str]
    needs_text: bool
    hint: str


class TicketOut(TicketLine, kw_only=True):
    version: int
    text: str
    case_no: str | None
    is_anonymous: bool
    may_open_rater: bool
    appeal_by: date | None
    rectify_due_on: date | None
    rectified_on: date | None
    steps: list[StepOut]
    acts: list[ActOut]


class FiledOut(msgspec.Struct):
    """A complaint that was taken; the code is told this once."""

    number: str
    code: str


class ComplaintLine(msgspec.Struct):
    """``way``, ``case_no``, ``earlier`` and ``filed_at`` are empty for those complained of."""

    number: str
    state: str
    about: str
    organ: str
    person: str
    way: str
    anonymous: bool | None
    case_no: str
    card_no: str
    earlier: str
    verdict: str | None
    due_on: date | None
    is_overdue: bool
    filed_at: datetime | None


class ComplaintPage(msgspec.Struct):
    results: list[ComplaintLine]
    next: str | None


class ComplaintOut(ComplaintLine, kw_only=True):
    version: int
    text: str
    release: str
    repeats: list[str]
    may_open_complainant: bool
    steps: list[StepOut]
    acts: list[ActOut]
