"""Counts kept as cases move: what a case added before is taken away, what it adds now is added.

One row holds a day (or a month) of one organ, window, region, item or person, or of all; a grain holds a day
of one place in every respect, for questions that combine them. Adding up the grains gives every other row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import generations
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.measures import MEASURES, Contribution, contributions, hours

CUTS = ("all", "organ", "region", "window", "item", "person")
_KEYS = ("cut", "key", "day")
_GRAIN = ("day", "organ_id", "region", "window_id", "task_code", "person")
_HOUR = ("day", "window_id", "organ_id", "region", "hour")
_TYPES = {"day": "date", "organ_id": "bigint", "window_id": "bigint", "hour": "int"}

Counts = dict[str, int]


def _statement(table: str, keys: Sequence[str], counts: Sequence[str] = MEASURES) -> str:
    names = ", ".join((*keys, *counts))
    typed = [f"{name} {_TYPES.get(name, 'text')}" for name in keys] + [f"{name} bigint" for name in counts]
    given = ", ".join((*keys, *(f"coalesce({name}, 0)" for name in counts)))
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
    return (
        f"INSERT INTO {table} ({names}) SELECT {given} FROM jsonb_to_recordset(%s::jsonb)"
        f" AS new({', '.join(typed)}) ORDER BY {', '.join(keys)}"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    )


_ADD_TALLIES = _statement("supervision_tally", _KEYS)
_ADD_GRAINS = _statement("supervision_grain", _GRAIN)
_ADD_HOURS = _statement("supervision_hour", _HOUR, ("received", "decided"))


def move(changes: Iterable[tuple[Matter | None, Matter]]) -> None:
    """Count cases as they stand now instead of as they stood before (None: not known before)."""
    tallies: dict[tuple[str, str, date], Counts] = {}
    grains: dict[tuple[date, int, str, int, str, str], Counts] = {}
    of_hours: dict[tuple[date, int, int, str, int], Counts] = {}
    for before, after in changes:
        for sign, matter in ((-1, before), (1, after)):
            if matter is not None:
                for one in contributions(matter):
                    _add(grains.setdefault(_grain(one), {}), one.counts, sign)
                for day, hour, what in hours(matter):
                    place = (day, matter.window_id or 0, matter.organ_id, matter.region, hour)
                    _add(of_hours.setdefault(place, {}), {what: 1}, sign)
    for grain, counts in grains.items():
        for key in _places(grain):
            _add(tallies.setdefault(key, {}), counts, 1)
    _write(_ADD_GRAINS, _GRAIN, grains)
    _write(_ADD_TALLIES, _KEYS, tallies)
    _write(_ADD_HOURS, _HOUR, of_hours)
    generations.touch("supervision")


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


def _write(statement: str, keys: Sequence[str], rows: Mapping[Any, Counts]) -> None:
    changed = [
        dict(zip(keys, key, strict=True)) | counts for key, counts in rows.items() if any(counts.values())
    ]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(statement, [msgspec.json.encode(changed).decode()])
