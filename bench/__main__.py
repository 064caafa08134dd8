"""`make bench`: fill, load, compare with the two limits, print one table with verdicts and write build/bench.json."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BENCH_DATA", ROOT / "build" / "bench"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
YEAR = int(os.environ.get("BENCH_YEAR", "1200000"))  # cases behind the boards
SIZES = [int(size) for size in os.environ.get("BENCH_STORED", "1000 100000 1000000").split()]


def main() -> None:
    """Measure everything, or the one part that is named (``sweeps``, ``boards``, ``stored``), and write the table."""
    if sys.argv[1:] == ["stored"]:
        return _measure_stored()

    measure = {"all": _measure_all, "sweeps": _measure_sweeps, "boards": _measure_boards}[
        (sys.argv[1:] or ["all"])[0]
    ]
    with database():
        measure()


@contextmanager
def database() -> Iterator[None]:
    """A database of its own with people and items; it stays while the servers under test come and go."""
    from onewindow.site import embedded

    embedded.stop(DATA)  # of a run that was cut short
    shutil.rmtree(DATA, ignore_errors=True)
    with embedded.session(DATA):
        _prepare()
        yield


def _measure_sweeps() -> None:
    from bench import fill, sweeps, verdict
    from bench.world import World
    from onewindow.base import clock

    now = clock.now()
    world = World(now)
    started = time.perf_counter()
    fill.fill(fill.originals(world, now), 0, SIZES[-1])
    _say(f"filled to {SIZES[-1]:,} stored cases in {time.perf_counter() - started:.0f} s")
    verdict.show(sweeps.measure(world, now), seconds=SECONDS)


def _measure_boards() -> None:
    from bench import boards, verdict

    verdict.show(boards.measure(YEAR), seconds=SECONDS)


def _measure_stored() -> None:
    """The boards over what the instance holds itself, for instance a simulated year; it only reads."""
    from onewindow.site import embedded, environment

    embedded.ensure_running(environment.data_dir())
    os.environ["DJANGO_SETTINGS_MODULE"] = "onewindow.site.settings"
    import django

    django.setup()
    from bench import boards, verdict

    verdict.show(boards.measure_stored(), seconds=SECONDS)


def _measure_all() -> None:
    from bench import boards, fill, quality, servers, sweeps, verdict, works
    from bench.world import World
    from onewindow.base import clock

    now = clock.now()
    world = World(now)
    ids = fill.originals(world, now)
    rows: list[verdict.Row] = []
    copies, memory_mb = 0, 0.0
    for stored in SIZES:
        started = time.perf_counter()
        fill.fill(ids, copies, stored)
        copies = max(copies, -(-(stored - fill.ORIGINALS) // fill.ORIGINALS))
        _say(f"filled to {stored:,} stored cases in {time.perf_counter() - started:.0f} s")
        with servers.product(DATA) as (url, pid):
            rows += works.Bench(world, DATA, stored=stored, seconds=SECONDS, now=now).measure(url)
            memory_mb = max(memory_mb, servers.memory_mb(pid))
    # Last, for it sets every copy running: what follows would be measured on another city.
    rows += sweeps.measure(world, now)
    _say_sizes(world, now)
    rows += boards.measure(YEAR)
    row, told = quality.measure()
    rows.append(row)
    _say(told)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=1))
    verdict.show(rows, seconds=SECONDS, memory_mb=memory_mb)


def _prepare() -> None:
    """Into an empty database: the demonstration's people and items."""
    os.environ["ONEWINDOW_DATA_DIR"] = str(DATA)
    os.environ["DJANGO_SETTINGS_MODULE"] = "onewindow.site.settings"
    for name in ("ONEWINDOW_SANDBOX", "ONEWINDOW_DATABASE_URL"):
        os.environ.pop(name, None)
    os.environ["ONEWINDOW_DATABASE_ROLE"] = "owner"
    os.environ |= {
        "ONEWINDOW_RATE_READS": "0",
        "ONEWINDOW_RATE_DEEDS": "0",
        "ONEWINDOW_SECOND_FACTOR": "offered",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.world import PASSWORD
    from onewindow.base import clock, settings_store
    from onewindow.catalog import demonstration
    from onewindow.site import demo

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    demo.load_people(password=PASSWORD, now=clock.now())
    demonstration.load(now=clock.now())
    settings_store.mark_loaded()
    with connection.cursor() as cursor:
        # Ids that no other number equals: the limits tell them apart by value.
        cursor.execute("ALTER SEQUENCE cases_serial RESTART WITH 500000000")
    os.environ.pop("ONEWINDOW_DATABASE_ROLE")


def _say_sizes(world: Any, now: datetime) -> None:
    """What a case and a step add to the database."""
    from django.db import connection

    from onewindow.cases import services

    def size() -> int:
        with connection.cursor() as cursor:
            for table in ("cases_case", "cases_dossier", "base_fact", "base_delivery", "documents_document"):
                cursor.execute(f"VACUUM {table}")
            cursor.execute(
                "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c WHERE c.relkind = 'r'"
            )
            return int(cursor.fetchone()[0])

    count = 3000
    before = size()
    made = [services.create(world.clerk, world.body, now=now)["case_no"] for _ in range(count)]
    after = size()
    for case_no in made:
        services.act(world.clerk, case_no, "note", {"version": 1, "text": "已电话核实"}, now=now)
    stepped = size()
    created, step = (after - before) / count, (stepped - after) / count
    _say(f"bytes of database a case created: {created:.0f} (budget 1,500), a step: {step:.0f} (budget 400)")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
