"""The two doors of the home page, from what the catalogue really holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from onewindow.catalog import queries as catalog
from onewindow.ui import words

MOST_THEMES = 12
MOST_HOT = 6


def overview() -> dict[str, Any]:
    """Doors with their types or themes, items that can be applied for here, and counts; all from one read."""
    counts = catalog.overview()
    doors = [
        _door("person", _("个人办事"), counts),
        _door("organisation", _("法人办事"), counts),
    ]
    figures = [
        {"label": _("可查的事项"), "value": f"{counts['items']:,}", "unit": _("项"), "note": ""},
        {
            "label": _("可在本站申请"),
            "value": counts["handled"],
            "unit": _("项"),
            "note": _("其余为办事指南"),
        },
        {"label": _("实施部门"), "value": counts["organs"], "unit": _("个"), "note": ""},
    ]
    return {"doors": doors, "figures": figures, "hot": counts["handled_items"][:MOST_HOT]}


def _door(audience: str, title: str, counts: dict[str, Any]) -> dict[str, Any]:
    found = counts["audiences"].get(audience, {})
    themes = [{"name": name, "query": urlencode({"theme": name})} for name in found.get("themes", ())]
    if not themes:
        types = found.get("types", ())
        themes = [{"name": words.word(code, "type"), "query": urlencode({"type": code})} for code in types]
    return {
        "audience": audience,
        "title": title,
        "count": found.get("items", 0),
        "themes": themes[:MOST_THEMES],
    }
