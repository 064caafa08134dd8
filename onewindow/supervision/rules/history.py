"""A case's life as supervision reads it: each fact with the case before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import msgspec

from onewindow.cases.rules.clocks import day_of, first_instant_after, read, spans
from onewindow.cases.rules.evolve import Told, evolve, first
from onewindow.cases.rules.state import CaseState
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.deadlines import Reading, Span
from onewindow.supervision.rules.profile import PROFILES, Profile


class Event(Protocol):
    """One fact as it was told: its place in the life, its type, who acted in which role, and what was said."""

    @property
    def seq(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def at(self) -> Any: ...
    @property
    def actor(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


class Closed(msgspec.Struct, frozen=True):
    """A time in which nobody could apply under an item version: ``why`` is ``unpublished``, ``replaced``,
    ``suspended`` or ``cancelled``; an end of None lasts."""

    why: str
    begin: datetime | None
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        """True when ``at`` lies in it."""
        return (self.begin is None or self.begin <= at) and (self.end is None or at < self.end)


class Moment(msgspec.Struct, frozen=True, dict=True):
    """One fact with the case before (None at the beginning) and after it; ``place`` counts from 0."""

    event: Event
    before: CaseState | None
    after: CaseState
    place: int
    item: ItemDefinition
    table: DayTable

    # Kept by hand: the lock of functools.cached_property costs as much as the clocks themselves.
    @property
    def day(self) -> date:
        """The day of the fact in Asia/Shanghai."""
        found: date | None = self.__dict__.get("_day")
        if found is None:
            found = self.__dict__["_day"] = day_of(self.event.at)
        return found

    @property
    def spans(self) -> dict[str, Span]:
        """The clocks of the case after the fact."""
        found: dict[str, Span] | None = self.__dict__.get("_spans")
        if found is None:
            found = self.__dict__["_spans"] = spans(self.after, self.item)
        return found

    def read(self, name: str, on: date) -> Reading | None:
        """The clock ``name`` on a day; None when the case has no such clock."""
        span = self.spans.get(name)
        return None if span is None else read(span, on, self.table)

    def due_on(self, name: str) -> date | None:
        """When the clock ``name`` is due, as it stands after the fact."""
        found = self.read(name, self.day)
        return None if found is None else found.due_on

    @property
    def doer(self) -> str:
        """Who did it on behalf of the office; empty for the applicant and for the system."""
        return "" if self.event.role in ("applicant", "system") else self.event.actor

    @property
    def responsible(self) -> str:
        """Whoever holds the case, else the examiner or the clerk who had it last; empty for the organ."""
        life = self.after.life
        return self.after.holder or (life.examiners[-1] if life.examiners else "") or life.accepted_by


class History(msgspec.Struct, frozen=True, dict=True):
    """The whole life of one case with the item version it runs under, the calendar and the profile in force.

    ``closed`` tells when nobody could apply under the version. A rule that looks at a moment must not look at
    later ones: what is found may not depend on when it is looked for.
    """

    moments: tuple[Moment, ...]
    item: ItemDefinition
    table: DayTable
    profile: Profile = PROFILES["remind-yellow-red"]
    closed: tuple[Closed, ...] = ()

    @property
    def state(self) -> CaseState:
        """The case as it stands."""
        return self.moments[-1].after

    @property
    def spans(self) -> dict[str, Span]:
        """The clocks of the case as it stands."""
        return self.moments[-1].spans

    def read(self, name: str, on: date) -> Reading | None:
        """The clock ``name`` of the case as it stands; None when it has none."""
        return self.moments[-1].read(name, on)

    def until(self, moment: Moment) -> tuple[Moment, ...]:
        """The life up to and with this moment."""
        return self.moments[: moment.place + 1]

    def seqs(self, moment: Moment, *types: str) -> tuple[int, ...]:
        """Places of the facts of these types up to this moment."""
        return tuple(one.event.seq for one in self.until(moment) if one.event.type in types)

    def before(self, moment: Moment, *types: str) -> Iterator[Moment]:
        """Earlier moments of these types, the newest first."""
        for one in reversed(self.moments[: moment.place]):
            if one.event.type in types:
                yield one

    def near(self, due_on: date) -> datetime:
        """The instant from which at most ``near_days`` working days are left of a limit that is due then."""
        return first_instant_after(self.table.back(due_on, self.profile.near_days) - timedelta(days=1))

    def still(self, since: datetime) -> datetime:
        """The instant at which what stood since then stands for ``still_days`` working days."""
        return first_instant_after(self.table.add(day_of(since), self.profile.still_days))


def history(
    events: Sequence[Event],
    item: ItemDefinition,
    table: DayTable,
    *,
    id: int,
    profile: Profile = PROFILES["remind-yellow-red"],
    closed: tuple[Closed, ...] = (),
) -> History:
    """Fold the facts of case ``id``; raises what ``evolve`` raises on facts that make no case."""
    moments: list[Moment] = []
    state: CaseState | None = None
    for place, event in enumerate(events):
        told = Told(event.type, event.data, event.at, event.actor)
        after = first(told, id=id) if state is None else evolve(state, told)
        moments.append(Moment(event, state, after, place, item, table))
        state = after
    return History(tuple(moments), item, table, profile, closed)
