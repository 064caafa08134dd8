"""A platform of its own in a directory of its own: PostgreSQL, web server and worker on free ports of loopback.

Nothing here touches another instance: ports are free ones, the directory is a fresh one and goes at the end,
and only processes that were started here are killed, by their ids.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from onewindow.site import embedded
from onewindow.site.embedded import place as places
from onewindow.site.embedded import server

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Faults-2026-campaign"
ITEM = "511A0148600000-511602000000-000-11511301008778255F-1-00"
UP_SECONDS = 120
_BUILD = """
import os, django; django.setup()
from datetime import datetime, timedelta, time
from django.core.management import call_command
from onewindow.base import clock, settings_store
from onewindow.catalog import demonstration
from onewindow.site import demo
password = os.environ["FAULTS_PASSWORD"]
demo.load_people(password=password, now=clock.now())
demonstration.load(now=clock.now())
settings_store.mark_loaded()
call_command("collectstatic", interactive=False, verbosity=0)
day = clock.today() + timedelta(days=1)
while day.weekday() > 4:
    day += timedelta(days=1)
# In the hours of quiet messages wait for the morning; here they shall leave at once.
clock.move_to(datetime.combine(day, time(10), clock.SHANGHAI))
"""


class Instance:
    """The processes of one platform; ``database_port``: where web and worker look for PostgreSQL (a proxy)."""

    def __init__(
        self, place: Path, *, database_port: int | None = None, settings: dict[str, str] | None = None
    ):
        self.place = place
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self._database_port = database_port
        self._settings = settings or {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._seen: dict[int, float] = {}  # since when a web process is known
        self.application: str | None = None  # another WSGI callable than the platform's
        self.moved_to: int | None = None  # the port of a promoted standby
        self.restarts = 0  # of processes that ended by themselves
        self._wanted: set[str] = set()
        self._is_over = False
        self._guard = threading.Lock()

    # ------------------------------------------------------------ start and stop

    def environment(self, *, role: str = "job", is_direct: bool = False) -> dict[str, str]:
        """What the processes of this instance are told; nothing of ours from outside leaks in."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("ONEWINDOW_")}
        own |= {
            "ONEWINDOW_DATA_DIR": str(self.place), "ONEWINDOW_DATABASE_ROLE": role, "ONEWINDOW_SANDBOX": "1",
            "DJANGO_SETTINGS_MODULE": "onewindow.site.settings", "PYTHONPATH": str(ROOT),
            "FAULTS_PASSWORD": PASSWORD, **self._settings,
        }  # fmt: skip
        port = self.moved_to if is_direct else self._database_port
        if port is not None:
            urls = self.urls()
            own["ONEWINDOW_DATABASE_URL"] = _at_port(urls.owner, port)
            own["ONEWINDOW_APP_DATABASE_URL"] = _at_port(urls.app, port)
        return own

    def start(self) -> None:
        """Web server and worker; returns when a deed's way is open."""
        for name in ("serve", "worker"):
            self.start_process(name)
        threading.Thread(target=self._supervise, name="supervisor", daemon=True).start()
        wait(lambda: self.answers("/readyz"), "the platform does not come up", seconds=UP_SECONDS)

    def _supervise(self) -> None:
        """As `onewindow up` and systemd do: what ends by itself is started again. A web server whose process is
        killed twice within seconds takes that for a loop of crashes and ends."""
        while not self._is_over:
            for name in list(self._wanted):
                if self._processes[name].poll() is not None and name in self._wanted and not self._is_over:
                    self.restarts += 1
                    self.kill_process(name)
                    self.start_process(name)
            time.sleep(0.25)

    def start_process(self, name: str) -> None:
        with self._guard:
            self._start(name)
            self._wanted.add(name)

    def _start(self, name: str) -> None:
        role = "web" if name == "serve" else "job"
        with open(self.place / f"{name}.log", "ab") as log:
            self._processes[name] = subprocess.Popen(
                self._words(name), cwd=ROOT, env=self.environment(role=role), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _words(self, name: str) -> list[str]:
        if name == "serve" and self.application:
            words = [
                "granian",
                "--interface",
                "wsgi",
                "--workers",
                "2",
                "--blocking-threads",
                "2",
                "--no-log",
            ]
            return [sys.executable, "-m", *words, "--port", str(self.port), self.application]
        more = ["--port", str(self.port)] if name == "serve" else []
        return [sys.executable, "-m", "onewindow", name, *more]

    def stop(self) -> None:
        """Web server, worker and PostgreSQL, decently, then for certain."""
        self._is_over = True
        self._wanted.clear()
        for process in self._processes.values():
            process.terminate()
        for name in list(self._processes):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._processes[name].wait(timeout=15)
            self.kill_process(name)
        self._processes.clear()
        embedded.stop(self.place)

    def kill_process(self, name: str) -> None:
        """kill -9 of a process with all that it started; not started again."""
        with self._guard:
            self._wanted.discard(name)
        process = self._processes[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    # ------------------------------------------------------------ looking

    def answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.host}{path}", timeout=6) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def web_processes(self, *, age: float = 0.0) -> list[int]:
        """Processes of the web server that answer requests, of those that are at least so many seconds old."""
        try:
            parent = self.pid("serve")
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
            found = {int(one) for one in children if b"serve" in Path(f"/proc/{one}/cmdline").read_bytes()}
        except OSError:
            return []
        now = time.monotonic()
        self._seen = {pid: self._seen.get(pid, now) for pid in found}
        return sorted(pid for pid, since in self._seen.items() if now - since >= age)

    def urls(self) -> embedded.Urls:
        """Straight to PostgreSQL, past every proxy."""
        found = embedded.known_urls(self.place)
        assert found is not None
        if self.moved_to is None:
            return found
        return embedded.Urls(*(_at_port(one, self.moved_to) for one in found))

    # ------------------------------------------------------------ the database

    def backends(self, title: str = "onewindow_app onewindow ") -> dict[int, str]:
        """Server processes that work for the application: pid → what PostgreSQL shows them to be doing."""
        found = {}
        for pid in server.processes_of(places.place_of(self.place)):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0 ").decode(errors="replace")
                if title in text:
                    found[pid] = text.rpartition(") ")[2]
        return found

    def all_database_processes(self) -> list[int]:
        return server.processes_of(places.place_of(self.place))

    def kill_postmaster(self, *, with_all: bool = False) -> None:
        """kill -9 of the postmaster; ``with_all``: of every process of the server at the same moment."""
        pid = embedded.postmaster_pid(self.place)
        victims = [] if pid is None else [pid]
        for one in victims + (self.all_database_processes() if with_all else []):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def restart_database(self) -> None:
        """As `onewindow up` does when it finds the server gone; a changed port is told to web and worker."""
        before = self.urls()
        wait(self._database_answers, "the database does not come back", seconds=60, step=0.25)
        if self.urls() != before and self._database_port is None:
            for name in list(self._processes):
                self.kill_process(name)
                self.start_process(name)

    def _database_answers(self) -> bool:
        try:
            if embedded.postmaster_pid(self.place) is None:
                embedded.ensure_running(self.place)
            psycopg.connect(self.urls().owner, connect_timeout=3).close()
        except (psycopg.Error, embedded.EmbeddedError):
            return False
        return True

    # ------------------------------------------------------------ commands

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`onewindow …` beside the running platform."""
        return self._run([sys.executable, "-m", "onewindow", *words])

    def script(self, text: str, **told: str) -> str:
        """What a piece of Python inside the platform prints; raises when it fails."""
        done = self._run([sys.executable, "-c", text], **told)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout

    def _run(self, words: list[str], **told: str) -> subprocess.CompletedProcess[str]:
        own = {**self.environment(is_direct=True), **told}
        return subprocess.run(words, cwd=ROOT, env=own, capture_output=True, text=True, check=False)

    def tokens(self, names: list[str], *, purpose: str = "api", count: int = 1) -> dict[str, list[str]]:
        """Tokens of members of the cast, as log-in would give them, without the cost of its hashing."""
        text = self.script(_TOKENS, FAULTS_ASKED=json.dumps([names, purpose, count]))
        found: dict[str, list[str]] = json.loads(text.splitlines()[-1])
        return found


_TOKENS = """
import json, os, django; django.setup()
from onewindow.base import clock, tokens
from onewindow.base.models import Account
names, purpose, count = json.loads(os.environ["FAULTS_ASKED"])
found = {one.username: one for one in Account.objects.filter(username__in=names)}
print(json.dumps({name: [tokens.issue(found[name], purpose=purpose, now=clock.real_now()).token
                         for _ in range(count)] for name in names}))
"""


MEMORY = Path("/dev/shm")
_ROOM = 4 << 30


def usual_parent() -> Path:
    """Memory where there is room: what a killed process wrote stays with the kernel either way, and a crash
    recovery does not wait for thousands of flushes of files that nobody else uses."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > _ROOM
    return MEMORY if has_room else Path(tempfile.gettempdir())


@contextlib.contextmanager
def folder(keep: bool = False, parent: Path | None = None) -> Iterator[Path]:
    """A fresh directory, passable for the database's user; gone at the end unless it is to be kept."""
    place = Path(tempfile.mkdtemp(prefix="onewindow-faults-", dir=parent or usual_parent()))
    place.chmod(0o711)
    try:
        yield place
    finally:
        if keep:
            print(f"left in {place}", file=sys.stderr)
        else:
            shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def running(platform: Instance, *, prepare: bool = True) -> Iterator[Instance]:
    """The platform with the demonstration's people and items, stopped at the end whatever happens."""
    previous = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with embedded.session(platform.place):  # commands beside it do not stop it
            if prepare:
                build(platform)
            platform.start()
            yield platform
    finally:
        signal.signal(signal.SIGTERM, previous)
        platform.stop()


def build(platform: Instance) -> None:
    """Tables, people, items, static files, and a clock that stands in the morning of a working day."""
    done = platform.command("migrate", "--quiet")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    platform.script(_BUILD)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(is_so: Callable[[], Any], else_: str, *, seconds: float = 60, step: float = 0.05) -> None:
    """Until it is so; raises ``TimeoutError`` with the sentence ``else_``."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(else_)
        time.sleep(step)


def _at_port(url: str, port: int) -> str:
    head, _, tail = url.rpartition("@")
    return f"{head}@127.0.0.1:{port}/{tail.partition('/')[2]}"
