"""PgBouncer in front of PostgreSQL: web processes work through pooling by transaction as `deploy/pgbouncer.ini` sets it."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections, transaction

from onewindow.base import clock
from onewindow.base.answers import Repeat
from onewindow.cases import services
from onewindow.site import settings as site
from tests import database, world

POOLER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POOLER, reason="pgbouncer is not installed (tools/system-packages)"),
]
CONFIGURATION = database.ROOT / "deploy" / "pgbouncer.ini"
THREADS, NOTES = 6, 20
T = TypeVar("T")
SERVER_CONNECTIONS = 2


class Pooler:
    """A pgbouncer of its own; fewer connections of the server than the test has threads."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = probe.getsockname()[1]
        self._folder = folder
        server = urlsplit(database.url(owner=False, name=database.NAME))
        self.url = f"postgresql://{server.username}:{server.password}@127.0.0.1:{self.port}/onewindow"
        text = CONFIGURATION.read_text(encoding="utf-8")
        for told, here in (
            ("port=5432 dbname=onewindow ", f"port={server.port} dbname={database.NAME} "),
            ("listen_port = 6432", f"listen_port = {self.port}"),
            ("default_pool_size = 20", f"default_pool_size = {SERVER_CONNECTIONS}"),
            ("/etc/pgbouncer/userlist.txt", str(folder / "users")),
            ("/var/log/postgresql/pgbouncer.log", str(folder / "log")),
            ("/var/run/postgresql/pgbouncer.pid", str(folder / "pid")),
        ):
            assert text.count(told) == 1, told
            text = text.replace(told, here)
        (folder / "pgbouncer.ini").write_text(text, encoding="utf-8")
        (folder / "users").write_text(f'"{server.username}" "{server.password}"\n', encoding="utf-8")
        folder.chmod(0o777)  # as root it works as another user
        self.start()

    def start(self) -> None:
        assert POOLER
        as_other = ["-u", "nobody"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen([POOLER, "-q", *as_other, str(self._folder / "pgbouncer.ini")])
        deadline = time.monotonic() + 10
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert time.monotonic() < deadline and self._process.poll() is None
            time.sleep(0.02)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def pooler(django_db_setup: None, django_db_blocker: Any) -> Iterator[Pooler]:
    with (
        tempfile.TemporaryDirectory(prefix="onewindow-pooler-") as folder,
        world.standing(django_db_blocker),
    ):
        clock.move_to(world.START)
        running = Pooler(Path(folder))
        yield running
        running.stop()


def _through(url: str, work: Callable[[], None], **changes: Any) -> None:
    """Run ``work`` in threads that reach the database as web processes with this ``ONEWINDOW_POOLER_URL`` do."""
    told = site._database(site.ONEWINDOW_DATABASE_URLS, "web", url)
    told["OPTIONS"] |= changes  # type: ignore[operator]
    handler = type(connections)({"default": told})
    before = dict(type(connections["default"])._connection_pools)
    type(connections["default"])._connection_pools.clear()

    def run() -> None:
        connections["default"] = handler["default"]
        try:
            work()
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    handler["default"].close_pool()
    type(connections["default"])._connection_pools.update(before)


class Work:
    """A case with notes in each thread; what broke is sent again under its key, as other systems do."""

    def __init__(self, *, tries: int, at: dict[int, Callable[[], None]] | None = None) -> None:
        self.tries, self.at = tries, at or {}
        self.clerk, self.body = world.actor("clerk1"), world.application(world.SEWAGE, channel="window")
        self.texts: list[str] = []
        self._count = itertools.count(1)
        self.errors: list[DatabaseError | InterfaceError] = []
        self.limits: set[tuple[str, ...]] = set()

    def __call__(self) -> None:
        with suppress(DatabaseError, InterfaceError):
            case = self._told("create", partial(services.create, self.clerk, self.body))
            for number in range(NOTES):
                text = f"{case['case_no']}/{number}"
                note = {"version": case["version"], "text": text}
                case = self._told(text, partial(services.act, self.clerk, case["case_no"], "note", note))
                self.texts.append(text)
                self.limits.add(self._again(_limits))
                if event := self.at.pop(next(self._count), None):
                    event()

    def _told(self, name: str, deed: Callable[..., dict[str, Any]]) -> dict[str, Any]:
        key = f"{threading.get_ident()}/{name}"
        repeat = Repeat.of(self.clerk.account_id, "test", key, key.encode())
        return self._again(lambda: deed(now=clock.now(), repeat=repeat))

    def _again(self, work: Callable[[], T]) -> T:
        for left in reversed(range(self.tries)):
            try:
                return work()
            except (DatabaseError, InterfaceError) as error:
                self.errors.append(error)
                connection.close()
                if not left:
                    raise
                time.sleep(0.1)
        raise AssertionError


def _limits() -> tuple[str, ...]:
    """What the session of the server is set to, asked inside a transaction of two statements."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('TimeZone')"
        )
        return tuple(cursor.fetchone())


def test_web_processes_share_few_connections_and_a_restarted_pooler_loses_nothing(pooler: Pooler) -> None:
    def restart() -> None:
        pooler.stop()
        pooler.start()

    work = Work(tries=20, at={THREADS * NOTES // 2: restart})
    _through(pooler.url, work)
    assert len(work.texts) == THREADS * NOTES
    assert work.errors and all(isinstance(one, OperationalError) for one in work.errors), work.errors
    assert work.limits == {("4s", "3s", "Asia/Shanghai")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT data->>'text' FROM base_fact WHERE data->>'text' LIKE '%/%'")
        assert sorted(text for (text,) in cursor.fetchall()) == sorted(work.texts)
        cursor.execute("SELECT count(*) FROM cases_case")
        assert cursor.fetchone() == (THREADS,)


def test_statements_prepared_by_name_would_not_do(pooler: Pooler) -> None:
    work = Work(tries=1)
    _through(pooler.url, work, prepare_threshold=3)
    assert len(work.texts) < THREADS * NOTES
    assert any("prepared statement" in str(one) for one in work.errors)
