"""Reads of the catalogue: lists and search, definitions and guides, all cached by generation."""

from __future__ import annotations

import base64
import binascii
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from onewindow.base import generations
from onewindow.catalog import guides, rules
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.search import Entry, Filters, Index
from onewindow.catalog.search.lexicon import lexicon
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound
from onewindow.org import queries as org

MOST = 100
MAX_OFFSET = 1_000_000
_KEPT = 4096  # definitions and guides kept per process

_SELECT = "SELECT v.id, v.content::text FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id "

_lock = threading.Lock()
_index: tuple[Hashable, Index] | None = None
_versions: OrderedDict[int, ItemDefinition] = OrderedDict()
_currents: OrderedDict[tuple[str, int | None], tuple[Hashable, int]] = OrderedDict()
_guides: OrderedDict[tuple[Hashable, int], bytes] = OrderedDict()


def search(
    q: str = "",
    *,
    region: str | None = None,
    organ: str | None = None,
    type: str | None = None,
    audience: str | None = None,
    theme: str | None = None,
    kind: str | None = None,
    online: bool | None = None,
    handled: bool | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Items in the shape of the contract's list, best first, and the cursor of what follows (None: no more).

    ``q`` may be a name, pinyin, initials, everyday words or a code, with slips; without it all items follow,
    those that can be handled here first. ``limit`` 1 to 100. Raises ``Invalid`` for a foreign cursor or an
    audience or kind that does not exist.
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
        region or None, organ or None, type or None, audience, theme or None, kind, online, handled
    )
    index = _current_index()
    numbers = index.search(q, filters) if q and q.strip() else index.all(filters)
    page = numbers[offset : offset + limit]
    following = _cursor_at(offset + limit) if offset + limit < len(numbers) else None
    return [index.entries[number].row for number in page], following


def suggest(q: str, *, limit: int = 8) -> list[dict[str, Any]]:
    """What somebody who types may mean: ``{"task_code","name","organ"}``, names that begin so first."""
    if not q or not q.strip():
        return []
    rows, _ = search(q, limit=limit)
    return [{key: row[key] for key in ("task_code", "name", "organ", "handled")} for row in rows]


def count() -> int:
    """How many items are in force."""
    return len(_current_index().entries)


def themes() -> list[tuple[str, int]]:
    """Themes with the number of their items, the fullest first."""
    counted: dict[str, int] = {}
    for entry in _current_index().entries:
        for theme in entry.themes:
            counted[theme] = counted.get(theme, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def organs_with_items() -> list[tuple[str, int]]:
    """Names of organs with the number of their items, in the order of the catalogue."""
    counted: dict[str, int] = {}
    for entry in _current_index().entries:
        counted[entry.row["organ"]] = counted.get(entry.row["organ"], 0) + 1
    return list(counted.items())


def definition(version_id: int) -> ItemDefinition:
    """The definition of one version, whatever its state; raises ``NotFound``. One statement, then none."""
    found = _versions.get(version_id)
    if found is None:
        rows = _read("WHERE v.id = %s", [version_id])
        if not rows:
            raise NotFound("no-item", N_("没有这个事项版本"))
        found = rows[0]
    return found


def current(task_code: str, version: int | None = None) -> ItemDefinition:
    """The version of the item in force, or its published ``version``; raises ``NotFound``."""
    generation = generations.version("catalog")
    key = (task_code, version)
    known = _currents.get(key)
    if known is not None and known[0] == generation and known[1] in _versions:
        return _versions[known[1]]
    if "\x00" in task_code or (version is not None and not 0 < version < 2**31):
        raise NotFound("no-item", N_("没有这个事项"))
    if version is None:
        rows = _read("WHERE i.task_code = %s AND v.is_current", [task_code])
    else:
        rows = _read(
            "WHERE i.task_code = %s AND v.version = %s AND v.published_at IS NOT NULL", [task_code, version]
        )
    if not rows:
        raise NotFound("no-item", N_("没有这个事项"))
    _keep(_currents, key, (generation, rows[0].version_id))
    return rows[0]


def guide(task_code: str, version: int | None = None) -> dict[str, Any]:
    """The whole guide of an item in the shape of the contract (GET /items/{task_code})."""
    read: dict[str, Any] = msgspec.json.decode(guide_json(task_code, version))
    return read


def guide_json(task_code: str, version: int | None = None) -> bytes:
    """``guide`` encoded, as it is sent; at most two statements cold, none warm."""
    found = current(task_code, version)
    key = (generations.version("catalog"), found.version_id)
    encoded = _guides.get(key)
    if encoded is None:
        encoded = msgspec.json.encode(guides.guide(found, versions=_version_rows(task_code)))
        _keep(_guides, key, encoded)
    return encoded


def checklist(task_code: str, answers: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    """The checklist that ``answers`` lead to, in the shape of the contract."""
    return guides.checklist_shape(rules.checklist(current(task_code, version), answers))


def version_ids(task_code: str) -> list[int]:
    """The ids of all versions of an item, by which its cases are found; empty for an unknown code."""
    if "\x00" in task_code:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.id FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id"
            " WHERE i.task_code = %s",
            [task_code],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def flush() -> None:
    """Forget everything cached in this process (for tests and for bulk work)."""
    global _index
    with _lock:
        _index = None
        for cache in (_versions, _currents, _guides):
            cache.clear()


def _read(where: str, values: list[Any]) -> list[ItemDefinition]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + where, values)
        rows = cursor.fetchall()
    read = []
    for version_id, content in rows:
        found = msgspec.json.decode(content, type=ItemDefinition)
        overrides = getattr(settings, "ONEWINDOW_TYPE_RULES", None)
        found = msgspec.structs.replace(
            found, version_id=version_id, type_rules=rules.type_rules(found.type, overrides)
        )
        _keep(_versions, version_id, found)
        read.append(found)
    return read


def _version_rows(task_code: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.version, v.published_at, v.is_current, v.reason FROM catalog_itemversion v"
            " JOIN catalog_item i ON i.id = v.item_id WHERE i.task_code = %s AND v.published_at IS NOT NULL"
            " ORDER BY v.version DESC LIMIT 50",
            [task_code],
        )
        names = ("version", "published_at", "current", "reason")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _keep(cache: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    cache[key] = value
    while len(cache) > _KEPT:
        try:
            cache.popitem(last=False)
        except KeyError:  # another thread was quicker
            return


def _current_index() -> Index:
    """The index of this generation. While one thread builds a new one, the others answer from the old."""
    global _index
    generation = generations.version("catalog")
    held = _index
    if held is not None and held[0] == generation:
        return held[1]
    if not _lock.acquire(blocking=held is None):
        assert held is not None
        return held[1]
    try:
        if _index is None or _index[0] != generation:
            _index = (generation, Index(_entries(), lexicon()))
        return _index[1]
    finally:
        _lock.release()


def _entries() -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT version_id, "row"::text, syllables FROM catalog_itemsearch ORDER BY position')
        rows = cursor.fetchall()
    codes = {organ.id: organ.code for organ in org.organs(active_only=False)}
    decoder = msgspec.json.Decoder(Entry)
    entries = []
    for version_id, text, syllables in rows:
        entry = decoder.decode(text)
        entries.append(
            msgspec.structs.replace(
                entry, version_id=version_id, syllables=syllables, organ_code=codes.get(entry.organ_id, "")
            )
        )
    return entries


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
