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
            "INSERT INTO catalog_item (task_code, created_at)"
            " SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
            [codes, now],
        )
        cursor.execute(
            "UPDATE catalog_itemversion v SET is_current = false FROM catalog_item i"
            " WHERE v.item_id = i.id AND v.is_current AND i.task_code = ANY(%s)",
            [codes],
        )
        cursor.execute(_INSERT_VERSIONS, [now, now, _json([_version_row(row) for row in chunk])])
        version_ids: dict[str, int] = dict(cursor.fetchall())
        entries = [_search_row(version_ids[row.task_code], row) for row in definitions]
        cursor.execute(_UPSERT_SEARCH, [_json(entries)])
    return [version_ids[code] for code in codes]


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


def _version_row(publication: Publication) -> dict[str, Any]:
    row = publication.definition
    legal, promised = row.legal_limit, row.promised_limit
    return {
        "task_code": row.task_code,
        "version": row.version,
        "name": row.name,
        "type": row.type,
        "organ_id": row.organ_id,
        "region": row.region,
        "kind": row.kind,
        "legal_days": legal.days if legal else None,
        "legal_unit": legal.unit if legal else None,
        "promised_days": promised.days if promised else None,
        "promised_unit": promised.unit if promised else None,
        "handled": row.handled,
        "content": row,
        "digest": digest_of(row),
        "source_digest": publication.source_digest,
        "reason": publication.reason,
    }


def _search_row(version_id: int, definition: ItemDefinition) -> dict[str, Any]:
    packed = normalise(definition.name).replace(" ", "")
    return {
        "version_id": version_id,
        "entry": _entry(definition),
        "syllables": " ".join(syllables_of_name(packed)),
    }


def _entry(definition: ItemDefinition) -> Entry:
    return Entry(
        version_id=0,
        row=list_row(definition),
        organ_id=definition.organ_id,
        audiences=definition.audiences,
        themes=definition.themes,
        main_name=definition.main_name,
        aliases=definition.aliases,
    )


_INSERT_VERSIONS = """
INSERT INTO catalog_itemversion (item_id, status, is_current, created_at, published_at, withdrawn_at,
  version, name, type, organ_id, region, kind, legal_days, legal_unit, promised_days, promised_unit,
  handled, content, digest, source_digest, reason)
SELECT i.id, 'published', true, %s, %s, NULL,
  r.version, r.name, r.type, r.organ_id, r.region, r.kind, r.legal_days, r.legal_unit, r.promised_days,
  r.promised_unit, r.handled, r.content, r.digest, r.source_digest, r.reason
FROM jsonb_to_recordset(%s::jsonb)
  AS r(task_code text, version int, name text, type text, organ_id bigint, region text, kind text,
    legal_days int, legal_unit text, promised_days int, promised_unit text, handled bool, content jsonb,
    digest text, source_digest text, reason text)
JOIN catalog_item i ON i.task_code = r.task_code
RETURNING (SELECT task_code FROM catalog_item WHERE id = item_id), id
"""

_UPSERT_SEARCH = """
INSERT INTO catalog_itemsearch (item_id, version_id, "row", syllables, position)
SELECT v.item_id, v.id, r.entry, r.syllables, v.item_id
FROM jsonb_to_recordset(%s::jsonb) AS r(version_id bigint, entry jsonb, syllables text)
JOIN catalog_itemversion v ON v.id = r.version_id
ON CONFLICT (item_id) DO UPDATE SET version_id = EXCLUDED.version_id, "row" = EXCLUDED."row",
  syllables = EXCLUDED.syllables
"""
