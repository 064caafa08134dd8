"""The two doors of the home page and the lists of filters, from what the catalogue really holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from onewindow.catalog.editorial import hot
from onewindow.catalog.overview import MOST_EVENTS, Overview, life_events
from onewindow.catalog.overview import overview as contents
from onewindow.org import queries as org
from onewindow.ui import words

MOST_HOT = 6

__all__ = ["contents", "overview", "region_names"]


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
    return {"doors": doors, "figures": figures if found.items else [], "hot": hot.rows(limit=MOST_HOT)}


def region_names() -> list[tuple[str, str]]:
    """Codes and names of the regions that have items."""
    known = []
    for code in contents().regions:
        found = org.region(code)
        known.append((code, found.name if found else code))
    return known


def _door(audience: str, title: str, found: Overview) -> dict[str, Any]:
    own = found.audiences[audience]
    themes = [
        {"name": words.event_label(one), "query": one.query, "icon": one.icon}
        for one in life_events(audience)
    ]
    if not themes:
        themes = [
            {"name": words.word(code, "type"), "query": urlencode({"type": code})}
            for code in own.types[:MOST_EVENTS]
        ]
    figure = f"{own.items:,}"
    return {"audience": audience, "title": title, "count": own.items, "figure": figure, "themes": themes}
