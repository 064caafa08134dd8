"""Sweeps of time over a full city: what is due among all running clocks, once for the cases, once for supervision.

Every stored copy runs, one in a thousand is a copy of a real case whose promise has passed. First the cases
tell it themselves, then supervision, which knows all of them as they were accepted, looks at its strikes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from bench import fill
from bench.verdict import Row
from bench.world import World
from onewindow.base import calendars
from onewindow.cases import services as cases
from onewindow.cases import store as stored
from onewindow.catalog import queries as catalog
from onewindow.supervision import services as supervision
from onewindow.supervision import store
from onewindow.supervision.services import following

SHARE = 1_000

_KNOWN = """
INSERT INTO supervision_matter ({columns}) SELECT {values} FROM supervision_matter m, cases_case c
WHERE m.case_id = %(source)s AND c.id {which}"""


def measure(world: World, now: datetime) -> list[Row]:
    """Let all copies run, make one in a thousand of them due, and sweep."""
    fill.make_all_run(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE id >= %s", [fill.FIRST_COPY])
        many = int(cursor.fetchone()[0])
    running = _accepted(world, now)
    past = _just_late(now, running.promised_days)
    source = _accepted(world, past)
    due = [id for _, id in fill.multiply(source.case_no, now, many // SHARE)]
    _watch(source.id, running.id, due, past, now)
    return [_timed("sweep", many, cases.sweep, now), _timed("watch", many, supervision.look, now)]


def _just_late(now: datetime, days: int) -> datetime:
    """When a case was accepted whose promise of so many working days has just passed."""
    table, today = calendars.table(), now.date()
    back = next(back for back in range(1, 99) if table.add(today - timedelta(days=back), days) < today)
    return now - timedelta(days=back)


class _Accepted(NamedTuple):
    id: int
    case_no: str
    promised_days: int


def _accepted(world: World, at: datetime) -> _Accepted:
    """A real case, accepted at the instant."""
    number = cases.create(world.clerk, world.body, now=at)["case_no"]
    cases.act(world.clerk, number, "accept", {"version": 1}, now=at)
    found = stored.load(number)
    assert found is not None
    promised = catalog.definition(found.state.item_version_id).promised_limit
    assert promised is not None
    return _Accepted(found.state.id, number, promised.days)


def _watch(source: int, running: int, due: list[int], past: datetime, now: datetime) -> None:
    """What supervision knows of all of them: the late ones as they stood when they were accepted."""
    following.take([source], past)
    following.take([running], now)
    special = {"case_id": "c.id", "case_no": "c.case_no"}
    values = ", ".join(special.get(name, f"m.{name}") for name in store.COLUMNS)
    columns = ", ".join(store.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for one, which in ((source, "= ANY(%(due)s)"), (running, ">= %(base)s")):
            statement = _KNOWN.format(columns=columns, values=values, which=which)
            cursor.execute(statement, {"source": one, "due": due, "base": fill.FIRST_COPY})
        cursor.execute("VACUUM ANALYZE supervision_matter")


def _timed(work: str, stored: int, sweep: Callable[[datetime], int], now: datetime) -> Row:
    """All that is due at ``now``, in as many sweeps as it takes."""
    began, busy = time.perf_counter(), time.process_time()
    moved = 0
    while done := sweep(now):
        moved += done
    seconds = time.perf_counter() - began
    print(
        f"{work}: {moved:,} of {stored:,}, {time.process_time() - busy:.1f} s of it in Python",
        file=sys.stderr,
        flush=True,
    )
    return Row(work, stored, moved / seconds, seconds * 1000, seconds * 1000)
