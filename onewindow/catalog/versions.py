"""Versions of items and their guides, cached by the generation of the single item: one that is published anew
leaves all others warm."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from onewindow.base import generations
from onewindow.catalog import guides, rules
from onewindow.catalog import standing as standings
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.standing import Standing
from onewindow.kernel.errors import N_, NotFound, RuleBroken

_KEPT = 4096  # definitions and guides kept per process

_SELECT = (
    "SELECT v.id, v.content::text, i.task_code, i.state, i.state_since, i.state_reason,"
    " (SELECT max(w.version) FROM catalog_itemversion w WHERE w.item_id = i.id AND w.published_at IS NOT NULL)"
    " FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id "
)

_versions: OrderedDict[int, ItemDefinition] = OrderedDict()
_currents: OrderedDict[tuple[str, int | None], tuple[Hashable, int]] = OrderedDict()
_standings: OrderedDict[str, tuple[Hashable, Standing]] = OrderedDict()
_guides: OrderedDict[tuple[str, int | None], tuple[Hashable, bytes]] = OrderedDict()
_epoch: Hashable = None


def definition(version_id: int) -> ItemDefinition:
    """The definition of one version, whatever its state; raises ``NotFound``. One statement, then none."""
    _forget_another_database()
    found = _versions.get(version_id)
    if found is None:
        rows = _read("WHERE v.id = %s", [version_id])
        if not rows:
            raise NotFound("no-item", N_("没有这个事项版本"))
        found = rows[0]
    return found


def current(task_code: str, version: int | None = None) -> ItemDefinition:
    """The version of the item in force, or its published ``version``; raises ``NotFound``.

    A suspended item is still in force (its guide says so); a cancelled one is not, its versions are readable.
    """
    generation = generations.version_of_item(task_code)
    key = (task_code, version)
    known = _currents.get(key)
    if known is not None and known[0] == generation and known[1] in _versions:
        return _versions[known[1]]
    if "\x00" in task_code or (version is not None and not 0 < version < 2**31):
        raise NotFound("no-item", N_("没有这个事项"))
    if version is None:
        rows = _read("WHERE i.task_code = %s AND v.is_current", [task_code], generation)
    else:
        rows = _read(
            "WHERE i.task_code = %s AND v.version = %s AND v.published_at IS NOT NULL",
            [task_code, version],
            generation,
        )
    if not rows:
        raise NotFound("no-item", N_("没有这个事项"))
    _keep(_currents, key, (generation, rows[0].version_id))
    return rows[0]


def standing(task_code: str) -> Standing:
    """In use, suspended or cancelled, since when and why; raises ``NotFound`` for a code never published.

    No statement when the item was read before and has not changed since.
    """
    generation = generations.version_of_item(task_code)
    known = _standings.get(task_code)
    if known is not None and known[0] == generation:
        return known[1]
    if "\x00" in task_code or not _read(
        "WHERE i.task_code = %s AND v.published_at IS NOT NULL ORDER BY v.version DESC LIMIT 1",
        [task_code],
        generation,
    ):
        raise NotFound("no-item", N_("没有这个事项"))
    return _standings[task_code][1]


def require_in_use(task_code: str, version: int | None = None) -> None:
    """Refuse what begins a matter on an item that is suspended or cancelled, with the date and the reason, or on
    a ``version`` that is not the one in force: what is published is what is handled (handbook 2.7).

    Raises ``RuleBroken`` (``item-suspended``, ``item-cancelled`` or ``item-version-replaced``). What runs already
    goes on to its end.
    """
    found = standing(task_code)
    refusal = standings.refusal(found)
    if refusal is None and version not in (None, found.version):
        refusal = RuleBroken(
            "item-version-replaced",
            N_("这个事项现行的是第 %(current)s 版，第 %(version)s 版不再收件；请按现行指南重新填写。"),
            params={"current": found.version, "version": version},
        )
    if refusal is not None:
        raise refusal


def latest(task_code: str) -> ItemDefinition:
    """The version in force, of a cancelled item the last one; raises ``NotFound``."""
    found = standing(task_code)
    return current(task_code, found.version if found.state == "cancelled" else None)


def guide(task_code: str, version: int | None = None) -> dict[str, Any]:
    """The whole guide of an item in the shape of the contract (GET /items/{task_code})."""
    read: dict[str, Any] = msgspec.json.decode(guide_json(task_code, version))
    return read


def guide_json(task_code: str, version: int | None = None) -> bytes:
    """``guide`` encoded, as it is sent; at most two statements cold, none warm.

    A cancelled item answers with its last version, which says since when and why it is cancelled.
    """
    generation = generations.version_of_item(task_code)
    known = _guides.get((task_code, version))
    if known is not None and known[0] == generation:
        return known[1]
    found = current(task_code, version) if version is not None else latest(task_code)
    shape = guides.guide(found, versions=_version_rows(task_code), standing=standing(task_code))
    encoded = msgspec.json.encode(shape)
    _keep(_guides, (task_code, version), (generation, encoded))
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
    """Forget every version and guide cached in this process."""
    for cache in (_versions, _currents, _standings, _guides):
        cache.clear()


def _forget_another_database() -> None:
    """Versions never change, but another database may stand behind the same numbers (restore, demonstration)."""
    global _epoch
    epoch = generations.read("items")
    if epoch != _epoch:
        _versions.clear()
        _epoch = epoch


def _read(where: str, values: list[Any], generation: Hashable = None) -> list[ItemDefinition]:
    """Definitions by a condition; with ``generation`` also how their items stand is kept under it."""
    _forget_another_database()
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + where, values)
        rows = cursor.fetchall()
    read = []
    for version_id, content, task_code, state, since, reason, last in rows:
        if generation is not None:
            _keep(_standings, task_code, (generation, Standing(state, since, reason, last)))
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
