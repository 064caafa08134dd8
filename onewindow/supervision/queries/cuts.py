"""A cut: for which organ, window, region, item or person something is counted; and counts over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
from django.db import connection

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed
from onewindow.org import queries as org
from onewindow.org import rules
from onewindow.supervision.rules.measures import BETWEEN, MEASURES, PAIRS, pair

Counts = dict[str, int]
_SUMS = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in MEASURES)
_GRAINS = f"SELECT {_SUMS} FROM supervision_grain WHERE day BETWEEN %s AND %s"
TALLIES = f"SELECT {_SUMS} FROM supervision_tally WHERE cut = %s AND day BETWEEN %s AND %s AND "


class Cut(msgspec.Struct, frozen=True):
    """What is counted; None is no bound. A region stands for all that lie in it."""

    organ_id: int | None = None
    window_id: int | None = None
    region: str | None = None
    task_code: str | None = None
    person: str | None = None

    def bounds(self) -> dict[str, list[str]]:
        """The bounds by name of the cut, as keys of the tallies."""
        told = {
            "organ": [] if self.organ_id is None else [str(self.organ_id)],
            "window": [] if self.window_id is None else [str(self.window_id)],
            "region": [] if self.region is None else [f"{self.region}%"],
            "item": [] if self.task_code is None else [self.task_code],
            "person": [] if self.person is None else [self.person],
        }
        return {name: keys for name, keys in told.items() if keys}


KEY = {False: "key = ANY(%s)", True: "key LIKE ANY(%s)"}
COLUMNS = {
    "organ": "organ_id = ANY(%s::bigint[])",
    "window": "window_id = ANY(%s::bigint[])",
    "region": "region LIKE ANY(%s)",
    "item": "task_code = ANY(%s)",
    "person": "person = ANY(%s)",
}


def cut(
    *,
    organ: str | None = None,
    window: str | None = None,
    region: str | None = None,
    item: str | None = None,
    person: str | None = None,
) -> Cut:
    """The cut that these words name: an organ by name or code, a window by id or code, a region by code.

    Raises ``Invalid`` with the field that names nothing.
    """
    return Cut(
        None if organ is None else _organ(organ),
        None if window is None else _window(window),
        None if region is None else _region(region),
        item,
        person,
    )


def _organ(name: str) -> int:
    for one in org.organs():
        if name in (one.name, one.code, str(one.id)):
            return one.id
    raise _unknown("organ", N_("没有这个部门。"))


def _window(name: str) -> int:
    for one in org.windows():
        if name in (str(one.id), one.code, one.name):
            return one.id
    raise _unknown("window", N_("没有这个窗口。"))


def _region(code: str) -> str:
    if not code.isascii() or not code.isdigit() or len(code) > 12:
        raise _unknown("region", N_("没有这个区划。"))
    return rules.stem(code)


def _unknown(field: str, message: str) -> Invalid:
    return Invalid(
        "invalid-fields",
        N_("有的内容不符合要求，请改正后再提交。"),
        fields=[FieldError(field, "unknown", message)],
    )


def counts(of: Cut, since: date, until: date) -> Counts:
    """The measures summed over the days from ``since`` to ``until``; one statement, two where months help."""
    bounds = of.bounds()
    if len(bounds) > 1:
        return _pair(bounds, since, until) or _grains(bounds, since, until)
    name, keys = next(iter(bounds.items())) if bounds else ("all", [""])
    total = dict.fromkeys(MEASURES, 0)
    for kind, first, last in periods(since, until):
        with connection.cursor() as cursor:
            cursor.execute(TALLIES + KEY[name == "region"], [f"{name}{kind}", first, last, keys])
            for measure, count in zip(MEASURES, cursor.fetchone(), strict=True):
                total[measure] += int(count)
    return total


def _pair(bounds: dict[str, list[str]], since: date, until: date) -> Counts | None:
    """Two bounds that are tallied together: whole months from there, the days around them from the grains."""
    found = next((two for two in PAIRS if set(two) == set(bounds)), None)
    if found is None:
        return None
    total = dict.fromkeys(MEASURES, 0)
    for kind, first, last in periods(since, until):
        if kind:
            keys = [f"{bounds[found[0]][0]}{BETWEEN}{bounds[found[1]][0]}"]
            with connection.cursor() as cursor:
                cursor.execute(TALLIES + KEY[found[1] == "region"], [pair(*found), first, last, keys])
                part = dict(zip(MEASURES, map(int, cursor.fetchone()), strict=True))
        else:
            part = _grains(bounds, first, last)
        for measure in MEASURES:
            total[measure] += part[measure]
    return total


def _grains(bounds: dict[str, list[str]], since: date, until: date) -> Counts:
    where = "".join(f" AND {COLUMNS[name]}" for name in bounds)
    with connection.cursor() as cursor:
        cursor.execute(_GRAINS + where, [since, until, *bounds.values()])
        return {name: int(count) for name, count in zip(MEASURES, cursor.fetchone(), strict=True)}


def periods(since: date, until: date) -> Iterator[tuple[str, date, date]]:
    """The stretch as whole months and the days around them: (suffix of the cut, first row, last row)."""
    if since > until:
        return
    first = since if since.day == 1 else _next_month(since)
    after = until + timedelta(days=1)
    end = after.replace(day=1)  # the first day of the month that is not whole
    if first >= end:
        yield "", since, until
        return
    if since < first:
        yield "", since, first - timedelta(days=1)
    yield "/month", first, end - timedelta(days=1)
    if end <= until:
        yield "", end, until


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def bound(actor: Actor, asked: Cut) -> Cut:
    """``asked`` as far as the actor may look: those who watch see all, others their own organ alone.

    Raises ``NotAllowed`` for another organ's figures.
    """
    if actor.has("supervisor", "manager", "leader"):
        return asked
    if asked.organ_id not in (None, actor.organ_id):
        raise NotAllowed("not-your-organ", N_("只能查看本部门的数据。"))
    return msgspec.structs.replace(asked, organ_id=actor.organ_id)
