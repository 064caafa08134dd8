"""Servers under load: the product's and the bare one, started alike and stopped by their own process id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(data_dir: Path) -> Iterator[tuple[str, int]]:
    """`onewindow serve` with its two workers: (base URL, process id)."""
    port = _free_port()
    command = [sys.executable, "-m", "onewindow", "serve", "--port", str(port)]
    with _running(command, data_dir, f"http://127.0.0.1:{port}/healthz") as pid:
        yield f"http://127.0.0.1:{port}", pid


@contextmanager
def bare(data_dir: Path) -> Iterator[str]:
    """The bare callable on the same server with the same workers."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "2",
    ]
    command += ["--no-log", "--host", "127.0.0.1", "--port", str(port), "bench.bare:application"]
    with _running(command, data_dir, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], data_dir: Path, url: str) -> Iterator[int]:
    environment = {**os.environ, "ONEWINDOW_DATA_DIR": str(data_dir)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(url, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the server under test ended at once")
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310  our own server on loopback
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server under test did not come up")


def memory_mb(pid: int) -> float:
    """The largest resident size among the children of a server, in MB."""
    sizes = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if fields.get("PPid", "").strip() == str(pid):
            sizes.append(int(fields.get("VmRSS", "0 kB").split()[0]) / 1024)
    return max(sizes, default=0.0)
