"""Counts kept as cases move: what a case added before is taken away, what it adds now is added.

One row holds a day (or a month) of one organ, window, region, item or person, or of all; a grain holds a day
of one place in every respect, for questions that combine them. Adding up the grains gives every other row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec
from django.db import connection

from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.measures import MEASURES, Contribution, contributions

CUTS = ("all", "organ", "region", "window", "item", "person")
_KEYS = ("cut", "key", "day")
_GRAIN = ("day", "organ_id", "region", "window_id", "task_code", "person")
_TYPES = {"day": "date", "organ_id": "bigint", "window_id": "bigint"}

Counts = dict[str, int]


def _statement(table: str, keys: Sequence[str]) -> str:
    names = ", ".join((*keys, *MEASURES))
    typed = [f"{name} {_TYPES.get(name, 'text')}" for name in keys] + [f"{name} bigint" for name in MEASURES]
    given = ", ".join((*keys, *(f"coalesce({name}, 0)" for name in MEASURES)))
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in MEASURES)
    return (
        f"INSERT INTO {table} ({names}) SELECT {given} FROM jsonb_to_recordset(%s::jsonb)"
        f" AS new({', '.join(typed)}) ORDER BY {', '.join(keys)}"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    )


_ADD_TALLIES = _statement("supervision_tally", _KEYS)
_ADD_GRAINS = _statement("supervision_grain", _GRAIN)


def move(changes: Iterable[tuple[Matter | None, Matter]]) -> None:
    """Count cases as they stand now instead of as they stood before (None: not known before)."""
    tallies: dict[tuple[str, str, date], Counts] = {}
    grains: dict[tuple[date, int, str, int, str, str], Counts] = {}
    for before, after in changes:
        for sign, matter in ((-1, before), (1, after)):
            for one in contributions(matter) if matter is not None else ():
                _add(grains.setdefault(_grain(one), {}), one.counts, sign)
    for grain, counts in grains.items():
        for key in _places(grain):
            _add(tallies.setdefault(key, {}), counts, 1)
    _write(_ADD_GRAINS, _GRAIN, grains)
    _write(_ADD_TALLIES, _KEYS, tallies)


def _add(into: Counts, counts: Counts, sign: int) -> None:
    for name, count in counts.items():
        into[name] = into.get(name, 0) + sign * count


def _grain(one: Contribution) -> tuple[date, int, str, int, str, str]:
    return one.day, one.organ_id, one.region, one.window_id, one.task_code, one.person


def _places(grain: tuple[date, int, str, int, str, str]) -> Iterator[tuple[str, str, date]]:
    day, organ_id, region, window_id, task_code, person = grain
    month = day.replace(day=1)
    for cut, key in zip(CUTS, ("", organ_id, region, window_id, task_code, person), strict=True):
        yield cut, str(key), day
        yield f"{cut}/month", str(key), month


def _write(statement: str, keys: Sequence[str], rows: dict[tuple[str, str, date], Counts] | dict) -> None:  # type: ignore[type-arg]
    changed = [
        dict(zip(keys, key, strict=True)) | counts for key, counts in rows.items() if any(counts.values())
    ]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(statement, [msgspec.json.encode(changed).decode()])
