"""Whose platform this is: the name of the city that stands beside the brand."""

from __future__ import annotations

from collections.abc import Hashable

from onewindow.base import generations
from onewindow.kernel.errors import NotFound
from onewindow.org import queries as org

_known: tuple[Hashable, str] | None = None


def city_name() -> str:
    """The city in which the first organ that has a place lies; empty when none has. No statement when warm."""
    global _known
    generation = generations.version("org")
    if _known is None or _known[0] != generation:
        code = next((one.region for one in org.organs() if one.region), None)
        _known = (generation, _city_above(code) if code else "")
    return _known[1]


def known_name() -> str:
    """The name as last read, empty before that; never a statement."""
    return _known[1] if _known else ""


def _city_above(code: str) -> str:
    try:
        path = org.region_path(code)
    except NotFound:
        return ""
    return next((one.name for one in path if one.level == "city"), "")
