"""What comes on a busy day and how it goes: items, channels, outcomes and the hours of arrival, by weight."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from onewindow.catalog import queries as catalog
from onewindow.site.simulate import hours
from onewindow.site.simulate.forms import CONSTRUCTION, DRAINAGE, FOOD_SHOP, GAS, HOUSING_FUND, TOXIC_DRUGS
from onewindow.site.simulate.lives import Way
from onewindow.site.simulate.matter import Matter, World

# Cases in a hundred; most of a centre's day is small matters.
ITEMS = {HOUSING_FUND: 34, FOOD_SHOP: 27, DRAINAGE: 15, TOXIC_DRUGS: 10, CONSTRUCTION: 7, GAS: 7}
CHANNELS = {"window": 42, "portal": 42, "mobile": 13, "kiosk": 3}
# Share of the day's arrivals in each half hour from 8:30: a steep morning, a quiet noon, a lower afternoon.
ARRIVALS = (3, 7, 10, 11, 10, 8, 4, 2, 2, 2, 4, 7, 8, 8, 6, 4, 3, 1)
# Cases in a thousand; the rest is accepted, decided and delivered in time.
COMMITMENT = {
    "corrected": 80,
    "late": 20,
    "denied": 20,
    "paused": 18,
    "refused": 14,
    "withdrawn": 12,
    "transferred": 12,
    "returned": 9,
    "unanswered": 9,
    "not-corrected": 6,
    "extended": 5,
    "terminated": 4,
    "forwarded": 3,
    "deemed": 2,
}
INSTANT = {"corrected": 15, "refused": 8, "withdrawn": 4}
_DEFERRED = 150  # of those items that have something to defer
_ONLY_LONG = ("paused", "extended", "forwarded", "deemed")  # what takes a fortnight happens to licences


def arrivals(day: date, count: int, dice: Random) -> list[datetime]:
    """``count`` instants of one day between 8:30 and 17:30, in order."""
    halves = dice.choices(range(len(ARRIVALS)), ARRIVALS, k=count)
    opening = hours.at(day, hours.OPENS)
    return sorted(opening + timedelta(seconds=half * 1800 + dice.randrange(1800)) for half in halves)


def matter(world: World, dice: Random, *, task_code: str | None = None, channel: str | None = None) -> Matter:
    """A case of somebody out of the crowd."""
    code = task_code or _pick(ITEMS, dice)
    way = channel or _pick(CHANNELS, dice)
    kind = _kind(code, dice)
    number, who = world.crowd.anybody(kind, dice)
    online = None if way == "window" else (kind, number)
    return Matter(world, code, applicant=who, channel=way, dice=dice, online=online)


def way(found: Matter, dice: Random) -> Way:
    """How this matter will go."""
    item = found.item
    if item.kind == "instant":
        return _possible(drawn(INSTANT, dice) or "instant", found)
    if any(one.need == "deferrable" for one in item.materials) and dice.randrange(1000) < _DEFERRED:
        return Way(outcome="deferred", late=dice.choice((0, 0, 0, 0, 1)))
    outcome = drawn(COMMITMENT, dice) or "committed"
    if outcome == "late":
        return Way(outcome="committed", late=dice.randrange(1, 4))
    if outcome == "paused":
        return _possible(outcome, found, late=dice.choice((0, 0, 0, 0, 0, 2)))
    return _possible(outcome, found)


def _possible(outcome: str, found: Matter, *, late: int = 0) -> Way:
    """The outcome when the item and the channel allow it, the ordinary one when not."""
    if outcome == "withdrawn" and not found.is_online:
        outcome = "committed"
    if outcome in _ONLY_LONG and (found.item.task_code not in (DRAINAGE, GAS, TOXIC_DRUGS)):
        outcome, late = "committed", 0
    return Way(outcome=outcome, late=late)


def drawn(weights: dict[str, int], dice: Random) -> str | None:
    """A name by its weight in a thousand; None for the rest."""
    left = dice.randrange(1000)
    for name, weight in weights.items():
        left -= weight
        if left < 0:
            return name
    return None


def _pick(weights: dict[str, int], dice: Random) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _kind(task_code: str, dice: Random) -> str:
    audiences = catalog.current(task_code).audiences
    if len(audiences) == 1:
        return audiences[0]
    return "person" if dice.random() < 0.75 else "organisation"
