"""The wall (大屏): what a room must see from ten metres; nothing important turns away."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.catalog import queries as catalog
from onewindow.faces.supervision import board, choosing, drawing, sections
from onewindow.faces.supervision.choosing import Chosen
from onewindow.org import queries as org
from onewindow.reviews.queries import ratings
from onewindow.supervision.queries import board as boards
from onewindow.supervision.queries import cuts, hours, trends, urgent
from onewindow.supervision.queries.listing import LABELS
from onewindow.supervision.rules.indicators import ratio
from onewindow.supervision.rules.matters import hour_of
from onewindow.supervision.rules.shipped import RULES
from onewindow.ui import session

PARTS = ("clock", "top", "urgent", "heat", "trend", "ranking", "ratings")
WINDOWS, CARDS, LAST = 5, 6, 5
TREND = (730, 150)
ROW = 46  # of the heat map: what windows leave free, the trend takes
_TENTH = Decimal("0.1")
_RULE_NAMES = {rule.number: rule.name for rule in RULES.all}


@require_GET
@session.page(permission=sections.ALL)
def page(request: HttpRequest) -> HttpResponse:
    """The wall as it stands now; scripts keep it moving."""
    chosen = choosing.chosen(request)
    parts = [(part, f"supervision/wall/{part}.html") for part in PARTS]
    told = {"parts": parts, "theme": "dark"} | context(chosen, now=clock.now())
    return render(request, "supervision/wall.html", told)


def context(chosen: Chosen, *, now: datetime) -> dict[str, Any]:
    """Everything that the wall shows."""
    today, cut = clock.day_of(now), chosen.cut
    month = cuts.counts(cut, today.replace(day=1), today)
    days = trends.working_days(cut, today=today)
    heat = board.heat_of(hours.heat(cut, today=today, hour=hour_of(now), limit=WINDOWS))
    return {
        "now": now,
        "today": today,
        "chosen": chosen,
        "moved": days[-1][1],
        "held": boards.on_hand(cut, today=today),
        "behind": {name: chosen.link("/supervision/cases", show=name) for name in LABELS},
        "on_time": tenth(ratio(month["on_time"], month["limited"])),
        "in_law": tenth(ratio(month["legal_known"] - month["over_law"], month["legal_known"])),
        "quicker": _quicker(month),
        "levels": urgent.levels(cut, today=today),
        "cards": [_card(one) for one in urgent.first(cut, today=today, limit=CARDS)],
        "heat": heat,
        "trend": _trend(days[:-1], windows=len(heat["lines"]) if heat else 0),
        "ranking": _last(cut, today=today),
        "small": board.SMALL,
        "ratings": _ratings(cut, today=today),
    }


def tenth(value: Decimal | None) -> Decimal | None:
    """One place behind the point is enough from ten metres."""
    return None if value is None else value.quantize(_TENTH, rounding=ROUND_HALF_UP)


def _quicker(month: cuts.Counts) -> dict[str, Any]:
    """How much less was used than promised, in percent, and the means of both in working days."""
    promised, used, count = month["promised_days"], month["promised_used_days"], month["promised_cases"]
    return {
        "percent": tenth(ratio(promised - used, promised)),
        "used": tenth(ratio(used, count, unit="")),
        "promised": tenth(ratio(promised, count, unit="")),
    }


def _card(one: urgent.Urgent) -> dict[str, Any]:
    return {
        "card": one,
        "item": catalog.definition(one.item_version_id).name,
        "organ": choosing.name_of("organ", str(one.organ_id)),
        "rule": _RULE_NAMES.get(one.rule, one.rule),
    }


def _trend(days: list[tuple[Any, cuts.Counts]], *, windows: int) -> dict[str, Any]:
    """The drawing stands on its axis: ``height`` is that of the lines, the labels hang below."""
    height = TREND[1] + ROW * (WINDOWS - max(1, windows))
    series = [[counts[name] for _, counts in days] for name in ("accepted", "closed")]
    drawn = drawing.plot(series, width=TREND[0], height=height)
    marks = [(x, day.day) for x, (day, _) in zip(drawn.places, days, strict=True)]
    return {"height": height, "plot": drawn, "marks": marks, "last": days[-1][1], "day": days[-1][0]}


def _last(cut: cuts.Cut, *, today: Any) -> dict[str, Any]:
    """The last of those with enough cases; where there are none, all, and the page says so."""
    ranks = board.ranking(cut, today=today)
    fair = [one for one in ranks if not one.is_small]
    shown = list(reversed(fair[-LAST:])) if fair else ranks[:LAST]
    return {"ranks": shown, "is_fair": bool(fair), "floor": drawing.floor_of([one.rate for one in ranks])}


def _ratings(cut: cuts.Cut, *, today: Any) -> dict[str, Any] | None:
    """Ratings of this month; None for a cut that ratings do not know."""
    bounds = set(cut.bounds())
    if not bounds <= {"organ"}:
        return None
    since = today.replace(day=1)
    organ = None if cut.organ_id is None else org.organ(cut.organ_id).name
    return ratings.voices(organ=organ, since=since, until=today)
