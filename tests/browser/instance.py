"""A web server with the demonstration on a database of its own, stopped and thrown away at the end."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
from django.conf import settings
from django.test import override_settings

from onewindow.base import clock
from tests import database, demonstration

READY_SECONDS = 60


class Instance:
    """Where it answers, as which process, the password of everybody in it, and its API for what no page does."""

    def __init__(self, address: str, *, pid: int, password: str, environment: dict[str, str]) -> None:
        self.address = address
        self.environment = environment
        self.pid = pid
        self.password = password
        self._tokens: dict[str, str] = {}

    def call(self, username: str, method: str, path: str, body: Any = None) -> Any:
        """One call of the API as somebody; the answer read, an error raised."""
        answer = httpx.request(
            method,
            f"{self.address}/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self._token(username)}"},
            timeout=30,
        )
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def move(self, moment: str) -> None:
        """Move the clock of the training instance; ``moment`` with its offset."""
        self.call("sysadmin", "PUT", "/sandbox/clock", {"now": moment})

    def now(self) -> str:
        found: str = self.call("sysadmin", "GET", "/sandbox/clock")["now"]
        return found

    def act(self, username: str, case_no: str, action: str, **body: Any) -> Any:
        """An act on the newest version of a case."""
        version = self.call(username, "GET", f"/cases/{case_no}")["version"]
        return self.call(username, "POST", f"/cases/{case_no}/actions/{action}", {"version": version} | body)

    def _token(self, username: str) -> str:
        if username not in self._tokens:
            answer = httpx.post(
                f"{self.address}/api/v1/tokens",
                json={"username": username, "password": self.password},
                timeout=30,
            )
            assert answer.status_code == 200, answer.text
            self._tokens[username] = answer.json()["token"]
        return self._tokens[username]


@contextlib.contextmanager
def running() -> Iterator[Instance]:
    """A copy of the demonstration's template, and a web server on it."""
    with _database() as name, tempfile.TemporaryDirectory(prefix="onewindow-browser-") as folder:
        place = Path(folder)
        for shared in (settings.ONEWINDOW_KEYS_DIR, settings.ONEWINDOW_FILES_DIR):
            (place / Path(shared).name).symlink_to(shared)
        environment = {
            **os.environ,
            "ONEWINDOW_DATA_DIR": folder,
            "ONEWINDOW_DATABASE_URL": database.url(owner=True, name=name),
            "ONEWINDOW_APP_DATABASE_URL": database.url(owner=False, name=name),
            "ONEWINDOW_SANDBOX": "1",
        }
        with override_settings(ONEWINDOW_DATA_DIR=place):
            clock.move_to(demonstration.START)
        _run(environment, "collect-static")
        with _server(environment) as (address, pid):
            yield Instance(address, pid=pid, password=demonstration.PASSWORD, environment=environment)


@contextlib.contextmanager
def beside(instance: Instance, **changes: str) -> Iterator[str]:
    """The address of another web server on the same database, with these changes of its environment."""
    with _server(instance.environment | changes) as (address, _):
        yield address


@contextlib.contextmanager
def _database() -> Iterator[str]:
    name = f"onewindow_browser_{os.getpid()}_{secrets.token_hex(2)}"
    template = demonstration._template()
    with psycopg.connect(database.url(owner=True, name="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')
        if settings.ONEWINDOW_DATABASE_URLS.app != settings.ONEWINDOW_DATABASE_URLS.owner:
            role = settings.DATABASES["default"]["USER"]
            connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO "{role}"')
        try:
            yield name
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _server(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--port", str(port), "--workers", "1", "--threads", "4"]
    process = subprocess.Popen(
        [sys.executable, "-m", "onewindow", *words], cwd=database.ROOT, env=environment
    )
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web server ended"
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(address + "/readyz", timeout=10).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def _run(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onewindow", *words],
        cwd=database.ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
