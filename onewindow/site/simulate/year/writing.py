"""The year written: shares made side by side, merged in the order of time, committed month by month."""

from __future__ import annotations

import gc
import multiprocessing
import queue
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from multiprocessing.context import ForkContext
from typing import Any

import msgspec
from django.db import connection, connections, transaction

from onewindow.base import clock, settings_store
from onewindow.cases import loading
from onewindow.kernel.errors import N_, RuleBroken
from onewindow.reviews import loading as ratings
from onewindow.site.simulate.year import town
from onewindow.site.simulate.year.making import Maker, Packet, Tally
from onewindow.site.simulate.year.numbering import Numberer
from onewindow.site.simulate.year.plan import Plan

SETTING = "simulate.year"
_AHEAD = 6  # days that a maker may be ahead of the writer
_PATIENCE_SECONDS = 5.0
_CHUNK = 2_000  # rows joined before they are sent


class Progress(msgspec.Struct, frozen=True):
    """A batch was committed: its last day, and what stands since the beginning."""

    day: date
    cases: int
    facts: int
    seconds: float


class Result(msgspec.Struct, frozen=True):
    """What a year came to; ``digest`` is the same for the same plan."""

    tally: Tally
    numbered: int
    seconds: float

    @property
    def digest(self) -> str:
        """The digest of all outlines, in hex."""
        return f"{self.tally.digest:032x}"


def play(
    plan: Plan, *, processes: int = 2, progress: Callable[[Progress], object] = lambda progress: None
) -> Result:
    """Make and write the year. Each batch is one transaction: an interrupted run leaves whole batches.

    Raises ``RuleBroken`` when a year stands already or when the platform is at work on the same database: its
    sweeps would act on cases whose lives are not all written yet.
    """
    began = time.monotonic()
    _refuse_second()
    _refuse_company()
    # Whoever handles the year and what is handled stand on its first morning.
    codes = town.enlarge(clock.start_of(plan.first))
    connections.close_all()  # no process may inherit a connection
    fork = multiprocessing.get_context("fork")
    with Numberer(fork) as numberer, _makers(fork, plan, codes, processes) as days:
        tally = _write(plan, days, numberer, lambda day, made: progress(_told(day, made, began)))
        numbered = numberer.finish()
    return Result(tally, numbered, time.monotonic() - began)


def _told(day: date, made: Counter[str], began: float) -> Progress:
    return Progress(day, made["cases"], made["facts"], time.monotonic() - began)


def _refuse_second() -> None:
    stands = settings_store.get(SETTING)
    if stands is not None:
        raise RuleBroken(
            "year-stands",
            N_("这个实例里已有模拟的一年（写到 %(written)s）；请先运行 onewindow demo reset。"),
            params={"written": stands["written"]},
        )


def _refuse_company() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        if cursor.fetchone()[0]:
            raise RuleBroken("platform-at-work", N_("平台正在运行；请先停止它，再模拟一年。"))


# ---------------------------------------------------------------- makers


@contextmanager
def _makers(
    fork: ForkContext, plan: Plan, codes: Sequence[str], processes: int
) -> Iterator[Iterator[list[Any]]]:
    """The shares' packets, day by day; after the last day their tallies."""
    with ExitStack() as stack:
        sources = []
        for share in range(processes):
            packets: Any = fork.Queue(_AHEAD)
            maker = fork.Process(target=_make, args=(packets, plan, codes, share, processes), daemon=True)
            maker.start()
            stack.callback(_end, maker, packets)
            sources.append((maker, packets))
        yield ([_taken(maker, packets) for maker, packets in sources] for _ in range(len(plan.days) + 1))


def _make(packets: Any, plan: Plan, codes: Sequence[str], share: int, shares: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the writer's, who ends this process
    # Hardly anything here is garbage in circles; what was inherited is never looked at, so it stays shared.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    maker = Maker(plan, codes, share=share, shares=shares)
    for packet in maker.packets():
        packets.put(packet)
    packets.put(maker.tally)
    connections.close_all()


def _taken(maker: Any, packets: Any) -> Any:
    while True:
        try:
            return packets.get(timeout=_PATIENCE_SECONDS)
        except queue.Empty:
            if not maker.is_alive() and packets.empty():
                raise RuntimeError(f"a maker ended with {maker.exitcode}") from None


def _end(maker: Any, packets: Any) -> None:
    maker.terminate()
    maker.join()
    packets.close()


# ---------------------------------------------------------------- the writer


def _write(
    plan: Plan,
    days: Iterator[list[Any]],
    numberer: Numberer,
    after: Callable[[date, Counter[str]], object],
) -> Tally:
    made: Counter[str] = Counter()
    for batch in _batches(plan):
        with transaction.atomic():
            _take_time()
            for _ in batch:
                _send(next(days), made)
            day = batch[-1]
            settings_store.put(SETTING, {"seed": plan.seed, "cases": made["cases"], "written": f"{day}"})
        numberer.go_on()
        after(day, made)
    tally = Tally(Counter())
    for share in next(days):
        tally.add(share)
    return tally


def _take_time() -> None:
    """This transaction is long, and what a power cut loses of a trial, the trial makes again."""
    with connection.cursor() as cursor:
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {name} TO 0")
        cursor.execute("SET LOCAL synchronous_commit TO off")


def _batches(plan: Plan) -> list[list[date]]:
    """The days of each batch."""
    ends = plan.ends()
    found: list[list[date]] = [[] for _ in ends]
    for day in plan.days:
        place = next(n for n, end in enumerate(ends) if day < end.date() or n == len(ends) - 1)
        found[place].append(day)
    return found


def _send(packets: Sequence[Packet], made: Counter[str]) -> None:
    """One day of all shares: facts in the order of their instants, so that their ids follow time."""
    told = [fact for one in packets for fact in one.facts]
    at = [moment for one in packets for moment in one.at]
    order = sorted(range(len(at)), key=at.__getitem__)
    loading.send("cases", _joined([row for one in packets for row in one.cases]))
    loading.send("dossiers", _joined([row for one in packets for row in one.dossiers]))
    loading.send("facts", _joined([told[place] for place in order]))
    loading.send("papers", _joined([row for one in packets for row in one.papers]))
    for table in ratings.TABLES:
        ratings.send(table, _joined([row for one in packets for row in one.voices.get(table, ())]))
    loading.move(_joined([row for one in packets for row in one.moved]))
    for table in ratings.CHANGING:
        ratings.move(table, _joined([row for one in packets for row in one.judged.get(table, ())]))
    made["cases"] += sum(len(one.cases) for one in packets)
    made["facts"] += len(told)


def _joined(rows: Sequence[bytes]) -> list[bytes]:
    return [b"".join(rows[start : start + _CHUNK]) for start in range(0, len(rows), _CHUNK)]
