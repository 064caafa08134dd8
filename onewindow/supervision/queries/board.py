"""The board: what came, went and lies on hand now, by light and by how near its limit is."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import calendars
from onewindow.supervision.queries.cuts import COLUMNS, Cut, counts

NEAR = (1, 3, 5)
# Of what a row of the board is told: the column and nothing else reaches the statement.
BY = {
    "organ": "organ_id",
    "region": "region",
    "window": "coalesce(window_id, 0)",
    "item": "task_code",
}

_LATE = "coalesce(least(promised_due_on, legal_due_on, due_on) < %(today)s, false)"
# The filter of each figure over the open cases, in the order of ``OnHand``; lists of cases use the same.
COUNTED = {
    "on_hand": "true",
    "red": _LATE,
    "yellow": f"NOT {_LATE} AND due_on <= %(near_1)s",
    "grey": f"NOT {_LATE} AND due_on IS NULL",
    "due_in_1": f"NOT {_LATE} AND due_on <= %(near_1)s",
    "due_in_3": f"NOT {_LATE} AND due_on <= %(near_3)s",
    "due_in_5": f"NOT {_LATE} AND due_on <= %(near_5)s",
    "over_promise": "promised_due_on < %(today)s",
    "over_law": "legal_due_on < %(today)s",
}
_FIGURES = f"""{", ".join(f"count(*) FILTER (WHERE {one})" for one in COUNTED.values())}
FROM supervision_matter WHERE is_open"""
COUNTED |= {"green": f"NOT {_LATE} AND due_on > %(near_1)s"}


class OnHand(msgspec.Struct, frozen=True):
    """Cases being handled: all, by light, due within 1, 3 and 5 working days, over the promise and the law."""

    on_hand: int
    red: int
    yellow: int
    grey: int
    due_in_1: int
    due_in_3: int
    due_in_5: int
    over_promise: int
    over_law: int

    @property
    def green(self) -> int:
        return self.on_hand - self.red - self.yellow - self.grey

    @property
    def lights(self) -> dict[str, int]:
        """Cases by the colour of their nearest clock; grey stands still."""
        return {"green": self.green, "yellow": self.yellow, "red": self.red, "grey": self.grey}


def on_hand(cut: Cut, *, today: date) -> OnHand:
    """What is being handled in this cut; one statement over the open cases."""
    where, given = bounded(cut, today)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_FIGURES}{where}", given)
        return OnHand(*cursor.fetchone())


def on_hand_by(by: str, cut: Cut, *, today: date, limit: int = 500) -> list[tuple[str, OnHand]]:
    """The same for each organ, region, window or item of the cut, the latest first; one statement."""
    where, given = bounded(cut, today)
    column = BY[by]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}::text, {_FIGURES}{where} GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1 LIMIT %(limit)s",
            given | {"limit": limit},
        )
        return [(row[0], OnHand(*row[1:])) for row in cursor.fetchall()]


def board(cut: Cut, *, today: date) -> dict[str, Any]:
    """Today's figures as the contract gives them (section 3); two statements."""
    moved, held = counts(cut, today, today), on_hand(cut, today=today)
    return {
        "received": moved["received"],
        "accepted": moved["accepted"],
        "closed": moved["closed"],
        "on_hand": held.on_hand,
        "by_light": held.lights,
        "due_in": {"1": held.due_in_1, "3": held.due_in_3, "5": held.due_in_5},
        "over_promise": held.over_promise,
        "over_law": held.over_law,
    }


def bounded(cut: Cut, today: date) -> tuple[str, dict[str, Any]]:
    """The bounds of a cut over matters as conditions, with today and the days near to it as parameters."""
    table = calendars.table()
    given: dict[str, Any] = {"today": today} | {f"near_{days}": table.add(today, days) for days in NEAR}
    where = ""
    for name, keys in cut.bounds().items():
        given[name] = keys
        where += f" AND {COLUMNS[name].replace('%s', f'%({name})s').replace('person =', 'accepted_by =')}"
    return where, given


_FLOW = "SELECT state, pause_kind, count(*), min(paused_on) FROM supervision_matter WHERE is_open"


class Flow(msgspec.Struct, frozen=True):
    """Open cases by state, and those that wait by what for: kind, how many, since when the oldest."""

    states: dict[str, int]
    pauses: tuple[tuple[str, int, date], ...]


def flow(cut: Cut, *, today: date) -> Flow:
    """Where the open cases are; one statement."""
    where, given = bounded(cut, today)
    states: dict[str, int] = {}
    pauses: list[tuple[str, int, date]] = []
    with connection.cursor() as cursor:
        cursor.execute(f"{_FLOW}{where} GROUP BY state, pause_kind", given)
        for state, kind, count, since in cursor.fetchall():
            states[state] = states.get(state, 0) + count
            if kind:
                pauses.append((kind, count, since))
    return Flow(states, tuple(sorted(pauses, key=lambda one: -one[1])))
