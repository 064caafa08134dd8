"""Writing versions and states of items into the tables: each item's current version replaced by the new one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import generations
from onewindow.catalog import listings
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.search.document import Entry, list_row, normalise
from onewindow.catalog.search.pinyin import syllables_of_name

CHUNK = 500
_LOCK = 7301  # one publisher at a time: version numbers follow each other without gaps


class Publication(msgspec.Struct, frozen=True):
    """A version to publish; its ``definition.version`` is set, ids are found here.

    ``change_id`` is the change that was approved for it, None for a list that an operator takes over.
    """

    definition: ItemDefinition
    source_digest: str = ""
    reason: str = ""
    change_id: int | None = None


class Known(msgspec.Struct, frozen=True):
    """What the tables hold of an item already: its last ``version``, whether that is in force, its state."""

    version: int
    source_digest: str | None
    handled: bool
    is_current: bool
    state: str
    version_id: int
    is_by_change: bool


def digest_of(definition: ItemDefinition) -> str:
    """SHA-256 (hex) of the content, without the ids and the number that this database gave it."""
    bare = msgspec.structs.replace(definition, version_id=0, version=0, organ_id=0, form_version=1)
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def lock() -> None:
    """Hold the catalogue for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def known(task_codes: Sequence[str]) -> dict[str, Known]:
    """What stands of these items; codes that were never published are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.task_code, v.version, v.source_digest, v.handled, v.is_current, i.state, v.id,"
            " v.change_id IS NOT NULL"
            " FROM catalog_item i JOIN LATERAL (SELECT * FROM catalog_itemversion w WHERE w.item_id = i.id"
            " ORDER BY w.version DESC LIMIT 1) v ON true WHERE i.task_code = ANY(%s)",
            [list(task_codes)],
        )
        return {row[0]: Known(*row[1:]) for row in cursor.fetchall()}


def write(publications: Sequence[Publication], *, now: datetime) -> list[int]:
    """Publish all of ``publications`` as the current versions of their items; gives the version ids in order.

    ``form_version`` is set here: that of the version before, one more where the form is another.
    Four statements per 500 versions, whatever the catalogue holds. The caller holds ``lock()`` and has checked
    the rules. Caches of these items and of the lists are good no more when the transaction commits.
    """
    ids: list[int] = []
    for at in range(0, len(publications), CHUNK):
        ids.extend(_write_chunk(publications[at : at + CHUNK], now))
    if publications:
        generations.touch_items(row.definition.task_code for row in publications)
    return ids


def put_state(task_code: str, what: str, *, reason: str, now: datetime) -> int | None:
    """Suspend, resume or cancel an item (``what``: suspended | resumed | cancelled); the id of its last version.

    None when the item is not in a state to do so. A cancelled item leaves the lists, its versions stay; a
    suspended one is shown as not handled. The caller holds ``lock()``.
    """
    before, after = _STATES[what]
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT_STATE,
            [after, None if after == "in-use" else now, "" if after == "in-use" else reason]
            + [task_code, list(before), what, after, now],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        if after == "cancelled":
            cursor.execute(_CANCEL_VERSION, [now, row[0]])
            cursor.execute("DELETE FROM catalog_itemsearch WHERE item_id = %s", [row[0]])
        else:
            cursor.execute(_SHOW_HANDLED, [after == "in-use", row[0]])
    generations.touch_items([task_code])
    return int(row[1])


_STATES = {
    "suspended": (("in-use",), "suspended"),
    "resumed": (("suspended",), "in-use"),
    "cancelled": (("in-use", "suspended"), "cancelled"),
}


def _write_chunk(chunk: Sequence[Publication], now: datetime) -> list[int]:
    codes = [row.definition.task_code for row in chunk]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_item (task_code, created_at)"
            " SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
            [codes, now],
        )
        cursor.execute(
            "UPDATE catalog_itemversion v SET is_current = false FROM catalog_item i"
            " WHERE v.item_id = i.id AND v.is_current AND i.task_code = ANY(%s)"
            " RETURNING i.task_code, coalesce((v.content->>'form_version')::int, 1),"
            " (v.content->'form_schema')::text",
            [codes],
        )
        before = {code: (number, form) for code, number, form in cursor.fetchall()}
        chunk = [_with_form_version(row, before.get(row.definition.task_code)) for row in chunk]
        cursor.execute(_INSERT_VERSIONS, [now, now, _json([_version_row(row) for row in chunk]), now])
        made: dict[str, tuple[int, int]] = {code: (id, item_id) for code, id, item_id in cursor.fetchall()}
        entries = [_search_row(*made[row.definition.task_code], row.definition) for row in chunk]
        cursor.execute(_UPSERT_SEARCH, [_json(entries)])
    return [made[code][0] for code in codes]


def _with_form_version(row: Publication, before: tuple[int, str | None] | None) -> Publication:
    number, form = before or (1, None)
    is_other = before is not None and msgspec.json.decode(form or "{}") != row.definition.form_schema
    definition = msgspec.structs.replace(row.definition, form_version=number + is_other)
    return msgspec.structs.replace(row, definition=definition)


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
        "change_id": publication.change_id,
    }


def _search_row(version_id: int, item_id: int, definition: ItemDefinition) -> dict[str, Any]:
    packed = normalise(definition.name).replace(" ", "")
    return {
        "version_id": version_id,
        "item_id": item_id,
        "entry": _entry(definition),
        "syllables": " ".join(syllables_of_name(packed)),
        "lists": listings.memberships(definition),
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


# Items are looked up row by row: a join may read them all while the statistics lag behind an import.
_INSERT_VERSIONS = """
WITH made AS (
INSERT INTO catalog_itemversion (item_id, status, is_current, created_at, published_at, withdrawn_at,
  version, name, type, organ_id, region, kind, legal_days, legal_unit, promised_days, promised_unit,
  handled, content, digest, source_digest, reason, change_id)
SELECT (SELECT id FROM catalog_item i WHERE i.task_code = r.task_code), 'published', true, %s, %s, NULL,
  r.version, r.name, r.type, r.organ_id, r.region, r.kind, r.legal_days, r.legal_unit, r.promised_days,
  r.promised_unit, r.handled, r.content, r.digest, r.source_digest, r.reason, r.change_id
FROM json_to_recordset(%s::json)
  AS r(task_code text, version int, name text, type text, organ_id bigint, region text, kind text,
    legal_days int, legal_unit text, promised_days int, promised_unit text, handled bool, content json,
    digest text, source_digest text, reason text, change_id bigint)
RETURNING id, item_id
), told AS (
INSERT INTO catalog_itemevent (item_id, version_id, what, state, at)
SELECT m.item_id, m.id, 'published', (SELECT state FROM catalog_item i WHERE i.id = m.item_id), %s
FROM made m ORDER BY m.id
)
SELECT (SELECT task_code FROM catalog_item i WHERE i.id = m.item_id), m.id, m.item_id FROM made m
"""

_UPSERT_SEARCH = """
INSERT INTO catalog_itemsearch (item_id, version_id, "row", syllables, position, lists)
SELECT r.item_id, r.version_id,
  jsonb_set(r.entry, '{row,handled}', to_jsonb((r.entry->'row'->>'handled')::bool
    AND (SELECT state FROM catalog_item i WHERE i.id = r.item_id) = 'in-use')),
  r.syllables, r.item_id, r.lists
FROM jsonb_to_recordset(%s::jsonb) AS r(version_id bigint, item_id bigint, entry jsonb, syllables text,
  lists text[])
ON CONFLICT (item_id) DO UPDATE SET version_id = EXCLUDED.version_id, "row" = EXCLUDED."row",
  syllables = EXCLUDED.syllables, lists = EXCLUDED.lists
"""

_PUT_STATE = """
WITH item AS (
  UPDATE catalog_item SET state = %s, state_since = %s, state_reason = %s
  WHERE task_code = %s AND state = ANY(%s)
  RETURNING id
), last AS (
  SELECT v.id AS version_id, v.item_id FROM item i JOIN LATERAL (
    SELECT id, item_id FROM catalog_itemversion w WHERE w.item_id = i.id AND w.published_at IS NOT NULL
    ORDER BY w.version DESC LIMIT 1) v ON true
), told AS (
  INSERT INTO catalog_itemevent (item_id, version_id, what, state, at)
  SELECT item_id, version_id, %s, %s, %s FROM last
)
SELECT item_id, version_id FROM last
"""

_CANCEL_VERSION = """
UPDATE catalog_itemversion SET is_current = false, status = 'withdrawn', withdrawn_at = %s
WHERE item_id = %s AND is_current
"""

# One can apply for it here only while it is in use and its version is complete.
_SHOW_HANDLED = """
UPDATE catalog_itemsearch s
SET "row" = jsonb_set(s."row", '{row,handled}', to_jsonb(v.handled AND %s))
FROM catalog_itemversion v WHERE v.id = s.version_id AND s.item_id = %s
"""
