"""Hand-over lists at both desks: scan bundles onto lists, hand over, count what came, sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.custody import handovers, queries, rules, slips
from onewindow.custody.rules import Direction
from onewindow.faces.workbench.desks import Desk, actor_of
from onewindow.kernel.errors import N_, NotAllowed, NotFound, Refusal
from onewindow.ui import downloads, refusals, session

View = Callable[..., HttpResponseBase]


class Said(msgspec.Struct, frozen=True):
    """What a scan did: ``tone`` go (taken), near (there already, or not on the list), stop (refused)."""

    tone: str
    text: str
    case_no: str = ""


def directions(desk: Desk) -> tuple[Direction, Direction]:
    """Which way this desk gives, and which way it takes."""
    return ("out", "back") if desk.name == "counter" else ("back", "out")


def home_view(desk: Desk) -> View:
    """Scan bundles onto one's open lists; what waits for a signature; what is done."""

    @require_http_methods(["GET", "POST"])
    @session.page(permission=desk.roles)
    def home(request: HttpRequest) -> HttpResponseBase:
        said = _do(request, desk) if request.method == "POST" else None
        if request.method == "POST" and said is None:
            return HttpResponseRedirect(f"/{desk.name}/handovers")
        if isinstance(said, HttpResponse):
            return said
        return _home(request, desk, said)

    return home


def _do(request: HttpRequest, desk: Desk) -> Said | HttpResponse | None:
    """What the button says; a scan says what it did, the others show it."""
    actor, post, now = actor_of(request), request.POST, clock.now()
    what, _colon, rest = post.get("do", "scan").partition(":")
    key, _colon, case_no = rest.partition(":")
    try:
        if what == "remove":
            handovers.remove(actor, _key(key), case_no)
            return None
        if what == "make":
            handovers.make(actor, _key(key), now=now)
            return HttpResponseRedirect(f"/{desk.name}/handovers/{key}?made=1")
        return _scanned(request, desk)
    except Refusal as refusal:
        return Said("stop", refusals.said(refusal))


def _scanned(request: HttpRequest, desk: Desk) -> Said | HttpResponse:
    """A case goes onto its list; the number of a list opens it."""
    code = request.POST.get("code", "").strip()[:100]
    listed = rules.key_of(code)
    if listed is not None:
        address = f"/{desk.name}/handovers/{listed}"
        if "X-Part" in request.headers:
            return HttpResponse(status=204, headers={"X-Next": address})
        return HttpResponseRedirect(address)
    give, _take = directions(desk)
    _key_, case_no, is_new = handovers.scan(actor_of(request), code, direction=give, now=clock.now())
    if not is_new:
        return Said("near", _("%(case_no)s 已经在单上。") % {"case_no": case_no}, case_no)
    return Said("go", _("%(case_no)s 上单。") % {"case_no": case_no}, case_no)


def _home(request: HttpRequest, desk: Desk, said: Said | None) -> HttpResponse:
    actor = actor_of(request)
    give, take = directions(desk)
    before = request.GET.get("before", "")
    done, after = queries.ended(actor, before=int(before) if before.isdigit() else None)
    context: dict[str, Any] = {
        "desk": desk,
        "place": "handovers",
        "said": said,
        "drafts": queries.drafts(actor, give),
        "to_take": queries.to_take(actor, take),
        "waiting": queries.waiting(actor, give),
        "done": done,
        "after": after,
        "is_out": give == "out",
    }
    template = "bundle_drafts" if "X-Part" in request.headers else "bundles"
    return render(request, f"workbench/{template}.html", context, status=422 if _is_bad(said) else 200)


def list_view(desk: Desk) -> View:
    """One list: its bundles; the other side scans what came and signs."""

    @require_http_methods(["GET", "POST"])
    @session.page(permission=desk.roles)
    def one(request: HttpRequest, key: int) -> HttpResponseBase:
        queries.one(actor_of(request), key)
        said = _act(request, key) if request.method == "POST" else None
        if request.method == "POST" and said is None:
            return HttpResponseRedirect(f"/{desk.name}/handovers/{key}")
        return _list(request, desk, key, said)

    return one


def _act(request: HttpRequest, key: int) -> Said | None:
    actor, post, now = actor_of(request), request.POST, clock.now()
    what = post.get("do", "tick")
    try:
        if what == "withdraw":
            handovers.withdraw(actor, key, now=now)
        elif what in ("take", "take-all"):
            handovers.take(actor, key, all_there=what == "take-all", now=now)
        else:
            return _ticked(request, key)
    except (NotAllowed, NotFound) as refusal:
        if refusal.code == "no-hand-over":
            raise
        return Said("stop", refusals.said(refusal))
    except Refusal as refusal:
        return Said("stop", refusals.said(refusal))
    return None


def _ticked(request: HttpRequest, key: int) -> Said:
    code = request.POST.get("code", "").strip()[:100]
    if rules.key_of(code) == key:
        return Said("go", _("就是这张单，接着扫每一件。"))
    case_no, state = handovers.tick(actor_of(request), key, code)
    if state == "extra":
        return Said("near", _("%(case_no)s 不在单上，记为单外。") % {"case_no": case_no}, case_no)
    return Said("go", _("%(case_no)s 在。") % {"case_no": case_no}, case_no)


def _list(request: HttpRequest, desk: Desk, key: int, said: Said | None) -> HttpResponse:
    listed = queries.one(actor_of(request), key)
    context = {
        "desk": desk,
        "place": "handovers",
        "list": listed,
        "said": said,
        "is_just_made": request.GET.get("made") == "1",
        "left": listed.bundles - listed.found - listed.missing,
    }
    template = "bundle_rows" if "X-Part" in request.headers else "bundle_list"
    return render(request, f"workbench/{template}.html", context, status=422 if _is_bad(said) else 200)


def print_view(desk: Desk) -> View:
    """The list as PDF."""

    @require_GET
    @session.page(permission=desk.roles)
    def printed(request: HttpRequest, key: int) -> FileResponse:
        listed, now = queries.one(actor_of(request), key), clock.now()
        if listed.made_at is None:
            raise NotFound("no-hand-over", N_("没有这张交接单。"))
        out = downloads.temporary()
        out.write(slips.list_pdf(listed, now=now))
        response = downloads.sent(out, listed.number, form="pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{listed.number}.pdf"'
        return response

    return printed


def _is_bad(said: Said | None) -> bool:
    return said is not None and said.tone == "stop"


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0
