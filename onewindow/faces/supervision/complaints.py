"""效能投诉: the complaints, one record with the acts that may be taken, and entry on behalf of a caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import acting, asking, sections
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org
from onewindow.reviews.queries import complaints
from onewindow.reviews.rules import acts
from onewindow.reviews.rules import complaints as rules
from onewindow.reviews.services import complaints as deeds
from onewindow.ui import downloads, paging, refusals, session, voices

_MOST = 10_000
_FIELDS = ("organ", "about", "text", "name", "phone", "way", "person", "case_no", "card_no", "earlier")


@require_GET
@session.page(permission=sections.COMPLAINTS.roles)
def listing(request: HttpRequest) -> HttpResponse:
    """Complaints, newest first; late ones marked; never with the complainant."""
    actor = request.actor  # type: ignore[attr-defined]
    state = asking.choice(request, "state", rules.STATES)
    is_late = request.GET.get("late") == "1"
    since, until = asking.period(request)
    found = complaints.listing(
        actor,
        state=state,
        is_overdue=is_late,
        cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
    )
    context = sections.shell(
        request,
        sections.COMPLAINTS,
        rows=[_words(one) for one in found["results"]],
        pages=paging.pages(request, found["next"]),
        states=voices.choices("complaint"),
        state=state,
        is_late=is_late,
        since=since,
        until=until,
        may_enter=acts.is_watcher(actor),
        totals=complaints.totals(since=since, until=until, organ_id=asking.organ(request, actor)),
    )
    return render(request, "supervision/complaints.html", context)


def _words(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "state_word": voices.word(row["state"], "complaint"),
        "about_word": voices.word(row["about"], "about"),
        "way_word": voices.word(row["way"], "way"),
        "verdict_word": voices.word(row["verdict"], "verdict"),
    }


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.COMPLAINTS.roles)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One complaint: the words, the steps, and what can be done. Acts are posted here."""
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    told: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "open-complainant":
                reason = request.POST.get("text", "")
                told["complainant"] = deeds.open_complainant(actor, number, reason=reason, now=now)
            else:
                deeds.act(actor, number, request.POST.get("do", ""), acting.body(request), now=now)
                return HttpResponseRedirect(request.path + "?done=1")
        except Refusal as refusal:
            told["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
            if refusal.code in ("no-complaint", "no-action"):
                raise
    found = complaints.one(actor, number)
    steps = [
        step
        | {
            "word": voices.word(step["deed"], "step"),
            "verdict": voices.word(step["data"].get("verdict"), "verdict"),
            "ground": voices.word(step["data"].get("ground"), "ground"),
        }
        for step in found["steps"]
    ]
    context = sections.shell(
        request,
        sections.COMPLAINTS,
        complaint=_words(found),
        steps=steps,
        done=_("已办好。") if request.GET.get("done") and not told else "",
        **acting.offered(found, {"accept": found["release"]}),
        **told,
    )
    return render(request, "supervision/complaint.html", context, status=status)


@sensitive_post_parameters("name", "phone", "text")
@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.WATCHERS)
def new(request: HttpRequest) -> HttpResponse:
    """Write down what was told by telephone or in person."""
    actor = request.actor  # type: ignore[attr-defined]
    told = {name: request.POST.get(name, "").replace("\0", "").replace("\r\n", "\n") for name in _FIELDS}
    context = sections.shell(
        request,
        sections.COMPLAINTS,
        told=told,
        is_anonymous=request.POST.get("anonymous") == "1",
        organs=[one.name for one in org.organs()],
        abouts=voices.choices("about"),
        ways=[(code, _(label)) for code, label in rules.WAYS.items() if code != "web"],
    )
    if request.method != "POST":
        return render(request, "supervision/complaint_new.html", context)
    try:
        body = told | {"anonymous": context["is_anonymous"]}
        context["made"] = deeds.file(body, actor=actor, now=clock.now())
    except Refusal as refusal:
        context["problem"] = refusals.said(refusal)
        context["fields"] = [refusals.field_error(one) for one in refusal.fields]
        return render(request, "supervision/complaint_new.html", context, status=refusals.status_of(refusal))
    return render(request, "supervision/complaint_new.html", context)


@require_GET
@session.page(permission=sections.COMPLAINTS.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The complaints as a table to take along, up to 10,000, as the list shows them to this reader."""
    heads = [_("编号"), _("状态"), _("部门"), _("问题"), _("方式"), _("调查结论"), _("最晚"), _("逾期")]
    return downloads.table(_("效能投诉"), heads, _lines(request.actor), form=form)  # type: ignore[attr-defined]


def _lines(actor: Any) -> Iterator[list[Any]]:
    cursor, count = None, 0
    while count < _MOST:
        page = complaints.listing(actor, cursor=cursor, limit=500)
        for row in map(_words, page["results"]):
            count += 1
            yield [
                row["number"], row["state_word"], row["organ"], row["about_word"], row["way_word"],
                row["verdict_word"], row["due_on"], row["is_overdue"],
            ]  # fmt: skip
        cursor = page["next"]
        if cursor is None:
            return
