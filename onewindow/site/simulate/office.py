"""Who works at the centre: actors of the staff by role and organ, on the day that is played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from onewindow.kernel.actor import Actor
from onewindow.org import queries as org


class Office:
    """The staff as the deeds see them; built anew each day, for duties begin and end."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._actors: dict[str, Actor] = {}
        self._found: dict[tuple[str, int], list[Actor]] = {}

    def one(self, username: str, *, on: date) -> Actor:
        """A certain member of staff."""
        self._turn_to(on)
        return self._actors[username]

    def pick(self, role: str, organ_id: int, *, on: date, dice: Random, without: Sequence[str] = ()) -> Actor:
        """Somebody at work who may act as ``role`` for the organ and is not one of ``without``."""
        self._turn_to(on)
        key = (role, organ_id)
        if key not in self._found:
            at_work = (
                one for one in org.holders(role, organ_id=organ_id, on=on) if not org.is_away(one.id, on=on)
            )
            self._found[key] = [self._actors[one.username] for one in at_work]
        free = [actor for actor in self._found[key] if actor.username not in without]
        return dice.choice(free)

    def _turn_to(self, day: date) -> None:
        if day == self._day:
            return
        self._day = day
        self._found = {}
        self._actors = {
            one.username: org.actor_for(one.id, username=one.username, name=one.name, on=day)
            for one in org.staff()
        }
