"""Web processes are replaced under load, as an upgrade does it: no request fails; killed ones are followed by others."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from onewindow.site import embedded

ROOT = Path(__file__).resolve().parents[2]
PATHS = ("/page", "/api/v1/call")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, int]]:
    """(address, process id) of a web server with two web processes, as `onewindow serve` starts it."""
    place = Path(tempfile.mkdtemp(prefix="onewindow-upgrade-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ONEWINDOW_DATA_DIR": str(place)}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.site.away.settings"
    environment.pop("ONEWINDOW_DATABASE_URL", None)
    command = [sys.executable, "-m", "onewindow", "serve", "--port", str(port), "--overlap", "5"]
    try:
        with embedded.session(place), subprocess.Popen(command, cwd=ROOT, env=environment) as server:
            address = f"http://127.0.0.1:{port}"
            _wait(lambda: _answers(address), "the site does not come up")
            try:
                yield address, server.pid
            finally:
                server.terminate()
    finally:
        shutil.rmtree(place)


def test_processes_killed_twice_within_seconds_do_not_end_the_server(site: tuple[str, int]) -> None:
    address, pid = site
    for _ in range(3):
        before = _workers(pid)
        for one in before:
            os.kill(one, signal.SIGKILL)
        _wait(lambda was=before: len(now := _workers(pid)) == 2 and not now & was, "no others follow")  # type: ignore[misc]
    _wait(lambda: _answers(address), "they do not serve")


def test_no_request_fails_while_web_processes_are_replaced(site: tuple[str, int]) -> None:
    address, pid = site
    before, enough = _workers(pid), threading.Event()
    assert len(before) == 2
    answers: list[int | str] = []
    callers = [threading.Thread(target=_call, args=(address, path, answers, enough)) for path in PATHS]
    for caller in callers:
        caller.start()
    _wait(lambda: len(answers) > 20, "nobody is served")
    os.kill(pid, signal.SIGHUP)
    try:
        _wait(lambda: len(now := _workers(pid)) == 2 and not now & before, "the old processes stay")
        served = len(answers)
        _wait(lambda: len(answers) > served + 20, "the new processes do not serve")
    finally:
        enough.set()
        for caller in callers:
            caller.join()
    assert set(answers) == {200}, [one for one in answers if one != 200][:5]


def _call(address: str, path: str, answers: list[int | str], enough: threading.Event) -> None:
    """As a proxy calls: a connection of its own each time, none tried again."""
    while not enough.is_set():
        try:
            answers.append(httpx.get(address + path, timeout=20).status_code)
        except httpx.TransportError as error:
            answers.append(repr(error))


def _workers(pid: int) -> set[int]:
    """Web processes below the server, by their command; helpers of the interpreter have another."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return {int(one) for one in children if b"serve" in Path(f"/proc/{one}/cmdline").read_bytes()}


def _answers(address: str) -> bool:
    try:
        return all(httpx.get(address + path, timeout=10).text == "42" for path in PATHS)
    except httpx.TransportError:
        return False


def _wait(is_so: Callable[[], bool], else_: str) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, else_
        time.sleep(0.1)
