"""Supplements at the counter: what is brought later to a case is scanned as at its reception, then handed in.

The pages lie in a visit that is for one case (``CounterVisit.case_no``): one open a clerk and case, its only item the
case's, so that sheets work as they do at a reception. Handing in puts the bound files into the deed's materials.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.cases import queries
from onewindow.cases import services as cases
from onewindow.intake import visits
from onewindow.intake.models import CounterVisit, Sheet
from onewindow.intake.sheets import Place
from onewindow.intake.visits_rules import Piece, Visit
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound, RuleBroken

PIECE = 1
# By state: with which deed something may still be brought.
_DEEDS = {
    "received": "change",
    "correcting": "resubmit",
    "accepted": "supply-deferred",
    "in_review": "supply-deferred",
    "paused": "supply-deferred",
}
ACTIONS = frozenset(_DEEDS.values())


class Scanned(msgspec.Struct, frozen=True):
    """What was scanned of a material: files that are bound, and pages that are not yet."""

    files: int
    pages: int


def begin(actor: Actor, case_no: str, material: str, *, now: datetime) -> Place:
    """Where this material of the case is scanned.

    Raises ``NotAllowed``, ``NotFound`` (no such case or row), ``RuleBroken`` when nothing can be brought any more.
    """
    if not actor.has("clerk"):
        raise NotAllowed("clerk-only", N_("只有综合窗口可以收补来的材料。"))
    case = queries.view(actor, case_no, now=now)
    deed = _DEEDS.get(case["state"])
    if deed is None:
        raise RuleBroken("nothing-to-bring", N_("这件事现在不收材料。"))
    row = next((one for one in case["materials"] if one["code"] == material), None)
    if row is None or (deed == "supply-deferred" and row["state"] != "deferred"):
        raise NotFound("no-row", N_("这件事没有这份待补的材料。"))
    return Place(_visit(actor, case, now), PIECE, material)


def _visit(actor: Actor, case: Mapping[str, Any], now: datetime) -> int:
    """The open visit of this clerk for the case; a new one where there is none."""
    with transaction.atomic():
        row, is_new = CounterVisit.objects.get_or_create(
            clerk_id=actor.account_id,
            case_no=case["case_no"],
            closed_at=None,
            defaults={"opened_at": now, "content": b""},
        )
        if is_new:
            item = case["item"]
            piece = Piece(PIECE, item["task_code"], item["version"], name=item["name"])
            visits.write(row, Visit(pieces=[piece], supplements=case["case_no"]))
    return int(row.pk)


def scanned(actor: Actor, case_no: str) -> dict[str, Scanned]:
    """Material code -> what this clerk has scanned for the case and not handed in; two statements at most."""
    row = CounterVisit.objects.filter(clerk_id=actor.account_id, case_no=case_no, closed_at=None).first()
    if row is None:
        return {}
    visit, _at, _closed = visits.read(actor, int(row.pk))
    rows, open_pages = visit.pieces[0].rows, _open_pages(int(row.pk))
    return {
        code: Scanned(len(rows[code].file_ids) if code in rows else 0, open_pages.get(code, 0))
        for code in rows.keys() | open_pages.keys()
    }


def _open_pages(visit_id: int) -> dict[str, int]:
    rows = Sheet.objects.filter(visit_id=visit_id, made="").values_list("material", "pages")
    return {material: len(pages) for material, pages in rows if pages}


def hand_in(
    actor: Actor, case_no: str, action: str, body: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Take ``action`` on the case with what was scanned for the materials that it names: the Case after it.

    Raises ``RuleBroken`` for pages that are not bound, and what the deed raises.
    """
    with transaction.atomic():
        row = (
            CounterVisit.objects.select_for_update()
            .filter(clerk_id=actor.account_id, case_no=case_no, closed_at=None)
            .first()
        )
        if row is not None and body.get("materials"):
            body = body | {"materials": _with_files(actor, row, body["materials"])}
        done = cases.change if action == "change" else _act(action)
        after = done(actor, case_no, body, now=now)
        if row is not None:
            _clear(actor, row, {one["code"] for one in body.get("materials", ())}, now)
    return after


def _act(action: str) -> Any:
    return lambda actor, case_no, body, now: cases.act(actor, case_no, action, body, now=now)


def _with_files(actor: Actor, row: CounterVisit, materials: list[dict[str, Any]]) -> list[dict[str, Any]]:
    visit, _at, _closed = visits.read(actor, int(row.pk))
    piece = visit.pieces[0]
    visits.nothing_half_scanned(row, piece, among={one["code"] for one in materials})
    files = {code: kept.file_ids for code, kept in piece.rows.items() if kept.file_ids}
    return [one | ({"file_ids": files[one["code"]]} if one["code"] in files else {}) for one in materials]


def _clear(actor: Actor, row: CounterVisit, taken: set[str], now: datetime) -> None:
    """The rows that were handed in go; the visit ends when nothing else was scanned."""
    visit, _at, _closed = visits.read(actor, int(row.pk))
    left = {code: kept for code, kept in visit.pieces[0].rows.items() if code not in taken and kept.file_ids}
    if not left and not _open_pages(int(row.pk)):
        visits.close(actor, int(row.pk), now=now)
        return
    visit.pieces[0].rows = left
    visits.write(row, visit)
