"""Statements of the hot deeds: many inserts in one round trip, prepared once per shape.

psycopg parses every query of over 4 kB anew and dumps arrays element by element; both cost more than the
database. So a hot statement is put together from parts with scalar places, numbered once per shape, prepared
once per connection and shape, and sent with its values as texts (bytes as they are).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

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
            return _send(database.connection, sql, params, is_binary=is_binary)

    run: Any = send
    for wrapper in database.execute_wrappers:
        inner = run

        def run(
            sql: Any, params: Any, many: Any, context: Any, _inner: Any = inner, _outer: Any = wrapper
        ) -> Any:
            return _outer(_inner, sql, params, many, context)

    found: list[tuple[Any, ...]] = run(numbered, values, False, {"connection": database, "cursor": None})
    return found


def _send(
    link: psycopg.Connection[Any], sql: str, values: Sequence[Any], *, is_binary: bool
) -> list[tuple[Any, ...]]:
    """Past the cursor, whose work costs three times the statement's own way to the server and back.

    By the cursor all the same where a transaction must be begun first, where prepared statements wait to be
    forgotten, and for values that are not plain. Behind a pooler nothing is prepared under a name.
    """
    texts = _texts(values)
    must_begin = not link.autocommit and link.pgconn.transaction_status == _IDLE
    if texts is None or must_begin or link._prepared._to_flush:
        cursor = psycopg.RawCursor(link)
        cursor.execute(sql, values, binary=is_binary)
        # Not `description`, which builds an object for every column.
        return cursor.fetchall() if cursor.rownumber is not None else []
    with link.lock:
        formats = [type(one) is bytes for one in values]
        if link.prepare_threshold is None:
            result = link.pgconn.exec_params(sql.encode(), texts, None, formats, int(is_binary))
        else:
            result = link.pgconn.exec_prepared(_prepared_name(link, sql), texts, formats, int(is_binary))
        if result.status != _TUPLES_OK:
            _require(link, result, _COMMAND_OK)
            return []
        reader = Transformer(link)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)


def _prepared_name(link: psycopg.Connection[Any], sql: str) -> bytes:
    """The name of the prepared statement, in the list that psycopg keeps: it empties both after a rollback."""
    key = (sql.encode(), ())
    names = link._prepared._names
    name = names.get(key)
    if name is None:
        name = b"hot_%d" % next(_numbers)
        _require(link, link.pgconn.prepare(name, key[0]), _COMMAND_OK)
        names[key] = name
    return name


def _require(link: psycopg.Connection[Any], result: PGresult, status: ExecStatus) -> None:
    if result.status == status:
        return
    if result.error_field(DiagnosticField.SQLSTATE) is None and _is_lost(link):
        # The server is gone: libpq says so without a code, which would make it any error of the database.
        raise psycopg.OperationalError("the connection to the server is lost")
    raise error_from_result(result, "utf-8")


def _is_lost(link: psycopg.Connection[Any]) -> bool:
    """Whether the line is dead. libpq notices it at the next reading only, when the writing failed."""
    if link.pgconn.status != ConnStatus.BAD:
        try:
            link.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
    return link.pgconn.status == ConnStatus.BAD


def _texts(values: Sequence[Any]) -> list[Any] | None:
    """The values as the protocol carries them; None when one is not of a plain type."""
    try:
        return [None if one is None else _AS_TEXT[type(one)](one) for one in values]
    except KeyError:
        return None


def _text(value: str) -> bytes:
    if "\0" in value:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


def _day_or_instant(value: date) -> bytes:
    return value.isoformat().encode()


def _truth(value: bool) -> bytes:
    return b"t" if value else b"f"


_AS_TEXT: dict[type, Callable[[Any], bytes]] = {
    str: _text,
    int: b"%d".__mod__,
    bool: _truth,
    bytes: bytes,
    date: _day_or_instant,
    datetime: _day_or_instant,
}
_numbers = itertools.count()
_IDLE, _COMMAND_OK, _TUPLES_OK = TransactionStatus.IDLE, ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK


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
