"""The engine of the rules: which are broken by what was done, and which by time while nothing is done.

A rule of deeds looks at each fact as it happens; a rule of time says, for the case as it stands, at which
instants something becomes true if nobody acts. Both are functions of the history alone, so that the same
facts give the same hits whenever they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from onewindow.supervision.rules.history import History, Moment


class Hit(msgspec.Struct, frozen=True):
    """A rule that is broken (or about to be).

    ``mark`` tells one occasion of a rule in a case from another; ``degree`` (near, over, still, breach, grave)
    gives the level by the profile; ``person`` is a user name, empty when it is the organ's; ``evidence`` names
    the facts by their place; ``params`` fill the rule's sentence.
    """

    rule: str
    mark: str
    degree: str
    at: datetime
    person: str = ""
    evidence: tuple[int, ...] = ()
    params: dict[str, str] = {}


class Rule(msgspec.Struct, frozen=True):
    """One supervision rule of handbook 5.5: number, name, basis, sentence, and the function that finds it.

    ``of_deeds(history, moment)`` finds hits of a fact; ``of_time(history)`` tells hits to come (and come) for
    the case as it stands. A rule has one of them or both.
    """

    number: str
    name: str
    basis: str
    sentence: str
    of_deeds: Callable[[History, Moment], Iterable[Hit]] | None = None
    of_time: Callable[[History], Iterable[Hit]] | None = None


class Watch(msgspec.Struct, frozen=True):
    """What watching found: hits in the order of their instants, and when to look again."""

    hits: tuple[Hit, ...]
    look_at: datetime | None


def watch(history: History, rules: Sequence[Rule], *, since: int, until: datetime) -> Watch:
    """Hits of the facts after place ``since`` and of time up to ``until``; ``since`` 0 reads the whole life.

    Time is also read for the stretch before the first new fact: it may have struck just before it.
    """
    hits: list[Hit] = []
    look_at: datetime | None = None
    for place, moment in enumerate(history.moments):
        is_last = place == len(history.moments) - 1
        end = until if is_last else history.moments[place + 1].event.at
        if moment.event.seq < since:
            continue
        so_far = history if is_last else history.upto(place)
        if moment.event.seq > since:
            hits += [hit for rule in rules if rule.of_deeds for hit in rule.of_deeds(so_far, moment)]
        for hit in _of_time(so_far, rules):
            at = max(hit.at, moment.event.at)
            if at <= end:
                hits.append(msgspec.structs.replace(hit, at=at))
            elif is_last and (look_at is None or at < look_at):
                look_at = at
    return Watch(tuple(sorted(hits, key=_order)), look_at)


def _of_time(history: History, rules: Sequence[Rule]) -> list[Hit]:
    return [hit for rule in rules if rule.of_time for hit in rule.of_time(history)]


def _order(hit: Hit) -> tuple[datetime, str, str]:
    return hit.at, hit.rule, hit.mark
