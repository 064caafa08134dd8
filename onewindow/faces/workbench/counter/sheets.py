"""The page that scans one material: pages by camera, scanner or file, in order, turned, then bound to one file."""

from __future__ import annotations

import secrets
from typing import Any, BinaryIO, cast
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import clock
from onewindow.faces.workbench import files, inputs
from onewindow.faces.workbench.counter.screen import CIRCLES
from onewindow.faces.workbench.desks import COUNTER, actor_of
from onewindow.intake import sheets, sheets_rules, supplements
from onewindow.intake.sheets import Kept, Place, Shot
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound, Refusal, RuleBroken
from onewindow.ui import permissions, refusals, session


class Tile(msgspec.Struct, frozen=True):
    """A page as it lies on the table: where it stands (from 1), how it is turned and where its buttons lead."""

    page: sheets_rules.Page
    number: int
    left: int
    right: int
    before: int
    after: int
    is_pdf: bool


@require_http_methods(["GET", "POST"])
@session.page(permission=COUNTER.roles)
def sheet(request: HttpRequest, visit_id: int, piece: int, material: str) -> HttpResponseBase:
    """The sheet of a row; a post does one thing to it. Scripts ask for the list alone (``X-Part``)."""
    actor, place = actor_of(request), Place(visit_id, piece, material)
    refusal: Refusal | None = None
    try:
        if request.method == "POST" and _do(request, place):
            return _done(request, _home(place, sheets.read(actor, place)))
    except (NotAllowed, NotFound) as problem:
        if problem.code != "no-page":
            raise
        refusal = problem
    except Refusal as problem:
        refusal = problem
    try:
        kept = sheets.read(actor, place)
    except RuleBroken:  # a case by now: its page shows the files
        return HttpResponseRedirect(f"/counter/visits/{visit_id}")
    if request.method == "POST" and refusal is None and not _wants_part(request):
        return HttpResponseRedirect(request.path)
    return _shown(request, place, kept, refusal)


@require_GET
@session.page(permission=COUNTER.roles)
def page(request: HttpRequest, visit_id: int, piece: int, material: str, key: str) -> HttpResponseBase:
    """The picture, or the PDF, that a page comes from."""
    return files.send(*sheets.page_file(actor_of(request), Place(visit_id, piece, material), key))


def _do(request: HttpRequest, place: Place) -> bool:
    """What the button says; True when the sheet is bound and the visit goes on."""
    actor, post, now = actor_of(request), request.POST, clock.now()
    what, _colon, rest = post.get("do", "add").partition(":")
    key, _colon, number = rest.partition(":")
    if what == "turn":
        sheets.turn(actor, place, key, _number(number), now=now)
    elif what == "move":
        sheets.move(actor, place, key, _number(number), now=now)
    elif what == "drop":
        sheets.drop(actor, place, key, now=now)
    elif what == "reopen":
        sheets.reopen(actor, place, now=now)
    elif what == "finish":
        sheets.finish(actor, place, version=_number(post.get("version", "")), now=now)
        return True
    else:
        _add(request, place)
    return False


def _add(request: HttpRequest, place: Place) -> None:
    """All files of the form, in the order in which they were chosen; a shot names itself, so that it comes once."""
    actor, post, now = actor_of(request), request.POST, clock.now()
    uploads = request.FILES.getlist("page")
    if not uploads:
        raise Invalid("no-file", N_("先选文件，或者拍一页"))
    name = post.get("shot") or secrets.token_urlsafe(8)
    for number, upload in enumerate(uploads):
        key = f"{name}.{number}" if number else name
        shot = Shot(
            key,
            upload.name or "scan",
            cast(BinaryIO, upload),
            turn=_number(post.get("turn", "0")),
            instead=post.get("instead", "")[:60] if not number else "",
        )
        sheets.add(actor, place, shot, now=now)


def _number(text: str) -> int:
    found = inputs.number(text)
    return found if isinstance(found, int) else -1


def _home(place: Place, kept: Kept) -> str:
    """Where the sheet was opened: in the visit, or on the page of the case that something is brought to."""
    if kept.case_no:
        return f"/counter/cases/{quote(kept.case_no)}#h-acts"
    return f"/counter/visits/{place.visit_id}#it-{place.piece}"


@require_POST
@session.page(permission=COUNTER.roles)
def scan(request: HttpRequest, case_no: str, material: str) -> HttpResponse:
    """From a case that is supplemented to the sheet of one of its materials."""
    place = supplements.begin(actor_of(request), case_no, material, now=clock.now())
    address = f"/counter/visits/{place.visit_id}/sheets/{place.piece}/{quote(place.material)}"
    return HttpResponseRedirect(address)


def _done(request: HttpRequest, address: str) -> HttpResponse:
    """Back to where one came from; a script is told where."""
    if _wants_part(request):
        return HttpResponse(status=204, headers={"X-Next": address})
    return HttpResponseRedirect(address)


def _wants_part(request: HttpRequest) -> bool:
    return "X-Part" in request.headers


def _shown(request: HttpRequest, place: Place, kept: Kept, refusal: Refusal | None) -> HttpResponseBase:
    context: dict[str, Any] = {
        "desk": COUNTER,
        "place": "visit",
        "sheet": kept,
        "tiles": _tiles(kept),
        "address": request.path,
        "home": _home(place, kept),
        "circle": "" if kept.case_no else CIRCLES[(place.piece - 1) % len(CIRCLES)],
    }
    if refusal is not None:
        context["refusal"] = {"said": refusals.said(refusal), "basis": refusal.basis}
    template = "workbench/sheet_pages.html" if _wants_part(request) else "workbench/sheet.html"
    status = refusals.status_of(refusal) if refusal is not None else 200
    return permissions.allow_camera(render(request, template, context, status=status))


def _tiles(kept: Kept) -> list[Tile]:
    return [
        Tile(
            page,
            number=at + 1,
            left=(page.turn - 90) % 360,
            right=(page.turn + 90) % 360,
            before=at - 1,
            after=at + 1,
            is_pdf=page.file_id in kept.pdfs,
        )
        for at, page in enumerate(kept.pages)
    ]
