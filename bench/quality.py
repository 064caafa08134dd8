"""A full quality run over a large catalogue that stands in the database: `python -m bench.quality 100000`.

The shipped lists are multiplied under other codes and names, every tenth item is filled with all elements of an
implementation list, a question tree among them, and all are published by the publisher's own statements. What is
timed is the run of the product: reading each version in force, decoding it, all rules, scores and ranking.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from string import ascii_uppercase
from typing import Any

import msgspec

TARGET_SECONDS = 60  # issue "The catalogue": a full quality run over 100,000 items
ITEMS = 100_000
_AT_ONCE = 5_000


def main(count: int) -> int:
    """In a database of its own: fill, run, print; 1 when the target, in proportion, is missed."""
    from bench.__main__ import database

    with database():
        row, told = measure(count)
        print(told)
        return int(row.p99_ms > 1000 * TARGET_SECONDS * max(count, 1) / ITEMS)


def measure(count: int = ITEMS) -> tuple[Any, str]:
    """Publish items until ``count`` are in force and run the quality report over them: the row and what it says."""
    from bench.verdict import Row
    from onewindow.base import clock
    from onewindow.catalog import quality

    started = time.perf_counter()
    made = fill(count, clock.now())
    filled = time.perf_counter() - started
    before = _memory_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    report = quality.check(top=200)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    told = (
        f"quality of {report.items:,} items ({made:,} published in {filled:.0f} s), {report.organs} organs,"
        f" {report.errors + report.warnings:,} findings: {wall:.1f} s, {cpu:.1f} s CPU of this process,"
        f" {1e6 * cpu / max(1, report.items):.0f} µs an item; its memory grew by {_memory_mb() - before:.0f} MB"
    )
    return Row("quality", report.items, report.items / wall, wall * 1000, wall * 1000), told


def fill(count: int, now: datetime) -> int:
    """Publish multiplied items until ``count`` are in force; how many were added."""
    from django.db import connection, transaction

    from onewindow.catalog import publishing
    from onewindow.catalog.publishing import Publication

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT count(*) FROM catalog_itemversion WHERE is_current")
        lacking = max(0, count - int(cursor.fetchone()[0]))
    items = islice(_items(), lacking)
    while chunk := list(islice(items, _AT_ONCE)):
        with transaction.atomic():
            publishing.lock()
            publishing.write([Publication(one) for one in chunk], now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE catalog_itemversion")
    return lacking


def _items() -> Iterator[Any]:
    """The items in force again and again, each time under other codes and names."""
    from onewindow.catalog import demonstration
    from onewindow.catalog.sheets.taking import in_force

    rows = [one for one in in_force() if not one.demonstration]
    full = [demonstration.completed(rows[0], row) for row in demonstration.completions()]
    seen = {one.task_code for one in rows}
    number = 0
    for copy in range(1, 26 * 26):
        for base in rows:
            code = _code(base.task_code, copy)
            if code in seen:
                continue
            seen.add(code)
            number += 1
            made = _filled(base, full[number % len(full)], number) if number % 10 == 0 else base
            name = f"{base.name}（{copy}）"
            yield msgspec.structs.replace(made, task_code=code, name=name, version=1, version_id=0)


def _code(code: str, copy: int) -> str:
    """Another code of the same form: two letters in the serial of a basic code, or another version."""
    if "-" in code:
        return f"{code[:-2]}{copy:02}"
    return code[:21] + ascii_uppercase[copy // 26] + ascii_uppercase[copy % 26] + code[23:]


def _filled(base: Any, full: Any, number: int) -> Any:
    from onewindow.catalog.definition import Contact

    own = {
        name: getattr(base, name)
        for name in ("task_code", "name", "type", "organ_id", "organ_name", "organ_short", "region")
    }
    return msgspec.structs.replace(
        full,
        **own,
        questions=_questions([row.code for row in full.materials]),
        start_question="Q1",
        contact=Contact(f"0826-{2000000 + number % 7999999}", "0826-8765432"),
        review_type="前审后批",
        visits_reason="现场核对原件及其他相关材料等",
        online_depth=("1", "2", "3"),
    )


def _questions(rows: list[str]) -> tuple[Any, ...]:
    from onewindow.catalog.definition import Option, Question

    return tuple(
        Question(
            f"Q{at}",
            "属于哪种情形？",
            tuple(
                Option(
                    f"o{place}",
                    "是",
                    drops=(rows[(at + place) % len(rows)],),
                    next=f"Q{at + 1}" if at < 5 else None,
                )
                for place in range(3)
            ),
            multiple=at % 2 == 1,
        )
        for at in range(1, 6)
    )


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS))
