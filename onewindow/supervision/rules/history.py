"""A case's life as supervision reads it: each fact with the case before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import msgspec

from onewindow.cases.rules.clocks import day_of, spans
from onewindow.cases.rules.evolve import Told, evolve, first
from onewindow.cases.rules.state import CaseState
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.deadlines import Reading, Span, reading


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


class Moment(msgspec.Struct, frozen=True, gc=False):
    """One fact with the case before (None at the beginning) and after it."""

    event: Event
    before: CaseState | None
    after: CaseState

    @property
    def day(self) -> date:
        """The day of the fact in Asia/Shanghai."""
        return day_of(self.event.at)


class History(msgspec.Struct, frozen=True, dict=True):
    """The whole life of one case with the item version it runs under and the calendar in force."""

    moments: tuple[Moment, ...]
    item: ItemDefinition
    table: DayTable

    @property
    def state(self) -> CaseState:
        """The case as it stands."""
        return self.moments[-1].after

    @cached_property
    def spans(self) -> dict[str, Span]:
        """The clocks of the case as it stands."""
        return spans(self.state, self.item)

    def upto(self, place: int) -> History:
        """The life as it was when the moment at ``place`` had just happened."""
        return History(self.moments[: place + 1], self.item, self.table)

    def seqs(self, *types: str) -> tuple[int, ...]:
        """Places of the facts of these types."""
        return tuple(one.event.seq for one in self.moments if one.event.type in types)

    def due_on(self, name: str) -> date:
        """When the clock ``name`` is due, as it stood at the last fact; raises ``KeyError`` without it."""
        return reading(self.spans[name], self.moments[-1].day, self.table).due_on

    def read(self, name: str, on: date) -> Reading | None:
        """The clock ``name`` on a day; None when the case has no such clock."""
        span = self.spans.get(name)
        return None if span is None else reading(span, on, self.table)


def history(events: Sequence[Event], item: ItemDefinition, table: DayTable, *, id: int) -> History:
    """Fold the facts of case ``id``; raises what ``evolve`` raises on facts that make no case."""
    moments: list[Moment] = []
    state: CaseState | None = None
    for event in events:
        told = Told(event.type, event.data, event.at, event.actor)
        after = first(told, id=id) if state is None else evolve(state, told)
        moments.append(Moment(event, state, after))
        state = after
    return History(tuple(moments), item, table)
