"""Whose platform this is: the name of the city that stands beside the brand."""

from __future__ import annotations

from collections.abc import Hashable

from onewindow.base import generations
from onewindow.org import queries as org

_known: tuple[Hashable, str] | None = None


def city_name() -> str:
    """The one topmost division, empty when there is none or several; one statement, none when warm."""
    global _known
    generation = generations.version("org")
    if _known is None or _known[0] != generation:
        top = org.regions_under(None)
        _known = (generation, top[0].name if len(top) == 1 else "")
    return _known[1]


def known_name() -> str:
    """The name as last read, empty before that; never a statement."""
    return _known[1] if _known else ""
