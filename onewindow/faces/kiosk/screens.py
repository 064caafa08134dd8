"""What every screen of the kiosk is made of: a title, at most five choices, the way on and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from onewindow.base import clock
from onewindow.ui import dates

CHOICES = 5
CLEARS_AFTER_SECONDS = 60


class Choice(msgspec.Struct, frozen=True):
    """One thing to touch: where it leads, a line below, a word at the right, a drawing before it."""

    label: str
    url: str
    note: str = ""
    mark: str = ""
    icon: str = ""


class Part(msgspec.Struct, frozen=True):
    """A screenful of a longer row, with the addresses of the screens before and after (empty: none)."""

    shown: Sequence[Any]
    before: str
    after: str
    number: int
    of: int


def part(rows: Sequence[Any], query: QueryDict, *, size: int = CHOICES) -> Part:
    """The rows of the screen that ``query`` names by ``page``; a page beyond the end is the last one."""
    pages = max(1, -(-len(rows) // size))
    asked = query.get("page", "1")
    number = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1

    def link(page: int) -> str:
        onward = query.copy()
        onward["page"] = str(page)
        return "?" + onward.urlencode() if 1 <= page <= pages else ""

    start = (number - 1) * size
    return Part(rows[start : start + size], link(number - 1), link(number + 1), number, pages)


def show(request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    """Render a screen; all of them start again by themselves after a minute without a touch."""
    now = clock.now().astimezone(clock.SHANGHAI)
    standing = {
        "seconds": CLEARS_AFTER_SECONDS,
        "today": dates.day_text(now, with_year=False),
        "time": f"{now:%H:%M}",
    }
    return render(request, f"kiosk/{template}.html", standing | more)
