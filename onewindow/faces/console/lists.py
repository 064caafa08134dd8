"""Read-only lists: cases with their lights, and items with what their source lacks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.cases import queries as case_queries
from onewindow.catalog import queries as catalog
from onewindow.faces.console import sections
from onewindow.kernel.errors import Refusal
from onewindow.ui import paging, refusals, session, words


@require_GET
@session.page(permission=sections.CASES.roles)
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, newest first; red ones marked, nothing can be done here."""
    query, state = request.GET.get("q", "").strip()[:200], request.GET.get("state", "")
    found: dict[str, Any] = {"results": [], "next": None}
    problem = ""
    try:
        found = case_queries.find(
            request.actor,  # type: ignore[attr-defined]
            q=query or None,
            state=state or None,
            cursor=request.GET.get("cursor"),
            limit=50,
            now=clock.now(),
        )
    except Refusal as refusal:
        problem = refusals.said(refusal)
    context = sections.shell(
        request,
        sections.CASES,
        rows=found["results"],
        pages=paging.pages(request, found["next"]),
        q=query,
        state=state,
        states=list(words.STATES),
        problem=problem,
        reds=sum(1 for row in found["results"] if row["light"] == "red"),
    )
    return render(request, "console/cases.html", context)


@require_GET
@session.page(permission=sections.CASES.roles)
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case, masked, with its clocks and its whole record."""
    found = case_queries.view(request.actor, case_no, now=clock.now())  # type: ignore[attr-defined]
    context = sections.shell(request, sections.CASES, case=found, today=clock.today())
    return render(request, "console/case.html", context)


@require_GET
@session.page(permission=sections.ITEMS.roles)
def items(request: HttpRequest) -> HttpResponse:
    """The items with what their source lacks."""
    query = request.GET.get("q", "").strip()[:100]
    rows: list[dict[str, Any]] = []
    following = None
    problem = ""
    try:
        rows, following = catalog.search(query, limit=50, cursor=request.GET.get("cursor"))
    except Refusal as refusal:
        problem = refusals.said(refusal)
    shown = [row | {"missing": _lacks(row["task_code"])} for row in rows]
    context = sections.shell(
        request,
        sections.ITEMS,
        rows=shown,
        q=query,
        pages=paging.pages(request, following),
        problem=problem,
        total=catalog.count(),
    )
    return render(request, "console/items.html", context)


def _lacks(task_code: str) -> tuple[str, ...]:
    return catalog.current(task_code).missing
