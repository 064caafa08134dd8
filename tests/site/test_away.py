"""The database goes away under a running web server: 503 within six seconds, and back without a restart."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from onewindow.site import embedded

ROOT = Path(__file__).resolve().parents[2]
PATHS = ["/page", "/api/v1/call"]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    # Not pytest's own directory: the next run closes that to the database's user.
    place = Path(tempfile.mkdtemp(prefix="onewindow-away-"))
    embedded.ensure_running(place)
    yield place
    for pid in _processes(place):
        with contextlib.suppress(ProcessLookupError):  # one that ended meanwhile is gone too
            os.kill(pid, signal.SIGCONT)
    embedded.stop(place)
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def site(place: Path) -> Iterator[str]:
    """The address of a web server as `make run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "ONEWINDOW_DATA_DIR": str(place),
        "DJANGO_SETTINGS_MODULE": "tests.site.away.settings",
    }
    environment.pop("ONEWINDOW_DATABASE_URL", None)
    command = [sys.executable, "-m", "onewindow", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _becomes_well(address, seconds=40)
            yield address
        finally:
            server.terminate()


def _becomes_well(address: str, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if all(httpx.get(address + path, timeout=10).text == "42" for path in PATHS for _ in range(6)):
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the site does not recover"
        time.sleep(0.2)


def _processes(place: Path) -> list[int]:
    data = str((place / "postgres/data").resolve())
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "cwd") == data:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _expect_away(address: str, path: str) -> None:
    begun = time.monotonic()
    answer = httpx.get(address + path, timeout=15)
    assert answer.status_code == 503
    assert time.monotonic() - begun < 6
    assert int(answer.headers["retry-after"]) > 0
    if path.startswith("/api/"):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 503
    else:
        assert "Traceback" not in answer.text
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed", "stopped", "frozen", "server frozen for newcomers"])
def test_away_and_back(site: str, place: Path, how: str) -> None:
    _becomes_well(site, seconds=10)
    postmaster = embedded.postmaster_pid(place)
    assert postmaster is not None
    if how == "stopped":
        embedded.stop(place)
    elif how == "killed":
        os.kill(postmaster, signal.SIGKILL)
        time.sleep(0.3)
    elif how == "frozen":
        for pid in _processes(place):
            os.kill(pid, signal.SIGSTOP)
    else:
        os.kill(postmaster, signal.SIGSTOP)
        for pid in set(_processes(place)) - {postmaster}:
            with contextlib.suppress(
                ProcessLookupError, FileNotFoundError
            ):  # one that ended meanwhile is gone too
                command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
                if "onewindow_app" in command:
                    os.kill(pid, signal.SIGKILL)
    for path in PATHS:
        _expect_away(site, path)
    if how in ("killed", "stopped"):
        embedded.ensure_running(place)
    else:
        for pid in _processes(place):
            with contextlib.suppress(ProcessLookupError):  # one that ended meanwhile is gone too
                os.kill(pid, signal.SIGCONT)
    _becomes_well(site, seconds=15)


@pytest.mark.slow
def test_a_statement_that_takes_too_long_is_ended(site: str) -> None:
    _expect_away(site, "/slow")
