"""The public list of granted licences, for everybody to read and search (行政许可法 art. 40)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.cases import queries as cases
from onewindow.faces.portal import doors
from onewindow.kernel import days
from onewindow.kernel.errors import N_, Invalid
from onewindow.ui import paging, refusals
from onewindow.ui.session import page

LONGEST = 100
_STANDINGS = {
    "valid": ("", ""),
    "revoked": ("red", N_("已撤销")),
    "withdrawn": ("red", N_("已撤回许可")),
    "cancelled": ("grey", N_("已注销")),
}


@require_safe
@page(permission="public")
def decisions(request: HttpRequest) -> HttpResponse:
    """One page of decisions, the latest case first."""
    asked = {name: _text(request, name) for name in ("q", "organ", "from", "to")}
    context: dict[str, Any] = {"nav": "items", "asked": asked, "organs": doors.contents().organs}
    status = 200
    try:
        found = cases.decisions(
            q=asked["q"] or None,
            organ=asked["organ"] or None,
            from_=_day(asked["from"]),
            to=_day(asked["to"]),
            cursor=request.GET.get("cursor"),
        )
        rows = [row | {"mark": _mark(row["standing"])} for row in found["results"]]
        context |= {"rows": rows, "pages": paging.pages(request, found["next"])}
    except Invalid as refusal:
        status = refusals.status_of(refusal)
        context["problem"] = refusals.said(refusal)
    return render(request, "portal/decisions.html", context, status=status)


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]


def _day(text: str) -> date | None:
    """A day of the form; what is no day asks for nothing."""
    try:
        return days.read(text) if text else None
    except ValueError:
        return None


def _mark(standing: str) -> tuple[str, str]:
    light, label = _STANDINGS[standing]
    return light, _(label) if label else ""
