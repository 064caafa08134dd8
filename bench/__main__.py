"""`make bench`: fill, load, compare with the two limits, print one table and write build/bench.json."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "build" / "bench"
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
SIZES = [int(size) for size in os.environ.get("BENCH_STORED", "1000 100000 1000000").split()]
QUERIES = (
    "开面馆",
    "施工许可",
    "排水",
    "燃气",
    "维修资金",
    "shigongxuke",
    "sgxk",
    "退休",
    "医保报销",
    "社保卡",
)


def main() -> None:
    """Measure every size and write the table."""
    from onewindow.site import embedded

    embedded.stop(DATA)  # of a run that was cut short
    try:
        _measure_all()
    finally:
        embedded.stop(DATA)


def _measure_all() -> None:
    _prepare()
    from bench import fill, servers
    from bench.world import World
    from onewindow.base import clock

    now = clock.now()
    world = World(now)
    ids = fill.originals(world, now)
    rows: list[dict[str, Any]] = []
    copies = 0
    for stored in SIZES:
        _say(f"filling to {stored:,} stored cases")
        fill.fill(ids, copies, stored)
        copies = max(copies, -(-(stored - fill.ORIGINALS) // fill.ORIGINALS))
        with servers.product(DATA) as (url, pid):
            rows += _measure(world, url, stored, now)
            _say(f"memory of the largest web worker: {servers.memory_mb(pid):.0f} MB")
        rows.append(_sweep(stored, now))
    _say_sizes(world, now)
    (ROOT / "build" / "bench.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    _print(rows)


def _prepare() -> None:
    """A database of its own with the demonstration's people and items."""
    shutil.rmtree(DATA, ignore_errors=True)
    os.environ["ONEWINDOW_DATA_DIR"] = str(DATA)
    os.environ["DJANGO_SETTINGS_MODULE"] = "onewindow.site.settings"
    for name in ("ONEWINDOW_SANDBOX", "ONEWINDOW_DATABASE_URL"):
        os.environ.pop(name, None)
    os.environ["ONEWINDOW_DATABASE_ROLE"] = "owner"
    from onewindow.site import embedded

    embedded.ensure_running(DATA)
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


def _measure(world: Any, url: str, stored: int, now: datetime) -> list[dict[str, Any]]:
    from bench import load

    token, folder = world.tokens, DATA
    three = {**world.body, "materials": world.body["materials"][:3]}
    waiting = [_create(world, now) for _ in range(_enough(1800))]
    paths = [f"/api/v1/cases/{case_no}/actions/accept" for case_no, _ in waiting]
    scripts = {
        "create": load.same(folder, "create", method="POST", token=token["clerk1"], body=three),
        "advance": load.each(
            folder, "advance", method="POST", token=token["clerk1"], paths=paths, body={"version": 1}
        ),
        "inbox": load.same(folder, "inbox", method="GET", token=token["examiner1"]),
        "view": load.each(
            folder,
            "view",
            method="GET",
            token=token["clerk1"],
            paths=[f"/api/v1/cases/{case_no}" for case_no, _ in waiting[:500]],
        ),
        "guide": None,
        "search": load.each(
            folder,
            "search",
            method="GET",
            token=None,
            paths=[f"/api/v1/items?q={_quote(q)}" for q in QUERIES],
        ),
    }
    from bench.world import ITEM

    targets = {"guide": f"/items/{ITEM}", "create": "/api/v1/cases", "inbox": "/api/v1/inbox"}
    counts, limits, bares = _limits(world, stored, now, waiting)
    rows = []
    for work, script in scripts.items():
        load.run(url + targets.get(work, "/"), script if work != "advance" else None, 1)
        _say(f"{stored:,}: {work}")
        figures = load.run(url + targets.get(work, "/"), script, SECONDS)
        rows.append(
            {
                "work": work,
                "stored": stored,
                "rate": round(figures.rate, 1),
                "p50_ms": round(figures.p50_ms, 2),
                "p99_ms": round(figures.p99_ms, 2),
                "statements": counts.get(work),
                "limit_rate": limits.get(work),
                "bare_rate": bares.get(work),
                "bad": figures.bad,
            }
        )
    return rows


def _enough(rate: int) -> int:
    return rate * (SECONDS + 1)


def _create(world: Any, now: datetime) -> tuple[str, int]:
    from onewindow.cases import services
    from onewindow.kernel.identifiers import case_no

    number = services.create(world.clerk, world.body, now=now)["case_no"]
    parsed = case_no.parse(number)
    assert isinstance(parsed, case_no.CaseNo)
    return number, parsed.serial


def _limits(
    world: Any, stored: int, now: datetime, waiting: list[tuple[str, int]]
) -> tuple[dict[str, int], dict[str, float], dict[str, float]]:
    """Statements of each work, the raw SQL limit and the bare server's rate."""
    from bench import captured, limits, load, servers
    from onewindow.cases import queries, services
    from onewindow.site import embedded

    urls = embedded.known_urls(DATA)
    assert urls is not None
    fresh: dict[Any, str] = {}
    three = {**world.body, "materials": world.body["materials"][:3]}
    actors = world.actors

    def create() -> None:
        _note(services.create(world.clerk, three, now=now), fresh, "id")

    def advance() -> None:
        case_no, _ = waiting.pop()
        _note(services.act(world.clerk, case_no, "accept", {"version": 1}, now=now), fresh, "id")

    works: dict[str, Callable[[], Any]] = {
        "create": create,
        "advance": advance,
        "inbox": lambda: queries.inbox(actors["examiner1"], now=now),
        "view": lambda: queries.view(world.clerk, waiting[0][0], now=now),
        "search": lambda: None,
    }
    counts: dict[str, int] = {}
    rates: dict[str, float] = {}
    config: dict[str, Any] = {
        "url": urls.app,
        "tokens": [_digest(one) for one in world.tokens.values()],
        "works": {},
    }
    span = (waiting[0][1], waiting[-1][1])
    config["targets"] = span
    for work, run in works.items():
        found = captured.statements(run)
        counts[work] = len(found)
        if work in ("create", "advance", "inbox"):
            found = [_numbered(one) for one in found]
            found, places = _free(found, fresh) if work == "advance" else (found, fresh)
            rates[work] = round(limits.rate(DATA, urls.app, limits.script(found, places, span), SECONDS), 1)
            config["works"][work] = {
                "statements": [
                    [text, [limits.packed(value, places) for value in values]] for text, values in found
                ],
                "answer": {"state": "ok"},
            }
    counts["guide"] = 0
    (DATA / "bench-bare.json").write_text(json.dumps(config), encoding="utf-8")
    bares: dict[str, float] = {}
    with servers.bare(DATA) as url:
        for work, method in (("create", "POST"), ("advance", "POST"), ("inbox", "GET")):
            body = three if work == "create" else {"version": 1} if work == "advance" else None
            script = load.same(DATA, f"bare-{work}", method=method, token=world.tokens["clerk1"], body=body)
            load.run(f"{url}/{work}", script, 1)
            bares[work] = round(load.run(f"{url}/{work}", script, SECONDS).rate, 1)
    return counts, rates, bares


def _note(case: dict[str, Any], fresh: dict[Any, str], kind: str) -> None:
    from onewindow.kernel.identifiers import case_no

    parsed = case_no.parse(case["case_no"])
    assert isinstance(parsed, case_no.CaseNo)
    fresh[case["case_no"]] = "text"
    fresh[parsed.serial] = kind
    for paper in case["documents"]:
        fresh[paper["document_no"]] = "text"


def _numbered(statement: tuple[str, list[Any]]) -> tuple[str, list[Any]]:
    """Django's own statements have ``%s`` places; the limits want numbered ones."""
    text, values = statement
    for number in range(1, text.count("%s") + 1):
        text = text.replace("%s", f"${number}", 1)
    return text, values


def _free(
    statements: list[tuple[str, list[Any]]], fresh: dict[Any, str]
) -> tuple[list[tuple[str, list[Any]]], dict[Any, str]]:
    """An update that may be repeated: the row is drawn, its version not asked for; the fact is new each time."""
    places = dict(fresh)
    found = []
    for text, values in statements:
        if "UPDATE cases_case" in text:
            head, _, tail = text.partition("WHERE id = $")
            number, _, rest = tail.partition("::bigint AND version = $")
            version, _, end = rest.partition("::int")
            text = f"{head}WHERE id = ${number}::bigint AND ${version}::int IS NOT NULL{end}"
            values = list(values)
            values[int(number) - 1] = "target-row"
            places["target-row"] = "target"
        else:
            places = {**places, **{value: "keep" for value in values if value in fresh}}
        found.append((text, values))
    return found, {key: kind for key, kind in places.items() if kind != "keep"} | {
        key: kind for key, kind in fresh.items() if key in places and places[key] != "keep"
    }


def _digest(token: str) -> str:
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()


def _sweep(stored: int, now: datetime) -> dict[str, Any]:
    """One sweep with one in a thousand of all stored copies due."""
    from bench import fill
    from onewindow.cases import services

    _say(f"{stored:,}: sweep")
    due = fill.make_all_run(now)
    started = time.perf_counter()
    moved = 0
    while done := services.sweep(now):
        moved += done
    seconds = time.perf_counter() - started
    return {
        "work": "sweep",
        "stored": stored,
        "rate": round(moved / seconds, 1) if moved else 0,
        "p50_ms": round(seconds * 1000, 1),
        "p99_ms": round(seconds * 1000, 1),
        "statements": None,
        "limit_rate": None,
        "bare_rate": None,
        "due": due,
    }


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
    _say(
        f"bytes of database a case created: {(after - before) / count:.0f}, a step: {(stepped - after) / count:.0f}"
    )


def _quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(rows: list[dict[str, Any]]) -> None:
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {SECONDS} s a figure\n"
    )
    heads = (
        ("stored", 10),
        ("rate/s", 9),
        ("p50 ms", 9),
        ("p99 ms", 9),
        ("stmts", 7),
        ("limit/s", 9),
        ("bare/s", 9),
    )
    print(f"{'work':<9}" + "".join(f"{name:>{width}}" for name, width in heads) + f"{'÷bare':>7}")
    for row in rows:
        bare = row["bare_rate"]
        share = f"{row['rate'] / bare:.2f}" if bare else "—"
        cells = [row["statements"], row["limit_rate"], bare]
        shown = ["—" if one is None else one for one in cells]
        print(
            f"{row['work']:<9}{row['stored']:>10,}{row['rate']:>9}{row['p50_ms']:>9}{row['p99_ms']:>9}"
            f"{shown[0]:>7}{shown[1]:>9}{shown[2]:>9}{share:>7}"
        )


if __name__ == "__main__":
    main()
