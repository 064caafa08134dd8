"""The lists that the city publishes about its items: to read, and to take along as xlsx, csv or JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.catalog import listed
from onewindow.catalog.listings import LISTINGS
from onewindow.faces.portal import doors
from onewindow.ui import downloads, paging
from onewindow.ui.session import page

LONGEST = 100


@require_safe
@page(permission="public")
def index(request: HttpRequest) -> HttpResponse:
    """All lists with what they hold."""
    counts = listed.counts()
    rows = [
        {"slug": slug, "title": _(found.title), "about": _(found.about), "count": counts[slug]}
        for slug, found in LISTINGS.items()
    ]
    return render(request, "portal/lists.html", {"nav": "items", "lists": rows})


@require_safe
@page(permission="public")
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """One list, page by page, for one organ or all."""
    found = listed.listing(slug)
    organ = _organ(request)
    lines, following = listed.page(slug, organ=organ, cursor=request.GET.get("cursor"))
    context = {
        "nav": "items",
        "slug": slug,
        "title": _(found.title),
        "about": _(found.about),
        "columns": [_(name) for name in found.columns],
        "lines": [_line(line) for line in lines],
        "organ": organ,
        "organs": doors.contents().organs,
        "count": listed.counts()[slug],
        "pages": paging.pages(request, following),
    }
    return render(request, "portal/list.html", context)


@require_safe
@page(permission="public")
def take(request: HttpRequest, slug: str, form: str) -> FileResponse:
    """The whole list as a file; ``form`` is xlsx, csv or json."""
    found = listed.listing(slug)
    lines = listed.lines(slug, organ=_organ(request))
    columns = [_(name) for name in found.columns]
    if form != "json":
        return downloads.table(_(found.title), columns, lines, form=form)
    out = downloads.temporary()
    told = {"list": found.slug, "title": _(found.title), "columns": columns, "rows": list(lines)}
    out.write(msgspec.json.encode(told))
    return downloads.sent(out, _(found.title), form=form)


def _organ(request: HttpRequest) -> str:
    return request.GET.get("organ", "").replace("\0", "").strip()[:LONGEST]


def _line(line: tuple[Any, ...]) -> dict[str, Any]:
    """The first cell is the item's code, the second its name: together they are the link to the guide."""
    return {"code": line[0], "name": line[1], "cells": line[2:]}
