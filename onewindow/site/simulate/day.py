"""A day of a busy centre: everything that came in on it, followed to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import msgspec

from onewindow.base import calendars, clock
from onewindow.site.simulate import hours, mix, stage
from onewindow.site.simulate.crowd import Crowd
from onewindow.site.simulate.lives import live
from onewindow.site.simulate.matter import Matter, World
from onewindow.site.simulate.office import Office


class Progress(msgspec.Struct, frozen=True):
    """How far a day is: cases that came in, lives that ended, of how many, at which simulated instant."""

    received: int
    ended: int
    cases: int
    at: datetime


class Result(msgspec.Struct, frozen=True):
    """What a day came to. ``handling_days``: mean working days from acceptance to decision;
    ``overdue``: cases whose promise, legal limit or delivery was missed; ``deeds``: steps played."""

    day: date
    ended_at: datetime
    received: int
    accepted: int
    decided: int
    states: dict[str, int]
    ways: dict[str, int]
    items: dict[str, int]
    channels: dict[str, int]
    handling_days: float
    overdue: int
    deemed: int
    deeds: int
    cut_short: int


def first_day(now: datetime) -> date:
    """The day that is played by default: today when the hall has not opened yet, else the next open day."""
    today = clock.day_of(now)
    if now <= hours.at(today, hours.OPENS):
        return hours.next_workday(today)
    return hours.next_workday(today + timedelta(days=1))


def play(
    day: date,
    *,
    cases: int,
    seed: int,
    progress: Callable[[Progress], object] = lambda progress: None,
) -> Result:
    """Receive ``cases`` cases on ``day`` and handle each to its end on the days that follow.

    The platform's clock goes along: nothing is recorded in its future, and time makes due what it makes due,
    also in cases that stood before. The same seed and day give the same cases and outcomes.
    """
    world = World(stage.Stage(_begin(day), travel=stage.forward), Office(), Crowd(seed))
    dice = Random(f"day:{seed}")
    played = []
    for number, at in enumerate(mix.arrivals(day, cases, dice)):
        own = Random(f"{seed}:{number}")
        found = mix.matter(world, own)
        way = mix.way(found, own)
        played.append((found, way.outcome))
        world.stage.enter(live(found, way, at))
    counted = _Counter(played, world.stage, progress)
    with stage.quietly(), stage.without_waiting_for_disk():
        world.stage.run(after=counted)
    return _result(day, played, counted.deeds, world.stage)


def _begin(day: date) -> datetime:
    return hours.at(day, hours.OPENS) - timedelta(minutes=30)


class _Counter:
    """Counts steps and tells of them now and then."""

    def __init__(
        self, played: list[tuple[Matter, str]], stage: stage.Stage, tell: Callable[[Progress], object]
    ) -> None:
        self.deeds = 0
        self._played, self._stage, self._tell = played, stage, tell

    def __call__(self, at: datetime) -> None:
        self.deeds += 1
        if self.deeds % 50 == 0 or self._stage.ended == len(self._played):
            received = sum(1 for found, _ in self._played if found.case)
            self._tell(Progress(received, self._stage.ended, len(self._played), at))


def _result(day: date, played: list[tuple[Matter, str]], deeds: int, at: stage.Stage) -> Result:
    stood = [found.case for found, _ in played if found.case]
    table = calendars.table()
    days = [
        table.count(case["accepted_on"], case["decided_on"])
        for case in stood
        if case["decided_on"] and case["kind"] != "instant"
    ]
    return Result(
        day=day,
        ended_at=at.now,
        received=len(stood),
        accepted=sum(1 for case in stood if case["accepted_on"]),
        decided=sum(1 for case in stood if case["decided_on"]),
        states=_counted(case["state"] for case in stood),
        ways=_counted(outcome for _, outcome in played),
        items=_counted(case["item"]["name"] for case in stood),
        channels=_counted(case["channel"] for case in stood),
        handling_days=round(sum(days) / len(days), 2) if days else 0.0,
        overdue=sum(1 for case in stood if _is_overdue(case)),
        deemed=sum(1 for case in stood if case["deemed"]),
        deeds=deeds,
        cut_short=len(at.cut_short),
    )


def _counted(names: object) -> dict[str, int]:
    return dict(Counter(names).most_common())  # type: ignore[call-overload]


def _is_overdue(case: dict[str, object]) -> bool:
    clocks = case["clocks"]
    assert isinstance(clocks, dict)
    return any(
        clocks[name]["state"] == "missed" for name in ("promised", "legal", "delivery") if name in clocks
    )
