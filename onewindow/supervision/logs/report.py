"""The figures of one log; a figure whose columns the log lacks is None."""

from __future__ import annotations

import msgspec

from onewindow.supervision.logs.lines import Dirty
from onewindow.supervision.logs.spread import Quantiles


class Activity(msgspec.Struct, frozen=True):
    """One kind of step: ``waited`` from the step before, ``worked`` from its own start where that is told."""

    name: str
    events: int
    cases: int
    waited: Quantiles | None
    worked: Quantiles | None


class Variant(msgspec.Struct, frozen=True):
    """One way through: the steps in the order of time (the first 200) and how many cases went it."""

    cases: int
    length: int
    steps: list[str]


class Resource(msgspec.Struct, frozen=True):
    """Who acted: events, and the number of cases with one of them."""

    name: str
    events: int
    cases: int


class Punctuality(msgspec.Struct, frozen=True):
    """How one organ or person kept the deadlines of cases; the counts are those of the whole log, cut."""

    name: str
    cases: int
    open: int
    with_deadline: int
    ended_after_deadline: int
    ended_after_planned: int


class Note(msgspec.Struct, frozen=True):
    """Something worth knowing that is no contradiction: stable ``code``, how often, some of the cases."""

    code: str
    count: int
    cases: list[str]


class LogReport(msgspec.Struct, frozen=True):
    """One log, counted. ``events_finished_after_due`` compares local times, as the clocks on the wall.

    Lists are cut to the most frequent; ``activities``, ``variants`` and ``resources`` count all of them up to
    the bounds of the reader (then ``is_cut``). ``dirty`` tells the first records one by one, ``dirty_count``
    counts them all, ``dirty_problems`` by problem.
    """

    file: str
    format: str
    encoding: str
    cases: int
    events: int
    activities: int
    open: int | None
    with_deadline: int | None
    with_planned: int | None
    ended_after_deadline: int | None
    ended_after_planned: int | None
    events_with_due: int | None
    events_finished_after_due: int | None
    first_at: str | None
    last_at: str | None
    times_without_zone: int
    case_duration: Quantiles | None
    event_span: Quantiles | None
    variants: int
    resources: int | None
    by_activity: list[Activity]
    by_variant: list[Variant]
    by_resource: list[Resource]
    by_organ: list[Punctuality]
    by_responsible: list[Punctuality]
    notes: list[Note]
    dirty: list[Dirty]
    dirty_count: int
    dirty_problems: dict[str, int]
    is_cut: bool
