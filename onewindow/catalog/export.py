"""Items in force as plain lines for export: streamed, one line an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from django.db import connection

from onewindow.catalog.definition import ItemDefinition

_CHUNK = 500
_SQL = """
SELECT i.id, v.content::text FROM catalog_item i JOIN catalog_itemversion v ON v.item_id = i.id
WHERE v.is_current AND i.id > %s ORDER BY i.id LIMIT %s"""


class ItemLine(NamedTuple):
    """One item; limits in days with their unit, None where the source tells nothing."""

    task_code: str
    version: int
    name: str
    type: str
    organ: str
    region: str
    level: str
    kind: str | None
    legal_days: int | None
    legal_unit: str | None
    promised_days: int | None
    promised_unit: str | None
    visits: int | None
    online: bool | None
    fee: bool | None
    audiences: str
    themes: str
    materials: int
    handled: bool
    demonstration: bool
    missing: str


def items() -> Iterator[ItemLine]:
    """Every item in force, in the order in which they were published first."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [last, _CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        for _, content in rows:
            yield _line(msgspec.json.decode(content, type=ItemDefinition))
        last = rows[-1][0]


def _line(item: ItemDefinition) -> ItemLine:
    legal, promised = item.legal_limit, item.promised_limit
    return ItemLine(
        item.task_code,
        item.version,
        item.name,
        item.type,
        item.organ_name,
        item.region,
        item.level,
        item.kind,
        legal.days if legal else None,
        legal.unit if legal else None,
        promised.days if promised else None,
        promised.unit if promised else None,
        item.visits,
        item.online,
        item.fee.charged,
        " ".join(item.audiences),
        " ".join(item.themes),
        len(item.materials),
        item.handled,
        item.demonstration,
        " ".join(item.missing),
    )
