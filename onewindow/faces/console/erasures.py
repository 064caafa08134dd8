"""Erasures on a written request: a system administrator enters it, a security administrator confirms it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.faces.console import sections
from onewindow.kernel.errors import N_, NotAllowed, NotFound, Refusal
from onewindow.privacy import queries, services
from onewindow.ui import refusals, session
from onewindow.ui.numbers import number


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.ERASURES.roles)
def erasures(request: HttpRequest) -> HttpResponse:
    """Requests that wait and that are over, and the form for a new one."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            _do(request)
            return HttpResponseRedirect("/console/erasures?done=1", status=303)
        except NotAllowed:
            raise
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    words = {"asked": _("等待确认"), "done": _("已删除"), "refused": _("没有同意")}
    actor: Any = request.actor  # type: ignore[attr-defined]
    context = sections.shell(
        request,
        sections.ERASURES,
        rows=[one | {"word": words[one["state"]]} for one in queries.requests()],
        may_ask=actor.has("sysadmin"),
        may_confirm=actor.has("secadmin"),
        told=request.POST,
        problem=problem,
        done=_("已办。") if request.GET.get("done") else "",
    )
    response = render(request, "console/erasures.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _do(request: HttpRequest) -> None:
    actor: Any = request.actor  # type: ignore[attr-defined]
    what, now = request.POST.get("do", ""), clock.now()
    if what == "ask":
        services.ask(
            actor,
            request.POST.get("username", ""),
            reason=request.POST.get("reason", ""),
            with_account=request.POST.get("with_account") == "1",
            now=now,
        )
    elif what == "confirm":
        services.confirm(actor, number(request.POST.get("id", "")) or 0, now=now)
    elif what == "refuse":
        services.refuse(actor, number(request.POST.get("id", "")) or 0, now=now)
    else:
        raise NotFound("unknown-action", N_("没有这个操作。"))
