"""Counting a log case by case; memory depends on the bounds, not on the number of cases."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import NamedTuple

from onewindow.supervision.logs import times
from onewindow.supervision.logs.lines import Case, Dirty, Event
from onewindow.supervision.logs.report import Activity, LogReport, Note, Punctuality, Resource, Variant
from onewindow.supervision.logs.source import Limits
from onewindow.supervision.logs.spread import Spread
from onewindow.supervision.logs.times import Moment

SHOWN_STEPS = 200
_EXAMPLES = 20
_SPREAD, _SPREAD_CASES = 20_000, 1_000_000
FURTHER = "…"  # the name under which all are counted that came after the bound


class _Step(NamedTuple):
    activity: str
    at: Moment | None
    event: Event


class _Activity:
    def __init__(self) -> None:
        self.events = self.cases = 0
        self.waited, self.worked = Spread(_SPREAD), Spread(_SPREAD)


class _Way:
    def __init__(self, numbers: array[int]) -> None:
        self.cases, self.length = 1, len(numbers)
        self.steps = numbers[:SHOWN_STEPS]


class _Group:
    def __init__(self) -> None:
        self.cases = self.open = self.with_deadline = self.late = self.late_planned = 0


class Tally:
    """What is known so far; ``add`` every case, then ``report``."""

    def __init__(self, limits: Limits, *, zone: int) -> None:
        """``zone``: microseconds east of UTC, assumed for moments that tell no zone when events are ordered."""
        self._limits, self._zone = limits, zone
        self._cases = self._events = self._without_zone = 0
        self._ended = self._with_deadline = self._with_planned = 0
        self._late = self._late_planned = self._with_due = self._late_events = 0
        self._activities: dict[str, _Activity] = {}
        self._resources: dict[str, list[int]] = {}
        self._organs: dict[str, _Group] = {}
        self._people: dict[str, _Group] = {}
        self._numbers: dict[str, int] = {}
        self._variants: dict[bytes, _Way] = {}
        self._durations, self._spans = Spread(_SPREAD_CASES), Spread(_SPREAD_CASES)
        self._first: Moment | None = None
        self._last: Moment | None = None
        self._names: set[int] = set()
        self._notes: dict[str, tuple[int, list[str]]] = {}
        self._dirty: list[Dirty] = []
        self._problems: dict[str, int] = {}
        self._is_cut = False

    def dirty(self, record: Dirty) -> None:
        """Count a record that contradicts itself or cannot be read; the first ones are kept."""
        self._problems[record.problem] = self._problems.get(record.problem, 0) + 1
        if len(self._dirty) < self._limits.records:
            self._dirty.append(record)

    def add(self, case: Case) -> None:
        """Count one case with its events."""
        name = case.told.get("case", "")
        self._cases += 1
        self._events += len(case.events) + case.further
        self._named(name, case)
        steps = self._ordered(name, [self._step(name, event) for event in case.events])
        for step in steps:
            self._due(name, step.event)
        self._walk(steps)
        self._way(steps)
        self._case_times(name, case, steps)

    def _named(self, name: str, case: Case) -> None:
        if not name:
            self.dirty(Dirty(None, "no-case", case.line))
        elif len(self._names) < self._limits.cases:
            key = hash(name)
            if key in self._names:
                self.dirty(Dirty(name, "case-again", case.line))
            self._names.add(key)
        if case.further:
            self.dirty(Dirty(name, "too-many-events", case.line, str(case.further)))
        if not case.events:
            self._note("without-events", name)

    # -------------------------------------------------------------- events

    def _step(self, name: str, event: Event) -> _Step:
        activity = event.told.get("activity", "")
        if not activity:
            self.dirty(Dirty(name, "no-activity", event.line))
        if "time" not in event.told:
            self.dirty(Dirty(name, "no-time", event.line))
        return _Step(activity, self._moment(name, event.line, event.told, "time"), event)

    def _moment(self, name: str, line: int, told: dict[str, str], role: str) -> Moment | None:
        if role not in told:
            return None
        try:
            found = times.read(told[role])
        except times.Unknown as error:
            self.dirty(Dirty(name, error.code, line, f"{role}: {told[role]}"))
            found = error.moment
        if found is not None and found.offset is None:
            self._without_zone += 1
        return found

    def _ordered(self, name: str, steps: list[_Step]) -> list[_Step]:
        """By time; those without one stay behind the one before them."""
        keys, last = [], -(1 << 62)
        is_ordered = True
        for step in steps:
            if step.at is not None:
                key = step.at.instant(self._zone)
                is_ordered = is_ordered and key >= last
                last = key
            keys.append(last)
        if is_ordered:
            return steps
        self._note("out-of-order", name)
        return [steps[place] for place in sorted(range(len(steps)), key=keys.__getitem__)]

    def _due(self, name: str, event: Event) -> None:
        if "due" not in event.told:
            return
        due = self._moment(name, event.line, event.told, "due")
        if due is None:
            return
        self._with_due += 1
        finished = self._moment(name, event.line, event.told, "finished")
        if finished is not None and times.local_gap(due, finished) > 0:
            self._late_events += 1

    def _walk(self, steps: list[_Step]) -> None:
        before: Moment | None = None
        begun: dict[tuple[str, str], Moment] = {}
        seen: set[str] = set()
        people: set[str] = set()
        for step in steps:
            kept = self._activity(step.activity)
            kept.events += 1
            if step.activity not in seen:
                seen.add(step.activity)
                kept.cases += 1
            if step.at is not None:
                self._timed(step, step.at, before, begun, kept)
                before = step.at
            self._person(step.event.told.get("resource", ""), people)

    def _timed(
        self,
        step: _Step,
        at: Moment,
        before: Moment | None,
        begun: dict[tuple[str, str], Moment],
        kept: _Activity,
    ) -> None:
        self._period(at)
        if before is not None:
            kept.waited.add(max(0, at.instant(self._zone) - before.instant(self._zone)))
        key = (step.activity, step.event.told.get("instance", ""))
        phase = step.event.told.get("lifecycle", "").lower()
        if phase == "start":
            begun[key] = at
        elif phase == "complete" and key in begun:
            start = begun.pop(key)
            kept.worked.add(max(0, at.instant(self._zone) - start.instant(self._zone)))

    def _period(self, at: Moment) -> None:
        instant = at.instant(self._zone)
        if self._first is None or instant < self._first.instant(self._zone):
            self._first = at
        if self._last is None or instant > self._last.instant(self._zone):
            self._last = at

    def _activity(self, name: str) -> _Activity:
        found = self._activities.get(name)
        if found is None:
            if len(self._activities) >= self._limits.names:
                name, self._is_cut = FURTHER, True
            found = self._activities.setdefault(name, _Activity())
        return found

    def _person(self, name: str, seen: set[str]) -> None:
        if times.is_nothing(name):
            return
        if name not in self._resources and len(self._resources) >= self._limits.names:
            name, self._is_cut = FURTHER, True
        counts = self._resources.setdefault(name, [0, 0])
        counts[0] += 1
        if name not in seen:
            seen.add(name)
            counts[1] += 1

    def _way(self, steps: list[_Step]) -> None:
        if not steps:
            return
        numbers = array("H", (self._number(step.activity) for step in steps))
        key = blake2b(numbers.tobytes(), digest_size=16).digest()
        found = self._variants.get(key)
        if found is not None:
            found.cases += 1
        elif len(self._variants) < self._limits.variants:
            self._variants[key] = _Way(numbers)
        else:
            self._is_cut = True

    def _number(self, activity: str) -> int:
        name = activity if activity in self._activities else FURTHER
        return self._numbers.setdefault(name, len(self._numbers))

    # -------------------------------------------------------------- cases

    def _case_times(self, name: str, case: Case, steps: list[_Step]) -> None:
        start, end, deadline, planned = (
            self._moment(name, case.line, case.told, role)
            for role in ("start", "end", "deadline", "planned_end")
        )
        is_late = end is not None and deadline is not None and times.gap(deadline, end) > 0
        is_late_planned = end is not None and planned is not None and times.gap(planned, end) > 0
        is_ended = not times.is_nothing(case.told.get("end", ""))  # though the moment may be unreadable
        self._ended += is_ended
        self._with_deadline += deadline is not None
        self._with_planned += planned is not None
        self._late += is_late
        self._late_planned += is_late_planned
        for groups, role in ((self._organs, "organ"), (self._people, "responsible")):
            if not times.is_nothing(case.told.get(role, "")):
                group = self._group(groups, case.told[role])
                group.cases += 1
                group.open += not is_ended
                group.with_deadline += deadline is not None
                group.late += is_late
                group.late_planned += is_late_planned
        self._lasting(name, case, start, end)
        self._compare_events(name, start, end, [step.at for step in steps if step.at is not None])

    def _lasting(self, name: str, case: Case, start: Moment | None, end: Moment | None) -> None:
        if start is None or end is None:
            return
        lasted = times.gap(start, end)
        if lasted < 0:
            value = f"{start.iso()} > {end.iso()}"
            self.dirty(Dirty(name, "ends-before-start", case.line, value))
        else:
            self._durations.add(lasted)

    def _compare_events(self, name: str, start: Moment | None, end: Moment | None, at: list[Moment]) -> None:
        if not at:
            return
        self._spans.add(max(0, at[-1].instant(self._zone) - at[0].instant(self._zone)))
        if start is not None and times.gap(start, at[0]) < 0:
            self._note("events-before-start", name)
        if end is not None and times.gap(end, at[-1]) > 0:
            self._note("events-after-end", name)

    def _group(self, groups: dict[str, _Group], name: str) -> _Group:
        if name not in groups and len(groups) >= self._limits.names:
            name, self._is_cut = FURTHER, True
        return groups.setdefault(name, _Group())

    def _note(self, code: str, case: str) -> None:
        count, cases = self._notes.setdefault(code, (0, []))
        if len(cases) < _EXAMPLES:
            cases.append(case)
        self._notes[code] = (count + 1, cases)

    # -------------------------------------------------------------- what is told

    def report(self, roles: set[str], *, file: str, format: str, encoding: str, top: int) -> LogReport:
        """The figures of a log that tells these roles; lists hold the ``top`` most frequent."""

        def told(figure: int, *needed: str) -> int | None:
            return figure if roles.issuperset(needed) else None

        return LogReport(
            file=file,
            format=format,
            encoding=encoding,
            cases=self._cases,
            events=self._events,
            activities=len(self._activities),
            open=told(self._cases - self._ended, "end"),
            with_deadline=told(self._with_deadline, "deadline"),
            with_planned=told(self._with_planned, "planned_end"),
            ended_after_deadline=told(self._late, "end", "deadline"),
            ended_after_planned=told(self._late_planned, "end", "planned_end"),
            events_with_due=told(self._with_due, "due"),
            events_finished_after_due=told(self._late_events, "due", "finished"),
            first_at=self._first.iso() if self._first else None,
            last_at=self._last.iso() if self._last else None,
            times_without_zone=self._without_zone,
            case_duration=self._durations.quantiles(),
            event_span=self._spans.quantiles(),
            variants=len(self._variants),
            resources=told(len(self._resources), "resource"),
            by_activity=self._told_activities(top),
            by_variant=self._told_variants(top),
            by_resource=self._told_resources(top),
            by_organ=_told_groups(self._organs, top),
            by_responsible=_told_groups(self._people, top),
            notes=[Note(code, count, cases) for code, (count, cases) in sorted(self._notes.items())],
            dirty=sorted(self._dirty, key=lambda one: one.line),
            dirty_count=sum(self._problems.values()),
            dirty_problems=dict(sorted(self._problems.items())),
            is_cut=self._is_cut,
        )

    def _told_activities(self, top: int) -> list[Activity]:
        found = sorted(self._activities.items(), key=lambda one: (-one[1].events, one[0]))[:top]
        return [
            Activity(name, one.events, one.cases, one.waited.quantiles(), one.worked.quantiles())
            for name, one in found
        ]

    def _told_variants(self, top: int) -> list[Variant]:
        names = {number: name for name, number in self._numbers.items()}
        found = sorted(self._variants.values(), key=lambda one: (-one.cases, one.length))[:top]
        return [Variant(one.cases, one.length, [names[number] for number in one.steps]) for one in found]

    def _told_resources(self, top: int) -> list[Resource]:
        found = sorted(self._resources.items(), key=lambda one: (-one[1][0], one[0]))[:top]
        return [Resource(name, events, cases) for name, (events, cases) in found]


def _told_groups(groups: dict[str, _Group], top: int) -> list[Punctuality]:
    found = sorted(groups.items(), key=lambda one: (-one[1].late, -one[1].cases, one[0]))[:top]
    return [
        Punctuality(name, one.cases, one.open, one.with_deadline, one.late, one.late_planned)
        for name, one in found
    ]
