"""Rows by COPY arrive as they were; salts and canonical bytes are those of the plain ways."""

import hmac
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from onewindow.base import copying, crypto, facts
from onewindow.base.ledger import stored

COLUMNS = (
    ("a", "text"),
    ("b", "jsonb"),
    ("c", "bytea"),
    ("d", "smallint"),
    ("e", "int"),
    ("f", "bigint"),
    ("g", "boolean"),
    ("h", "date"),
    ("i", "timestamptz"),
)
ROWS: list[tuple[Any, ...]] = [
    ("一窗", '{"b":[1,null]}', b"\0\xff", -2, 2**31 - 1, -(2**62), True, date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)),
    ("", "[]", b"", 32767, -1, 0, False, date(1949, 10, 1), datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    (None,) * 9,
    ("a\tb\n\\N", '"x"', b"x" * 5000, 0, 0, 1, True, date(9999, 12, 31),
     datetime(2026, 9, 7, 8, 30, 0, 1, tzinfo=timezone(timedelta(hours=8)))),
]  # fmt: skip


@pytest.mark.django_db
def test_rows_arrive_as_they_were() -> None:
    packer = copying.Packer(COLUMNS)
    packed = [packer.pack(row) for row in ROWS]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE copied (n serial, "
            + ", ".join(f"{name} {type}" for name, type in COLUMNS)
            + ") ON COMMIT DROP"
        )
        assert copying.copy("copied", COLUMNS, [packed[0], b"".join(packed[1:])]) == len(ROWS)
        assert copying.copy("copied", COLUMNS, []) == 0
        cursor.execute("SELECT a, b::text, c, d, e, f, g, h, i FROM copied ORDER BY n")
        found = cursor.fetchall()
    for row, arrived in zip(ROWS, found, strict=True):
        told = [bytes(one) if isinstance(one, memoryview) else one for one in arrived]
        assert [*told[:1], *told[2:]] == [*row[:1], *row[2:]]
        assert told[1] is None if row[1] is None else told[1].replace(" ", "") == row[1]


@given(some.binary(max_size=300))
def test_a_salt_is_the_keyed_hash_of_the_content(content: bytes) -> None:
    assert (
        crypto.fact_salt(content)
        == hmac.digest(crypto._secrets(crypto._keys_dir(), "ledger")[0], content, "sha256")[:16]
    )


_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**80), 2**80) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(some.dictionaries(some.text(max_size=8), _VALUES, max_size=5))
def test_what_was_stored_is_canonical_the_fast_way_and_the_slow(data: dict[str, Any]) -> None:
    assert stored._canonical(data) == stored._encode(data).encode() == facts.canonical_bytes(data)
