"""Reading a file and appealing its score; each reader fills the sheet without seeing the other's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.base import calendars
from onewindow.base.clock import day_of
from onewindow.cases.queries import sampling as population
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, RuleBroken
from onewindow.reviews import store
from onewindow.reviews.models import File
from onewindow.reviews.rules import files, sheets
from onewindow.reviews.rules.sheets import SheetIn


def read(actor: Actor, number: str, case_no: str, body: Any, *, now: datetime) -> str:
    """Hand in a filled sheet (``SheetIn``) for the seat that is free; the seat taken.

    Who reads second does not see the first sheet; therefore no version is asked for, and the same reader is
    refused a second time (``read-already``). Raises ``Invalid``, ``NotAllowed``, ``NotFound``, ``RuleBroken``.
    """
    told = checking.read(body, SheetIn)
    with transaction.atomic():
        row = locked(number, case_no)
        refused = files.refuse_reading(
            row, actor, handlers=population.handlers(case_no), readers=readers(row)
        )
        if refused is not None:
            raise refused
        criteria = sheets.thawed(row.round.sheet)
        sheets.checked(told, criteria)
        seat = files.seat_of(row) or ""
        if seat == "settle" and not told.text.strip():
            message = N_("必须填写。")
            raise Invalid("invalid-fields", message, fields=[FieldError("text", "required", message)])
        score = sheets.score(told, criteria)
        _write(row, actor, seat, score, now)
        store.leave(
            "file",
            row.pk,
            seat,
            actor=actor,
            at=now,
            text=_words(told, criteria),
            data=_data(row, told, score),
        )
    return seat


def _write(row: File, actor: Actor, seat: str, score: int, now: datetime) -> None:
    bound, today = row.round.bound * 10, day_of(now)
    for name, value in files.read(row, score, bound=bound, today=today, table=calendars.table()).items():
        setattr(row, name, value)
    setattr(row, f"{seat}_by", actor.username)
    row.save()


def _data(row: File, told: SheetIn, score: int) -> dict[str, Any]:
    cost = {code: points for code, points in told.deducted.items() if points}
    return {
        "round": row.round.number, "case": row.case_no, "score": score, "deducted": cost,
        "idle": sorted(set(told.idle)), "to": row.state, "result": row.score,
    }  # fmt: skip


def _words(told: SheetIn, criteria: tuple[sheets.Criterion, ...]) -> str:
    """Reasons line by line; they may speak of people, so they lie sealed."""
    lines = [
        f"{one.label}：{told.reasons[one.code].strip()}" for one in criteria if told.deducted.get(one.code)
    ]
    return "\n".join([*lines, told.text.strip()]).strip()


def readers(row: File) -> frozenset[str]:
    """Who has read the file."""
    return frozenset({row.first_by, row.second_by, row.third_by, row.settle_by} - {""})


def locked(number: str, case_no: str) -> File:
    """The file, held for this transaction, of a round that is not published; ``NotFound``, ``RuleBroken``."""
    row = (
        File.objects.select_for_update(of=("self", "round"))
        .select_related("round")
        .filter(round__number=number, case_no=case_no)
        .first()
    )
    if row is None:
        raise NotFound("no-file", N_("这一批里没有这份案卷。"))
    if row.round.state == "published":
        raise RuleBroken("published", N_("这一批已经公布，结果不能再改。"))
    return row


def appeal(actor: Actor, number: str, case_no: str, *, text: str, now: datetime) -> None:
    """Appeal the score of a file of one's own organ, once, with the reason."""
    text = text.strip()[:2000]
    if not text:
        message = N_("必须填写。")
        raise Invalid("invalid-fields", message, fields=[FieldError("text", "required", message)])
    with transaction.atomic():
        row = locked(number, case_no)
        refused = files.refuse_appeal(row, actor, today=day_of(now))
        if refused is not None:
            raise refused
        row.state, row.has_appealed = "appealed", True
        row.save(update_fields=["state", "has_appealed"])
        data = {"round": row.round.number, "case": row.case_no, "score": row.score}
        store.leave("file", row.pk, "appeal", actor=actor, at=now, text=text, data=data)
