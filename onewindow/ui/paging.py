"""Keyset paging of pages: a cursor goes on, a trail of cursors goes back; there are no exact totals."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest

LIMIT = 20
MOST = 100


class Pages(msgspec.Struct, frozen=True):
    """Addresses of the first and the next page; empty where there is none."""

    first: str
    next: str


def limit_of(request: HttpRequest) -> int:
    """``?limit=`` between 1 and 100, 20 when absent or unreadable."""
    text = request.GET.get("limit", "")
    return min(MOST, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 5 else LIMIT


def pages(request: HttpRequest, next_cursor: str | None) -> Pages:
    """The links beneath a list, keeping every other filter of the address."""
    kept = [(key, value) for key, values in request.GET.lists() for value in values if key != "cursor"]
    first = "?" + urlencode(kept) if "cursor" in request.GET else ""
    onward = "?" + urlencode([*kept, ("cursor", next_cursor)]) if next_cursor else ""
    return Pages(first or ("?" if "cursor" in request.GET else ""), onward)
