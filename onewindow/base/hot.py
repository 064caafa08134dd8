"""Statements of the hot deeds: many inserts in one round trip, prepared once per shape.

psycopg parses every query of over 4 kB anew and dumps arrays element by element; both cost more than the
database. So a hot statement is put together from parts with scalar places, numbered once per shape, and sent
by a raw cursor, which the server prepares.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

_PLACE = "%s"


class Part(msgspec.Struct, frozen=True):
    """A piece of a statement with ``%s`` places and their values."""

    text: str
    values: Sequence[Any] = ()


def execute(text: str, values: Sequence[Any], *, is_binary: bool = False) -> list[tuple[Any, ...]]:
    """Run one statement with ``%s`` places; its rows (none for a plain write).

    ``is_binary``: rows come in the binary format, which reads instants four times as fast; JSON must be cast.

    Goes through Django's execute wrappers, so that statements are counted and logged like all others.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    database.validate_no_broken_transaction()
    numbered = _numbered(text)

    def send(sql: str, params: Sequence[Any], many: bool, context: dict[str, Any]) -> Any:
        with database.wrap_database_errors:
            cursor = psycopg.RawCursor(database.connection)
            cursor.execute(sql, params, binary=is_binary)
            # Not `description`, which builds an object for every column.
            return cursor.fetchall() if cursor.rownumber is not None else []

    run: Any = send
    for wrapper in database.execute_wrappers:
        inner = run

        def run(
            sql: Any, params: Any, many: Any, context: Any, _inner: Any = inner, _outer: Any = wrapper
        ) -> Any:
            return _outer(_inner, sql, params, many, context)

    found: list[tuple[Any, ...]] = run(numbered, values, False, {"connection": database, "cursor": None})
    return found


def write(parts: Sequence[Part], *, last: Part) -> list[tuple[Any, ...]]:
    """Data-modifying parts as one statement and so one transaction; the rows of ``last``."""
    used = [part for part in parts if part.text]
    text = "WITH " + ",\n".join(part.text for part in used) + "\n" + last.text
    values = [value for part in used for value in part.values]
    return execute(text, [*values, *last.values])


def insert(
    name: str,
    table: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[Any]],
    *,
    returning: str = "",
) -> Part:
    """``name AS (INSERT …)`` of these rows; ``columns`` are (name, type). Nothing for no rows."""
    if not rows:
        return Part("")
    text = _insert(name, table, tuple(columns), len(rows), returning)
    return Part(text, [value for row in rows for value in row])


@lru_cache(maxsize=256)
def _insert(name: str, table: str, columns: tuple[tuple[str, str], ...], count: int, returning: str) -> str:
    names = ", ".join(column for column, _ in columns)
    row = "(" + ", ".join(f"{_PLACE}::{type}" for _, type in columns) + ")"
    more = f" RETURNING {returning}" if returning else ""
    return f"{name} AS (INSERT INTO {table} ({names}) VALUES {', '.join([row] * count)}{more})"


@lru_cache(maxsize=512)
def _numbered(text: str) -> str:
    pieces = text.split(_PLACE)
    return "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], 1)) + pieces[-1]
