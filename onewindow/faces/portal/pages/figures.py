"""The published figures (公开数据): months and years to read, to take along, and to check."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.supervision.bulletin import published
from onewindow.supervision.bulletin.content import Content
from onewindow.ui import bulletins
from onewindow.ui.session import page

# What most people ask first, in this order.
FIRST = ("on_time_rate", "same_day_closure_rate", "good_rating_rate")


@require_safe
@page(permission="public")
def index(request: HttpRequest) -> HttpResponse:
    """All months and years that are published."""
    found = published.listing()
    years = [
        (year, [(one, bulletins.title(one.period)) for one in ones])
        for year, ones in groupby(found, key=lambda one: one.period[:4])
    ]
    return render(request, "portal/figures.html", {"nav": "figures", "years": years})


@require_safe
@page(permission="public")
def show(request: HttpRequest, period: str) -> HttpResponse:
    """The figures of one month or year."""
    found = published.shown(period, edition=bulletins.edition_of(request.GET.get("edition", "")))
    told = bulletins.shown(found.figures)
    context = told | {
        "nav": "figures",
        "edition": found.edition,
        "editions": range(1, found.edition.editions + 1),
        "first": _first(found.figures, told["measures"]),
        "asked": "" if found.edition.is_newest else f"?edition={found.edition.number}",
    }
    return render(request, "portal/figures_of.html", context)


@require_safe
@page(permission="public")
def take(request: HttpRequest, period: str, form: str) -> FileResponse:
    """The figures as xlsx, csv or JSON; JSON is what the digest is of, with the digest."""
    found = published.shown(period, edition=bulletins.edition_of(request.GET.get("edition", "")))
    name = f"{_('政务服务数据')} {period}"
    return bulletins.download(found.figures, form=form, name=name, whole=found.signed)


def _first(figures: Content, measures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The figures on top of the page: how much, how much in time, how well."""
    flow, before = figures.flow, figures.previous
    counts = [
        {
            "label": _("收件"),
            "now": f"{flow.received:,}",
            "unit": _("件"),
            "before": before and f"{before.received:,}",
        },
        {
            "label": _("办结"),
            "now": f"{flow.closed:,}",
            "unit": _("件"),
            "before": before and f"{before.closed:,}",
        },
    ]
    told = {one["name"]: one for one in measures}
    return counts + [
        {
            "label": one["label"],
            "now": one["now"],
            "unit": "",
            "before": one["previous"],
            "is_none": not one["is_told"],
        }
        for one in (told[name] for name in FIRST if name in told)
    ]
