"""kill -9 of web processes, worker, database backends and postmaster while cases are being made."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
import psycopg

from faults import judge
from faults.instance import Instance, folder, running, wait
from faults.load import Load
from faults.report import Report, Row, bound

# In a thousand; the dear ones (a postmaster with its recovery, a whole server) are fewer than the cheap ones.
MIX = {"backend": 500, "web": 225, "server": 25, "worker": 150, "postmaster": 100}
TOLD = {
    "backend": "one backend of PostgreSQL, in the middle of a statement where one is found",
    "web": "one of two web processes",
    "server": "the web server with all its processes",
    "worker": "the worker",
    "postmaster": "the postmaster of PostgreSQL, started again",
}
BATCHES = 4
_YOUNG_SECONDS = 2.5  # a web process that is younger has hardly begun to serve


class Tally(msgspec.Struct):
    """What was killed, how often in the middle of requests, how long until deeds were acknowledged again."""

    done: Counter[str] = msgspec.field(default_factory=Counter)
    in_flight: Counter[str] = msgspec.field(default_factory=Counter)
    back_seconds: list[float] = []


def plan(count: int, seed: int, mix: dict[str, int] = MIX) -> list[str]:
    """So many kills in the shares of the mix, each kind at least once where there is room, in a drawn order."""
    whole = sum(mix.values())
    kinds = [kind for kind, share in mix.items() for _ in range(max(1, count * share // whole))]
    dice = random.Random(seed)
    kinds += dice.choices(list(mix), weights=list(mix.values()), k=max(0, count - len(kinds)))
    dice.shuffle(kinds)
    return kinds[:count]


def campaign(*, count: int, minutes: float, seed: int, writers: int, keep: bool, parent: Path) -> bool:
    """The whole campaign on an instance of its own; True when nothing was lost or doubled."""
    began = time.monotonic()
    with folder(keep, parent) as place, running(Instance(place)) as platform:
        with Load(platform, writers=writers, seed=seed, journal=place / "journal.txt") as load:
            tally, wrong = strike(load, plan(count, seed), seed=seed, deadline=began + minutes * 60)
        found = judge.judge(load, is_final=True, seed=seed)
        restarts = platform.restarts
    found.wrong = wrong + found.wrong
    command = f"python -m faults kills --count {count} --seed {seed} --folder {parent}"
    told = report(command, tally, found, time.monotonic() - began)
    told.notes.append(f"Processes that ended by themselves and were started again: {restarts}.")
    told.show("kills")
    return not found.wrong


def strike(
    load: Load, kinds: list[str], *, seed: int, deadline: float = float("inf")
) -> tuple[Tally, list[str]]:
    """Carry the plan out under load; what was killed, and what the batches between found."""
    tally, wrong, dice = Tally(), [], random.Random(seed)
    waiting, size = list(kinds), max(1, len(kinds) // BATCHES)
    while waiting and time.monotonic() < deadline:
        try:
            wrong += _one(load, waiting, tally, dice)
        except TimeoutError as error:
            wrong.append(f"stuck: after {tally.done.total()} kills, {error}")
        if len(waiting) % size == 0 and len(waiting) > size // 2:
            wrong += look(load, seed)
            _say(tally, len(kinds), wrong)
        if wrong:
            break
    return tally, wrong


def _one(load: Load, waiting: list[str], tally: Tally, dice: random.Random) -> list[str]:
    let_some_through(load, dice.randint(1, 4))
    kind = _take_ready(load.platform, waiting)
    wait(lambda: load.flying, "nobody asks for anything", seconds=30, step=0.001)
    tally.in_flight[kind] += bool(load.flying)
    _KILL[kind](load.platform, dice)
    tally.done[kind] += 1
    try:
        tally.back_seconds.append(time_back(load))
    except TimeoutError as error:
        return [f"stuck: after the {kind}, kill {tally.done.total()}: {error}"]
    return []


def look(load: Load, seed: int) -> list[str]:
    """A judgement between: what is lost or doubled shows near the kill that did it."""
    load.rest()
    found = judge.judge(load, is_final=False, seed=seed)
    load.go_on()
    return found.wrong


def _take_ready(platform: Instance, waiting: list[str]) -> str:
    """The next kind whose victim is at work: nobody is killed before he has begun."""
    while True:
        for place, kind in enumerate(waiting[:50]):
            if _is_at_work(platform, kind):
                return waiting.pop(place)
        time.sleep(0.05)


def _is_at_work(platform: Instance, kind: str) -> bool:
    if kind in ("web", "server"):
        return len(platform.web_processes(age=_YOUNG_SECONDS)) == 2
    if kind == "worker":
        return any(one.startswith("onewindow-job") for one in _applications(platform))
    return bool(platform.backends())


def _applications(platform: Instance) -> list[str]:

    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(platform.urls().owner, connect_timeout=3) as link,
    ):
        return [name for (name,) in link.execute("SELECT application_name FROM pg_stat_activity").fetchall()]
    return []


def let_some_through(load: Load, count: int) -> None:
    since = time.monotonic()
    wait(lambda: load.acknowledged(since) >= count, "no deed gets through any more", seconds=60, step=0.01)


def time_back(load: Load, *, most: float = 90) -> float:
    """Seconds until a request that was sent after the kill has been acknowledged."""
    since = time.monotonic()
    wait(lambda: load.acknowledged(since), "no deed gets through afterwards", seconds=most, step=0.01)
    return time.monotonic() - since


# ---------------------------------------------------------------- the kinds


def _backend(platform: Instance, dice: random.Random) -> None:
    for _ in range(40):  # one that is at work just now, if there is one in these moments
        backends = platform.backends()
        busy = [pid for pid, what in backends.items() if "idle" not in what]
        if busy:
            return _kill(dice.choice(busy))
    if backends:
        _kill(dice.choice(sorted(backends)))


def _web(platform: Instance, dice: random.Random) -> None:
    _kill(dice.choice(platform.web_processes()))


def _server(platform: Instance, _: random.Random) -> None:
    platform.kill_process("serve")
    platform.start_process("serve")


def _worker(platform: Instance, _: random.Random) -> None:
    platform.kill_process("worker")
    platform.start_process("worker")


def _postmaster(platform: Instance, _: random.Random) -> None:
    platform.kill_postmaster()
    wait(lambda: not platform.all_database_processes(), "backends outlive their postmaster", seconds=20)
    platform.restart_database()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


_KILL = {"backend": _backend, "web": _web, "server": _server, "worker": _worker, "postmaster": _postmaster}


# ---------------------------------------------------------------- words


def report(command: str, tally: Tally, found: judge.Findings, seconds: float) -> Report:
    total, kinds = tally.done.total(), found.kinds()
    rows = [
        Row(f"kill -9: {TOLD[kind]}", tally.done[kind], 0, f"{tally.in_flight[kind]} with requests under way")
        for kind in MIX
    ]
    bad = kinds.get("lost", 0) + kinds.get("doubled", 0)
    acknowledged = found.counts.get("acknowledged", 0)
    rows += [
        Row("**kills** that lost or doubled something", total, bad, bound(total, bad)),
        Row("acknowledged writes lost", acknowledged, kinds.get("lost", 0), bound(acknowledged, bad)),
        Row("writes doubled", found.counts.get("requests", 0), kinds.get("doubled", 0)),
        Row("writes that met a broken connection or 503 and were sent again", found.counts.get("troubled", 0), 0),
        Row("first answers asked for again by key: another answer", found.counts.get("asked again", 0),
            kinds.get("other-answer", 0)),
        Row("papers and messages owed by the outbox: missing, doubled, given up",
            found.counts.get("papers", 0) + found.counts.get("messages", 0), kinds.get("outbox", 0)),
        Row("facts under `ledger verify` and `cases replay`: findings", found.counts.get("facts", 0),
            kinds.get("ledger verify", 0) + kinds.get("cases replay", 0)),
        Row("answers to well-formed requests other than done or 503", found.counts.get("requests", 0),
            kinds.get("odd", 0)),
    ]  # fmt: skip
    return Report(command, rows, found.wrong, seconds, [back(tally.back_seconds)])


def back(seconds: list[float]) -> str:
    if not seconds:
        return ""
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return (
        f"From a kill to the next acknowledged deed: median {middle:.2f} s, 99 % within {late:.1f} s,"
        f" at most {ordered[-1]:.1f} s."
    )


def _say(tally: Tally, count: int, wrong: list[str]) -> None:
    state = wrong[0] if wrong else "nothing lost, nothing doubled"
    print(f"{tally.done.total()} of {count} kills: {state}", file=sys.stderr, flush=True)
