"""差评整改: the tickets, one record with the acts that may be taken, and their figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import acting, asking, sections
from onewindow.faces.supervision.ratings import worded
from onewindow.kernel.errors import Refusal
from onewindow.reviews.queries import tickets
from onewindow.reviews.rules import tickets as rules
from onewindow.reviews.services import tickets as deeds
from onewindow.ui import downloads, paging, refusals, session, voices

_MOST = 10_000


@require_GET
@session.page(permission=sections.TICKETS.roles)
def listing(request: HttpRequest) -> HttpResponse:
    """Tickets, newest first; late ones marked."""
    actor = request.actor  # type: ignore[attr-defined]
    state = asking.choice(request, "state", rules.STATES)
    is_late = request.GET.get("late") == "1"
    since, until = asking.period(request)
    found = tickets.listing(
        actor,
        state=state,
        is_overdue=is_late,
        cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
    )
    context = sections.shell(
        request,
        sections.TICKETS,
        rows=[_words(one) for one in found["results"]],
        pages=paging.pages(request, found["next"]),
        states=voices.choices("ticket"),
        state=state,
        is_late=is_late,
        since=since,
        until=until,
        totals=tickets.totals(
            since=since, until=until, today=clock.today(), organ_id=asking.organ(request, actor)
        ),
    )
    return render(request, "supervision/tickets.html", context)


def _words(row: dict[str, Any]) -> dict[str, Any]:
    told = {"way": "", "text": ""} | row
    return worded(told) | {
        "state_word": voices.word(row["state"], "ticket"),
        "verdict_word": voices.word(row["verdict"], "verdict"),
        "second_word": voices.word(row["second_grade"], "grade"),
    }


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.TICKETS.roles)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket: what was said, the steps, and what can be done. Acts are posted here."""
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    told: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "open-rater":
                told["rater"] = deeds.open_rater(actor, number, reason=request.POST.get("text", ""), now=now)
            else:
                deeds.act(actor, number, request.POST.get("do", ""), acting.body(request), now=now)
                return HttpResponseRedirect(request.path + "?done=1")
        except Refusal as refusal:
            told["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
            if status in (403, 404) and refusal.code in ("no-ticket", "no-action"):
                raise
    found = tickets.one(actor, number, today=now.date())
    steps = [
        step
        | {
            "word": voices.word(step["deed"], "step"),
            "verdict": voices.word(step["data"].get("verdict"), "verdict"),
            "outcome": voices.word(step["data"].get("outcome"), "outcome"),
        }
        for step in found["steps"]
    ]
    context = sections.shell(
        request,
        sections.TICKETS,
        ticket=_words(found),
        steps=steps,
        done=_("已办好。") if request.GET.get("done") and not told else "",
        **acting.offered(found),
        **told,
    )
    return render(request, "supervision/ticket.html", context, status=status)


@require_GET
@session.page(permission=sections.TICKETS.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The tickets as a table to take along, up to 10,000."""
    heads = [
        _("编号"),
        _("状态"),
        _("部门"),
        _("事项"),
        _("评价"),
        _("核实"),
        _("最晚"),
        _("逾期"),
        _("再次评价"),
    ]
    return downloads.table(_("差评整改"), heads, _lines(request.actor), form=form)  # type: ignore[attr-defined]


def _lines(actor: Any) -> Iterator[list[Any]]:
    cursor, count = None, 0
    while count < _MOST:
        page = tickets.listing(actor, cursor=cursor, limit=500)
        for row in map(_words, page["results"]):
            count += 1
            yield [
                row["number"], row["state_word"], row["organ"], row["item"], row["grade_word"], row["verdict_word"],
                row["due_on"], row["is_overdue"], row["second_word"],
            ]  # fmt: skip
        cursor = page["next"]
        if cursor is None:
            return
