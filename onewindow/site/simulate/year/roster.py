"""Who works through the year, by what terms, and who comes: looked up once, for a year asks a million times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import accumulate
from random import Random

from onewindow.base import calendars
from onewindow.kernel.actor import Actor
from onewindow.org import queries as org
from onewindow.reviews import store
from onewindow.reviews.services.making import Desk
from onewindow.site.simulate import crowd
from onewindow.site.simulate.office import Office
from onewindow.site.simulate.year import mix

_PEOPLE, _FIRMS = (10_000, 700_000), (1_000, 60_000)  # (first number, how many)


class Roster(Office):
    """The staff by role and organ, as their duties stand on the first day of the year."""

    def __init__(self, day: date) -> None:
        """For the year that begins on ``day``."""
        self._since = day
        self._actors = {
            one.username: org.actor_for(one.id, username=one.username, name=one.name, on=day)
            for one in org.staff()
        }
        self._organs = {one.id: one for one in org.organs(active_only=False)}
        self.desk = Desk(store.terms_now(), calendars.table())
        self._known: dict[tuple[str, int], tuple[list[Actor], list[float]]] = {}

    def one(self, username: str, *, on: date) -> Actor:
        """A certain member of staff."""
        return self._actors[username]

    def pick(self, role: str, organ_id: int, *, on: date, dice: Random, without: Sequence[str] = ()) -> Actor:
        """Somebody who may act as ``role`` for the organ and is not one of ``without``; some have more to do."""
        actors, weights = self._who(role, organ_id)
        while True:
            found = mix.weighed(actors, weights, dice)
            if found.username not in without:
                return found

    def organ(self, organ_id: int) -> org.OrganInfo:
        """An organ."""
        return self._organs[organ_id]

    def _who(self, role: str, organ_id: int) -> tuple[list[Actor], list[float]]:
        key = (role, organ_id)
        if key not in self._known:
            holders = org.holders(role, organ_id=organ_id, on=self._since)
            actors = [self._actors[one.username] for one in holders if one.username != "dual1"]
            self._known[key] = actors, list(accumulate(1 / (place + 3) for place in range(len(actors))))
        return self._known[key]


class Population(crowd.Crowd):
    """Everybody who may come: a city's people and firms, some of whom come often."""

    def __init__(self) -> None:
        """The same whatever the seed: the dice of each case pick out of it."""

    def anybody(self, kind: str, dice: Random) -> tuple[int, dict[str, str]]:
        """(number, applicant): a person or an organisation."""
        first, many = _FIRMS if kind == "organisation" else _PEOPLE
        number = first + int(many * dice.random() ** 2)
        return number, crowd.firm(number) if kind == "organisation" else crowd.person(number)

    def online(self, kind: str, number: int, *, now: datetime) -> Actor:
        """The one who applies online for that applicant, under the name that ``crowd.Crowd`` would register.

        Nobody is registered: half a million accounts that no one can open would only be in the way.
        """
        if kind == "organisation":
            return Actor(0, f"operator{number}", "", frozenset({"enterprise"}))
        return Actor(0, f"resident{number}", "", frozenset({"citizen"}))
