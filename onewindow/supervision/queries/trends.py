"""Counts along time and side by side: working days, months, and every organ, window, region, item or person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection

from onewindow.base import calendars
from onewindow.supervision.queries.cuts import COLUMNS, KEY, Counts, Cut, periods
from onewindow.supervision.rules.measures import BETWEEN, MEASURES, PAIRS, pair

CUTS = ("organ", "window", "region", "item", "person")
_SUMS = ", ".join(f"sum({name})::bigint" for name in MEASURES)
_COLUMN = {"organ": "organ_id", "window": "window_id", "item": "task_code"}


def working_days(cut: Cut, *, today: date, days: int = 14) -> list[tuple[date, Counts]]:
    """The counts of the last ``days`` working days before today and of today, oldest first; one statement."""
    table = calendars.table()
    wanted = [day for day in _back(today, days * 3) if table.is_workday(day)][-days:]
    wanted = [*wanted, today]
    found = _series(cut, "", wanted[0], today)
    return [(day, found.get(day, _none())) for day in wanted]


def daily(cut: Cut, since: date, until: date) -> dict[date, Counts]:
    """The counts of each day of the stretch that has any; one statement."""
    return _series(cut, "", since, until)


def months(cut: Cut, *, today: date, months: int = 12) -> list[tuple[date, Counts]]:
    """The counts of the last ``months`` months with the present one, under their first days; one statement."""
    wanted = [today.replace(day=1)]
    while len(wanted) < months:
        wanted.append((wanted[-1] - timedelta(days=1)).replace(day=1))
    found = _series(cut, "/month", wanted[-1], today)
    return [(day, found.get(day, _none())) for day in reversed(wanted)]


def side_by_side(by: str, cut: Cut, since: date, until: date) -> dict[str, Counts]:
    """The counts of every key of ``by`` within the cut over the days; one statement.

    Without another bound whole months are read as such, so that a year of all organs is a few hundred rows.
    """
    bounds = {name: keys for name, keys in cut.bounds().items() if name != by}
    if len(bounds) == 1 and (next(iter(bounds)), by) in PAIRS and by not in cut.bounds():
        return _of_pair(next(iter(bounds)), by, cut, since, until)
    if bounds or by not in CUTS:
        return _of_grains(by, cut, since, until)
    own = cut.bounds().get(by)
    where, more = ("", []) if own is None else (f" AND {KEY[by == 'region']}", [own])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, {_SUMS} FROM supervision_tally WHERE (cut = %s AND day BETWEEN %s AND %s"
            f" OR cut = %s AND (day BETWEEN %s AND %s OR day BETWEEN %s AND %s)){where} GROUP BY key",
            [*_stretches(by, since, until), *more],
        )
        return _read(cursor.fetchall())


def _of_pair(one: str, by: str, cut: Cut, since: date, until: date) -> dict[str, Counts]:
    """The keys of ``by`` beside a bound that is tallied with it: whole months from there, others from the grains."""
    total: dict[str, Counts] = {}
    lead = cut.bounds()[one][0] + BETWEEN
    for kind, first, last in periods(since, until):
        part = _of_grains(by, cut, first, last) if not kind else _of_lead(pair(one, by), lead, first, last)
        for key, counts in part.items():
            known = total.setdefault(key, _none())
            for name, count in counts.items():
                known[name] += count
    return total


def _of_lead(name: str, lead: str, first: date, last: date) -> dict[str, Counts]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT substr(key, %s), {_SUMS} FROM supervision_tally"
            " WHERE cut = %s AND day BETWEEN %s AND %s AND starts_with(key, %s) GROUP BY 1",
            [len(lead) + 1, name, first, last, lead],
        )
        return _read(cursor.fetchall())


def _stretches(by: str, since: date, until: date) -> list[Any]:
    """The whole months in the middle, and the days before and after them; an empty stretch ends before it begins."""
    first = since if since.day == 1 else (since.replace(day=1) + timedelta(days=32)).replace(day=1)
    end = (until + timedelta(days=1)).replace(day=1)
    if first >= end:
        return [
            f"{by}/month",
            until,
            since - timedelta(days=1),
            by,
            since,
            until,
            until,
            since - timedelta(days=1),
        ]
    day = timedelta(days=1)
    return [f"{by}/month", first, end - day, by, since, first - day, end, until]


def _of_grains(by: str, cut: Cut, since: date, until: date) -> dict[str, Counts]:
    where = "".join(f" AND {COLUMNS[name]}" for name in cut.bounds())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMN.get(by, by)}::text, {_SUMS} FROM supervision_grain"
            f" WHERE day BETWEEN %s AND %s{where} GROUP BY 1",
            [since, until, *cut.bounds().values()],
        )
        return _read(cursor.fetchall())


def _read(rows: list[tuple[Any, ...]]) -> dict[str, Counts]:
    return {
        str(key): {name: int(count) for name, count in zip(MEASURES, counts, strict=True)}
        for key, *counts in rows
    }


def _series(cut: Cut, kind: str, since: date, until: date) -> dict[date, Counts]:
    bounds = cut.bounds()
    if len(bounds) > 1:
        day = "date_trunc('month', day)::date" if kind else "day"
        where = "".join(f" AND {COLUMNS[name]}" for name in bounds)
        sql = f"SELECT {day}, {_SUMS} FROM supervision_grain WHERE day BETWEEN %s AND %s{where} GROUP BY 1"
        given: list[Any] = [since, until, *bounds.values()]
    else:
        name, keys = next(iter(bounds.items())) if bounds else ("all", [""])
        sql = (
            f"SELECT day, {_SUMS} FROM supervision_tally WHERE cut = %s AND day BETWEEN %s AND %s"
            f" AND {KEY[name == 'region']} GROUP BY day"
        )
        given = [f"{name}{kind}", since, until, keys]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {
            row[0]: {name: int(count) for name, count in zip(MEASURES, row[1:], strict=True)}
            for row in cursor.fetchall()
        }


def _back(today: date, days: int) -> list[date]:
    return [today - timedelta(days=back) for back in range(days, 0, -1)]


def _none() -> Counts:
    return dict.fromkeys(MEASURES, 0)
