"""Reads of the published lists: a page of lines, all lines, how many items each list has."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import generations
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.listings import LISTINGS, Listing, Row
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound

MOST = 100
_CHUNK = 500
_SQL = """
SELECT s.position, v.content::text
FROM catalog_itemsearch s JOIN catalog_itemversion v ON v.id = s.version_id JOIN org_organ o ON o.id = v.organ_id
WHERE s.lists @> ARRAY[%s] AND s.position > %s AND (%s = '' OR o.name = %s OR o.code = %s)
ORDER BY s.position LIMIT %s"""


def listing(slug: str) -> Listing:
    """The list called ``slug``; raises ``NotFound``."""
    found = LISTINGS.get(slug)
    if found is None:
        raise NotFound("no-list", N_("没有这份清单"))
    return found


def counts() -> dict[str, int]:
    """Slug → items on that list, in the order in which lists are shown; counted once as long as nothing moves."""
    global _counted
    version = generations.version("catalog")
    kept = _counted
    if kept is None or kept[0] != version:
        kept = _counted = (version, _count())
    return dict(kept[1])


_counted: tuple[Hashable, dict[str, int]] | None = None


def _count() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(lists), count(*) FROM catalog_itemsearch GROUP BY 1")
        found = dict(cursor.fetchall())
    return {slug: int(found.get(slug, 0)) for slug in LISTINGS}


def page(
    slug: str, *, organ: str = "", cursor: str | None = None, limit: int = 50
) -> tuple[list[Row], str | None]:
    """The lines of the next ``limit`` items (1 to 100) and the cursor of what follows; one statement.

    ``organ`` is a name or code, empty for all. Raises ``NotFound`` for an unknown list and ``Invalid`` for a
    foreign cursor.
    """
    shown = listing(slug)
    bound = max(1, min(limit, MOST))
    rows = _items(slug, organ, _position(cursor), bound + 1)
    lines = [line for _, item in rows[:bound] for line in shown.rows(item)]
    return lines, str(rows[bound - 1][0]) if len(rows) > bound else None


def lines(slug: str, *, organ: str = "") -> Iterator[Row]:
    """Every line of a list, read in chunks."""
    shown = listing(slug)
    last = 0
    while rows := _items(slug, organ, last, _CHUNK):
        for _, item in rows:
            yield from shown.rows(item)
        last = rows[-1][0]


def _items(slug: str, organ: str, after: int, bound: int) -> list[tuple[int, ItemDefinition]]:
    organ = organ.replace("\x00", "")
    values: list[Any] = [slug, after, organ, organ, organ, bound]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return [(int(position), msgspec.json.decode(text, type=ItemDefinition)) for position, text in rows]


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        message = N_("翻页标记无效")
        raise Invalid("invalid-cursor", message, fields=[FieldError("cursor", "invalid", message)])
    return int(cursor)
