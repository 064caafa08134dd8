"""kill -9 of web, worker and database while cases are being made: none acknowledged is lost, none is doubled."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from onewindow.site import embedded

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "kill-Test-2026-pass"
ITEM = "511A0148600000-511602000000-000-11511301008778255F-1-00"
BUILD = """
import django; django.setup()
from onewindow.base import clock, settings_store
from onewindow.catalog import demonstration
from onewindow.site import demo
demo.load_people(password=%r, now=clock.now())
demonstration.load(now=clock.now())
settings_store.mark_loaded()
"""

pytestmark = pytest.mark.slow


def _environment(place: Path) -> dict[str, str]:
    environment = {**os.environ, "ONEWINDOW_DATA_DIR": str(place), "ONEWINDOW_DATABASE_ROLE": "job"}
    environment.pop("ONEWINDOW_DATABASE_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "onewindow.site.settings"
    return environment


def _command(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onewindow", *words],
        cwd=ROOT, env=_environment(place), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="onewindow-kill-"))
    embedded.ensure_running(place)
    assert _command(place, "migrate").returncode == 0
    embedded.ensure_running(place)
    subprocess.run([sys.executable, "-c", BUILD % PASSWORD], cwd=ROOT, env=_environment(place), check=True)
    yield place
    embedded.stop(place)
    shutil.rmtree(place)


class Platform:
    """A web server and a worker, both started again when killed, as `onewindow up` does."""

    def __init__(self, place: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.place = place
        self.address = f"http://127.0.0.1:{self.port}/api/v1"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("serve", "worker"):
            self.start(name)

    def start(self, name: str) -> None:
        words = ["serve", "--port", str(self.port)] if name == "serve" else ["worker"]
        environment = {
            **_environment(self.place),
            "ONEWINDOW_DATABASE_ROLE": "web" if name == "serve" else "job",
        }
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "onewindow", *words], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )

    def kill(self, name: str) -> None:
        process = self.processes[name]
        for child in _children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.wait()
        self.start(name)

    def kill_database(self) -> None:
        pid = embedded.postmaster_pid(self.place)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        embedded.ensure_running(self.place)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=30)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


@pytest.fixture
def platform(place: Path) -> Iterator[Platform]:
    platform = Platform(place)
    try:
        yield platform
    finally:
        platform.stop()


class Sender(threading.Thread):
    """Makes cases one after another; asks again with the same key until it knows."""

    def __init__(self, platform: Platform, body: dict[str, Any], stop: threading.Event) -> None:
        super().__init__()
        self.platform, self.body, self.stopping = platform, body, stop
        self.acknowledged: list[tuple[str, str]] = []
        self.failures: list[str] = []

    def run(self) -> None:
        token = ""
        while not self.stopping.is_set():
            key = uuid.uuid4().hex
            body = {**self.body, "form": {**self.body["form"], "drainer_name": key}}
            while True:
                try:
                    if not token:
                        token = _log_in(self.platform.address, "clerk1")
                    answer = httpx.post(
                        self.platform.address + "/cases",
                        json=body,
                        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
                        timeout=10,
                    )
                except (httpx.TransportError, _NotYet):
                    time.sleep(0.1)
                    continue
                if answer.status_code == 503:
                    time.sleep(0.1)
                    continue
                if answer.status_code == 201:
                    self.acknowledged.append((key, answer.json()["case_no"]))
                else:
                    self.failures.append(answer.text)
                break


class _NotYet(Exception):
    """The platform is not back yet."""


def _log_in(address: str, username: str) -> str:
    answer = httpx.post(address + "/tokens", json={"username": username, "password": PASSWORD}, timeout=10)
    if answer.status_code != 200:
        raise _NotYet
    return str(answer.json()["token"])


def _ready(platform: Platform) -> str:
    for _ in range(300):
        try:
            return _log_in(platform.address, "clerk1")
        except (httpx.TransportError, _NotYet):
            time.sleep(0.2)
    raise AssertionError("the platform does not come up")


def _let_some_through(senders: list[Sender], count: int) -> None:
    """Wait until so many more cases are acknowledged: the kill then falls into work that is going on."""
    before = sum(len(sender.acknowledged) for sender in senders)
    for _ in range(600):
        if sum(len(sender.acknowledged) for sender in senders) >= before + count:
            return
        time.sleep(0.1)
    raise AssertionError("no case gets through any more")


def test_kills_lose_nothing_and_double_nothing(place: Path, platform: Platform) -> None:
    _ready(platform)
    body = {
        "task_code": ITEM,
        "applicant": {
            "type": "person", "name": "蓝予遥", "id_type": "id_card", "id_number": "511602190001010019",
            "phone": "13800000000",
        },
        "form": {
            "site_address": "示范路1号", "industry": "工业", "outlets": 1, "daily_volume": 12.5,
            "start_on": "2026-10-01",
        },
        "materials": [], "channel": "window",
    }  # fmt: skip
    body["applicant"]["id_number"] = _valid("51160219000101001")
    stop = threading.Event()
    senders = [Sender(platform, body, stop) for _ in range(4)]
    for sender in senders:
        sender.start()
    seed = random.Random(7)
    try:
        for kill in ("serve", "database", "worker", "database", "serve"):
            _let_some_through(senders, seed.randint(5, 15))
            if kill == "database":
                platform.kill_database()
            else:
                platform.kill(kill)
        _let_some_through(senders, 5)
    finally:
        stop.set()
        for sender in senders:
            sender.join()
    acknowledged = [pair for sender in senders for pair in sender.acknowledged]
    assert [text for sender in senders for text in sender.failures] == []
    assert len(acknowledged) > 20
    numbers = [case_no for _, case_no in acknowledged]
    assert len(set(numbers)) == len(numbers)
    with psycopg.connect(embedded.ensure_running(place).owner) as connection:
        stored = {row[0] for row in connection.execute("SELECT case_no FROM cases_case")}
    # Every acknowledged case is there, and none that was not acknowledged: each key made exactly one.
    assert stored == set(numbers)
    for words in (("ledger", "verify"), ("cases", "replay")):
        done = _command(place, *words)
        assert done.returncode == 0, done.stdout + done.stderr


def _valid(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]
