"""Calling back: opening the number with a reason, and what came of the call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.base import crypto
from onewindow.cases import services as cases
from onewindow.cases.queries import reviewing
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, NotFound, RuleBroken, Stale
from onewindow.people import consents, purposes
from onewindow.reviews import store
from onewindow.reviews.models import Call, Rating
from onewindow.reviews.rules import calls
from onewindow.reviews.rules.calls import CallIn
from onewindow.reviews.services import rating

REFUSING = "《中华人民共和国个人信息保护法》第四十四条"


def open_phone(actor: Actor, number: str, case_no: str, *, reason: str, now: datetime) -> dict[str, str]:
    """Whom to call: {"name", "phone"}, for whoever may make the call, with a reason.

    The opening is recorded in the case itself, where the applicant reads who looked, and in the call.
    Raises ``RuleBroken`` ("call-refused") for whoever wants no calls.
    """
    reason = reason.strip()[:500]
    if not reason:
        raise Invalid("no-reason", N_("请写明为什么要看联系电话。"))
    with transaction.atomic():
        row = locked(actor, number, case_no)
        case = reviewing.known(case_no)
        if case is None:
            raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
        if not consents.holds_of(crypto.subject_hashes(case.id_type, case.id_number), purposes.CALL):
            raise RuleBroken("call-refused", N_("申请人不愿接受电话回访，请记为“不愿回访”。"), basis=REFUSING)
        cases.reveal(actor, case_no, reason=reason, now=now)
        store.leave("call", row.pk, "phone-opened", actor=actor, at=now, text=reason, data={})
    return {"name": case.name, "phone": case.phone}


def note(actor: Actor, number: str, case_no: str, body: Any, *, now: datetime) -> str | None:
    """Write down a call (``CallIn``); the refusal's code when a bad answer could not become a rating, else None.

    A bad grade that the person wants to count becomes the case's rating at its completion, which opens a ticket;
    where that is rated already, the call alone keeps the answer.
    """
    told = checking.read(body, CallIn)
    calls.checked(told)
    with transaction.atomic():
        row = locked(actor, number, case_no)
        if row.version != told.version:
            raise Stale("stale-version", N_("刚才有人处理过，请看过最新情况再操作。"))
        row.state, row.grade, row.problems = told.outcome, told.grade, list(told.problems)
        row.called_by, row.called_at = actor.username, now
        row.attempts += 1
        row.version += 1
        made = _rating(row, told, now) if told.as_rating else None
        row.rating = made if isinstance(made, Rating) else None
        row.save()
        data = {
            "round": row.round.number, "case": row.case_no, "grade": told.grade, "problems": row.problems,
            "rated": row.rating is not None,
        }  # fmt: skip
        store.leave("call", row.pk, told.outcome, actor=actor, at=now, text=told.text, data=data)
    return made if isinstance(made, str) else None


def _rating(row: Call, told: CallIn, now: datetime) -> Rating | str:
    assert told.grade is not None  # calls.checked
    said = rating.Said(
        link="completion",
        grade=told.grade,
        tags=tuple(told.problems),
        text=told.text,
        is_anonymous=False,
        way="call",
    )
    return rating.rate_called(row.case_no, said, now=now)


def locked(actor: Actor, number: str, case_no: str) -> Call:
    """The call, held for this transaction, when the actor may make it."""
    row = (
        Call.objects.select_for_update(of=("self",))
        .select_related("round")
        .filter(round__number=number, case_no=case_no)
        .first()
    )
    if row is None:
        raise NotFound("no-call", N_("这一批里没有这件回访。"))
    refused = calls.refusal(row, actor)
    if refused is not None:
        raise refused
    return row
