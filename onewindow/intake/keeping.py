"""What applicants left lying: drafts that nobody goes on with and files that belong to nothing, each with a fact.

Files of cases are not touched here: they stay while a case runs, while remedies are open and for as long as the
table of retention says (``cases/rules/retention.py``), and go by an erasure alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from onewindow.base import facts
from onewindow.documents import services as documents
from onewindow.documents.queries import loose_files
from onewindow.intake.drafts import files_in
from onewindow.intake.models import Draft, Sheet
from onewindow.kernel.actor import SYSTEM

_AT_ONCE = 200
SHEET_HOURS = 24  # a bound sheet may be opened again, a visit be taken up the next morning


def clear_away(now: datetime) -> tuple[int, int]:
    """Drafts untouched for ``ONEWINDOW_DRAFT_DAYS`` go, then files without a case or draft that are older than
    ``ONEWINDOW_LOOSE_FILE_DAYS``; (drafts, files). Done twice it does nothing more."""
    return (
        _drafts(now - timedelta(days=settings.ONEWINDOW_DRAFT_DAYS), now),
        _files(now - timedelta(days=settings.ONEWINDOW_LOOSE_FILE_DAYS), now),
    )


def clear_sheets(now: datetime) -> int:
    """Pages from the counter go a day after they were bound or the visit ended, else as loose uploads do; how
    many sheets went. What they were bound to stays: it is a file of the case."""
    day, month = now - timedelta(hours=SHEET_HOURS), now - timedelta(days=settings.ONEWINDOW_LOOSE_FILE_DAYS)
    gone = 0
    while True:
        with transaction.atomic():
            is_done = ~Q(made="") | Q(visit__closed_at__isnull=False)
            rows = Sheet.objects.filter(is_done & Q(touched_at__lt=day) | Q(touched_at__lt=month))
            rows = rows.select_related("visit").select_for_update(skip_locked=True, of=("self",))
            found = list(rows.order_by("pk")[:_AT_ONCE])
            for one in found:
                pages = {page["file_id"] for page in one.pages} | {one.made}
                # Of an open visit it stands in its row; of one that became no case it is loose like the rest.
                pages -= {"" if one.visit.closed_at else one.made}
                documents.sheets.erase_pages(sorted(pages), actor=SYSTEM, role="system", now=now)
            Sheet.objects.filter(pk__in=[one.pk for one in found]).delete()
        gone += len(found)
        if len(found) < _AT_ONCE:
            return gone


def _drafts(before: datetime, now: datetime) -> int:
    gone = 0
    while True:
        with transaction.atomic():
            rows = Draft.objects.select_for_update(skip_locked=True).filter(case_no=None, saved_at__lt=before)
            found = list(rows.order_by("pk")[:_AT_ONCE])
            for one in found:
                data = {"account": one.account_id, "task_code": one.task_code}
                facts.record("draft", one.pk, "expired", at=now, actor=SYSTEM, role="system", data=data)
            Draft.objects.filter(pk__in=[one.pk for one in found]).delete()
        gone += len(found)
        if len(found) < _AT_ONCE:
            return gone


def _files(before: datetime, now: datetime) -> int:
    """By key from the first to the last, so that files which drafts hold stand in nobody's way."""
    gone, after = 0, 0
    while found := loose_files(before, after=after, limit=_AT_ONCE):
        held = _held({owner for _, _, owner in found})
        keys = [key for key, file_id, _ in found if file_id not in held]
        gone += documents.erase_loose(keys, before=before, actor=SYSTEM, role="system", now=now)
        after = found[-1][0]
    return gone


def _held(owners: Collection[int]) -> set[str]:
    """Files that stand in an open draft of these accounts, the mandates too."""
    rows = Draft.objects.filter(account_id__in=owners, case_no=None)
    return {file_id for one in rows for file_id in files_in(one)}
