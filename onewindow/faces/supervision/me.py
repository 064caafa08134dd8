"""我的记录: what is known about oneself: shifts, absences, notes, appraisals; and what one may say to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.base import clock
from onewindow.faces.supervision import attendance, sections
from onewindow.kernel import days
from onewindow.kernel.errors import Invalid, NotFound, Refusal
from onewindow.org import queries as org
from onewindow.org import services as org_services
from onewindow.supervision.staff import attending, noted, published, publishing, scheme, sheets
from onewindow.ui import refusals, session

AWAY = {"leave": lazy("请假"), "business": lazy("公出"), "sick": lazy("病假")}


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.ME.roles)
def page(request: HttpRequest) -> HttpResponse:
    """Show all of it; note an absence, call it off, or appeal."""
    if request.method != "POST":
        return shown(request)
    try:
        _do(request)
    except Refusal as refusal:
        return shown(request, problem=refusals.said(refusal), status=refusals.status_of(refusal))
    return HttpResponseRedirect("/supervision/me?done=1", status=303)


def _do(request: HttpRequest) -> None:
    actor, now, post = request.actor, clock.now(), request.POST  # type: ignore[attr-defined]
    if post.get("do") == "away":
        org_services.set_absence(
            actor, actor.account_id, from_on=_date(post.get("from", "")), until_on=_date(post.get("until", "")),
            kind=post.get("kind", ""), reason=post.get("reason", "").replace("\0", ""), now=now,
        )  # fmt: skip
    elif post.get("do") == "back":
        number = post.get("absence", "")
        org_services.cancel_absence(
            actor, int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0, now=now
        )
    elif post.get("do") == "appeal":
        publishing.appeal(
            actor, "person", post.get("period", ""), actor.username, post.get("text", ""), now=now
        )
    else:
        raise NotFound("unknown-action", _("没有这个操作。"))


def _date(text: str) -> date:
    try:
        return days.read(text)
    except ValueError:
        raise Invalid("bad-dates", _("请填写日期。")) from None


def shown(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The page, with a refusal above it where there is one."""
    actor, now, today = request.actor, clock.now(), clock.today()  # type: ignore[attr-defined]
    since = today.replace(day=1)
    found = sheets.presences(since, today, now=now, staff_ids={actor.account_id})
    absences = [one for one in org.absences_between(today, date(2199, 12, 31)) if one[1] == actor.account_id]
    context = sections.shell(
        request,
        sections.ME,
        signed_at=sheets.state(actor.account_id),
        rows=[attendance.worded(one) for one in reversed(found)],
        absences=[
            {"id": id, "word": AWAY[kind], "since": first, "until": last}
            for id, _s, kind, first, last in absences
        ],
        kinds=AWAY.items(),
        deputies=org.deputies_of(actor.account_id, on=today),
        notes=noted.of_person(actor),
        results=[one | {"figures": figures_of(one["row"])} for one in published.own(actor)],
        today=today,
        problem=problem,
        done=_("已办好。") if request.GET.get("done") and not problem else "",
    )
    return render(request, "supervision/me.html", context, status=status)


@require_POST
@session.page(permission=sections.ME.roles)
def sign(request: HttpRequest) -> HttpResponse:
    """Sign in or out, then go back to where one was; a refusal is told on the own page."""
    deed = attending.sign_out if request.POST.get("do") == "out" else attending.sign_in
    try:
        deed(request.actor, now=clock.now())  # type: ignore[attr-defined]
    except Refusal as refusal:
        return shown(request, problem=refusals.said(refusal), status=refusals.status_of(refusal))
    back = session.safe_next(request.POST.get("next", ""), otherwise="/supervision/me")
    return HttpResponseRedirect(back, status=303)


def figures_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures of a line of an appraisal in their order, with labels."""
    return [
        {"name": name, "label": _(scheme.FIGURES[name])} | row["figures"][name]
        for name in scheme.FIGURES
        if name in row["figures"]
    ]
