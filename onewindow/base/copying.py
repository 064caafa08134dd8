"""Rows by COPY in the binary format: packed once, in whatever process, then sent as they are."""

from __future__ import annotations

import struct
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from operator import call
from typing import Any

from django.db import connection

from onewindow.base import facts

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = facts.micros_of(datetime(2000, 1, 1, tzinfo=UTC))
_FIRST_DAY = date(2000, 1, 1).toordinal()
_length = struct.Struct("!i").pack
_small = struct.Struct("!ih").pack
_whole = struct.Struct("!ii").pack
_large = struct.Struct("!iq").pack


def micros(at: datetime) -> int:
    """Microseconds from 2000-01-01T00:00Z, PostgreSQL's own epoch."""
    return facts.micros_of(at) - _EPOCH


def _text(value: str) -> bytes:
    told = value.encode()
    return _length(len(told)) + told


_few = lru_cache(maxsize=8192)(_text)


def _json(value: str) -> bytes:
    told = value.encode()
    return _length(len(told) + 1) + b"\x01" + told


def _bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


@lru_cache(maxsize=8192)
def _day(value: date) -> bytes:
    return _whole(4, value.toordinal() - _FIRST_DAY)


def _instant(value: datetime) -> bytes:
    return _large(8, facts.micros_of(value) - _EPOCH)


def _boolean(value: bool) -> bytes:
    return b"\0\0\0\1\1" if value else b"\0\0\0\1\0"


# Partials and remembered functions are called without a frame of Python: twice as fast as a lambda.
_PACKED: dict[str, Callable[[Any], bytes]] = {
    "text": _text,
    "jsonb": _json,
    "bytea": _bytes,
    "smallint": partial(_small, 2),
    "int": partial(_whole, 4),
    "bigint": partial(_large, 8),
    "boolean": _boolean,
    "date": _day,
    "timestamptz": _instant,
}

Columns = Sequence[tuple[str, str]]  # (name, type), as ``hot.insert`` takes them


class Packer:
    """Packs rows of one table; ``columns`` are (name, type of PostgreSQL).

    Texts of the columns ``few`` take few values, whose packed form is remembered.
    """

    def __init__(self, columns: Columns, *, few: Container[str] = ()) -> None:
        self._count = struct.pack("!h", len(columns))
        self._packed = [_few if name in few else _PACKED[type] for name, type in columns]

    def pack(self, values: Sequence[Any]) -> bytes:
        """One row, its values in the order of the columns."""
        if None not in values and len(values) == len(self._packed):
            return self._count + b"".join(map(call, self._packed, values))
        return self._count + b"".join(
            [
                _NULL if value is None else pack(value)
                for pack, value in zip(self._packed, values, strict=True)
            ]
        )


def copy(table: str, columns: Columns, rows: Iterable[bytes]) -> int:
    """Send packed rows (single ones, or many joined) into a table, in the caller's transaction; how many."""
    names = ", ".join(name for name, _ in columns)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as sent:
            sent.write(_HEADER)
            for one in rows:
                sent.write(one)
            sent.write(_TRAILER)
        return int(cursor.rowcount)


def update(
    table: str, columns: Columns, rows: Sequence[bytes], *, changing: Sequence[str], where: str = "true"
) -> None:
    """Put the columns ``changing`` of packed rows in the place of those stored under the same id.

    Once for a table in the caller's transaction. ``where`` may compare ``old`` and ``new``.
    """
    if not rows:
        return
    moved = f"{table}_moved"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {moved} (LIKE {table}) ON COMMIT DROP")
        copy(moved, columns, rows)
        names = ", ".join(changing)
        values = ", ".join(f"new.{name}" for name in changing)
        cursor.execute(
            f"UPDATE {table} old SET ({names}) = ROW({values}) FROM {moved} new"
            f" WHERE old.id = new.id AND {where}"
        )
