"""Corrections of name and number: a clerk checks the proof, the centre carries it out; two people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.base import clock
from onewindow.faces.console import sections
from onewindow.kernel.errors import N_, NotAllowed, NotFound, Refusal
from onewindow.privacy import corrections as reads
from onewindow.privacy.services import identity as deeds
from onewindow.ui import downloads, refusals, session


@require_safe
@never_cache
@session.page(permission=sections.CORRECTIONS.roles)
def corrections(request: HttpRequest) -> HttpResponse:
    """What waits for my hand."""
    rows = reads.waiting(request.actor)  # type: ignore[attr-defined]
    done = {
        "checked": _("已核对，交政务服务中心更正。"),
        "done": _("已更正。"),
        "refused": _("已退回，本人能看到原因。"),
    }
    context = sections.shell(
        request, sections.CORRECTIONS, rows=rows, done=done.get(request.GET.get("done", ""), "")
    )
    return render(request, "console/corrections.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.CORRECTIONS.roles)
def correction(request: HttpRequest, id: int) -> HttpResponse:
    """One request in clear beside what is held; each look is recorded."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    problem, status = "", 200
    if request.method == "POST":
        try:
            done = _do(request, actor, id)
            return HttpResponseRedirect(f"/console/corrections?done={done}", status=303)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    found = deeds.look(actor, id, now=clock.now())
    context = sections.shell(
        request, sections.CORRECTIONS, one=found, problem=problem, told=request.POST,
        compared=_compared(found),
    )  # fmt: skip
    return render(request, "console/correction.html", context, status=status)


def _compared(found: dict[str, Any]) -> list[dict[str, Any]]:
    now = found["now"] or {}
    rows = [(_("姓名"), "name"), (_("证件号码"), "id_number")]
    return [
        {
            "label": label,
            "now": now.get(what, ""),
            "asked": found[what],
            "is_other": now.get(what) != found[what],
        }
        for label, what in rows
    ]


def _do(request: HttpRequest, actor: Any, id: int) -> str:
    what, now = request.POST.get("do", ""), clock.now()
    if what == "check":
        deeds.check(actor, id, now=now)
        return "checked"
    if what == "confirm":
        deeds.confirm(actor, id, now=now)
        return "done"
    if what == "refuse":
        deeds.refuse(actor, id, note=request.POST.get("note", "").replace("\0", ""), now=now)
        return "refused"
    raise NotFound("unknown-action", N_("没有这个操作。"))


@require_safe
@session.page(permission=sections.CORRECTIONS.roles)
def proof(request: HttpRequest, id: int) -> HttpResponseBase:
    """The file that was given as proof."""
    return downloads.stored(*reads.proof(request.actor, id))  # type: ignore[attr-defined]
