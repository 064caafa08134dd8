"""What comes in a year and how it goes: items by a Zipf-like mix, channels, hours and outcomes, by weight."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from onewindow.base import calendars, clock
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.site.simulate import hours
from onewindow.site.simulate import mix as of_day
from onewindow.site.simulate.lives import Way
from onewindow.site.simulate.year.plan import Rates

Drawn = TypeVar("Drawn")
_ONLINE = ("portal", "mobile")
_CHANNELS = ("window", "portal", "mobile", "kiosk")
_OF_CHANNELS = (46, 82, 97, 100)  # cumulated, in a hundred
_HALVES = list(accumulate(of_day.ARRIVALS))
# What comes online, by the hour of the day.
_HOURS = list(accumulate((1, 0, 0, 0, 0, 1, 3, 8, 16, 22, 21, 14, 9, 11, 18, 19, 17, 13, 9, 9, 10, 8, 5, 2)))
_LONG = 5  # working days promised, from which on a pause, an extension or a report upwards is worth the while
_NEVER_FETCHED = 0.003
_BRIEF = 0.6
_DEFERRED = 0.04
_DEFERRAL_DAYS = 3  # working days, as ``lives`` promises them


class Items:
    """The items that are asked for, the first ones most."""

    def __init__(self, codes: Sequence[str], seed: int) -> None:
        self._items = [catalog.current(code) for code in codes]
        Random(f"items:{seed}").shuffle(self._items)
        self._weights = list(accumulate(1 / (place + 4) for place in range(len(self._items))))

    def pick(self, dice: Random) -> ItemDefinition:
        """One of them."""
        return weighed(self._items, self._weights, dice)


def weighed(these: Sequence[Drawn], cumulated: Sequence[float], dice: Random) -> Drawn:
    """One of ``these`` by weight: what ``Random.choices`` would draw, without its checks and its list."""
    return these[bisect(cumulated, dice.random() * (cumulated[-1] + 0.0), 0, len(these) - 1)]


def channel(day: date, dice: Random) -> str:
    """How a case comes in; on a free day online."""
    if not calendars.table().is_workday(day):
        return dice.choice(_ONLINE)
    return weighed(_CHANNELS, _OF_CHANNELS, dice)


def arrival(day: date, channel: str, dice: Random) -> datetime:
    """When it comes in: at the hall's hours, or online at any hour."""
    if channel in _ONLINE:
        hour = weighed(range(24), _HOURS, dice)
        return clock.start_of(day) + timedelta(seconds=hour * 3600 + dice.randrange(3600))
    half = weighed(range(len(_HALVES)), _HALVES, dice)
    return hours.at(day, hours.OPENS) + timedelta(seconds=half * 1800 + dice.randrange(1800))


def way(item: ItemDefinition, rates: Rates, dice: Random, *, is_online: bool) -> Way:
    """How a case of this item will go."""
    if item.kind == "instant":
        outcome = of_day.drawn(of_day.INSTANT, dice) or "instant"
        if outcome == "withdrawn" and not is_online:
            outcome = "instant"
        return Way(outcome=outcome, is_brief=dice.random() < _BRIEF)
    late = _late(item, rates, dice)
    if late:
        return Way(outcome="committed", late=late)
    if dice.random() < _NEVER_FETCHED:
        return Way(outcome="committed", stop="produced")
    if dice.random() < _DEFERRED and _may_defer(item):
        return Way(outcome="deferred", late=int(dice.random() < 0.1))
    outcome = of_day.drawn(_OUTCOMES, dice) or "committed"
    return Way(outcome=outcome if _is_possible(outcome, item, is_online) else "committed")


_OUTCOMES = {name: weight for name, weight in of_day.COMMITMENT.items() if name != "late"}


def _late(item: ItemDefinition, rates: Rates, dice: Random) -> int:
    """Working days past the promise: within the law's limit, or past that as well."""
    drawn = dice.random()
    if item.promised_limit is None or drawn >= rates.over_promise + rates.over_law:
        return 0
    room = item.legal_limit.days - item.promised_limit.days if item.legal_limit else 0
    if drawn < rates.over_law and item.legal_limit:
        return room + dice.randrange(1, 9)
    return dice.randrange(1, min(room, 5) + 1) if room else 0


def _may_defer(item: ItemDefinition) -> bool:
    """What is brought three days later must still come before the promise ends."""
    has_time = item.promised_limit is not None and item.promised_limit.days >= _DEFERRAL_DAYS
    return has_time and any(one.need == "deferrable" for one in item.materials)


def _is_possible(outcome: str, item: ItemDefinition, is_online: bool) -> bool:
    promised = item.promised_limit.days if item.promised_limit else 0
    if outcome == "withdrawn":
        return is_online
    if outcome == "deemed":
        return item.type_rules.is_deemed and item.type_rules.correction_days is not None and promised >= _LONG
    if outcome == "extended":
        return promised >= _LONG and item.legal_limit is not None and item.legal_limit.days > promised
    return promised >= _LONG if outcome in ("paused", "forwarded") else True
