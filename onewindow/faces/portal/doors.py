"""The two doors of the home page and the lists of filters, from what the catalogue really holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.utils.translation import gettext as _

from onewindow.base import generations
from onewindow.catalog import queries as catalog
from onewindow.org import queries as org
from onewindow.ui import words

MOST_THEMES = 12
MOST_HOT = 6
PAGE = 100
AUDIENCES = ("person", "organisation")
UNSORTED = "其他"


class Contents(msgspec.Struct, frozen=True):
    """What the catalogue holds: counts and lists, fullest first."""

    items: int
    handled: tuple[dict[str, Any], ...]
    organs: tuple[str, ...]
    types: tuple[str, ...]
    regions: tuple[str, ...]
    themes: dict[str, tuple[str, ...]]
    by_audience: dict[str, tuple[int, tuple[str, ...]]]


_known: tuple[Hashable, Contents] | None = None


def contents() -> Contents:
    """Read once for each generation of the catalogue."""
    global _known
    generation = generations.version("catalog")
    if _known is None or _known[0] != generation:
        _known = (generation, _read())
    return _known[1]


def overview() -> dict[str, Any]:
    """What the home page shows of the catalogue."""
    found = contents()
    doors = [_door("person", _("个人办事"), found), _door("organisation", _("法人办事"), found)]
    others = _("其余为办事指南")
    figures = [
        {"label": _("可查的事项"), "value": f"{found.items:,}", "unit": _("项"), "note": ""},
        {"label": _("可在本站申请"), "value": len(found.handled), "unit": _("项"), "note": others},
        {"label": _("实施部门"), "value": len(found.organs), "unit": _("个"), "note": ""},
    ]
    return {"doors": doors, "figures": figures if found.items else [], "hot": found.handled[:MOST_HOT]}


def region_names() -> list[tuple[str, str]]:
    """Codes and names of the regions that have items."""
    known = []
    for code in contents().regions:
        found = org.region(code)
        known.append((code, found.name if found else code))
    return known


def _door(audience: str, title: str, found: Contents) -> dict[str, Any]:
    count, types = found.by_audience[audience]
    themes = [
        {"name": name.split("（")[0], "query": urlencode({"theme": name})} for name in found.themes[audience]
    ]
    if not themes:
        themes = [{"name": words.word(code, "type"), "query": urlencode({"type": code})} for code in types]
    return {"audience": audience, "title": title, "count": count, "themes": themes[:MOST_THEMES]}


def _read() -> Contents:
    rows = list(_rows())
    return Contents(
        items=len(rows),
        handled=tuple(row for row in rows if row["handled"]),
        organs=tuple(name for name, _count in catalog.organs_with_items()),
        types=_fullest(row["type"] for row in rows),
        regions=_fullest(row["region"] for row in rows),
        themes={audience: _themes(audience) for audience in AUDIENCES},
        by_audience={audience: _of(audience) for audience in AUDIENCES},
    )


def _themes(audience: str) -> tuple[str, ...]:
    """Themes that have items for this audience; what the source calls "other" helps nobody find anything."""
    known = (name for name, _count in catalog.themes() if name != UNSORTED)
    return tuple(name for name in known if catalog.search(theme=name, audience=audience, limit=1)[0])


def _of(audience: str) -> tuple[int, tuple[str, ...]]:
    rows = list(_rows(audience=audience))
    return len(rows), _fullest(row["type"] for row in rows)


def _rows(**filters: Any) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        rows, cursor = catalog.search(limit=PAGE, cursor=cursor, **filters)
        yield from rows
        if cursor is None:
            return


def _fullest(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(value for value, _count in Counter(values).most_common())
