"""The basic catalogue (基本目录): its items in force, and writing their versions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from onewindow.catalog.common_elements import CommonElements
from onewindow.kernel.errors import N_, NotFound

_SELECT = (
    "SELECT v.id, v.content::text FROM catalog_catalogueversion v"
    " JOIN catalog_catalogueitem c ON c.id = v.catalogue_item_id "
)


class Known(msgspec.Struct, frozen=True):
    """What stands of a catalogue item: the last ``version``, whether it is cancelled."""

    version: int
    is_cancelled: bool
    version_id: int


def current(catalog_code: str, version: int | None = None) -> CommonElements:
    """The common elements in force under a code, or an earlier ``version``; raises ``NotFound``."""
    found = _read("c.catalog_code = ANY(%s) AND " + _which(version), [[catalog_code], *_given(version)])
    if catalog_code not in found:
        raise NotFound("no-catalogue-item", N_("基本目录中没有这个编码"))
    return found[catalog_code]


def commons(catalog_codes: Sequence[str]) -> dict[str, CommonElements]:
    """Catalogue code → the common elements in force, for those that there are; one statement."""
    wanted = sorted({code for code in catalog_codes if code and "\x00" not in code})
    return _read("c.catalog_code = ANY(%s) AND v.is_current", [wanted]) if wanted else {}


def listed(q: str = "", *, after: str = "", limit: int = 50) -> list[CommonElements]:
    """The catalogue in force in the order of its codes, from behind ``after``; ``q`` in code or name."""
    where = "v.is_current AND c.catalog_code > %s AND (c.catalog_code LIKE %s OR v.name LIKE %s)"
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = _read(where + " ORDER BY c.catalog_code LIMIT %s", [after, like, like, limit])
    return list(rows.values())


def known(catalog_codes: Sequence[str]) -> dict[str, Known]:
    """What stands under these codes; those never used are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (c.id) c.catalog_code, v.version, c.cancelled_at IS NOT NULL, v.id"
            " FROM catalog_catalogueitem c JOIN catalog_catalogueversion v ON v.catalogue_item_id = c.id"
            " WHERE c.catalog_code = ANY(%s) ORDER BY c.id, v.version DESC",
            [list(catalog_codes)],
        )
        return {row[0]: Known(*row[1:]) for row in cursor.fetchall()}


def digest_of(common: CommonElements) -> str:
    """SHA-256 (hex) of the content without its version number."""
    bare = msgspec.structs.replace(common, version=0)
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def write(common: CommonElements, *, reason: str, now: datetime) -> int:
    """Put ``common`` (its ``version`` is set) into force; the id of the version. The caller holds the lock."""
    code = common.catalog_code
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_catalogueitem (catalog_code, created_at, cancel_reason)"
            " VALUES (%s, %s, '') ON CONFLICT DO NOTHING",
            [code, now],
        )
        cursor.execute(
            "UPDATE catalog_catalogueversion v SET is_current = false FROM catalog_catalogueitem c"
            " WHERE c.id = v.catalogue_item_id AND v.is_current AND c.catalog_code = %s",
            [code],
        )
        cursor.execute(
            "INSERT INTO catalog_catalogueversion"
            " (catalogue_item_id, version, is_current, name, content, digest, published_at, reason)"
            " SELECT id, %s, true, %s, %s::json, %s, %s, %s FROM catalog_catalogueitem"
            " WHERE catalog_code = %s RETURNING id",
            [
                common.version,
                common.name,
                msgspec.json.encode(common).decode(),
                digest_of(common),
                now,
                reason,
                code,
            ],
        )
        return int(cursor.fetchone()[0])


def cancel(catalog_code: str, *, reason: str, now: datetime) -> None:
    """Take a catalogue item out of force; its rows and its code stay. The caller holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_catalogueitem SET cancelled_at = %s, cancel_reason = %s WHERE catalog_code = %s",
            [now, reason, catalog_code],
        )
        cursor.execute(
            "UPDATE catalog_catalogueversion v SET is_current = false FROM catalog_catalogueitem c"
            " WHERE c.id = v.catalogue_item_id AND v.is_current AND c.catalog_code = %s",
            [catalog_code],
        )


def _which(version: int | None) -> str:
    return "v.is_current" if version is None else "v.version = %s"


def _given(version: int | None) -> list[int]:
    return [] if version is None else [version]


def _read(where: str, values: Sequence[Any]) -> dict[str, CommonElements]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + "WHERE " + where, list(values))
        rows = [msgspec.json.decode(content, type=CommonElements) for _, content in cursor.fetchall()]
    return {row.catalog_code: row for row in rows}
