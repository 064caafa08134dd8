"""The lists that the city publishes about its items: to read, and to take along as xlsx, csv or JSON."""

from __future__ import annotations

import io
from collections.abc import Hashable
from typing import Any

import msgspec
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.base import generations
from onewindow.catalog import listed
from onewindow.catalog.listings import LISTINGS, Listing
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
    columns = [_(name) for name in found.columns]
    context = {
        "nav": "items",
        "slug": slug,
        "title": _(found.title),
        "about": _(found.about),
        "columns": columns,
        "lines": [_line(line, columns) for line in lines],
        "organ": organ,
        "organs": doors.contents().organs,
        "count": listed.counts()[slug],
        "pages": paging.pages(request, following),
    }
    return render(request, "portal/list.html", context)


@require_safe
@page(permission="public")
def take(request: HttpRequest, slug: str, form: str) -> FileResponse:
    """The whole list as a file; ``form`` is xlsx, csv or json. A list of all organs is made once as long as no
    item moves."""
    found, organ = listed.listing(slug), _organ(request)
    title = _(found.title)
    key, version = (slug, form, get_language() or ""), generations.version("catalog")
    kept = _files.get(key)
    if organ or kept is None or kept[0] != version:
        made = _made(found, organ, form)
        if not organ:
            _keep(key, version, made)
    else:
        made = kept[1]
    return downloads.sent(io.BytesIO(made), title, form=form)


MOST_KEPT_BYTES = 6_000_000  # of all lists that this process keeps; a greater list is made each time
_files: dict[tuple[str, str, str], tuple[Hashable, bytes]] = {}


def _keep(key: tuple[str, str, str], version: Hashable, made: bytes) -> None:
    _files.pop(key, None)
    if len(made) > MOST_KEPT_BYTES:
        return
    _files[key] = (version, made)
    while sum(len(one) for _version, one in list(_files.values())) > MOST_KEPT_BYTES:
        _files.pop(next(iter(_files)), None)


def _made(found: Listing, organ: str, form: str) -> bytes:
    columns, lines = [_(name) for name in found.columns], listed.lines(found.slug, organ=organ)
    if form == "json":
        told = {"list": found.slug, "title": _(found.title), "columns": columns, "rows": list(lines)}
        return msgspec.json.encode(told)
    return downloads.table(_(found.title), columns, lines, form=form).getvalue()


def _organ(request: HttpRequest) -> str:
    return request.GET.get("organ", "").replace("\0", "").strip()[:LONGEST]


def _line(line: tuple[Any, ...], columns: list[str]) -> dict[str, Any]:
    """The first cell is the item's code, the second its name: together they are the link to the guide."""
    return {"code": line[0], "name": line[1], "cells": list(zip(columns[2:], line[2:], strict=True))}
