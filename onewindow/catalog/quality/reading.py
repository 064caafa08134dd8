"""Reads every version in force, in chunks, and has it judged; writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec
from django.db import connection

from onewindow.catalog import data_elements, directory, settings
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.quality.gathering import Gatherer, Settings
from onewindow.catalog.quality.report import QualityReport

CHUNK = 500


def check(
    *,
    organ: str | None = None,
    organ_id: int | None = None,
    kept: int | None = 50,
    top: int = 20,
    cases: Mapping[int, int] | None = None,
) -> QualityReport:
    """The report over all items in force, or over those of one ``organ`` (its name, whole or in part) or
    ``organ_id``.

    ``kept`` bounds the findings listed in each section (None: all), ``top`` the items to mend first;
    ``cases`` is the number of cases by the id of the version that they were made under. At most two
    statements per 500 items.
    """
    gatherer = Gatherer(
        Settings(
            settings.rule_levels(),
            settings.vague_words(),
            settings.unified_elements(),
            data_elements.all_elements(),
        ),
        kept=kept,
        top=top,
        cases=_by_code(cases or {}),
    )
    decoder = msgspec.json.Decoder(ItemDefinition)
    last = 0
    while rows := _rows(last):
        last = rows[-1][0]
        items = [decoder.decode(content) for _, content in rows]
        commons = directory.commons([item.catalog_code for item in items])
        for item in items:
            if (organ is None or organ in item.organ_name) and organ_id in (None, item.organ_id):
                gatherer.look(item, commons.get(item.catalog_code))
    return gatherer.done()


def _rows(after: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id, content::text FROM catalog_itemversion WHERE is_current AND item_id > %s"
            " ORDER BY item_id LIMIT %s",
            [after, CHUNK],
        )
        return list(cursor.fetchall())


def _by_code(cases: Mapping[int, int]) -> dict[str, int]:
    """Cases of all versions of an item together, by its task code."""
    if not cases:
        return {}
    counted: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.id, i.task_code FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id"
            " WHERE v.id = ANY(%s)",
            [list(cases)],
        )
        for version_id, code in cursor.fetchall():
            counted[code] += cases[version_id]
    return dict(counted)
