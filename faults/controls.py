"""Negative controls: the same procedures with the protection taken away. Each must be found out.

A campaign that finds nothing proves something only when its judge finds what is there to be found.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from faults import judge, kills, windows
from faults.instance import Instance, folder, running, wait
from faults.load import Client, Load
from faults.report import Report, Row

# What is done, and the kind of finding that it must bring.
Control = tuple[str, str, Callable[[Path, int], judge.Findings]]


def campaign(part: str, *, only: str, seed: int, keep: bool, parent: Path) -> bool:
    """The controls of a part; True when every one of them failed as it must."""
    if part == "inputs":
        from faults.inputs import controls

        return controls.campaign(seed=seed, keep=keep, parent=parent)
    began, rows, failed = time.monotonic(), [], True
    for name, (told, kind, carry_out) in CONTROLS[part].items():
        if only in ("", name):
            with folder(keep, parent) as place:
                found = carry_out(place, seed)
            count = found.kinds().get(kind, 0)
            failed &= count > 0
            verdict = f"fails, as it must ({kind})" if count else f"**NOT FOUND OUT** ({kind})"
            rows.append(Row(told, found.counts.get("acknowledged", 0), count, verdict))
            print(f"{name}: {verdict}, {found.wrong[:1]}", file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    Report(f"python -m faults {part} --control", rows, [], seconds).show(f"{part}-control")
    return failed


# ---------------------------------------------------------------- kills


def _unflushed(place: Path, seed: int) -> judge.Findings:
    with running(Instance(place)) as platform:
        with Load(platform, seed=seed) as load:
            kills.let_some_through(load, 20)
            _set(platform, synchronous_commit="off", wal_writer_delay="10s", wal_writer_flush_after="1GB")
            since = time.monotonic()
            wait(
                lambda: load.acknowledged(since) > 30 and _unwritten(platform) > 100_000,
                "nothing waits to be written", seconds=120, step=0.01,
            )  # fmt: skip
            platform.kill_postmaster(with_all=True)
            platform.restart_database()
            kills.time_back(load)
            load.rest()
            return judge.judge(load, is_final=False, seed=seed)


def _set(platform: Instance, **settings: str) -> None:
    with psycopg.connect(platform.urls().owner, autocommit=True) as link:
        for name, value in settings.items():
            link.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        link.execute("SELECT pg_reload_conf()")


def _unwritten(platform: Instance) -> int:
    """Bytes of log that commits have made and the disk does not have."""
    with psycopg.connect(platform.urls().owner) as link:
        row = link.execute("SELECT pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn()").fetchone()
        return int(row[0]) if row else 0


def bent(statement: str) -> Callable[[Path, int], judge.Findings]:
    """A load without any fault, after which somebody with the owner's rights bends one row."""

    def carry_out(place: Path, seed: int) -> judge.Findings:
        with running(Instance(place)) as platform:
            with Load(platform, seed=seed) as load:
                kills.let_some_through(load, 60)
            with psycopg.connect(platform.urls().owner, autocommit=True) as link:
                assert link.execute(statement).rowcount > 0
            return judge.judge(load, is_final=True, seed=seed)

    return carry_out


def _doubled(place: Path, seed: int) -> judge.Findings:
    with running(Instance(place)) as platform:
        with Load(platform, seed=seed) as load:
            kills.let_some_through(load, 30)
        one = next(one for one in load.journal.of("acknowledged") if one.kind == "create")
        headers = {"Authorization": f"Bearer {load.tokens[one.who]}", "Content-Type": "application/json"}
        assert Client(platform.host).ask("POST", one.path, one.body, headers)[0] == 201
        return judge.judge(load, is_final=False, seed=seed)


def _lost_job(place: Path, seed: int) -> judge.Findings:
    with running(Instance(place)) as platform:
        platform.kill_process("worker")
        with Load(platform, seed=seed) as load:
            kills.let_some_through(load, 30)
        with psycopg.connect(platform.urls().owner, autocommit=True) as link:
            link.execute("DELETE FROM base_delivery WHERE id = (SELECT min(id) FROM base_delivery)")
        platform.start_process("worker")
        return judge.judge(load, is_final=True, seed=seed)


# ---------------------------------------------------------------- windows


def _keyless(place: Path, seed: int) -> judge.Findings:
    with windows.behind_proxies(place) as (platform, proxy, _):
        with Load(platform, seed=seed, is_keyed=False, giving_up=0) as load:
            for _ in range(5):
                kills.let_some_through(load, 5)
                proxy.tell("hushed")
                time.sleep(2)
                proxy.tell("pass")
            kills.time_back(load)
        load.journal.odd.clear()  # its own repeats are told that they are stale
        return judge.judge(load, is_final=False, seed=seed)


def _asynchronous(place: Path, seed: int) -> judge.Findings:
    with windows.paired(place, is_synchronous=False) as (platform, proxy, pair):
        with Load(platform, seed=seed) as load:
            kills.let_some_through(load, 20)
            windows.take_over(pair, proxy, 1.5)
            kills.time_back(load)
            load.rest()
            return judge.judge(load, is_final=False, seed=seed)


CONTROLS: dict[str, dict[str, Control]] = {
    "kills": {
        "unflushed": (
            "`synchronous_commit=off`, `wal_writer_delay=10s`, and every process of PostgreSQL killed at once",
            "lost",
            _unflushed,
        ),
        "doubled": ("one application sent a second time without its key", "doubled", _doubled),
        "removed": (
            "one fact of a note deleted with the owner's rights",
            "lost",
            bent("DELETE FROM base_fact WHERE id = (SELECT max(id) FROM base_fact WHERE type = 'noted')"),
        ),
        "reset": (
            "one case set back by a version with the owner's rights",
            "cases replay",
            bent(
                "UPDATE cases_case SET version = version - 1"
                " WHERE id = (SELECT max(id) FROM cases_case WHERE version > 2)"
            ),
        ),
        "lost-job": ("one delivery deleted from the outbox", "outbox", _lost_job),
    },
    "windows": {
        "keyless": ("answers lost after the commit, callers that repeat without a key", "doubled", _keyless),
        "asynchronous": (
            "an asynchronous standby promoted after 1.5 s without a line to it",
            "lost",
            _asynchronous,
        ),
    },
}  # fmt: skip
