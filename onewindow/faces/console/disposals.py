"""Disposal of closed cases whose time is over: the list of what may go, its proposal and its approval by another."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.console import sections
from onewindow.kernel.errors import N_, NotAllowed, NotFound, Refusal
from onewindow.privacy import queries, services, settings
from onewindow.privacy.services.disposing import MOST
from onewindow.ui import downloads, refusals, session, words
from onewindow.ui.numbers import number

SHOWN = 50


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.DISPOSALS.roles)
def disposals(request: HttpRequest) -> HttpResponse:
    """What may go today, lists that wait, and what went."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            _do(request)
            return HttpResponseRedirect("/console/disposals?done=1", status=303)
        except NotAllowed:
            raise
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.expired(today=clock.today(), limit=MOST)
    kept = settings.retention()
    words_of = {state: _(word) for state, word in _WORDS.items()}
    context = sections.shell(
        request,
        sections.DISPOSALS,
        count=len(found),
        is_more=len(found) == MOST,
        files=sum(one.files for one in found),
        size=sum(one.size for one in found),
        found=found[:SHOWN],
        kept=kept.default,
        special=[*sorted(kept.types.items()), *sorted(kept.items.items())],
        rows=[one | {"word": words_of[one["state"]]} for one in queries.disposals()],
        may_propose=actor.has("sysadmin"),
        may_approve=actor.has("secadmin"),
        username=actor.username,
        told=request.POST,
        problem=problem,
        done=_("已办。") if request.GET.get("done") else "",
    )
    response = render(request, "console/disposals.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


_WORDS = {
    "proposed": N_("等待批准"),
    "approved": N_("已批准，正在销毁"),
    "done": N_("已销毁"),
    "declined": N_("没有同意"),
    "withdrawn": N_("已撤回"),
}


@require_GET
@session.page(permission=sections.DISPOSALS.roles)
def listed(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list of what may go today as a table to take along, for the appraisal."""
    heads = [
        _("办件编号"),
        _("事项"),
        _("事项编码"),
        _("结果"),
        _("办结日期"),
        _("保管年限"),
        _("文件数"),
        _("字节数"),
    ]
    lines = (
        [
            one.case_no,
            one.item,
            one.task_code,
            words.word(one.state, "state"),
            one.ended_on,
            one.years,
            one.files,
            one.size,
        ]
        for one in queries.expired(today=clock.today(), limit=MOST)
    )
    return downloads.table(_("销毁清册"), heads, lines, form=form)


def _do(request: HttpRequest) -> None:
    actor: Any = request.actor  # type: ignore[attr-defined]
    what, now = request.POST.get("do", ""), clock.now()
    if what == "propose":
        services.propose(actor, reason=request.POST.get("reason", ""), now=now)
    elif what == "approve":
        services.approve(actor, number(request.POST.get("id", "")) or 0, now=now)
    elif what == "decline":
        services.decline(actor, number(request.POST.get("id", "")) or 0, now=now)
    else:
        raise NotFound("unknown-action", N_("没有这个操作。"))
