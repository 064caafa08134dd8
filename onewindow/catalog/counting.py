"""Items as indicators count them: one small row an item in force, kept until the catalogue changes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import generations
from onewindow.catalog.rules.reaching import is_fully_online

_SQL = """
SELECT i.task_code, v.organ_id, v.region, v.kind, v.legal_days, v.legal_unit, v.promised_days, v.promised_unit,
  (v.content ->> 'visits')::int, v.content -> 'online_depth', (v.content ->> 'online')::boolean,
  (v.content ->> 'is_in_center')::boolean
FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id WHERE v.is_current AND i.state = 'in-use'"""
WORKING_DAY = "working_day"


class CountedItem(msgspec.Struct, frozen=True, gc=False):
    """One item in force; None where the source does not tell."""

    task_code: str
    organ_id: int
    region: str
    kind: str | None
    legal_days: int | None
    legal_unit: str | None
    promised_days: int | None
    promised_unit: str | None
    visits: int | None
    is_fully_online: bool | None
    is_online: bool | None
    is_in_center: bool | None


_kept: tuple[Hashable, list[CountedItem]] | None = None


def items() -> list[CountedItem]:
    """All items in force; no statement while the catalogue stands as it stood."""
    global _kept
    generation = generations.version("catalog")
    if _kept is None or _kept[0] != generation:
        with connection.cursor() as cursor:
            cursor.execute(_SQL)
            _kept = (generation, [_item(row) for row in cursor.fetchall()])
    return _kept[1]


def _item(row: Sequence[Any]) -> CountedItem:
    depth = row[9]
    if isinstance(depth, str):
        depth = msgspec.json.decode(depth)
    fully = is_fully_online(tuple(depth)) if depth else None
    return CountedItem(*(*row[:9], fully, *row[10:]))


def counts(items: list[CountedItem]) -> dict[str, int]:
    """What indicators of items are made of; an item counts only where its element is told."""
    told: dict[str, int] = {"items": len(items)}

    def add(name: str, is_so: bool) -> None:
        told[name] = told.get(name, 0) + is_so

    for one in items:
        add("kind_known", one.kind is not None)
        add("instant", one.kind == "instant")
        add("visits_known", one.visits is not None)
        add("one_visit", one.visits is not None and one.visits <= 1)
        add("no_visit", one.visits == 0)
        add("depth_known", one.is_fully_online is not None)
        add("fully_online", bool(one.is_fully_online))
        add("online_known", one.is_online is not None)
        add("online", bool(one.is_online))
        add("entry_known", one.is_in_center is not None)
        add("entered", bool(one.is_in_center))
        if one.legal_days and one.promised_days is not None and _is_working(one):
            told["legal_days"] = told.get("legal_days", 0) + one.legal_days
            told["promised_days"] = told.get("promised_days", 0) + one.promised_days
            told["compared"] = told.get("compared", 0) + 1
            told["compressed_millionths"] = told.get("compressed_millionths", 0) + _compressed(one)
        add(
            "told_whole",
            None not in (one.kind, one.visits, one.is_fully_online, one.legal_days, one.is_in_center),
        )
    told["organs"] = len({one.organ_id for one in items if one.is_in_center is not None})
    told["organs_entered"] = len({one.organ_id for one in items if one.is_in_center})
    return told


def _compressed(one: CountedItem) -> int:
    """1 - P / L of one item in millionths, half up, so that a mean of them is a sum of whole numbers."""
    assert one.legal_days and one.promised_days is not None
    return (2 * 1_000_000 * (one.legal_days - one.promised_days) + one.legal_days) // (2 * one.legal_days)


def _is_working(one: CountedItem) -> bool:
    return one.legal_unit == one.promised_unit == WORKING_DAY
