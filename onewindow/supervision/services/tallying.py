"""Counts kept as cases move: what a case added before is taken away, what it adds now is added.

One row holds a day (or a month) of one organ, window, region, item or person, or of all; a grain holds a day
of one place in every respect, for questions that combine them. Adding up the grains gives every other row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import generations
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.measures import (
    BETWEEN,
    MEASURES,
    PAIRS,
    Contribution,
    contributions,
    hours,
    pair,
)

CUTS = ("all", "organ", "region", "window", "item", "person")
_TYPES = {"day": "date", "organ_id": "bigint", "window_id": "bigint", "hour": "int"}

Counts = dict[str, int]
Key = tuple[Any, ...]


class Table(msgspec.Struct, frozen=True):
    """A table of counts: its name, the columns of its key, and what it counts."""

    name: str
    keys: tuple[str, ...]
    counts: tuple[str, ...] = MEASURES

    @property
    def _typed(self) -> str:
        typed = [f"{name} {_TYPES.get(name, 'text')}" for name in self.keys]
        return ", ".join([*typed, *(f"{name} bigint" for name in self.counts)])

    def adding(self) -> str:
        """The statement that adds rows, given as JSON, to those that stand."""
        given = ", ".join((*self.keys, *(f"coalesce({name}, 0)" for name in self.counts)))
        added = ", ".join(f"{name} = {self.name}.{name} + excluded.{name}" for name in self.counts)
        keys = ", ".join(self.keys)
        return (
            f"INSERT INTO {self.name} ({keys}, {', '.join(self.counts)}) SELECT {given}"
            f" FROM jsonb_to_recordset(%s::jsonb) AS new({self._typed}) ORDER BY {keys}"
            f" ON CONFLICT ({keys}) DO UPDATE SET {added}"
        )

    def dropping(self) -> str:
        """The statement that takes rows away by their keys, given as JSON."""
        same = " AND ".join(f"{self.name}.{name} = gone.{name}" for name in self.keys)
        return (
            f"DELETE FROM {self.name} USING jsonb_to_recordset(%s::jsonb) AS gone({self._typed}) WHERE {same}"
        )


TALLIES = Table("supervision_tally", ("cut", "key", "day"))
GRAINS = Table("supervision_grain", ("day", "organ_id", "region", "window_id", "task_code", "person"))
HOURS = Table("supervision_hour", ("day", "window_id", "organ_id", "region", "hour"), ("received", "decided"))
TABLES = (GRAINS, TALLIES, HOURS)
_ADDING = {table: table.adding() for table in TABLES}


class Counted:
    """Counts being put together: what cases add (or, with the sign, no longer add)."""

    def __init__(self) -> None:
        self._grains: dict[Key, Counts] = {}
        self._hours: dict[Key, Counts] = {}

    def add(self, matter: Matter, sign: int, *, since: date = date.min, until: date = date.max) -> None:
        """Count what a case adds on the days from ``since`` to ``until``."""
        for one in contributions(matter):
            if since <= one.day <= until:
                _add(self._grains.setdefault(_grain(one), {}), one.counts, sign)
        for day, hour, what in hours(matter):
            if since <= day <= until:
                place = (day, matter.window_id or 0, matter.organ_id, matter.region, hour)
                _add(self._hours.setdefault(place, {}), {what: 1}, sign)

    def rows(self, table: Table) -> dict[Key, Counts]:
        """The counts of one table by key; without those that are 0."""
        found = {GRAINS: self._grains, HOURS: self._hours}.get(table)
        if found is None:
            found = _tallied(self._grains)
        return {key: {name: count for name, count in row.items() if count} for key, row in found.items()}


def move(changes: Iterable[tuple[Matter | None, Matter]]) -> None:
    """Count cases as they stand now instead of as they stood before (None: not known before)."""
    counted = Counted()
    for before, after in changes:
        if before is not None:
            counted.add(before, -1)
        counted.add(after, 1)
    for table in TABLES:
        _write(table, counted.rows(table))
    generations.touch("supervision")


def stored(table: Table, since: date, until: date) -> dict[Key, Counts]:
    """The rows of the days from ``since`` to ``until`` by key, without what is 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join((*table.keys, *table.counts))} FROM {table.name} WHERE day BETWEEN %s AND %s",
            [since, until],
        )
        rows = cursor.fetchall()
    width = len(table.keys)
    found = {
        tuple(row[:width]): {
            name: int(count) for name, count in zip(table.counts, row[width:], strict=True) if count
        }
        for row in rows
    }
    return {key: counts for key, counts in found.items() if counts}


def replace(table: Table, keys: Iterable[Key], told: Mapping[Key, Counts]) -> None:
    """Let the rows of these keys say what is told; those not told are taken away."""
    gone = [dict(zip(table.keys, key, strict=True)) for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(table.dropping(), [msgspec.json.encode(gone).decode()])
    _write(table, {key: told[key] for key in keys if key in told})
    generations.touch("supervision")


def _add(into: Counts, counts: Counts, sign: int) -> None:
    if not into and sign == 1:
        into.update(counts)
        return
    for name, count in counts.items():
        into[name] = into.get(name, 0) + sign * count


def _grain(one: Contribution) -> Key:
    return one.day, one.organ_id, one.region, one.window_id, one.task_code, one.person


def _tallied(grains: Mapping[Key, Counts]) -> dict[Key, Counts]:
    """The tallies that grains add up to, each from the finest sum that holds it."""
    days: dict[Key, Counts] = {}
    months: dict[Key, Counts] = {}  # grains of a month
    for (day, *place), counts in grains.items():
        for cut, key in zip(CUTS[1:], place, strict=True):
            _add(days.setdefault((cut, str(key), day), {}), counts, 1)
        _add(months.setdefault((day.replace(day=1), *place), {}), counts, 1)
    for (cut, _, day), counts in list(days.items()):
        if cut == "organ":
            _add(days.setdefault(("all", "", day), {}), counts, 1)
    found = days.copy()
    for (cut, key, day), counts in days.items():
        _add(found.setdefault((f"{cut}/month", key, day.replace(day=1)), {}), counts, 1)
    for (month, *place), counts in months.items():
        values = dict(zip(CUTS[1:], place, strict=True))
        for one, other in PAIRS:
            key = f"{values[one]}{BETWEEN}{values[other]}"
            _add(found.setdefault((pair(one, other), key, month), {}), counts, 1)
    return found


def _write(table: Table, rows: Mapping[Key, Counts]) -> None:
    changed = [dict(zip(table.keys, key, strict=True)) | counts for key, counts in rows.items() if counts]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_ADDING[table], [msgspec.json.encode(changed).decode()])
