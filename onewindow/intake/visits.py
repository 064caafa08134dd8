"""The counter visit: kept while it lasts, encrypted; each of its items becomes a case exactly once.

The row of a visit is locked for the length of a deed: a double click waits, then finds the case made.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import crypto
from onewindow.cases import queries
from onewindow.cases import services as cases
from onewindow.catalog import data_elements
from onewindow.catalog import queries as catalog
from onewindow.catalog.rules.binding import bindings
from onewindow.intake import asking
from onewindow.intake import visits_rules as rules
from onewindow.intake.models import CounterVisit, Sheet
from onewindow.intake.visits_rules import Line, Piece, Visit
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken

_decoder = msgspec.json.Decoder(Visit)
_encoder = msgspec.json.Encoder()
MOST_OPEN = 20


class OpenVisit(msgspec.Struct, frozen=True):
    """A visit in the clerk's list: its number, when it began, who and how many items."""

    id: int
    opened_at: datetime
    name: str
    pieces: int
    is_closed: bool = False


def begin(actor: Actor, *, visitor: rules.Visitor | None = None, now: datetime) -> int:
    """Open a visit for ``actor``; answers its number."""
    _must_be_clerk(actor)
    visit = Visit(visitor=visitor or rules.Visitor())
    row = CounterVisit.objects.create(clerk_id=actor.account_id, opened_at=now, content=b"")
    write(row, visit)
    return int(row.pk)


def read(actor: Actor, visit_id: int) -> tuple[Visit, datetime, bool]:
    """The visit, when it began and whether it is over; only its own clerk sees it."""
    row = CounterVisit.objects.filter(pk=visit_id, clerk_id=actor.account_id).first()
    if row is None:
        raise NotFound("no-visit", N_("没有这次接待，或不是您接待的"))
    return _read(row), row.opened_at, row.closed_at is not None


def running(actor: Actor) -> list[OpenVisit]:
    """The visits of ``actor`` that are not over, newest first, at most 20."""
    rows = CounterVisit.objects.filter(clerk_id=actor.account_id, closed_at=None, case_no=None)
    rows = rows.order_by("-opened_at")[:MOST_OPEN]
    return [_summary(row) for row in rows]


def save(actor: Actor, visit_id: int, visit: Visit, *, untied: Collection[tuple[int, str]] = ()) -> Visit:
    """Keep what was typed; items that already are cases stay as they are.

    ``untied`` are fields (item key, path) into which something else was typed than what they followed. What
    was untied or tied meanwhile stays so.
    """
    with transaction.atomic():
        row = _locked_row(actor, visit_id)
        merged = asked_once(_let_go(_merged(_read(row), visit), untied))
        write(row, merged)
    return merged


def forms_of(visit: Visit) -> list[asking.Form]:
    """The forms of the items that are no cases yet, in the order of the visit."""
    return [
        asking.Form(
            piece.key,
            catalog.current(piece.task_code, piece.version).form_schema,
            piece.form,
            tuple(piece.untied),
        )
        for piece in visit.pieces
        if not piece.case_no
    ]


def ties_of(visit: Visit) -> dict[tuple[int, str], asking.Tie]:
    """Which fields of the visit are not asked, and where their value comes from."""
    return asking.ties(forms_of(visit), data_elements.all_elements(), rules.held(visit))


def asked_once(visit: Visit) -> Visit:
    """The visit with every field that follows another set to its value."""
    made = asking.tied(forms_of(visit), data_elements.all_elements(), rules.held(visit))
    pieces = [msgspec.structs.replace(one, form=made.get(one.key, one.form)) for one in visit.pieces]
    return msgspec.structs.replace(visit, pieces=pieces)


def _let_go(visit: Visit, untied: Collection[tuple[int, str]]) -> Visit:
    if not untied:
        return visit
    pieces = [
        msgspec.structs.replace(one, untied=[*one.untied, *(path for key, path in untied if key == one.key)])
        for one in visit.pieces
    ]
    return msgspec.structs.replace(visit, pieces=pieces)


def untie(actor: Actor, visit_id: int, key: int, path: str, *, is_untied: bool) -> None:
    """Let a field have a value of its own, or follow again; a path that is not bound changes nothing."""
    with transaction.atomic():
        row, visit, piece = _piece(actor, visit_id, key)
        known = {one.path for one in bindings(catalog.current(piece.task_code, piece.version).form_schema)}
        if not piece.case_no and path in known:
            piece.untied = [one for one in piece.untied if one != path] + [path] * is_untied
            write(row, asked_once(visit))


def drop(actor: Actor, visit_id: int, key: int) -> None:
    """Take an item out of the visit that has not become a case."""
    with transaction.atomic():
        row, visit, piece = _piece(actor, visit_id, key)
        if piece.case_no:
            raise RuleBroken("already-received", N_("已经收件的事项不能从接待里去掉"))
        write(row, msgspec.structs.replace(visit, pieces=[one for one in visit.pieces if one.key != key]))


def close(actor: Actor, visit_id: int, *, now: datetime) -> None:
    """The visitor is served; what is personal is wiped from the visit: the cases hold it."""
    with transaction.atomic():
        row = _locked_row(actor, visit_id)
        CounterVisit.objects.filter(pk=row.pk).update(closed_at=now, content=b"")


def receive(actor: Actor, visit_id: int, key: int, lines: list[Line], *, now: datetime) -> dict[str, Any]:
    """Receive the item ``key``: the case is created once, however often this is called."""
    with transaction.atomic():
        row, visit, piece = _piece(actor, visit_id, key)
        return _received(actor, row, visit, piece, lines, now=now)


def accept(actor: Actor, visit_id: int, key: int, lines: list[Line], *, now: datetime) -> dict[str, Any]:
    """Receive and accept the item ``key`` in one transaction, deferred rows with their promises."""
    with transaction.atomic():
        row, visit, piece = _piece(actor, visit_id, key)
        case = _received(actor, row, visit, piece, lines, now=now)
        if piece.outcome == "accepted":
            return case
        body: dict[str, Any] = {"version": case["version"]}
        deferred = rules.deferrals(lines)
        case = cases.act(
            actor, piece.case_no, "accept", body | ({"deferred": deferred} if deferred else {}), now=now
        )
        return _told(row, visit, piece, case, outcome="accepted")


def notify(
    actor: Actor, visit_id: int, key: int, lines: list[Line], *, answer_by: str, now: datetime
) -> dict[str, Any]:
    """Receive the item ``key`` and give the one-time notice written from its missing rows (art. 32)."""
    with transaction.atomic():
        row, visit, piece = _piece(actor, visit_id, key)
        items = rules.notice_items(lines)
        if not items:
            raise RuleBroken("nothing-missing", N_("没有勾为“缺”的材料，不用告知补正"))
        case = _received(actor, row, visit, piece, lines, now=now)
        if piece.outcome == "notified":
            return case
        body = {"version": case["version"], "items": items, "answer_by": answer_by}
        case = cases.act(actor, piece.case_no, "notify-correction", body, now=now)
        return _told(row, visit, piece, case, outcome="notified")


def _received(
    actor: Actor, row: CounterVisit, visit: Visit, piece: Piece, lines: list[Line], *, now: datetime
) -> dict[str, Any]:
    if piece.case_no:
        return queries.view(actor, piece.case_no, now=now)
    nothing_half_scanned(row, piece)
    problems = rules.visitor_problems(visit.visitor)
    if problems:
        raise Invalid("visitor-incomplete", N_("来客的姓名、证件号码和电话要填全"))
    if rules.agent_problems(visit.agent):
        raise Invalid("agent-incomplete", N_("代理人的姓名、证件号码、电话和委托截止日要填全"))
    case = cases.create(actor, rules.case_body(visit, piece, lines), now=now)
    return _told(row, visit, piece, case, outcome="received")


def nothing_half_scanned(row: CounterVisit, piece: Piece, *, among: Collection[str] | None = None) -> None:
    """Pages that were photographed and not bound would stay behind without a word; ``among``: of these materials."""
    for material, pages in Sheet.objects.filter(visit=row, piece=piece.key, made="").values_list(
        "material", "pages"
    ):
        if pages and (among is None or material in among):
            item = catalog.current(piece.task_code, piece.version)
            name = next((one.name for one in item.materials if one.code == material), material)
            raise RuleBroken(
                "sheet-open",
                N_("《%(name)s》扫了 %(n)s 页还没合成，先合成或删掉这些页"),
                params={"name": name, "n": len(pages)},
            )


def _told(
    row: CounterVisit, visit: Visit, piece: Piece, case: dict[str, Any], *, outcome: Any
) -> dict[str, Any]:
    piece.case_no = case["case_no"]
    piece.outcome = outcome
    papers = [one["document_no"] for one in case.get("documents", ())]
    piece.paper = papers[-1] if papers else ""
    write(row, visit)
    return case


def locked(actor: Actor, visit_id: int) -> tuple[CounterVisit, Visit]:
    """The visit with its row locked for the caller's transaction; only its own clerk's, while it lasts."""
    row = _locked_row(actor, visit_id)
    return row, _read(row)


def _piece(actor: Actor, visit_id: int, key: int) -> tuple[CounterVisit, Visit, Piece]:
    row = _locked_row(actor, visit_id)
    visit = _read(row)
    piece = visit.piece(key)
    if piece is None:
        raise NotFound("no-piece", N_("这次接待里没有这个事项"))
    return row, visit, piece


def _locked_row(actor: Actor, visit_id: int) -> CounterVisit:
    _must_be_clerk(actor)
    row = CounterVisit.objects.select_for_update().filter(pk=visit_id, clerk_id=actor.account_id).first()
    if row is None:
        raise NotFound("no-visit", N_("没有这次接待，或不是您接待的"))
    if row.closed_at is not None:
        raise RuleBroken("visit-closed", N_("这次接待已经办完"))
    return row


def _merged(old: Visit, new: Visit) -> Visit:
    """A typed state may be older than a deed: what was added meanwhile stays, a case keeps its case."""
    rest = {piece.key: piece for piece in old.pieces}
    pieces = []
    for piece in new.pieces:
        stored = rest.pop(piece.key, None)
        if stored is not None and not stored.case_no:
            piece = msgspec.structs.replace(piece, untied=stored.untied)
        pieces.append(stored if stored and stored.case_no else piece)
    told = old if any(piece.case_no for piece in old.pieces) else new
    last_key = max(old.last_key, new.last_key)
    return Visit(told.visitor, told.agent, pieces=[*pieces, *rest.values()], last_key=last_key)


def _read(row: CounterVisit) -> Visit:
    content = bytes(row.content)
    return _decoder.decode(crypto.decrypt(content, bound_to=_bound(row))) if content else Visit()


def write(row: CounterVisit, visit: Visit) -> None:
    """Keep the visit of a row that ``locked`` gave."""
    sealed = crypto.encrypt(_encoder.encode(visit), bound_to=_bound(row))
    CounterVisit.objects.filter(pk=row.pk).update(content=sealed)


def _bound(row: CounterVisit) -> bytes:
    return f"visit:{row.pk}".encode()


def _summary(row: CounterVisit) -> OpenVisit:
    visit = _read(row)
    return OpenVisit(int(row.pk), row.opened_at, visit.visitor.name, len(visit.pieces))


def _must_be_clerk(actor: Actor) -> None:
    if not actor.has("clerk"):
        raise NotAllowed("clerk-only", N_("只有综合窗口可以接待来客"))
