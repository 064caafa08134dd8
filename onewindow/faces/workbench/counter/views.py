"""The counter's pages: home, the visit, suggestions, the list that waits for acceptance, search."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO, cast
from urllib.parse import quote, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import clock
from onewindow.cases import queries
from onewindow.catalog import queries as catalog
from onewindow.custody import rules as custody
from onewindow.documents import services as documents
from onewindow.faces.workbench import inbox
from onewindow.faces.workbench.counter import screen
from onewindow.faces.workbench.desks import COUNTER, actor_of
from onewindow.intake import sheets, visits, visits_rules
from onewindow.intake.visits_rules import LARGEST_VISIT, Piece, Row, Visit, Visitor
from onewindow.kernel.errors import N_, NotAllowed, NotFound, Refusal, RuleBroken
from onewindow.ui import fields, paging, refusals, session, uploads, words


@require_GET
@session.page(permission=COUNTER.roles)
def home(request: HttpRequest) -> HttpResponse:
    """Where a visit begins: one box for a scanned or typed number, open visits, what waits online."""
    actor, now = actor_of(request), clock.now()
    found = queries.inbox(actor, role="clerk", limit=8, now=now)
    context = {
        "desk": COUNTER,
        "place": "home",
        "today": now.date(),
        "running": visits.running(actor),
        "rows": [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]],
        "has_more": bool(found["next"]),
        "finished": request.GET.get("finished") == "1",
    }
    return render(request, "workbench/counter_home.html", context)


@require_POST
@session.page(permission=COUNTER.roles)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a visit, with the scanned number in its field; a scanned receipt opens the search instead."""
    actor, now = actor_of(request), clock.now()
    code = request.POST.get("code", "").strip()[:200]
    kind = screen.kind_of(code, now.date()) if code else ""
    if custody.slip_key(code) is not None:
        return HttpResponseRedirect("/counter/originals?" + urlencode({"q": code}))
    if kind == "case" or "/track" in code:
        return HttpResponseRedirect("/counter/search?" + urlencode({"q": code}))
    if code and not kind and not code[:1].isascii():
        visitor = Visitor(name=code)
    elif kind == "uscc":
        visitor = Visitor(type="organisation", id_type="uscc", id_number=code.upper())
    else:
        visitor = Visitor(id_number=code.upper())
    number = visits.begin(actor, visitor=visitor, now=now)
    return HttpResponseRedirect(f"/counter/visits/{number}")


@require_http_methods(["GET", "POST"])
@session.page(permission=COUNTER.roles)
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The screen of one visitor; a post keeps what was typed, then does what was asked."""
    actor, now = actor_of(request), clock.now()
    kept, opened_at, is_closed = visits.read(actor, visit_id)
    if is_closed:
        return HttpResponseRedirect("/counter")
    if kept.supplements:
        return HttpResponseRedirect(f"/counter/cases/{quote(kept.supplements)}")
    if request.method == "GET":
        return _screen(request, visit_id, kept, opened_at, now)
    typed = screen.read(kept, request.POST, now.date())
    kept = visits.save(actor, visit_id, typed, untied=screen.typed_over(typed, request.POST))
    if request.headers.get("HX-Request"):
        return _screen(request, visit_id, kept, opened_at, now, template="workbench/visit_live.html")
    try:
        return _do(request, visit_id, kept, opened_at, now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        kept, opened_at, _closed = visits.read(actor, visit_id)
        return _screen(request, visit_id, kept, opened_at, now, refusal=refusal)


def _do(request: HttpRequest, visit_id: int, kept: Visit, opened_at: datetime, now: datetime) -> HttpResponse:
    actor, post = actor_of(request), request.POST
    what, _colon, number = post.get("do", "save").partition(":")
    key = int(number) if number.isdigit() else 0
    if post.get("add"):
        visits.save(actor, visit_id, _added(kept, post["add"], now))
    elif what == "find":
        asked = urlencode({"find": post.get("find", "").strip()[:100]})
        return HttpResponseRedirect(f"/counter/visits/{visit_id}?{asked}")
    elif what == "drop":
        visits.drop(actor, visit_id, key)
    elif what == "accept":
        visits.accept(actor, visit_id, key, screen.lines_of(kept, _known(kept, key)), now=now)
    elif what == "receive":
        visits.receive(actor, visit_id, key, screen.lines_of(kept, _known(kept, key)), now=now)
    elif what == "notify":
        answer_by = post.get(f"by-{key}") or screen.answer_by(now.date()).isoformat()
        lines = screen.lines_of(kept, _known(kept, key))
        visits.notify(actor, visit_id, key, lines, answer_by=answer_by, now=now)
    elif what == "scan":
        visits.save(actor, visit_id, _scanned(request, visit_id, kept, now))
    elif what == "mandate":
        visits.save(actor, visit_id, _with_mandate(request, visit_id, kept))
    elif what == "sheet":
        return HttpResponseRedirect(_sheet_of(visit_id, number))
    elif what in ("untie", "tie"):
        number, _colon, path = number.partition(":")
        key = _known(kept, int(number) if number.isdigit() else 0)
        visits.untie(actor, visit_id, key, path, is_untied=what == "untie")
        return HttpResponseRedirect(f"/counter/visits/{visit_id}#it-{key}")
    elif what == "lines":
        ask = post["do"].partition(f"lines:{number.partition(':')[0]}:")[2]
        more = urlencode({"more": f"{number.partition(':')[0]}:{fields.more(ask)}"})
        return HttpResponseRedirect(f"/counter/visits/{visit_id}?{more}")
    elif what == "finish":
        if any(not piece.case_no for piece in kept.pieces) and not post.get("sure"):
            return _screen(request, visit_id, kept, opened_at, now, asks_sure=True)
        visits.close(actor, visit_id, now=now)
        return HttpResponseRedirect("/counter?finished=1")
    return HttpResponseRedirect(f"/counter/visits/{visit_id}")


def _sheet_of(visit_id: int, place: str) -> str:
    """The page that scans the row KEY:CODE."""
    key, _colon, code = place.partition(":")
    return f"/counter/visits/{visit_id}/sheets/{quote(key, safe='')}/{quote(code, safe='')}"


def _known(kept: Visit, key: int) -> int:
    if kept.piece(key) is None:
        raise NotFound("no-piece", N_("这次接待里没有这个事项"))
    return key


def _added(kept: Visit, task_code: str, now: datetime) -> Visit:
    if len(kept.pieces) >= LARGEST_VISIT:
        raise RuleBroken("too-many", N_("一次接待最多办 12 个事项"))
    catalog.require_in_use(task_code)
    item = catalog.current(task_code)
    if not item.handled:
        raise RuleBroken("not-handled", N_("这件事目前只提供办事指南，还不能在这里申请。"))
    key = kept.next_key
    piece = Piece(key=key, task_code=item.task_code, version=item.version, name=item.name)
    return msgspec.structs.replace(kept, pieces=[*kept.pieces, piece], last_key=key)


def _scanned(request: HttpRequest, visit_id: int, kept: Visit, now: datetime) -> Visit:
    """Put uploaded pages to the row that was current; a row with a page counts as received."""
    key, _colon, code = request.POST.get("scan_to", "").partition(":")
    piece = kept.piece(int(key)) if key.isdigit() else None
    if piece is None or piece.case_no:
        raise RuleBroken("no-row", N_("先选一份材料，再扫描"))
    made = [
        documents.store_upload(actor_of(request), upload.name or "scan", cast(BinaryIO, upload), now=now)[
            "file_id"
        ]
        for upload in request.FILES.getlist("scan")
    ]
    made += [
        documents.uploads.take(actor_of(request), one, purpose=f"visit/{visit_id}")["file_id"]
        for one in request.POST.getlist("upload")
    ]
    row = piece.rows.get(code, Row())
    rows = piece.rows | {code: msgspec.structs.replace(row, mark="got", file_ids=[*row.file_ids, *made])}
    pieces = [msgspec.structs.replace(one, rows=rows) if one.key == piece.key else one for one in kept.pieces]
    return msgspec.structs.replace(kept, pieces=pieces)


def _with_mandate(request: HttpRequest, visit_id: int, kept: Visit) -> Visit:
    """The scanned mandate (授权委托书) of whoever acts for the applicant."""
    found = uploads.given(request, "mandate", purpose=f"visit/{visit_id}/mandate")
    if not found:
        raise RuleBroken("no-file", N_("先选委托书的扫描件"))
    agent = msgspec.structs.replace(kept.agent, mandate_file_id=found[-1]["file_id"])
    return msgspec.structs.replace(kept, agent=agent)


def _screen(
    request: HttpRequest,
    visit_id: int,
    kept: Visit,
    opened_at: datetime,
    now: datetime,
    *,
    template: str = "workbench/visit.html",
    refusal: Refusal | None = None,
    asks_sure: bool = False,
) -> HttpResponse:
    actor, today = actor_of(request), now.date()
    pieces = screen.shown(kept, today, more=request.GET.get("more", "")[:200])
    done = [one for one in pieces if one.is_done]
    context: dict[str, Any] = {
        "desk": COUNTER,
        "place": "visit",
        "visit_id": visit_id,
        "visitor": kept.visitor,
        "agent": kept.agent,
        "agent_problem": screen.number_problem(kept.agent, today),
        "is_told": any(piece.case_no for piece in kept.pieces),
        "pieces": pieces,
        "current": next((one for one in pieces if not one.is_done), done[-1] if done else None),
        "last_done": done[-1] if done else None,
        "undone": [one for one in pieces if not one.is_done],
        "number_problem": screen.number_problem(kept.visitor, today),
        "lacking": _lacking(kept),
        "half_scanned": _half_scanned(visit_id, pieces),
        "elapsed": max(0, int((now - opened_at).total_seconds())),
        "opened_at": opened_at,
        "answer_by": screen.answer_by(today).isoformat(),
        "today": today,
        "running": [one for one in visits.running(actor) if one.id != visit_id],
        "id_types": words.lazily("id_type"),
        "asks_sure": asks_sure,
        "query": request.GET.get("find", "").strip()[:100],
        "items": screen.found_items(request.GET.get("find", "")[:100]),
    }
    if refusal is not None:
        context["refusal"] = {
            "said": refusals.said(refusal),
            "basis": refusal.basis,
            "fields": [refusals.field_error(one) for one in refusal.fields],
        }
    status = refusals.status_of(refusal) if refusal is not None else 200
    return render(request, template, context, status=status)


def _half_scanned(visit_id: int, pieces: list[screen.Shown]) -> list[dict[str, Any]]:
    """Rows with pages that nobody has bound yet, for the column of results."""
    pages = sheets.unfinished(visit_id)
    return [
        {"circle": one.circle, "name": line.material.name, "pages": count, "place": f"{one.key}:{code}"}
        for one in pieces
        for line in one.lines
        for code, count in [(line.material.code, pages.get((one.key, line.material.code), 0))]
        if count and not one.is_done
    ]


def _lacking(kept: Visit) -> str:
    names = {"name": _("姓名或名称"), "id_number": _("证件号码"), "phone": _("电话")}
    agents = {
        "name": _("代理人姓名"),
        "id_number": _("代理人证件号码"),
        "phone": _("代理人电话"),
        "until": _("委托截止日"),
    }
    lacking = [names[one] for one in visits_rules.visitor_problems(kept.visitor)]
    return "、".join([*lacking, *(agents[one] for one in visits_rules.agent_problems(kept.agent))])


@require_GET
@session.page(permission=COUNTER.roles)
def suggest(request: HttpRequest) -> HttpResponse:
    """Items for what was typed so far, as buttons of the visit's form."""
    query = request.GET.get("find", "").strip()[:100]
    return render(request, "workbench/found.html", {"items": screen.found_items(query), "query": query})


@require_GET
@session.page(permission=COUNTER.roles)
def waiting(request: HttpRequest) -> HttpResponse:
    """Online applications and corrected matters that wait for acceptance, earliest due first."""
    actor, now = actor_of(request), clock.now()
    light = request.GET.get("light", "")
    found = queries.inbox(
        actor,
        role="clerk",
        light=light if light in ("green", "yellow", "red", "grey") else None,
        cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
        now=now,
    )
    rows = [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]]
    context = {
        "desk": COUNTER,
        "place": "waiting",
        "today": now.date(),
        "groups": inbox.grouped(rows, now.date()),
        "pages": paging.pages(request, found["next"]),
        "light": light,
    }
    return render(request, "workbench/waiting.html", context)


@require_GET
@session.page(permission=COUNTER.roles)
def search(request: HttpRequest) -> HttpResponse:
    """A case by applicant, id number, case number or scanned receipt; one hit by number opens at once."""
    actor, now = actor_of(request), clock.now()
    query = request.GET.get("q", "").strip()[:200]
    found: dict[str, Any] = {"results": [], "next": None}
    if query:
        cursor = request.GET.get("cursor")
        found = queries.find(actor, q=query, cursor=cursor, limit=paging.limit_of(request), now=now)
    if len(found["results"]) == 1 and screen.kind_of(query, now.date()) == "case":
        return HttpResponseRedirect(COUNTER.case_url(found["results"][0]["case_no"]))
    context = {
        "desk": COUNTER,
        "place": "search",
        "q": query,
        "asked": bool(query),
        "rows": [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]],
        "pages": paging.pages(request, found["next"]),
    }
    return render(request, "workbench/search.html", context)
