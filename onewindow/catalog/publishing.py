"""Writing versions into the tables: many at once, each item's current version replaced by the new one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.search.document import Entry, list_row, normalise
from onewindow.catalog.search.pinyin import syllables_of_name

CHUNK = 500
_LOCK = 7301  # one publisher at a time: version numbers follow each other without gaps


class Publication(msgspec.Struct, frozen=True):
    """A version to publish; its ``definition.version`` is set, ids are found here."""

    definition: ItemDefinition
    source_digest: str = ""
    reason: str = ""


def digest_of(definition: ItemDefinition) -> str:
    """SHA-256 (hex) of the content, without the ids and the number that this database gave it."""
    bare = msgspec.structs.replace(definition, version_id=0, version=0, organ_id=0)
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def lock() -> None:
    """Hold the catalogue for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def write(publications: Sequence[Publication], *, now: datetime) -> list[int]:
    """Publish all of ``publications`` as the current versions of their items; gives the version ids in order.

    Four statements per 500 versions. The caller holds ``lock()`` and has checked the rules.
    """
    ids: list[int] = []
    for at in range(0, len(publications), CHUNK):
        ids.extend(_write_chunk(publications[at : at + CHUNK], now))
    return ids


def _write_chunk(chunk: Sequence[Publication], now: datetime) -> list[int]:
    definitions = [row.definition for row in chunk]
    codes = [definition.task_code for definition in definitions]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_item (task_code, created_at) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
            [codes, now],
        )
        cursor.execute(
            "UPDATE catalog_itemversion v SET is_current = false FROM catalog_item i"
            " WHERE v.item_id = i.id AND v.is_current AND i.task_code = ANY(%s)",
            [codes],
        )
        cursor.execute(_INSERT_VERSIONS, _version_values(chunk, now))
        version_ids: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(
            _UPSERT_SEARCH,
            [
                [version_ids[code] for code in codes],
                [_entry_json(definition) for definition in definitions],
                [" ".join(syllables_of_name(normalise(definition.name).replace(" ", ""))) for definition in definitions],
            ],
        )
    return [version_ids[code] for code in codes]


def _version_values(chunk: Sequence[Publication], now: datetime) -> list[Any]:
    rows = [row.definition for row in chunk]
    return [
        now,
        now,
        [row.task_code for row in rows],
        [row.version for row in rows],
        [row.name for row in rows],
        [row.type for row in rows],
        [row.organ_id for row in rows],
        [row.region for row in rows],
        [row.kind for row in rows],
        [row.legal_limit.days if row.legal_limit else None for row in rows],
        [row.legal_limit.unit if row.legal_limit else None for row in rows],
        [row.promised_limit.days if row.promised_limit else None for row in rows],
        [row.promised_limit.unit if row.promised_limit else None for row in rows],
        [row.handled for row in rows],
        [msgspec.json.encode(row).decode() for row in rows],
        [digest_of(row) for row in rows],
        [row.source_digest for row in chunk],
        [row.reason for row in chunk],
    ]


def _entry_json(definition: ItemDefinition) -> str:
    entry = Entry(
        version_id=0,
        row=list_row(definition),
        organ_id=definition.organ_id,
        audiences=definition.audiences,
        themes=definition.themes,
        main_name=definition.main_name,
        aliases=definition.aliases,
    )
    return msgspec.json.encode(entry).decode()


_INSERT_VERSIONS = """
INSERT INTO catalog_itemversion (item_id, status, is_current, created_at, published_at, withdrawn_at, version, name,
  type, organ_id, region, kind, legal_days, legal_unit, promised_days, promised_unit, handled, content, digest,
  source_digest, reason)
SELECT i.id, 'published', true, %s, %s, NULL, r.version, r.name, r.type, r.organ_id, r.region, r.kind, r.legal_days,
  r.legal_unit, r.promised_days, r.promised_unit, r.handled, r.content::jsonb, r.digest, r.source_digest, r.reason
FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::int[],
  %s::text[], %s::int[], %s::text[], %s::bool[], %s::text[], %s::text[], %s::text[], %s::text[])
  AS r(task_code, version, name, type, organ_id, region, kind, legal_days, legal_unit, promised_days, promised_unit,
    handled, content, digest, source_digest, reason)
JOIN catalog_item i ON i.task_code = r.task_code
RETURNING (SELECT task_code FROM catalog_item WHERE id = item_id), id
"""

_UPSERT_SEARCH = """
INSERT INTO catalog_itemsearch (item_id, version_id, "row", syllables, position)
SELECT v.item_id, v.id, r.entry::jsonb, r.syllables, v.item_id
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS r(version_id, entry, syllables)
JOIN catalog_itemversion v ON v.id = r.version_id
ON CONFLICT (item_id) DO UPDATE SET version_id = EXCLUDED.version_id, "row" = EXCLUDED."row",
  syllables = EXCLUDED.syllables
"""
