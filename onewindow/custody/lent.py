"""Reads of originals: those of a case, all that are out with the overdue first, one by its slip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from onewindow.base.clock import day_of
from onewindow.custody import rules
from onewindow.custody.models import Original
from onewindow.custody.originals import unsealed
from onewindow.documents import queries as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound

_PAGE = 50
MOST = 1000


class Lent(msgspec.Struct, frozen=True):
    """An original on the page; names of persons as they were told, of clerks from their accounts."""

    key: int
    number: str
    case_no: str
    material: str
    name: str
    sheets: int
    due_on: date
    lender: str
    lender_name: str
    note: str
    taken_by: str
    taken_at: datetime
    receiver: str
    receiver_name: str
    back_by: str
    back_at: datetime | None
    kept_reason: str
    late_days: int

    @property
    def is_out(self) -> bool:
        return self.back_at is None


def of_case(actor: Actor, case_no: str, *, today: date) -> list[Lent]:
    """The originals of a case, those that are still here first."""
    _must_be_hall(actor)
    rows = _rows().filter(case_no=case_no).order_by("back_at", "pk")
    return sorted((_lent(row, today) for row in rows), key=lambda one: not one.is_out)


def out(actor: Actor, *, today: date, after: tuple[date, int] | None = None) -> tuple[list[Lent], bool]:
    """All that are still here, earliest due first, 50 at a time, and whether there are more."""
    _must_be_hall(actor)
    rows = _rows().filter(back_at=None)
    if after is not None:
        rows = rows.filter(due_on__gt=after[0]) | rows.filter(due_on=after[0], pk__gt=after[1])
    found = [_lent(row, today) for row in rows.order_by("due_on", "pk")[: _PAGE + 1]]
    return found[:_PAGE], len(found) > _PAGE


def overdue(actor: Actor, *, today: date) -> int:
    """How many are past their day."""
    _must_be_hall(actor)
    return Original.objects.filter(back_at=None, due_on__lt=today).count()


def of_holder(case_nos: Sequence[str]) -> list[dict[str, Any]]:
    """The originals of these cases as their applicant is told of them, the latest first: clerks by no name.

    {"number", "case_no", "material", "name", "sheets", "taken_at", "due_on", "lender", "lender_name", "note",
    "back_at", "receiver", "receiver_name", "kept_reason"}. The caller has checked that the cases are the reader's.
    """
    rows = Original.objects.filter(case_no__in=list(case_nos)).order_by("-taken_at", "-pk")[:MOST]
    return [_told(row) for row in rows]


def _told(row: Original) -> dict[str, Any]:
    return {
        "number": rules.slip_of(row.pk, day_of(row.taken_at)),
        "case_no": row.case_no,
        "material": row.material,
        "name": row.name,
        "sheets": row.sheets,
        "taken_at": row.taken_at,
        "due_on": row.due_on,
        "lender": row.lender,
        "lender_name": unsealed(row.lender_sealed, row.case_no),
        "note": unsealed(row.note_sealed, row.case_no),
        "back_at": row.back_at,
        "receiver": row.receiver or None,
        "receiver_name": unsealed(row.receiver_sealed, row.case_no),
        "kept_reason": row.kept_reason or None,
    }


def waiting(case_no: str) -> list[str]:
    """Names of the originals of a case that are here without a stated reason."""
    rows = Original.objects.filter(case_no=case_no, back_at=None, kept_reason="")
    return list(rows.order_by("pk").values_list("name", flat=True))


def one(actor: Actor, key: int, *, today: date) -> Lent:
    """An original by its key, else ``NotFound``."""
    _must_be_hall(actor)
    row = _rows().filter(pk=key).first()
    if row is None:
        raise NotFound("no-original", N_("没有这份原件的借条。"))
    return _lent(row, today)


def signatures(actor: Actor, key: int) -> tuple[bytes, bytes | None]:
    """The pictures of both signatures, for the slip."""
    row = _rows().get(pk=key)
    back = row.back_signature
    return _picture(actor, row.signature.file_id), _picture(actor, back.file_id) if back else None


def _picture(actor: Actor, file_id: str) -> bytes:
    _name, _media, stored = documents.open_file(actor, file_id)
    return stored.read_bytes()


def _must_be_hall(actor: Actor) -> None:
    if not actor.has(*rules.HALL):
        raise NotAllowed("hall-only", N_("只有大厅窗口可以借还原件。"))


def _rows() -> QuerySet[Original]:
    return Original.objects.select_related("taken_by", "back_by", "signature", "back_signature")


def _lent(row: Original, today: date) -> Lent:
    return Lent(
        key=row.pk,
        number=rules.slip_of(row.pk, day_of(row.taken_at)),
        case_no=row.case_no,
        material=row.material,
        name=row.name,
        sheets=row.sheets,
        due_on=row.due_on,
        lender=row.lender,
        lender_name=unsealed(row.lender_sealed, row.case_no),
        note=unsealed(row.note_sealed, row.case_no),
        taken_by=row.taken_by.name,
        taken_at=row.taken_at,
        receiver=row.receiver,
        receiver_name=unsealed(row.receiver_sealed, row.case_no),
        back_by=row.back_by.name if row.back_by else "",
        back_at=row.back_at,
        kept_reason=row.kept_reason,
        late_days=max(0, (today - row.due_on).days) if row.back_at is None else 0,
    )
