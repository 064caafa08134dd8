"""Erasing who spoke and what they said, with the person: of erased cases and of complaints whose files may go.

Grades, verdicts and figures stay: they are the office's record and name nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from onewindow.base import crypto, facts
from onewindow.base.clock import day_of
from onewindow.cases.rules.retention import Table, later
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.people import queries as people
from onewindow.privacy import queries, rules
from onewindow.reviews.models import Complaint, Rater, Rating


def erase_with(
    actor: Actor,
    *,
    case_ids: Sequence[int],
    account_id: int,
    is_with_account: bool,
    kept: Table,
    role: str,
    now: datetime,
) -> dict[str, Any]:
    """Erase the voices that go with an erasure: {"ratings": [ids], "complaints": [ids]}, each with a fact.

    Ratings go with their case. Complaints go with the account, once they were closed for as long as the table of
    retention says (档案法 art. 13); what is open is handled first, what stays goes by itself later (``erase_left``).
    """
    ratings = [one for one in Rating.objects.filter(case__in=list(case_ids)).order_by("pk") if _speaks(one)]
    complaints = _complaints(account_id, kept, now) if is_with_account else []
    for rating in ratings:
        _record("rating", rating.pk, actor, role, now)
        Rating.objects.filter(pk=rating.pk).update(text_sealed=None)
        _overwrite("reviews_erase_rater", rating.pk)
    for complaint in complaints:
        _erase_complaint(complaint.pk, actor, role, now)
    return {"ratings": [one.pk for one in ratings], "complaints": [one.pk for one in complaints]}


def stays(account_id: int, kept: Table, today: date) -> list[rules.Complaint]:
    """The complaints of an account that an erasure with the account would leave today."""
    found = []
    for row in _of_account(account_id).order_by("pk"):
        until = _until(row, kept)
        if until is None or until > today:
            found.append(rules.Complaint(row.number, row.closed_at is None, until))
    return found


def erase_left(kept: Table, *, now: datetime) -> int:
    """Erase what stayed when accounts went and need be kept no longer, a fact each; how many complaints."""
    gone_accounts = queries.gone_accounts()
    hashes = [one for id in gone_accounts for one in crypto.search_hashes("complainant", f"account:{id}")]
    with transaction.atomic():
        rows = Complaint.objects.select_for_update(of=("self",)).filter(
            complainant__found_by__in=hashes, closed_at__isnull=False
        )
        gone = [
            one for one in rows.exclude(complainant__sealed=b"").order_by("pk") if _may_go(one, kept, now)
        ]
        for one in gone:
            _erase_complaint(one.pk, SYSTEM, "system", now)
    return len(gone)


def _erase_complaint(id: int, actor: Actor, role: str, now: datetime) -> None:
    _record("complaint", id, actor, role, now)
    Complaint.objects.filter(pk=id).update(text_sealed=b"")
    _overwrite("reviews_erase_complainant", id)


def _speaks(row: Rating) -> bool:
    return bool(row.text_sealed) or Rater.objects.filter(pk=row.pk).exclude(sealed=b"").exists()


def _complaints(account_id: int, kept: Table, now: datetime) -> list[Complaint]:
    """Closed complaints of this account, or of the telephone number of its person, that need not be kept."""
    rows = _of_account(account_id).select_for_update(of=("self",)).filter(closed_at__isnull=False)
    return [one for one in rows.order_by("pk") if _may_go(one, kept, now)]


def _of_account(account_id: int) -> QuerySet[Complaint]:
    person = people.person_of(account_id)
    phone = "".join(char for char in person.phone if char.isdigit()) if person else ""
    by = list(crypto.search_hashes("complainant", f"account:{account_id}"))
    by += crypto.search_hashes("complainant", f"phone:{phone}") if phone else ()
    return Complaint.objects.filter(complainant__found_by__in=by).exclude(complainant__sealed=b"")


def _may_go(row: Complaint, kept: Table, now: datetime) -> bool:
    until = _until(row, kept)
    return until is not None and until <= day_of(now)


def _until(row: Complaint, kept: Table) -> date | None:
    """The first day on which a complaint need not be kept; None while it is handled, and where it is for ever."""
    years = kept.complaint_years
    if row.closed_at is None or years is None:
        return None
    return later(day_of(row.closed_at), years=years)


def _record(stream: str, id: int, actor: Actor, role: str, now: datetime) -> None:
    facts.record(stream, id, "erased", at=now, actor=actor, role=role, data={})


def _overwrite(function: str, id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [id])
