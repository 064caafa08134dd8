"""The lists that the city publishes about its items: to read, and to take along as xlsx, csv or JSON."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.base import tables
from onewindow.catalog import listed
from onewindow.catalog.listings import LISTINGS, Listing
from onewindow.faces.portal import doors
from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import paging
from onewindow.ui.session import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
def take(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The whole list as a file; ``form`` is xlsx, csv or json."""
    found = listed.listing(slug)
    if form not in _WRITERS:
        raise NotFound("unknown-form", N_("只能导出 xlsx、csv 或 json。"))
    media, write = _WRITERS[form]
    out = io.BytesIO()
    write(out, found, listed.lines(slug, organ=_organ(request)))
    response = HttpResponse(out.getvalue(), content_type=media)
    name = quote(f"{_(found.title)}.{form}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _organ(request: HttpRequest) -> str:
    return request.GET.get("organ", "").replace("\0", "").strip()[:LONGEST]


def _line(line: tuple[Any, ...]) -> dict[str, Any]:
    """The first cell is the item's code, the second its name: together they are the link to the guide."""
    return {"code": line[0], "name": line[1], "cells": line[2:]}


def _write_xlsx(out: io.BytesIO, found: Listing, lines: Any) -> None:
    tables.write_xlsx(out, _(found.title), [_(name) for name in found.columns], lines)


def _write_csv(out: io.BytesIO, found: Listing, lines: Any) -> None:
    tables.write_csv(out, [_(name) for name in found.columns], lines, is_marked=True)


def _write_json(out: io.BytesIO, found: Listing, lines: Any) -> None:
    told = {"list": found.slug, "title": _(found.title), "columns": [_(name) for name in found.columns]}
    out.write(msgspec.json.encode(told | {"rows": list(lines)}))


_WRITERS = {
    "xlsx": (XLSX, _write_xlsx),
    "csv": ("text/csv; charset=utf-8", _write_csv),
    "json": ("application/json", _write_json),
}
