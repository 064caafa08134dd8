"""The stage: lives of cases in the order of their instants, with the clock and what time does between them."""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from onewindow.base import clock, facts
from onewindow.cases import services as cases
from onewindow.cases.rules.evolve import TYPES
from onewindow.cases.services import travelling
from onewindow.kernel.errors import Refusal
from onewindow.supervision.rules.cards import TYPES as CARD_TYPES

# A life yields the instant of its next step and is called again when that instant has come.
Life = Generator[datetime, None, None]
STEP = timedelta(minutes=10)
_LEFT_OUT = ("papers", "notices", "card-notices")


class Stage:
    """All lives that go on; ``now`` is the instant that is played."""

    def __init__(self, begin: datetime, *, travel: Callable[[datetime], object]) -> None:
        """``travel`` takes the platform to an instant: time's own deeds first, then its clock."""
        self.now = begin
        self._travel = travel
        self._reached = begin
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._entered = 0
        self.ended = 0
        # Lives that somebody outside the stage cut short (a person at a page, say), with the refusal's code.
        self.cut_short: list[str] = []

    def enter(self, life: Life) -> None:
        """Let a life begin: it tells the instant of its first step."""
        self._entered += 1
        self._wait(self._entered, life)

    def run(
        self, *, until: datetime | None = None, after: Callable[[datetime], object] = lambda at: None
    ) -> None:
        """Play until every life has ended, or up to ``until``; ``after`` is called after each step."""
        while self._waiting and (until is None or self._waiting[0][0] < until):
            at, number, life = heapq.heappop(self._waiting)
            self._go_to(at)
            self.now = at
            self._wait(number, life)
            after(at)
        if until is not None:
            self._go_to(until)

    def _wait(self, number: int, life: Life) -> None:
        try:
            at = next(life, None)
        except Refusal as refusal:
            self.cut_short.append(refusal.code)
            at = None
        if at is None:
            self.ended += 1
        else:
            heapq.heappush(self._waiting, (max(at, self.now), number, life))

    def _go_to(self, at: datetime) -> None:
        """Take the platform there in strides within a day: what is due, is due at midnight."""
        if at <= self._reached:
            return
        midnight = clock.start_of(clock.day_of(at))
        stride = midnight + STEP * -(-(at - midnight) // STEP)
        self._reached = min(stride, midnight + timedelta(hours=23, minutes=59))
        self._travel(self._reached)


def forward(at: datetime) -> None:
    """Move the sandbox clock on as a person would; one that is further already stays."""
    if at > clock.now():
        travelling.move_clock(at)


def along(at: datetime) -> None:
    """Move the clock through a past that is being made; only the loader of the demonstration does."""
    cases.sweep_until(at)
    if settings.ONEWINDOW_SANDBOX:
        clock.move_to(at)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Papers are issued as ever, but nobody is told to make their files beforehand, and nobody is written to:
    some ten thousand at once would keep a machine busy for half an hour. A file is made when it is opened."""
    told = [("case", type) for type in TYPES] + [("card", type) for type in CARD_TYPES]
    before = {one: facts.listeners_of(*one) for one in told}
    for (stream, type), names in before.items():
        facts.listen(stream, type, [name for name in names if name not in _LEFT_OUT])
    try:
        yield
    finally:
        for (stream, type), names in before.items():
            facts.listen(stream, type, names)


@contextlib.contextmanager
def without_waiting_for_disk() -> Iterator[None]:
    """Commits do not wait for the disk: what a power cut loses of a trial, the trial makes again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
