"""Reads of the catalogue: lists and search, definitions and guides, all cached by generation."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any

import msgspec

from onewindow.catalog import indexing, versions
from onewindow.catalog.changes.reads import change, changes
from onewindow.catalog.editorial import missed
from onewindow.catalog.editorial import themes as life_themes
from onewindow.catalog.feeding import events_of, feed
from onewindow.catalog.search import Filters
from onewindow.catalog.versions import (
    checklist,
    current,
    definition,
    guide,
    guide_json,
    latest,
    require_in_use,
    standing,
    version_ids,
)
from onewindow.kernel.errors import N_, FieldError, Invalid

__all__ = [
    "change",
    "changes",
    "checklist",
    "count",
    "current",
    "definition",
    "events_of",
    "feed",
    "find",
    "flush",
    "guide",
    "guide_json",
    "latest",
    "note_missed",
    "organs_with_items",
    "require_in_use",
    "search",
    "standing",
    "suggest",
    "themes",
    "version_ids",
]

MOST = 100
MAX_OFFSET = 1_000_000
_LISTED: dict[str, Any] = {}


class Found(msgspec.Struct, frozen=True):
    """Rows in the shape of the contract's list, the cursor of what follows, and how well the best fits ``q``."""

    rows: list[dict[str, Any]]
    following: str | None
    weight: float


def search(q: str = "", **asked: Any) -> tuple[list[dict[str, Any]], str | None]:
    """The rows that ``find`` finds, and the cursor of what follows (None: no more)."""
    found = find(q, **asked)
    return found.rows, found.following


def find(
    q: str = "",
    *,
    region: str | None = None,
    organ: str | None = None,
    type: str | None = None,
    audience: str | None = None,
    theme: str | None = None,
    event: str | None = None,
    kind: str | None = None,
    online: bool | None = None,
    handled: bool | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Found:
    """Items in the shape of the contract's list, best first, and the cursor of what follows (None: no more).

    ``q`` may be a name, pinyin, initials, everyday words or a code, with slips; without it all items follow,
    those that can be handled here first. ``event`` is the key of a life-event theme. ``limit`` 1 to 100. Raises
    ``Invalid`` for a foreign cursor or an audience or kind that does not exist, ``NotFound`` for such an event.
    """
    fields = []
    if audience not in (None, "person", "organisation"):
        fields.append(FieldError("audience", "not-an-option", N_("服务对象应当是 person 或 organisation")))
    if kind not in (None, "instant", "commitment"):
        fields.append(FieldError("kind", "not-an-option", N_("办件类型应当是 instant 或 commitment")))
    if fields:
        raise Invalid("invalid-filter", N_("筛选条件有误"), fields=fields)
    offset = _offset_of(cursor)
    limit = max(1, min(limit, MOST))
    filters = Filters(
        region or None, organ or None, type or None, audience, theme or None, kind, online, handled,
        _of_event(event) if event else None,
    )  # fmt: skip
    held = indexing.current()
    index, patches = held.index, held.patches
    most = offset + limit + 1 + len(patches)
    if q and q.strip():
        answer = indexing.worded(index).answer(q, filters, most=most)
        numbers, weight = answer.numbers, answer.weight
    else:
        numbers, weight = index.all(filters), 1.0
    if patches:
        numbers = [n for n in numbers if patches.get(index.entries[n].row["task_code"], _LISTED) is not None]
    rows = [index.entries[number].row for number in numbers[offset : offset + limit]]
    following = _cursor_at(offset + limit) if offset + limit < len(numbers) else None
    return Found([patches.get(row["task_code"]) or row for row in rows], following, weight)


def note_missed(q: str, found: Found, *, on: date) -> None:
    """Count a search over everything that found nothing good, for the editors; costs no statement."""
    if found.weight < missed.POOR:
        missed.note(q, found.weight, on=on, is_word=indexing.current().index.vocabulary.is_word)


def _of_event(key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    theme = life_themes.theme(key)
    return theme.themes, theme.items


def suggest(q: str, *, limit: int = 8) -> list[dict[str, Any]]:
    """What somebody who types may mean: ``{"task_code","name","organ"}``, names that begin so first."""
    if not q or not q.strip():
        return []
    rows, _ = search(q, limit=limit)
    return [{key: row[key] for key in ("task_code", "name", "organ", "handled")} for row in rows]


def count() -> int:
    """How many items are in force."""
    return len(indexing.current().index.entries)


def themes() -> list[tuple[str, int]]:
    """Themes with the number of their items, the fullest first."""
    counted: dict[str, int] = {}
    for entry in indexing.current().index.entries:
        for theme in entry.themes:
            counted[theme] = counted.get(theme, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def organs_with_items() -> list[tuple[str, int]]:
    """Names of organs with the number of their items, in the order of the catalogue."""
    counted: dict[str, int] = {}
    for entry in indexing.current().index.entries:
        counted[entry.row["organ"]] = counted.get(entry.row["organ"], 0) + 1
    return list(counted.items())


def flush() -> None:
    """Forget everything cached in this process (for tests and for bulk work)."""
    indexing.flush()
    versions.flush()


def _offset_of(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii")
        mark, _, number = text.partition(":")
        if mark != "items" or not number.isdigit() or len(number) > 7 or int(number) > MAX_OFFSET:
            raise ValueError(text)
        return int(number)
    except (ValueError, UnicodeError, binascii.Error):
        raise Invalid(
            "invalid-cursor",
            N_("翻页标记无效"),
            fields=[FieldError("cursor", "invalid", N_("翻页标记无效"))],
        ) from None


def _cursor_at(offset: int) -> str:
    return base64.urlsafe_b64encode(f"items:{offset}".encode()).decode().rstrip("=")
