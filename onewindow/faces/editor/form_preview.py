"""What an application form will be for a citizen, from what is typed and not yet saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onewindow.ui import filling


def preview(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the portal asks them (``rows`` for ``ui/field.html``); ``is_odd`` when they cannot be drawn."""
    try:
        return {"rows": filling.rows(schema, {}, {}), "title": schema.get("title", ""), "is_odd": False}
    except (TypeError, ValueError, AttributeError, KeyError):
        return {"rows": [], "title": "", "is_odd": True}
