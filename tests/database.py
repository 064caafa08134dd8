"""The tests' databases: one template per shape of the tables, copied for each run in a blink.

The template is made by the product's own `migrate` (owner's role, then the grants), and tests work through
the bounded role, so a right that the platform lacks in production is missing here too.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
NAME = f"onewindow_test_{os.getpid()}"
SHAPE = ("**/migrations/*.py", "**/apps.py", "site/grants.py")


def url(*, owner: bool, name: str) -> str:
    """The server's URL with another database name."""
    base = settings.ONEWINDOW_DATABASE_URLS.owner if owner else settings.ONEWINDOW_DATABASE_URLS.app
    head, _, tail = base.rpartition("/")
    _, mark, query = tail.partition("?")
    return f"{head}/{name}{mark}{query}"


def create(template: str | None = None) -> None:
    """Make the database of this run and point Django at it; ``template``: a copy of that one instead."""
    template = template or shape()
    with _maintenance() as connection:
        _drop_leftovers(connection)
        connection.execute(f'CREATE DATABASE "{NAME}" TEMPLATE "{template}"')
        connection.execute(f'ALTER DATABASE "{NAME}" SET synchronous_commit TO off')
        connection.execute(f"ALTER DATABASE \"{NAME}\" SET timezone TO 'Asia/Shanghai'")
        if settings.ONEWINDOW_DATABASE_URLS.app != settings.ONEWINDOW_DATABASE_URLS.owner:
            role = settings.DATABASES["default"]["USER"]
            connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{NAME}" TO "{role}"')
    for one in (settings.DATABASES["default"], connections["default"].settings_dict):
        one["NAME"] = NAME


def drop() -> None:
    """Throw the database of this run away, whoever still uses it."""
    connections.close_all()
    with _maintenance() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')


def _maintenance() -> psycopg.Connection:
    return psycopg.connect(url(owner=True, name="postgres"), autocommit=True)


def _shape() -> str:
    total = hashlib.sha256()
    for pattern in SHAPE:
        for path in sorted((ROOT / "onewindow").glob(pattern)):
            total.update(path.as_posix().encode() + path.read_bytes())
    return total.hexdigest()[:16]


def shape() -> str:
    """The template with the tables of the present migrations, made when it is not there."""
    name = f"onewindow_shape_{_shape()}"
    with _maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(7203)")  # two runs may start at once
        if _exists(connection, name):
            return name
        building = f"onewindow_building_{os.getpid()}"
        connection.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
        connection.execute(f"CREATE DATABASE \"{building}\" TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(f'GRANT CONNECT ON DATABASE "{building}" TO PUBLIC')
        done = subprocess.run(
            [sys.executable, "-m", "onewindow", "migrate"],
            cwd=ROOT,
            env={
                **os.environ,
                "ONEWINDOW_DATABASE_URL": url(owner=True, name=building),
                "ONEWINDOW_APP_DATABASE_URL": url(owner=False, name=building),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"migrations failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'onewindow_shape_%'"
        ):
            connection.execute(f'DROP DATABASE IF EXISTS "{old}"')
        connection.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    return name


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop_leftovers(connection: psycopg.Connection) -> None:
    """Databases of runs that were killed; of processes side by side one throws them away."""
    connection.execute("SELECT pg_advisory_lock(7205)")
    rows = connection.execute(
        "SELECT datname, (regexp_match(datname, '^onewindow_(?:test|browser)_([0-9]+)(?:_|$)'))[1]"
        " FROM pg_database WHERE datname ~ '^onewindow_(test|browser)_[0-9]+'"
    )
    for name, pid in rows.fetchall():
        if name == NAME or not Path(f"/proc/{pid}").exists():
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.execute("SELECT pg_advisory_unlock(7205)")
