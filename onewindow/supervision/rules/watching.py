"""The engine of the rules: which are broken by what was done, and which by time while nothing is done.

A rule of deeds looks at each fact as it happens; a rule of time says, for the case as it stands, at which
instants something becomes true if nobody acts. Both are functions of the history alone, so that the same
facts give the same hits whenever they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from onewindow.supervision.rules.history import History, Moment


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that is broken (or about to be).

    ``mark`` tells one occasion of a rule in a case from another; ``degree`` (see ``profile.Profile``) gives the
    level; ``person`` is a user name, empty when it is the organ's; ``evidence`` names the facts by their place;
    ``why`` says what happened, its places filled from ``params``.
    """

    rule: str
    mark: str
    degree: str
    at: datetime
    why: str
    person: str = ""
    evidence: tuple[int, ...] = ()
    params: dict[str, str] = {}


Look = Callable[[History, Moment], Iterable[Hit]]


class Strike(NamedTuple):
    """An instant at which time makes a hit of a degree; ``tell(degree, at)`` makes it, if it comes to that."""

    degree: str
    at: datetime
    tell: Callable[[str, datetime], Hit]


Foresee = Callable[[History, Moment], Iterable[Strike]]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One supervision rule of handbook 5.5: number, name, basis, what it demands, and the function that finds it.

    ``of_deeds(history, moment)`` finds hits of a fact and is asked for facts of ``types`` only (none: of all);
    ``of_time(history, moment)`` tells strikes to come (and come) for the case as it stood after a moment, while
    it is in one of ``states``. A rule has one of them or both; one without is fed from outside (``source`` says by
    what). ``degrees`` are those that it gives.
    """

    number: str
    name: str
    basis: str
    sentence: str
    degrees: tuple[str, ...]
    of_deeds: Look | None = None
    types: frozenset[str] = frozenset()
    of_time: Foresee | None = None
    states: frozenset[str] = frozenset()
    source: str = ""
    lacks: str = ""  # what data it would need and the platform does not have: until then it finds nothing


class Rules:
    """Rules sorted by what they want to see, so that each fact and each state asks only its own."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.all = tuple(rules)
        self.by_number = {rule.number: rule for rule in rules}
        self._of_type: dict[str, tuple[Look, ...]] = {}
        self._of_state: dict[str, tuple[Foresee, ...]] = {}

    def of_deeds(self, type: str) -> tuple[Look, ...]:
        """What to ask of a fact of this type."""
        found = self._of_type.get(type)
        if found is None:
            found = tuple(
                one.of_deeds for one in self.all if one.of_deeds and (not one.types or type in one.types)
            )
            self._of_type[type] = found
        return found

    def of_time(self, state: str) -> tuple[Foresee, ...]:
        """What to ask of a case in this state."""
        found = self._of_state.get(state)
        if found is None:
            found = tuple(one.of_time for one in self.all if one.of_time and state in one.states)
            self._of_state[state] = found
        return found


class Watch(msgspec.Struct, frozen=True):
    """What watching found: hits in the order of their instants, and when to look again."""

    hits: tuple[Hit, ...]
    look_at: datetime | None


def watch(history: History, rules: Rules, *, since: int, until: datetime) -> Watch:
    """Hits of the facts after place ``since`` and of time up to ``until``; ``since`` 0 reads the whole life.

    Time is also read for the stretch before the first new fact: it may have struck just before it. The same
    occasion in the same degree is told once, at its first instant.
    """
    found: dict[tuple[str, str, str], Hit] = {}
    look_at: datetime | None = None
    last = len(history.moments) - 1
    for moment in history.moments:
        event = moment.event
        if event.seq < since:
            continue
        if event.seq > since:
            for look in rules.of_deeds(event.type):
                for hit in look(history, moment):
                    found.setdefault((hit.rule, hit.mark, hit.degree), hit)
        end = until if moment.place == last else history.moments[moment.place + 1].event.at
        for degree, at, tell in _strikes(history, moment, rules, end):
            when = at if at > event.at else event.at
            if when <= end:
                hit = tell(degree, when)
                found.setdefault((hit.rule, hit.mark, degree), hit)
            elif moment.place == last and (look_at is None or when < look_at):
                look_at = when
    return Watch(tuple(sorted(found.values(), key=_order)), look_at)


def _strikes(history: History, moment: Moment, rules: Rules, end: datetime) -> Iterator[Strike]:
    """What time makes of a moment; what came true by ``end`` also strikes when it still stands days later."""
    for foresee in rules.of_time(moment.after.state):
        for strike in foresee(history, moment):
            yield strike
            if strike.degree == "over" and strike.at <= end:
                yield Strike("still", history.still(strike.at), strike.tell)


_DEGREES = {"near": 0, "sign": 1, "over": 2, "still": 3, "grave": 4}


def _order(hit: Hit) -> tuple[datetime, int, str, str]:
    return hit.at, _DEGREES[hit.degree], hit.rule, hit.mark
