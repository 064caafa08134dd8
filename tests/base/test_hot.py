"""Hot statements: the short way to the server answers and fails as the cursor does."""

from __future__ import annotations

import os
import socket
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from psycopg.pq import ConnStatus, ExecStatus

from onewindow.base import hot

VALUES: list[Any] = [
    None, 0, -(2**63), 2**63 - 1, True, False, "", "“字”\n'\\\U0001f600", b"", b"\0\xff'",
    date(2026, 9, 8), datetime(2026, 9, 8, 9, 30, 0, 123456, tzinfo=UTC),
]  # fmt: skip
TYPES = (
    "int", "bigint", "bigint", "bigint", "boolean", "boolean", "text", "text", "bytea", "bytea", "date", "timestamptz",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("is_binary", [False, True])
def test_values_come_back_as_they_went(is_binary: bool) -> None:
    text = "SELECT " + ", ".join(f"%s::{type}" for type in TYPES)
    for _ in range(2):
        [row] = hot.execute(text, VALUES, is_binary=is_binary)
        assert [bytes(one) if isinstance(one, memoryview) else one for one in row] == VALUES


@pytest.mark.django_db
def test_what_is_not_plain_goes_by_the_cursor() -> None:
    assert hot.execute("SELECT %s::int[], %s::float", [[1, 2], 1.5]) == [([1, 2], 1.5)]


@pytest.mark.django_db
def test_text_that_cannot_be_stored_is_refused_not_cut() -> None:
    with pytest.raises(DataError):
        hot.execute("SELECT %s::text", ["ab\0cd"])


@pytest.mark.django_db(transaction=True)
def test_failures_are_those_of_django_and_leave_the_connection_sound() -> None:
    insert = "INSERT INTO base_setting (name, value) VALUES (%s::text, %s::jsonb)"
    assert hot.execute(insert, ["x", "1"]) == []
    with pytest.raises(IntegrityError) as caught:
        hot.execute(insert, ["x", "2"])
    assert isinstance(caught.value.__cause__, psycopg.errors.UniqueViolation)
    assert "base_setting" in str(caught.value)
    with transaction.atomic():
        hot.execute("UPDATE base_setting SET value = %s::jsonb WHERE name = 'x'", ["3"])
        hot.execute("UPDATE base_setting SET value = %s::jsonb WHERE name = 'x'", ["4"])
        transaction.set_rollback(True)
    assert hot.execute("SELECT value::text FROM base_setting WHERE name = %s::text", ["x"]) == [("1",)]
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            hot.execute(insert, ["x", "5"])
        # psycopg forgets all that is prepared when a savepoint is rolled back.
        assert hot.execute("SELECT value::text FROM base_setting WHERE name = %s::text", ["x"]) == [("1",)]
    connection.close()
    assert hot.execute("SELECT value::text FROM base_setting WHERE name = %s::text", ["x"]) == [("1",)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_a_server_that_is_gone_is_an_outage_and_no_fault_of_the_statement(is_known: bool) -> None:
    text = "SELECT %s::text AS lost" + " -- known" * is_known
    connection.ensure_connection()
    if is_known:
        assert hot.execute(text, ["a"]) == [("a",)]
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    with pytest.raises(OperationalError):
        hot.execute(text, ["b"])
    connection.close()
    assert hot.execute(text, ["c"]) == [("c",)]


def test_a_line_whose_death_only_the_next_reading_would_show_is_an_outage_too() -> None:
    """libpq keeps the failure of a write to itself until it reads: its connection still looks sound."""

    class Line:
        status = ConnStatus.OK

        def consume_input(self) -> None:
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    result = SimpleNamespace(status=ExecStatus.FATAL_ERROR, error_field=lambda _: None)
    with pytest.raises(psycopg.OperationalError):
        hot._require(SimpleNamespace(pgconn=Line()), result, ExecStatus.COMMAND_OK)
