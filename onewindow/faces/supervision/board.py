"""The desk (看板): what runs now, and every figure opens its cases."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.faces.supervision import choosing, drawing, sections
from onewindow.faces.supervision.choosing import Chosen
from onewindow.supervision.queries import board as boards
from onewindow.supervision.queries import cuts, hours, trends
from onewindow.supervision.queries.listing import LABELS
from onewindow.supervision.rules.indicators import ratio
from onewindow.supervision.rules.matters import hour_of
from onewindow.ui import session

ROWS = 60
WINDOWS = 12
# Below so many cases a rate says little: such organs are told after the others and not ranked.
SMALL = 30
MOVED = ("received", "accepted", "closed")
# The parts that stand on the desk, each a template of its own; the live connection sends those that changed.
PARTS = ("clock", "figures", "by", "heat", "flow", "trend", "ranking", "regions")


class Rank(msgspec.Struct, frozen=True):
    """An organ's rate of this month; ``bar`` is its length in percent of the axis."""

    key: str
    name: str
    rate: Decimal | None
    count: int
    is_small: bool
    bar: int


@require_GET
@session.page(permission=sections.ALL)
def desk(request: HttpRequest) -> HttpResponse:
    """The page; without scripts it is whole as well, and tells nothing new until it is loaded again."""
    chosen = choosing.chosen(request)
    more = {"parts": [(part, f"supervision/parts/{part}.html") for part in PARTS]}
    made = context(chosen, now=clock.now())
    shell = sections.shell(request, sections.BOARD, **choosing.options(chosen), **more, **made)
    return render(request, "supervision/board.html", shell)


def context(chosen: Chosen, *, now: datetime) -> dict[str, Any]:
    """Everything that the parts of the desk show."""
    today, cut = clock.day_of(now), chosen.cut
    held, flow = boards.on_hand(cut, today=today), boards.flow(cut, today=today)
    days = trends.working_days(cut, today=today)
    month = cuts.counts(cut, today.replace(day=1), today)
    behind = {name: chosen.link("/supervision/cases", show=name) for name in LABELS}
    return {
        "now": now,
        "today": today,
        "chosen": chosen,
        "moved": [(LABELS[name], days[-1][1][name], behind[name]) for name in MOVED],
        "held": held,
        "behind": behind,
        "wall_link": chosen.link("/supervision/wall"),
        "rows": _rows(chosen, today),
        "switch": [(by, chosen.link("/supervision/board", by=by), by == chosen.by) for by in choosing.BY],
        "heat": heat_of(hours.heat(cut, today=today, hour=hour_of(now), limit=WINDOWS)),
        "flow": _flow(chosen, flow, held.on_hand),
        "paused": (month["paused_cases"], month["paused_days"]),
        "days": days,
        "months": trends.months(cut, today=today),
        "ranking": ranking(cut, today=today),
        "small": SMALL,
        "tiles": _tiles(chosen, today),
    }


def _rows(chosen: Chosen, today: date) -> list[dict[str, Any]]:
    found = boards.on_hand_by(chosen.by, chosen.cut, today=today, limit=ROWS)
    return [
        {
            "name": choosing.name_of(chosen.by, key),
            "cells": [(name, count, name in _LATE) for name, count in _cells(held)],
            "link": chosen.link("/supervision/cases", **{chosen.by: key}),
        }
        for key, held in found
    ]


_LATE = ("red", "over_promise", "over_law")
_CELLS = ("red", "yellow", "green", "grey", "due_in_1", "due_in_3", "due_in_5", "over_promise", "over_law")


def _cells(held: boards.OnHand) -> list[tuple[str, int]]:
    return [("on_hand", held.on_hand), *((name, getattr(held, name)) for name in _CELLS)]


def heat_of(lines: list[hours.Line] | None) -> dict[str, Any] | None:
    """The heat map with the names of its windows; None where hours do not know the cut."""
    if lines is None:
        return None
    heads = [cell.hour for cell in lines[0].cells] if lines else list(hours.DAY_HOURS)
    return {"hours": heads, "lines": [(choosing.window_name(line.window_id), line) for line in lines]}


_ORDER = ("received", "correcting", "accepted", "in_review", "paused")


def _flow(chosen: Chosen, flow: boards.Flow, total: int) -> dict[str, Any]:
    counted = [(state, flow.states.get(state, 0)) for state in _ORDER]
    return {
        "states": [
            (state, count, round(100 * count / total) if total else 0,
             chosen.link("/supervision/cases", show="on_hand", state=state))
            for state, count in counted
        ],
        "pauses": flow.pauses,
    }  # fmt: skip


def ranking(cut: cuts.Cut, *, today: date) -> list[Rank]:
    """Organs by their rate of cases decided within the promise this month, best first, small samples last."""
    found = trends.side_by_side("organ", cut, today.replace(day=1), today)
    rated = [(key, ratio(one["on_time"], one["limited"]), one["limited"]) for key, one in found.items()]
    floor = drawing.floor_of([rate for _, rate, _ in rated])
    ranks = [
        Rank(key, choosing.name_of("organ", key), rate, count, count < SMALL, drawing.bar(rate, floor=floor))
        for key, rate, count in rated
        if count
    ]
    return sorted(ranks, key=lambda one: (one.is_small, -(one.rate or 0), one.name))


def _tiles(chosen: Chosen, today: date) -> list[dict[str, Any]]:
    """A tile a region that has cases, in the order of the codes: no boundaries are known, so none are drawn."""
    held = dict(boards.on_hand_by("region", chosen.cut, today=today))
    moved = trends.side_by_side("region", chosen.cut, today.replace(day=1), today)
    most = max((moved[key]["closed"] for key in moved), default=0)
    return [
        {
            "code": key,
            "name": choosing.region_name(key),
            "held": held.get(key),
            "closed": moved[key]["closed"] if key in moved else 0,
            "shade": -(-9 * moved[key]["closed"] // most) if key in moved and most else 0,
            "link": chosen.link("/supervision/cases", region=key, show="on_hand"),
        }
        for key in sorted({*held, *moved})
    ]
