"""The sequencer numbers each committed fact once, late ones too, whoever else is at work and whoever is killed."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import close_old_connections, connections

from onewindow.base import facts
from onewindow.base.ledger import heads, sequencer, verify
from onewindow.kernel.actor import SYSTEM
from tests import database

from .conftest import START, Record

ROOT = Path(__file__).resolve().parents[2]


def numbered(owner: psycopg.Connection) -> list[int]:
    rows = owner.execute("SELECT unnest(facts) FROM base_leaf ORDER BY first").fetchall()
    return [row[0] for row in rows]


def settled() -> int:
    assert sequencer._remembered is not None
    return sequencer._remembered.settled


def insert_by(connection: psycopg.Connection, subject: int, seq: int = 1, count: int = 1) -> None:
    """Write facts by another connection, whose transaction stays open."""
    for n in range(count):
        fact = facts.row("case", subject, seq=seq + n, type="noted", at=START, actor=SYSTEM, role="", data={})
        connection.execute(
            "INSERT INTO base_fact (stream, subject, seq, type, at, actor, role, organ, data, salt)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)",
            [*(getattr(fact, name) for name in facts.COLUMNS[:8]), fact.data_json, fact.salt],
        )


@pytest.fixture
def other(transactional_db: None):
    """A second connection with a transaction of its own."""
    with psycopg.connect(database.url(owner=False, name=database.NAME)) as connection:
        yield connection


def test_numbers_in_order_without_gaps(owner: psycopg.Connection, record: Record) -> None:
    for seq in range(1, 701):
        record(1, seq)
    assert sequencer.run_once(300) == 300
    assert sequencer.run_once(300) == 300
    assert sequencer.catch_up() == 100
    assert sequencer.run_once() == 0
    assert sequencer.tree_size() == 700
    assert numbered(owner) == sorted(numbered(owner))
    assert sequencer.idle()
    assert list(verify.run()) == []


def test_a_late_commit_is_numbered(
    owner: psycopg.Connection, other: psycopg.Connection, record: Record
) -> None:
    insert_by(other, 50)
    record(1, 1)
    assert sequencer.run_once() == 1
    low = settled()
    record(1, 2)
    assert sequencer.run_once() == 1
    assert settled() == low, "the mark may not pass a transaction that is still open"
    other.commit()
    assert sequencer.run_once() == 1
    assert numbered(owner) == [2, 3, 1]
    sequencer.run_once()
    assert settled() == 3
    assert sequencer.idle()
    assert list(verify.run()) == []


def test_a_late_commit_is_numbered_by_another_process_too(other: psycopg.Connection, record: Record) -> None:
    insert_by(other, 50, count=3)
    record(1, 1)
    sequencer.run_once()
    other.commit()
    sequencer._remembered = None  # as a process that has just started
    assert sequencer.catch_up() == 3
    assert list(verify.run()) == []


def test_what_was_rolled_back_is_forgotten(other: psycopg.Connection, record: Record) -> None:
    insert_by(other, 50, count=5)
    record(1, 1)
    sequencer.run_once()
    other.rollback()
    for _ in range(2):
        sequencer.run_once()
    assert sequencer._remembered is not None
    assert sequencer._remembered.gaps == []
    assert settled() == 6


def test_many_late_commits_in_small_bites(other: psycopg.Connection, record: Record) -> None:
    insert_by(other, 50, count=40)
    for seq in range(1, 6):
        record(1, seq)
        sequencer.run_once(2)
    other.commit()
    total = 0
    while done := sequencer.run_once(7):
        total += done
    assert sequencer.tree_size() == 45
    assert list(verify.run()) == []


def test_an_alien_is_never_numbered(owner: psycopg.Connection, record: Record) -> None:
    record(1, 1)
    owner.execute(
        "INSERT INTO base_fact (stream, subject, seq, type, at, actor, role, data, salt)"
        " VALUES ('case', 1, 2, 'granted', '2026-09-07 01:01:02Z', 'nobody', '', '{}', '\\x0011223344')"
    )
    record(1, 3)
    assert sequencer.catch_up() == 2
    assert [finding.code for finding in verify.run()] == ["fact-alien"]
    assert owner.execute("SELECT value FROM base_setting WHERE name = 'ledger.aliens'").fetchone() == ([2],)


def test_nothing_but_aliens_does_not_end_the_work(owner: psycopg.Connection, record: Record) -> None:
    owner.execute(
        "INSERT INTO base_fact (stream, subject, seq, type, at, actor, role, data, salt)"
        " SELECT 'case', 1, n, 'granted', now(), 'nobody', '', '{}', '\\x00' FROM generate_series(1, 10) n"
    )
    record(2, 1)
    assert sequencer.run_once(3) == 1


def test_while_one_numbers_the_other_waits_or_leaves(other: psycopg.Connection, record: Record) -> None:
    record(1, 1)
    other.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer.LOCK_KEY])
    assert sequencer.run_once() == 0
    other.rollback()
    assert sequencer.run_once() == 1


def test_two_sequencers_at_once(owner: psycopg.Connection, record: Record) -> None:
    """Threads write and commit in any order while two sequencers number."""
    stop, errors = threading.Event(), []

    def write(subject: int) -> None:
        with psycopg.connect(database.url(owner=False, name=database.NAME)) as connection:
            for turn in range(40):
                insert_by(connection, subject, 3 * turn + 1, 3)
                time.sleep(0.001 * (subject % 3))
                connection.commit()

    def number() -> None:
        try:
            while not stop.is_set():
                sequencer.run_once(17)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(subject,)) for subject in range(1, 5)]
    numberers = [threading.Thread(target=number) for _ in range(2)]
    for thread in writers + numberers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in numberers:
        thread.join()
    close_old_connections()
    sequencer.catch_up()
    assert errors == []
    assert len(numbered(owner)) == len(set(numbered(owner))) == 480
    assert list(verify.run()) == []


KILLED = """
import os, time
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.ONEWINDOW_DATA_DIR = {data_dir!r}
connections["default"].settings_dict["NAME"] = {name!r}
from onewindow.base.ledger import heads, sequencer
print("ready", flush=True)
while True:
    sequencer.run_once(5)
    heads.sign_now()
"""


def test_killed_in_the_middle(owner: psycopg.Connection, record: Record, settings) -> None:
    """A process that numbers and signs is killed with -9, again and again."""
    seq = 0
    script = textwrap.dedent(KILLED).format(data_dir=str(settings.ONEWINDOW_DATA_DIR), name=database.NAME)
    for turn in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for _ in range(60 + 7 * turn):
                seq += 1
                record(1, seq)
            process.send_signal(signal.SIGKILL)
    sequencer.catch_up()
    heads.sign_now()
    assert sorted(numbered(owner)) == list(range(1, seq + 1))
    assert list(verify.run()) == []


def test_after_the_tree_was_cut_the_process_looks_again(owner: psycopg.Connection, record: Record) -> None:
    """A restored backup: what this process remembers of the tree is no longer true."""
    record(1, 1)
    sequencer.catch_up()
    owner.execute("TRUNCATE base_leaf, base_tile, base_head")
    heads.log_path().unlink(missing_ok=True)
    assert sequencer.catch_up() == 1
    assert list(verify.run()) == []


def test_the_first_id_is_not_settled_before_it_is_drawn(transactional_db: None, record: Record) -> None:
    assert sequencer.run_once() == 0
    record(1, 1)
    assert sequencer.run_once() == 1


def test_a_fact_survives_the_trip_through_the_database(transactional_db: None, record: Record) -> None:
    """Whatever canonical JSON may hold gives the same salt after jsonb reordered it."""
    record(
        1, 1, zz=1, b='\u2028\x7f"\\/ 中文 \U0001f600', a={"long key": [1, 2**70, -5, None, True], "k": ""}
    )
    assert sequencer.run_once() == 1
