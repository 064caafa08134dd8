"""Opaque cursors of lists that run from the newest id to the oldest."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from onewindow.kernel.errors import N_, FieldError, Invalid


def place(cursor: str | None) -> int | None:
    """The id to go on below; ``Invalid`` for a cursor that is none."""
    if not cursor:
        return None
    try:
        found = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        found = -1
    if not 0 < found < 2**63:
        message = N_("翻页标记不对。")
        raise Invalid("invalid-cursor", message, fields=[FieldError("cursor", "invalid", message)])
    return found


def cut(rows: Any, cursor: str | None, limit: int) -> tuple[list[Any], str | None]:
    """A page of ``rows`` (a query set), newest first, and the cursor of the next one."""
    below = place(cursor)
    found: Sequence[Any] = (rows if below is None else rows.filter(pk__lt=below)).order_by("-pk")[: limit + 1]
    page = list(found)
    more = len(page) > limit
    page = page[:limit]
    return page, _cursor(page[-1].pk) if more else None


def _cursor(id: int) -> str:
    return base64.urlsafe_b64encode(str(id).encode()).decode().rstrip("=")
