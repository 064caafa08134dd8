"""Scanning at the counter: the pages of one material come one by one and become one file of its row.

Everything about one visit goes through the lock of its row, so that two windows of one clerk take turns. A page
has a key of its own from whoever sends it: sent twice it is there once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import BinaryIO

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.catalog import queries as catalog
from onewindow.documents import queries as files
from onewindow.documents import services as documents
from onewindow.documents.storage import Stored
from onewindow.intake import sheets_rules as rules
from onewindow.intake import visits
from onewindow.intake.models import CounterVisit, Sheet
from onewindow.intake.sheets_rules import Page, Pages
from onewindow.intake.visits_rules import Piece, Row, Visit
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, NotFound, RuleBroken, Stale

_SHOT = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class Place(msgspec.Struct, frozen=True):
    """Where a sheet belongs: a material of an item of a visit."""

    visit_id: int
    piece: int
    material: str


class Kept(msgspec.Struct, frozen=True):
    """A sheet as its page shows it. ``pdfs``: those of its files that are PDFs; ``made``: the last file that was
    bound from this row, which may be opened again."""

    name: str
    item: str
    pages: Pages
    pdfs: frozenset[str]
    version: int
    made: str
    made_pages: int
    case_no: str  # of what is brought later; "" at a reception


class Shot(msgspec.Struct, frozen=True):
    """What comes in: its own key, a name, the bytes, how far it is turned, and which page it replaces."""

    key: str
    name: str
    stream: BinaryIO
    turn: int = 0
    instead: str = ""


def read(actor: Actor, place: Place) -> Kept:
    """The sheet; an empty one where nothing was scanned yet."""
    visit, _opened_at, is_closed = visits.read(actor, place.visit_id)
    piece = _piece(visit, place, is_closed=is_closed)
    rows = Sheet.objects.filter(visit_id=place.visit_id, piece=place.piece, material=place.material)
    open_one = rows.filter(made="").first()
    last = rows.exclude(made="").order_by("-pk").first()
    is_there = last is not None and last.made in piece.rows.get(place.material, Row()).file_ids
    pages = _pages(open_one) if open_one else ()
    return Kept(
        name=_name(piece, place),
        item=piece.name,
        pages=pages,
        pdfs=documents.sheets.pdfs({one.file_id for one in pages}),
        version=open_one.version if open_one else 0,
        made=last.made if last is not None and is_there else "",
        made_pages=len(last.pages) if last is not None else 0,
        case_no=visit.supplements,
    )


def add(actor: Actor, place: Place, shot: Shot, *, now: datetime) -> None:
    """Take a photograph or a file (each page of a PDF is a page); sent again it is there once.

    Raises what ``store_upload`` raises, and ``RuleBroken`` beyond the bounds of a sheet.
    """
    if not _SHOT.fullmatch(shot.key):
        raise Invalid("bad-shot", N_("没有收到照片，请再拍一次。"))
    if shot.turn not in rules.TURNS:
        raise Invalid("bad-turn", N_("只能按 90 度转。"))
    if any(page.key.rpartition("-")[0] == shot.key for page in read(actor, place).pages):
        return
    file_id = documents.store_upload(actor, shot.name, shot.stream, now=now, is_page=True)["file_id"]
    new = rules.pages_of(shot.key, file_id, documents.sheets.pages_of(file_id), turn=shot.turn)
    is_in = False
    try:
        after = _change(actor, place, lambda pages: rules.added(pages, new, instead=shot.instead), now=now)
        is_in = any(one.file_id == file_id for one in after)
    finally:
        if not is_in:  # refused, or its twin came first
            _erase([file_id], actor, now=now)


def turn(actor: Actor, place: Place, key: str, degrees: int, *, now: datetime) -> None:
    """Turn a page to ``degrees`` clockwise from how it came."""
    _change(actor, place, lambda pages: rules.turned(pages, key, degrees), now=now)


def move(actor: Actor, place: Place, key: str, to: int, *, now: datetime) -> None:
    """Put a page to a place, from 0."""
    _change(actor, place, lambda pages: rules.moved(pages, key, to), now=now)


def drop(actor: Actor, place: Place, key: str, *, now: datetime) -> None:
    """Take a page out; its file goes with its last page."""
    _change(actor, place, lambda pages: rules.dropped(pages, key), now=now)


def finish(actor: Actor, place: Place, *, version: int, now: datetime) -> None:
    """Bind the pages to one file and put it to the row, which counts as received; once, however often asked.

    Raises ``Stale`` when pages came or went since ``version``, ``RuleBroken`` for a sheet without pages.
    """
    with transaction.atomic():
        row, visit, piece = _locked(actor, place)
        sheet = _open(row, place)
        if sheet is None and _last(row, place, version=version) is not None:
            return
        if sheet is None or not sheet.pages:
            raise RuleBroken("no-pages", N_("还没有页，先拍或选文件"))
        if sheet.version != version:
            raise Stale("pages-changed", N_("页有变动，请看一眼再合成"))
        pages = _pages(sheet)
        leaves = [documents.sheets.Leaf(one.file_id, one.leaf, one.turn) for one in pages]
        file = documents.sheets.bind(actor, f"{_name(piece, place)}.pdf", leaves, now=now)
        sheet.made, sheet.touched_at = file["file_id"], now
        sheet.save(update_fields=["made", "touched_at"])
        _put(row, visit, piece, place, lambda kept: [*kept, file["file_id"]])
        _tell(actor, place, sheet, pages, file["sha256"], now=now)


def reopen(actor: Actor, place: Place, *, now: datetime) -> None:
    """Take the bound file out of the row again, its pages as they were."""
    with transaction.atomic():
        row, visit, piece = _locked(actor, place)
        sheet = _last(row, place)
        if _open(row, place) is not None or sheet is None:
            raise RuleBroken("not-bound", N_("这份材料没有合成过，或者正在扫"))
        made = sheet.made
        sheet.made, sheet.touched_at, sheet.version = "", now, sheet.version + 1
        sheet.save(update_fields=["made", "touched_at", "version"])
        _put(row, visit, piece, place, lambda kept: [one for one in kept if one != made])
        _erase({made} - {one.file_id for one in _pages(sheet)}, actor, now=now)


def page_file(actor: Actor, place: Place, key: str) -> tuple[str, str, Stored]:
    """(name, media type, content) of the file of a page."""
    visits.read(actor, place.visit_id)
    row = Sheet.objects.filter(
        visit_id=place.visit_id, piece=place.piece, material=place.material, made=""
    ).first()
    page = next((one for one in _pages(row) if one.key == key), None) if row else None
    if page is None:
        raise NotFound("no-page", N_("这一页已经删掉了。"))
    return files.open_file(actor, page.file_id)


def unfinished(visit_id: int) -> dict[tuple[int, str], int]:
    """(item key, material code) -> pages that were scanned and not bound yet."""
    rows = Sheet.objects.filter(visit_id=visit_id, made="").values_list("piece", "material", "pages")
    return {(piece, material): len(pages) for piece, material, pages in rows if pages}


def _change(actor: Actor, place: Place, make: Callable[[Pages], Pages], *, now: datetime) -> Pages:
    """The pages after the change; files that no page names any more are erased."""
    with transaction.atomic():
        row, _visit, _found = _locked(actor, place)
        sheet = _open(row, place) or Sheet(
            visit=row, piece=place.piece, material=place.material, touched_at=now
        )
        before = _pages(sheet)
        after = make(before)
        if after == before:
            return after
        _check_weight(after)
        sheet.pages = msgspec.to_builtins(after)
        sheet.version += 1
        sheet.touched_at = now
        sheet.save()
        _erase({one.file_id for one in before} - {one.file_id for one in after}, actor, now=now)
        return after


def _erase(file_ids: Iterable[str], actor: Actor, *, now: datetime) -> None:
    gone = list(file_ids)
    if gone:
        documents.sheets.erase_pages(gone, actor=actor, role="clerk", now=now)


def _check_weight(pages: Pages) -> None:
    if documents.sheets.weight([one.file_id for one in pages]) > rules.MOST_BYTES:
        raise RuleBroken("sheet-too-heavy", N_("这份材料太大了，请分成两份。"))


def _locked(actor: Actor, place: Place) -> tuple[CounterVisit, Visit, Piece]:
    row, visit = visits.locked(actor, place.visit_id)
    return row, visit, _piece(visit, place, is_closed=False)


def _piece(visit: Visit, place: Place, *, is_closed: bool) -> Piece:
    """The item, which is no case yet and asks for this material."""
    piece = None if is_closed else visit.piece(place.piece)
    if piece is None or place.material not in _materials(piece):
        raise NotFound("no-row", N_("这次接待里没有这份材料"))
    if piece.case_no:
        raise RuleBroken("already-received", N_("这件已经收件，材料不能再改"))
    return piece


def _materials(piece: Piece) -> dict[str, str]:
    item = catalog.current(piece.task_code, piece.version)
    return {one.code: one.name for one in item.materials}


def _name(piece: Piece, place: Place) -> str:
    return _materials(piece)[place.material]


def _open(row: CounterVisit, place: Place) -> Sheet | None:
    return Sheet.objects.filter(visit=row, piece=place.piece, material=place.material, made="").first()


def _last(row: CounterVisit, place: Place, *, version: int | None = None) -> Sheet | None:
    """The sheet that was bound last, where it was bound at ``version``."""
    rows = Sheet.objects.filter(visit=row, piece=place.piece, material=place.material).exclude(made="")
    last = rows.order_by("-pk").first()
    return last if last is not None and version in (None, last.version) else None


def _pages(sheet: Sheet) -> Pages:
    return msgspec.convert(sheet.pages, tuple[Page, ...])


def _put(
    row: CounterVisit, visit: Visit, piece: Piece, place: Place, change: Callable[[list[str]], list[str]]
) -> None:
    before = piece.rows.get(place.material, Row())
    file_ids = change(before.file_ids)
    piece.rows[place.material] = msgspec.structs.replace(
        before, mark="got" if file_ids else before.mark, file_ids=file_ids
    )
    visits.write(row, visit)


def _tell(actor: Actor, place: Place, sheet: Sheet, pages: Pages, sha256: str, *, now: datetime) -> None:
    digests = documents.sheets.digests([one.file_id for one in pages])
    data = {
        "piece": place.piece,
        "material": place.material,
        "pages": [{"sha256": digests[one.file_id], "leaf": one.leaf, "turn": one.turn} for one in pages],
        "file_id": sheet.made,
        "sha256": sha256,
    }
    facts.record("visit", place.visit_id, "bound", at=now, actor=actor, role="clerk", data=data)
