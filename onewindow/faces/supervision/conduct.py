"""巡查: notes of what was seen at the windows, their answers and rulings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.base.clock import SHANGHAI
from onewindow.faces.supervision import asking, sections
from onewindow.kernel.errors import NotFound, Refusal
from onewindow.org import queries as org
from onewindow.supervision.staff import conduct as deeds
from onewindow.supervision.staff import noted
from onewindow.supervision.staff.attending import AT_WORK
from onewindow.ui import downloads, paging, refusals, session, uploads

STATES = {
    "written": lazy("待申辩"),
    "answered": lazy("已申辩，待结论"),
    "upheld": lazy("维持"),
    "withdrawn": lazy("撤销，不计分"),
    "answer": lazy("申辩"),
}
_FIELDS = ("kind", "place", "text", "person")

PHOTOS = "conduct"  # what uploads in pieces are for


@require_GET
@session.page(permission=sections.CONDUCT.roles)
def listing(request: HttpRequest) -> HttpResponse:
    """Notes, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    since, until = asking.period(request)
    found = noted.listing(
        actor, since=since, until=until, organ_id=asking.organ(request, actor), cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
    )  # fmt: skip
    context = sections.shell(
        request, sections.CONDUCT, rows=[worded(one) for one in found["results"]], since=since, until=until,
        pages=paging.pages(request, found["next"]), may_write=actor.has(*sections.WATCHERS),
    )  # fmt: skip
    return render(request, "supervision/conduct.html", context)


def worded(one: dict[str, Any]) -> dict[str, Any]:
    """A note in the reader's words."""
    label: str = one["label"]
    return one | {"label": _(label), "state_word": STATES[one["state"]]}


@require_GET
@session.page(permission=sections.CONDUCT.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The notes of the period as a table, up to 100 pages."""
    actor = request.actor  # type: ignore[attr-defined]
    since, until = asking.period(request)
    lines, cursor = [], None
    for _page in range(100):
        found = noted.listing(
            actor, since=since, until=until, organ_id=asking.organ(request, actor), cursor=cursor, limit=100
        )
        lines += [
            [
                one["number"], one["observed_at"], one["place"], worded(one)["label"], one["points"],
                one["person"], one["window"],
                one["organ"], str(STATES[one["state"]]),
            ]
            for one in found["results"]
        ]  # fmt: skip
        cursor = found["next"]
        if not cursor:
            break
    heads = [
        _("编号"),
        _("时间"),
        _("地点"),
        _("违反"),
        _("扣分"),
        _("姓名"),
        _("窗口"),
        _("部门"),
        _("结论"),
    ]
    return downloads.table(_("巡查记录"), heads, lines, form=form)


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.WATCHERS)
def new(request: HttpRequest) -> HttpResponse:
    """Write a note, with photos."""
    typed = {name: request.POST.get(name, "").replace("\0", "").replace("\r\n", "\n") for name in _FIELDS}
    context = sections.shell(
        request, sections.CONDUCT, typed=typed | {"window": request.POST.get("window", "")}, now=clock.now(),
        kinds=[(one.code, _(one.label), one.points) for one in deeds.KINDS.values()],
        windows=org.windows(),
        people=_people(),
        photos_purpose=PHOTOS,
    )  # fmt: skip
    if request.method != "POST":
        return render(request, "supervision/conduct_new.html", context)
    try:
        number = deeds.write(
            request.actor,  # type: ignore[attr-defined]
            _body(request, typed),
            lambda: uploads.given(request, "photos", purpose=PHOTOS),
            now=clock.now(),
        )
    except Refusal as refusal:
        context["problem"] = refusals.said(refusal)
        context["fields"] = {one.field: refusals.field_error(one)["message"] for one in refusal.fields}
        return render(request, "supervision/conduct_new.html", context, status=refusals.status_of(refusal))
    return HttpResponseRedirect(f"/supervision/conduct/{number}", status=303)


def _people() -> list[tuple[str, str]]:
    found = [
        one for one in org.staff() if one.is_active and {duty.role for duty in one.duties} & set(AT_WORK)
    ]
    named = [(one.username, f"{one.name} {org.organ(one.organ_id).name}") for one in found]
    return sorted(named, key=lambda one: one[1])


def _body(request: HttpRequest, typed: dict[str, str]) -> dict[str, Any]:
    window, when = request.POST.get("window", ""), request.POST.get("observed_at", "")
    try:
        at: Any = datetime.fromisoformat(when).replace(tzinfo=SHANGHAI)
    except ValueError:
        at = when
    number = int(window) if window.isascii() and window.isdigit() and len(window) < 12 else None
    return typed | {"observed_at": at, "window": number, "is_covert": request.POST.get("covert") == "1"}


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=(*sections.CONDUCT.roles, *AT_WORK))
def one(request: HttpRequest, number: str) -> HttpResponse:
    """A note whole; the person answers here, another watcher rules."""
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    problem, status = "", 200
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            if request.POST.get("do") == "answer":
                deeds.answer(actor, number, text, now=now)
            elif request.POST.get("do") in ("uphold", "withdraw"):
                deeds.rule(actor, number, is_upheld=request.POST["do"] == "uphold", text=text, now=now)
            else:
                raise NotFound("unknown-action", _("没有这个操作。"))
            return HttpResponseRedirect(request.path, status=303)
        except NotFound:
            raise
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    told = worded(noted.one(actor, number))
    told["steps"] = [
        step | {"word": STATES["answer" if step["deed"] == "answered" else step["deed"]]}
        for step in told["steps"]
    ]
    section = sections.CONDUCT if actor.has(*sections.CONDUCT.roles) else sections.ME
    context = sections.shell(request, section, note=told, problem=problem)
    return render(request, "supervision/conduct_note.html", context, status=status)


@require_GET
@session.page(permission=(*sections.CONDUCT.roles, *AT_WORK))
def photo(request: HttpRequest, number: str, place: int) -> HttpResponseBase:
    """A photo of a note, for whom the note concerns."""
    name, media_type, stored = noted.photo(request.actor, number, place)  # type: ignore[attr-defined]
    response = FileResponse(stored.open(), content_type=media_type, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
