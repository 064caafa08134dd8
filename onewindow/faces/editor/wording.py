"""A plainer wording of a passage, proposed by a machine: shown beside the original, taken over by the editor or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.catalog import queries, rewording, settings
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.faithful import unlike
from onewindow.faces.editor import drafts, sections
from onewindow.kernel.errors import N_, Invalid, NotFound, Refusal
from onewindow.ui import refusals, session

DONE = {"taken": lazy("已放进草稿，还要由您提交审核。")}


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def page(request: HttpRequest, number: str, task_code: str) -> HttpResponse:
    """The passages of a draft; ``do=ask`` shows a proposal for one, ``do=take`` puts what was edited into the draft."""
    if settings.wording_endpoint() is None:
        raise NotFound("no-such-page", N_("没有这个页面"))
    actor = request.actor  # type: ignore[attr-defined]
    change = queries.change(actor, number)
    target = drafts.target_of(change, task_code)
    if not target["definition"] or not any(
        one["name"] == "amend" and one["allowed"] for one in change["actions"]
    ):
        return HttpResponseRedirect(f"/editor/changes/{number}")
    item = msgspec.convert(target["definition"], ItemDefinition)
    path, text = request.POST.get("element", ""), request.POST.get("text", "").replace("\r\n", "\n").strip()
    proposal = None
    try:
        if request.POST.get("do") == "ask":
            proposal = rewording.propose(actor, number, task_code, path, now=clock.now())
        elif request.method == "POST":
            return _taken(request, change, item, path, text)
    except NotFound:
        raise
    except Refusal as refusal:
        held = rewording.passage(item, path)
        if text:
            proposal = rewording.Proposal(held, text, unlike(held.text, text))
        return _page(request, change, target, item, proposal, refusal=refusal)
    return _page(request, change, target, item, proposal)


def _taken(
    request: HttpRequest, change: Mapping[str, Any], item: ItemDefinition, path: str, text: str
) -> HttpResponse:
    if not text or "\0" in text or len(text) > rewording.LONGEST_PASSAGE:
        raise Invalid("invalid-text", N_("文字应当是 1 到 4,000 个字。"))
    drafts.keep(request, change, item.task_code, rewording.put(item, path, text))
    query = urlencode({"done": "taken"})
    return HttpResponseRedirect(
        f"/editor/changes/{change['number']}/wording/{quote(item.task_code, safe='')}?{query}"
    )


def _page(
    request: HttpRequest,
    change: Mapping[str, Any],
    target: Mapping[str, Any],
    item: ItemDefinition,
    proposal: rewording.Proposal | None,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    held = settings.wording_endpoint()
    context = sections.shell(
        request,
        sections.CHANGES,
        change=change,
        target=target,
        passages=[(one, _label(one)) for one in rewording.passages(item)],
        proposal=proposal,
        label=_label(proposal.passage) if proposal else "",
        model=held.model if held else "",
        problem=refusals.said(refusal) if refusal else "",
        done=DONE.get(request.GET.get("done", ""), "") if request.method == "GET" else "",
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/wording.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _label(passage: rewording.Passage) -> str:
    label = _(passage.label)
    return f"{label} {passage.number}" if passage.number else label
