"""Ratings and their tickets in memory: the rules and the preparation of the deeds, with nothing written on the way.

For what is made in bulk. Who calls answers for what the deeds check at the door: that whoever rates proved to be
the applicant, and that the words hold nothing that tells who wrote them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import facts
from onewindow.cases.queries.reviewing import Reviewed
from onewindow.cases.rules.clocks import first_instant_after
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.reviews import loading, store
from onewindow.reviews.models import Ticket
from onewindow.reviews.rules import ratings
from onewindow.reviews.rules.acts import ActIn
from onewindow.reviews.rules.terms import Terms
from onewindow.reviews.services import rating, tickets

_BLOCK = 100


class Desk:
    """What all ratings of a process share: the terms, the calendar, and ids taken in blocks."""

    def __init__(self, terms: Terms, table: DayTable) -> None:
        self.terms, self.table = terms, table
        self._free: dict[str, list[int]] = {}

    def id(self, table: str) -> int:
        """The id of a row to come."""
        free = self._free.setdefault(table, [])
        if not free:
            free.extend(reversed(store.ids(table, _BLOCK)))
        return free.pop()


class Deed(msgspec.Struct, frozen=True):
    """What one deed left: its fact, and rows packed by table (``loading.TABLES``), as they stood after it."""

    fact: facts.Row
    rows: dict[str, bytes]


class Voice:
    """One rating and what became of it: one ``Deed`` after the other, oldest first."""

    def __init__(self, case: Reviewed, said: rating.Said, desk: Desk, *, now: datetime) -> None:
        """Rate. Raises ``RuleBroken`` when nothing has happened yet that could be rated, ``Invalid`` for tags."""
        ratings.refuse_unknown_tags(said.tags)
        ratings.refuse_if_early(ratings.Rateable(case.received_at, case.decided_on), said.link)
        self._desk, self.deeds = desk, list[Deed]()
        given = rating.prepare(case, said, said.text, id=desk.id("reviews_rating"), now=now)
        rows = {"ratings": loading.pack("ratings", given.rating)}
        if given.rater is not None:
            rows["raters"] = loading.pack("raters", given.rater)
        self.deeds.append(Deed(given.fact, rows))
        self.ticket: Ticket | None = None
        self._seq = 1
        if ratings.is_bad(said.grade):
            id = desk.id("reviews_ticket")
            opened = tickets.opened(given.rating, id=id, now=now, terms=desk.terms, table=desk.table)
            self.ticket = opened[0]
            self._keep(opened[1])

    def act(self, actor: Actor, name: str, body: dict[str, Any], *, now: datetime) -> None:
        """Take an act on the ticket after what time made of it; raises the ``Refusal`` of the rules."""
        assert self.ticket is not None
        self.pass_time(now)
        told = ActIn(version=self.ticket.version, **body)
        standing = self.ticket.rating.standing
        desk, seq = self._desk, self._seq + 1
        trace = tickets.take(
            self.ticket, name, told, actor, seq=seq, now=now, terms=desk.terms, table=desk.table
        )
        self._seq = seq
        self._keep(trace, is_judged=self.ticket.rating.standing != standing)

    def pass_time(self, now: datetime) -> None:
        """Mark the ticket when its step is past its day at ``now``, at the instant at which the sweep finds it."""
        ticket = self.ticket
        if ticket is None or ticket.due_on is None or ticket.is_overdue or ticket.closed_at is not None:
            return
        at = first_instant_after(ticket.due_on)
        if at <= now:
            self._seq += 1
            self._keep(tickets.be_late(ticket, seq=self._seq, now=at))

    def _keep(self, trace: store.Trace, *, is_judged: bool = False) -> None:
        assert self.ticket is not None
        rows = {"tickets": loading.pack("tickets", self.ticket), "steps": loading.pack("steps", trace.step)}
        if is_judged:
            rows["ratings"] = loading.pack("ratings", self.ticket.rating)
        self.deeds.append(Deed(trace.fact, rows))
