"""Fault windows: for some seconds something between, under or beside the platform is not as it should be.

Three instances one after another: a proxy between platform and PostgreSQL (with outside services behind
proxies too), a small file system that runs full, and a primary with a standby that takes over.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psycopg

from faults import judge, kills, races
from faults.instance import Instance, folder, running
from faults.load import Load
from faults.outside import Outside
from faults.proxy import Proxy
from faults.report import Report, Row, bound
from faults.standby import Pair
from onewindow.site import embedded

BACK_SECONDS = 30
WRITERS = 4
DISK_MB = 900
# In two hundred, and the shortest and longest seconds of a window.
NETWORK: dict[str, tuple[int, float, float, str]] = {
    "cut": (20, 0.2, 1.5, "every connection to PostgreSQL reset, new ones refused"),
    "refuse": (12, 0.5, 2.5, "new connections refused, the standing ones work"),
    "torn": (20, 1.0, 3.0, "messages to PostgreSQL torn in the middle, then reset"),
    "hushed": (30, 1.0, 3.0, "statements carried out, their answers lost, then reset"),
    "stall": (12, 0.5, 7.0, "nothing goes through, then everything does"),
    "hole": (14, 0.5, 7.0, "a black hole: nothing goes through, then reset"),
    "mute": (8, 0.5, 6.5, "connections accepted by somebody who never answers"),
    "slow": (10, 2.0, 4.0, "every piece delayed by up to 0.3 s"),
    "frozen": (8, 0.5, 7.0, "all processes of PostgreSQL stopped, then continued"),
    "services": (14, 1.0, 3.0, "SMS gateway and virus scanner refuse, hang, fail or talk nonsense"),
    "approvers": (20, 0, 0, "six decisions on one case in the same moment: one is taken"),
    "same-key": (10, 0, 0, "the same request six times in the same moment: one case, one answer"),
}
DISK: dict[str, tuple[int, float, float, str]] = {
    "full": (8, 1.0, 3.0, "the disk of everything is full"),
    "full-log": (4, 1.0, 2.0, "the same, and PostgreSQL needs a new piece of its log"),
}
STANDBY: dict[str, tuple[int, float, float, str]] = {
    "promotion": (10, 0.0, 1.5, "the primary dies with all its processes, the standby is promoted"),
}
KINDS = {**NETWORK, **DISK, **STANDBY}


class Tally(msgspec.Struct):
    """How many windows of each kind, in how many a request was really hit, and what was not as it must be."""

    done: Counter[str] = msgspec.field(default_factory=Counter)
    hit: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: list[str] = []
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    back: list[float] = []
    longest: float = 0.0


def plan(count: int, seed: int, only: str = "") -> list[str]:
    """So many windows in the shares of the table, in a drawn order."""
    kinds = [kind for kind, (share, *_) in KINDS.items() for _ in range(share) if only in ("", kind)]
    dice = random.Random(seed)
    dice.shuffle(kinds)
    return [kinds[number % len(kinds)] for number in range(count)]


def campaign(*, count: int, minutes: float, seed: int, keep: bool, parent: Path, only: str = "") -> bool:
    """All groups, one after another; True when nothing was lost or doubled and each time work went on."""
    began, tally = time.monotonic(), Tally()
    deadline, kinds = began + minutes * 60, plan(count, seed, only)
    for group, carry_out in ((NETWORK, _network), (DISK, _disk), (STANDBY, _standby)):
        own = [kind for kind in kinds if kind in group]
        if own and not tally.wrong:
            with folder(keep, parent) as place:
                carry_out(place, own, tally, seed, deadline)
    more = f" --only {only}" if only else ""
    command = f"python -m faults windows --count {count} --seed {seed} --folder {parent}{more}"
    report(command, tally, time.monotonic() - began).show("windows")
    return not tally.wrong


# ---------------------------------------------------------------- groups


@contextlib.contextmanager
def behind_proxies(place: Path) -> Iterator[tuple[Instance, Proxy, Outside]]:
    """An instance whose database and outside services stand behind proxies."""
    with Proxy(lambda: port_of(place)) as proxy, Outside() as outside:
        with running(Instance(place, database_port=proxy.port, settings=outside.settings())) as platform:
            yield platform, proxy, outside


def _network(place: Path, kinds: list[str], tally: Tally, seed: int, deadline: float) -> None:
    with behind_proxies(place) as (platform, proxy, outside):
        strike(platform, proxy, outside, kinds, tally, seed=seed, deadline=deadline)


def strike(
    platform: Instance, proxy: Proxy, outside: Outside, kinds: list[str], tally: Tally, *, seed: int, deadline: float
) -> None:  # fmt: skip
    """These windows of the network on an instance that stands, and the judgement over its load."""
    with _load(platform, seed) as load:
        strike_under(load, proxy, outside, kinds, tally, seed=seed, deadline=deadline)
    _conclude(load, tally, seed)


def strike_under(
    load: Load, proxy: Proxy, outside: Outside | None, kinds: list[str], tally: Tally, *, seed: int,
    deadline: float = float("inf"),
) -> None:  # fmt: skip
    """These windows of the network under a load that goes on."""

    def open_window(kind: str, seconds: float, dice: random.Random) -> None:
        if kind in races.KINDS:
            tally.wrong += [f"{kind}: {one}" for one in races.KINDS[kind](load)]
        elif kind == "frozen":
            _frozen(load.platform, seconds)
        elif kind == "services":
            assert outside is not None
            tally.wrong += [f"services: {one}" for one in _services(load, outside, seconds, dice)]
        else:
            _between(proxy, kind, seconds)

    _windows(load, kinds, tally, open_window, seed=seed, deadline=deadline)


def _disk(place: Path, kinds: list[str], tally: Tally, seed: int, deadline: float) -> None:
    try:
        size = f"size={DISK_MB}m,mode=711"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "onewindow-faults", str(place)], check=True)
    except (OSError, subprocess.CalledProcessError):
        print("a small file system cannot be mounted (needs root); windows left out", file=sys.stderr)
        return
    try:
        with running(Instance(place)) as platform, _load(platform, seed, journal=False) as load:
            _windows(load, kinds, tally, lambda kind, seconds, _: _full(platform, kind, seconds),
                     seed=seed, deadline=deadline)  # fmt: skip
            load.rest()
            _conclude(load, tally, seed)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def _standby(place: Path, kinds: list[str], tally: Tally, seed: int, deadline: float) -> None:
    with paired(place, is_synchronous=True) as (platform, proxy, pair), _load(platform, seed) as load:

        def open_window(_: str, seconds: float, dice: random.Random) -> None:
            if pair.is_alone:
                pair.add_standby()
            take_over(pair, proxy, seconds if dice.random() < 0.6 else 0)

        _windows(load, kinds, tally, open_window, seed=seed, deadline=deadline)
        load.rest()
        _conclude(load, tally, seed)


@contextlib.contextmanager
def paired(place: Path, *, is_synchronous: bool) -> Iterator[tuple[Instance, Proxy, Pair]]:
    """An instance on a primary with a standby; the proxy leads to whoever is the primary."""
    with Proxy(lambda: platform.moved_to or port_of(place)) as proxy:
        platform = Instance(place, database_port=proxy.port)
        with running(platform), Pair(platform, is_synchronous=is_synchronous) as pair:
            yield platform, proxy, pair


def _load(platform: Instance, seed: int, *, journal: bool = True) -> Load:
    path = platform.place / "journal.txt" if journal else None
    return Load(platform, writers=WRITERS, seed=seed, journal=path)


def _windows(
    load: Load, kinds: list[str], tally: Tally, open_window: Callable[[str, float, random.Random], None], *,
    seed: int, deadline: float,
) -> None:  # fmt: skip
    dice = random.Random(seed)
    for number, kind in enumerate(kinds, 1):
        if tally.wrong or time.monotonic() > deadline:
            break
        _, low, high, _ = KINDS[kind]
        before = load.breaks
        try:
            kills.let_some_through(load, 2)
            open_window(kind, dice.uniform(low, high), dice)
            tally.back.append(kills.time_back(load, most=BACK_SECONDS))
        except TimeoutError as error:
            tally.wrong.append(f"{kind}: {error}")
        tally.done[kind] += 1
        tally.hit[kind] += load.breaks > before
        if number % 25 == 0:
            tally.wrong += kills.look(load, seed)
            print(f"{tally.done.total()} windows: {tally.wrong[:1] or 'well'}", file=sys.stderr, flush=True)


def _conclude(load: Load, tally: Tally, seed: int) -> None:
    found = judge.judge(load, is_final=True, seed=seed)
    tally.wrong += found.wrong
    tally.counts.update(found.counts)
    tally.longest = max(tally.longest, load.longest)


# ---------------------------------------------------------------- the kinds


def _between(proxy: Proxy, kind: str, seconds: float) -> None:
    proxy.tell(kind)
    time.sleep(seconds)
    proxy.tell("pass")


def _frozen(platform: Instance, seconds: float) -> None:
    for number, pause in ((signal.SIGSTOP, seconds), (signal.SIGCONT, 0.0)):
        for pid in platform.all_database_processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(pause)


def _services(load: Load, outside: Outside, seconds: float, dice: random.Random) -> list[str]:
    """While they are away deeds go on and an upload is refused for now; afterwards it is taken."""
    link, mode = dice.choice(
        [("refuse", "well"), ("hole", "well"), ("hushed", "well"), ("pass", "error"), ("pass", "garbage")]
    )
    outside.tell(link=link, mode=mode)
    before, began = load.acknowledged(), time.monotonic()
    away = races.upload(load)
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    went_on = load.acknowledged() > before
    outside.tell()
    back = races.upload(load)
    wrong = [] if went_on else ["no deed was done while they were away"]
    if away not in (503, 201) or (away == 201 and link != "hushed"):
        wrong.append(f"an upload that nobody scanned: {away}")
    return wrong + ([] if back == 201 else [f"an upload afterwards: {back}"])


def take_over(pair: Pair, proxy: Proxy, seconds: float) -> None:
    """For so many seconds nothing reaches the standby, then the primary dies and the standby takes over."""
    if seconds:
        pair.line.tell("hole")
        time.sleep(seconds)
    pair.promote()
    proxy.reset_all()


def _full(platform: Instance, kind: str, seconds: float) -> None:
    ballast = platform.place / "ballast"
    _fill(ballast)
    if kind == "full-log":
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(platform.urls().owner, autocommit=True) as link,
        ):
            for _ in range(3):
                link.execute("SELECT pg_switch_wal()")
                link.execute("SELECT pg_logical_emit_message(true, 'faults', repeat('x', 100000))")
    time.sleep(seconds)
    ballast.unlink()
    platform.restart_database()


def _fill(ballast: Path) -> None:
    """Take every byte that is left."""
    piece = b"\0" * (1 << 20)
    with open(ballast, "ab", buffering=0) as file:
        while len(piece) >= 512:
            try:
                if file.write(piece) < len(piece):
                    raise OSError
            except OSError:
                piece = piece[: len(piece) // 2]


def port_of(place: Path) -> int:
    urls = embedded.known_urls(place)
    assert urls is not None
    return int(urls.app.rpartition(":")[2].partition("/")[0])


# ---------------------------------------------------------------- words


def report(command: str, tally: Tally, seconds: float) -> Report:
    kinds = Counter(one.partition(":")[0] for one in tally.wrong)
    bad, total, counts = kinds["lost"] + kinds["doubled"], tally.done.total(), tally.counts
    rows = [
        Row(told, tally.done[kind], kinds[kind], f"{tally.hit[kind]} broke a request under way")
        for kind, (*_, told) in KINDS.items()
        if tally.done[kind]
    ]
    rows += [
        Row("**windows** that lost or doubled something", total, bad, bound(total, bad)),
        Row("acknowledged writes lost", counts["acknowledged"], kinds["lost"], bound(counts["acknowledged"], bad)),
        Row("writes doubled", counts["requests"], kinds["doubled"]),
        Row("first answers asked for again by key: another answer", counts["asked again"], kinds["other-answer"]),
        Row("papers and messages owed by the outbox: missing, doubled, given up",
            counts["papers"] + counts["messages"], kinds["outbox"]),
        Row("facts under `ledger verify` and `cases replay`: findings", counts["facts"],
            kinds["ledger verify"] + kinds["cases replay"]),
        Row("answers to well-formed requests other than done or 503", counts["requests"], kinds["odd"]),
    ]  # fmt: skip
    longest = f"The longest that a caller waited for one answer, 503 included: {tally.longest:.1f} s."
    return Report(command, rows, tally.wrong, seconds, [kills.back(tally.back), longest])
