"""The office: inbox by what is due first, filters kept and saved, batch claim, search, export."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from onewindow.base import clock
from onewindow.cases import queries, services
from onewindow.faces.workbench import export, inbox
from onewindow.faces.workbench.desks import OFFICE, actor_of
from onewindow.faces.workbench.office import saved
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.ui import paging, refusals, session

FILTERS = ("role", "light", "stage", "mine")
MOST_BATCH = 50
COUNTED = 100
PLEDGE_LISTS = {
    "due": lazy("待核查"),
    "rectifying": lazy("改正中，等复查"),
    "breached": lazy("失信，没有修复"),
}


@require_GET
@session.page(permission=OFFICE.roles)
def home(request: HttpRequest) -> HttpResponse:
    """The inbox of the office."""
    actor, now = actor_of(request), clock.now()
    chosen = _chosen(request, actor)
    found = queries.inbox(
        actor, **_asked(chosen), cursor=request.GET.get("cursor"), limit=paging.limit_of(request), now=now
    )
    rows = [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]]
    context = {
        "desk": OFFICE,
        "place": "inbox",
        "today": now.date(),
        "groups": inbox.grouped(rows, now.date()),
        "shown": len(rows),
        "chosen": chosen,
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "roles": [role for role in OFFICE.roles if actor.has(role)],
        "stages": inbox.STAGES,
        "lights": ("red", "yellow", "green", "grey"),
        "tallies": _tallies(actor, chosen["role"], now),
        "pages": paging.pages(request, found["next"]),
        "saved": saved.read(request, actor.account_id),
        "told": request.GET.get("told", ""),
        "told_words": _told(request.GET.get("claimed"), request.GET.get("failed")),
    }
    return render(request, "workbench/inbox.html", context)


@require_POST
@session.page(permission=OFFICE.roles)
def claim(request: HttpRequest) -> HttpResponse:
    """Claim the ticked cases; each is its own deed, and those that others took are told."""
    actor, now = actor_of(request), clock.now()
    claimed = failed = 0
    for pick in request.POST.getlist("pick")[:MOST_BATCH]:
        case_no, _colon, version = pick.partition(":")
        try:
            services.act(
                actor, case_no, "claim", {"version": int(version) if version.isdigit() else -1}, now=now
            )
            claimed += 1
        except Refusal:
            failed += 1
    back = session.safe_next(request.POST.get("next", ""), otherwise="/office")
    joint = "&" if "?" in back else "?"
    return HttpResponseRedirect(f"{back}{joint}{urlencode({'claimed': claimed, 'failed': failed})}")


@require_POST
@session.page(permission=OFFICE.roles)
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present filter under a name, or drop one."""
    actor = actor_of(request)
    response = HttpResponseRedirect("/office?" + request.POST.get("query", "")[:500])
    kept = saved.read(request, actor.account_id)
    if request.POST.get("drop"):
        kept = [one for one in kept if one["name"] != request.POST["drop"]]
    elif request.POST.get("name", "").strip():
        kept = saved.added(kept, name=request.POST["name"], query=request.POST.get("query", ""))
    saved.write(response, actor.account_id, kept, is_secure=request.is_secure())
    return response


@require_GET
@session.page(permission=OFFICE.roles)
def search(request: HttpRequest) -> HttpResponse:
    """Any case of the organ by number, name, id number or scanned receipt."""
    actor, now = actor_of(request), clock.now()
    query = request.GET.get("q", "").strip()[:200]
    state = request.GET.get("state", "")
    found: dict[str, Any] = {"results": [], "next": None}
    problem = ""
    if query or state:
        try:
            found = queries.find(
                actor,
                q=query or None,
                state=state or None,
                cursor=request.GET.get("cursor"),
                limit=paging.limit_of(request),
                now=now,
            )
        except Refusal as refusal:
            problem = refusals.said(refusal)
    context = {
        "desk": OFFICE,
        "place": "search",
        "today": now.date(),
        "q": query,
        "state": state,
        "problem": problem,
        "rows": [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]],
        "pages": paging.pages(request, found["next"]),
        "stages": inbox.ALL_STATES,
        "asked": bool(query or state),
    }
    return render(request, "workbench/search.html", context)


@require_GET
@session.page(permission=OFFICE.roles)
def download(request: HttpRequest, form: str) -> FileResponse:
    """The filtered inbox as xlsx or csv."""
    actor, now = actor_of(request), clock.now()
    asked = _asked(_chosen(request, actor))
    rows = export.all_of(lambda cursor: queries.inbox(actor, **asked, cursor=cursor, limit=100, now=now))
    return export.response(rows, form=form, name=_("待办"))


@require_GET
@session.page(permission=OFFICE.roles)
def pledges(request: HttpRequest) -> HttpResponse:
    """What was granted on a promise: to be checked, to be corrected, broken and not repaired."""
    actor = actor_of(request)
    asked = request.GET.get("standing", "")
    standing = asked if asked in PLEDGE_LISTS else "due"
    context = {
        "desk": OFFICE,
        "place": "pledges",
        "today": clock.today(),
        "lists": [
            {"code": code, "label": label, "is_on": code == standing} for code, label in PLEDGE_LISTS.items()
        ],
        "standing": standing,
        "rows": queries.pledged(actor, standing),
    }
    return render(request, "workbench/pledges.html", context)


def _chosen(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """The filter of the address; an unknown value counts as none."""
    get = request.GET
    role = get.get("role", "")
    return {
        "role": role if actor.has(role) and role in OFFICE.roles else "",
        "light": get.get("light", "") if get.get("light") in ("green", "yellow", "red", "grey") else "",
        "stage": get.get("stage", "") if get.get("stage") in inbox.STAGES else "",
        "mine": "1" if get.get("mine") == "1" else "",
    }


def _asked(chosen: dict[str, str]) -> dict[str, Any]:
    return {
        "role": chosen["role"] or None,
        "light": chosen["light"] or None,
        "stage": chosen["stage"] or None,
        "mine": bool(chosen["mine"]),
    }


def _tallies(actor: Actor, role: str, now: Any) -> list[dict[str, Any]]:
    """What is past and what is near, up to 100 of each: lists have no exact totals."""
    made = []
    for light in ("red", "yellow"):
        found = queries.inbox(actor, role=role or None, light=light, limit=COUNTED, now=now)
        number = f"{COUNTED}+" if found["next"] else str(len(found["results"]))
        made.append({"light": light, "number": number, "is_none": number == "0"})
    return made


def _told(claimed: str | None, failed: str | None) -> str:
    if claimed is None or not claimed.isdigit():
        return ""
    text = _("领了 %(n)s 件。") % {"n": claimed}
    if failed and failed.isdigit() and failed != "0":
        text += _("%(n)s 件没有领到：已有人办，或状态变了。") % {"n": failed}
    return text
