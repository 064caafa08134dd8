"""The whole demonstration for tests: loaded once by the product's own command, then copied in a blink.

    @pytest.fixture(scope="module")
    def city(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), demonstration.stands():
            yield

It stands at ``START``, on a clock and with a record of heads of its own.
"""

import contextlib
import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from django.test import override_settings

from onewindow.base import clock, generations
from onewindow.cases import serials
from onewindow.catalog import queries as catalog
from onewindow.documents.services import papers
from tests import database

START = datetime.fromisoformat("2026-09-07T08:30:00+08:00")
PASSWORD = "demo-password-1"
_CONTENT = ("site/demo/*.py", "site/simulate/*.py", "data/items/*", "catalog/publishing.py", "cases/**/*.py")


@contextlib.contextmanager
def stands() -> Iterator[None]:
    """The demonstration instead of the empty database of the run, for as long as this lasts."""
    template = _template()
    with tempfile.TemporaryDirectory() as folder, override_settings(ONEWINDOW_DATA_DIR=Path(folder)):
        _swap(template)
        clock.move_to(START)
        try:
            yield
        finally:
            _swap(None)
    _forget()


def afresh() -> None:
    """Inside ``stands``: back to the beginning."""
    _swap(_template())
    (Path(settings.ONEWINDOW_DATA_DIR) / "ledger-heads.log").unlink(missing_ok=True)
    clock.move_to(START)


def _swap(template: str | None) -> None:
    connections.close_all()
    database.drop()
    database.create(template)
    for name in generations.NAMES:
        # Nothing that was cached of another database may be taken for this one's.
        generations.put(name, 0 if name == "clock" else secrets.randbits(40))
    _forget()


def _forget() -> None:
    catalog.flush()
    serials.forget()
    papers._taken.clear()


def _template() -> str:
    shape = database.shape()
    name = f"onewindow_demo_{_digest(shape)}"
    with psycopg.connect(database.url(owner=True, name="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7204)")
        if database._exists(connection, name):
            return name
        building = f"onewindow_demo_building_{os.getpid()}"
        connection.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{building}" TEMPLATE "{shape}"')
        _load(building)
        old = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^onewindow_demo_[0-9a-f]+$'"
        )
        for (one,) in old.fetchall():
            connection.execute(f'DROP DATABASE IF EXISTS "{one}" WITH (FORCE)')
        connection.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    return name


def _digest(shape: str) -> str:
    total = hashlib.sha256(f"{shape} {Path(settings.ONEWINDOW_KEYS_DIR).resolve()}".encode())
    for pattern in _CONTENT:
        for path in sorted((database.ROOT / "onewindow").glob(pattern)):
            total.update(path.read_bytes() if path.is_file() else b"")
    return total.hexdigest()[:16]


def _load(name: str) -> None:
    """`demo load` on a clock of its own, with the keys and the files of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        for shared in (settings.ONEWINDOW_KEYS_DIR, settings.ONEWINDOW_FILES_DIR):
            Path(shared).mkdir(parents=True, exist_ok=True)
            (Path(folder) / Path(shared).name).symlink_to(shared)
        done = subprocess.run(
            [sys.executable, "-m", "onewindow", "demo", "load"],
            cwd=database.ROOT,
            env={
                **os.environ,
                "ONEWINDOW_DATA_DIR": folder,
                "ONEWINDOW_DATABASE_URL": database.url(owner=True, name=name),
                "ONEWINDOW_APP_DATABASE_URL": database.url(owner=False, name=name),
                "ONEWINDOW_SANDBOX": "1",
                "ONEWINDOW_SANDBOX_START": START.isoformat(),
                "ONEWINDOW_DEMO_PASSWORD": PASSWORD,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"demo load failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
