"""What a page is about: the cut that its address names, bounded to what the reader may see, and what to choose."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest

from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import NotFound
from onewindow.org import queries as org
from onewindow.org import regions
from onewindow.supervision.queries import cuts

BY = ("organ", "window", "region", "item")
_ASKED = (*BY, "person")


class Chosen(msgspec.Struct, frozen=True):
    """The cut, the words of the address that name it, and by what the table stands."""

    cut: cuts.Cut
    words: dict[str, str]
    by: str

    @property
    def query(self) -> str:
        """The address's words, to be carried along by links."""
        return urlencode(self.words)

    def link(self, path: str, **more: Any) -> str:
        """``path`` with the cut of this page and more."""
        return f"{path}?{urlencode(self.words | {name: str(value) for name, value in more.items()})}"


def chosen(request: HttpRequest) -> Chosen:
    """What the address asks for; raises ``Invalid`` for words that name nothing, ``NotAllowed`` for another's organ."""
    words = {name: text for name in _ASKED if (text := request.GET.get(name, "").strip()[:200])}
    cut = cuts.bound(request.actor, cuts.cut(**words))  # type: ignore[attr-defined]
    by = request.GET.get("by", "")
    return Chosen(cut, words, by if by in BY else "organ")


def options(chosen: Chosen) -> dict[str, Any]:
    """What the choosers of the page offer."""
    return {
        "organs": sorted({one.short_name or one.name for one in org.organs()}),
        "windows": [(str(one.id), f"{one.center_name} {one.name}") for one in org.windows()],
        "regions_offered": sorted(
            {(one.region, region_name(one.region)) for one in org.organs() if one.region}
        ),
        "words": chosen.words,
    }


def name_of(by: str, key: str) -> str:
    """What the key of a cut is called: an organ, a window (0: none), a region, an item or a person."""
    if by == "organ":
        found = org.organ(int(key))
        return found.short_name or found.name
    if by == "window":
        return window_name(int(key))
    if by == "region":
        return region_name(key)
    if by == "item":
        return item_name(key)
    return org.staff_names([key]).get(key, key)


def window_name(window_id: int) -> str:
    """A window's own name, empty for what came without a window."""
    return org.window(window_id).name if window_id else ""


def region_name(code: str) -> str:
    """The name of a division, its code when it is not known."""
    try:
        return regions.region(code).name
    except NotFound:
        return code


def item_name(task_code: str) -> str:
    """The name of an item, its code when it is no longer there."""
    try:
        return catalog.latest(task_code).name
    except NotFound:
        return task_code
