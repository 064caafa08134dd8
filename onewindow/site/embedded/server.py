"""Starts and stops the server and tells whether it runs, whatever a killed one left behind."""

import contextlib
import os
import signal
import time
from pathlib import Path

import psycopg

from onewindow.site.embedded.cluster import configuration, make_roles
from onewindow.site.embedded.place import (
    Place,
    free_port,
    give,
    port_becomes_free,
    read_state,
    run,
    server_user,
    urls_of,
    write_state,
)

START_SECONDS = 600  # crash recovery of a large cluster takes its time


def start(place: Place) -> None:
    user = server_user(place)
    state = read_state(place)
    clear_remains(place)
    if not port_becomes_free(int(state["port"])):
        state["port"] = free_port()
        write_state(place, state)
    conf = place.data / "onewindow.conf"
    conf.write_text(configuration(int(state["port"])), encoding="utf-8")
    give(conf, user)
    place.log.touch(mode=0o600)
    give(place.log, user)
    pg_ctl(place, "start", "-l", str(place.log), "-w", "-t", str(START_SECONDS), "-s")
    if not state["is_ready"]:
        make_roles(state)
        write_state(place, {**state, "is_ready": True})


def clear_remains(place: Place) -> None:
    """Remove what a killed server left: a pid file naming a stranger, and backends that still hold memory."""
    for pid in processes_of(place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
    deadline = time.monotonic() + 10
    while (left := processes_of(place)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def processes_of(place: Place) -> list[int]:
    """Server processes at work in this cluster: PostgreSQL's own working directory is the cluster."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == str(place.data.resolve()) and is_postgres(int(entry.name)):
                    found.append(int(entry.name))
    return found


def is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").startswith("postgres")
    except (OSError, UnicodeDecodeError):
        return False


def pid_of(place: Place) -> int | None:
    try:
        first = (place.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        pid = int(first)
        # A pid file may outlive its server and name a stranger: only our own working directory counts.
        return pid if os.readlink(f"/proc/{pid}/cwd") == str(place.data.resolve()) else None
    except (OSError, ValueError):
        return None


def answers(place: Place) -> bool:
    if not place.state.exists() or pid_of(place) is None:
        return False
    state = read_state(place)
    if not state["is_ready"]:
        return False
    try:
        with psycopg.connect(urls_of(state).owner, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def pg_ctl(place: Place, *arguments: str) -> None:
    command = [str(place.tree / "bin" / "pg_ctl"), "-D", str(place.data), *arguments]
    run(place, command, server_user(place), f"pg_ctl {arguments[0]}")
