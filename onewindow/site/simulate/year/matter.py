"""A case of the year: it lives by the same scripts as those of a day, and its deeds are made in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import calendars
from onewindow.cases import serials
from onewindow.cases.queries import reviewing
from onewindow.cases.queries.reviewing import Reviewed
from onewindow.cases.rules import acceptance
from onewindow.cases.services import creating
from onewindow.cases.services.making import Made
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.reviews.services.making import Desk, Voice
from onewindow.reviews.services.rating import Said
from onewindow.site.simulate import lives, voices
from onewindow.site.simulate.lives import Way
from onewindow.site.simulate.matter import Matter
from onewindow.site.simulate.stage import Life
from onewindow.site.simulate.voices import Mood
from onewindow.site.simulate.year.roster import Roster

# A city's year: one case in five is rated, and hardly two ratings in a hundred are bad.
OF_YEAR = Mood({"acceptance": 5, "completion": 17}, (74, 19, 5, 1, 1), (22, 24, 22, 20, 12), slow=0.06)


class BulkMatter(Matter):
    """Its deeds end in ``made``; nothing is read and nothing written."""

    made: Made
    voices: list[Voice]
    has_papers = True
    _at: datetime

    @property
    def _desk(self) -> Desk:
        return self._roster.desk

    @property
    def _roster(self) -> Roster:
        office = self.world.office
        assert isinstance(office, Roster)
        return office

    @property
    def now(self) -> datetime:
        """The instant that is played."""
        return self._at

    @property
    def state(self) -> str:
        """The state of the case."""
        return self.made.state.state

    def live(self, way: Way, at: datetime, *, until: datetime) -> str | None:
        """Live through ``way`` from ``at``, and let time do its part, up to ``until``; the code of the refusal
        when the life ended in one."""
        self._at, cut, self.voices = at, None, []
        try:
            if self._play(lives.course(self, way, at), until) and way.stop is None:
                self._play(voices.rate(self, self.dice, OF_YEAR, is_late=bool(way.late)), until)
        except Refusal as refusal:
            cut = refusal.code
        self.made.pass_time(until)
        for voice in self.voices:
            voice.pass_time(until)
        return cut

    def _play(self, life: Life, until: datetime) -> bool:
        """Whether it came to its end before ``until``."""
        for moment in life:
            if moment >= until:
                return False
            self._at = max(moment, self._at)
        return True

    def act(self, actor: Actor, action: str, **body: Any) -> None:
        """Take an action."""
        is_applicant = self.is_online and not actor.is_staff
        self.made.act(actor, action, body, now=self._at, is_applicant=is_applicant)

    def look(self, actor: Actor | None = None) -> None:
        """Let time act."""
        self.made.pass_time(self._at)

    def is_rateable(self, link: str) -> bool:
        """Whether something has happened that the link could rate."""
        state = self.made.state
        return (state.received_at if link == "acceptance" else state.decided_on) is not None

    def rate(self, said: Said) -> str | None:
        """The applicant rates; the number of the ticket of a bad rating."""
        voice = Voice(self._reviewed(), said, self._desk, now=self._at)
        self.voices.append(voice)
        return None if voice.ticket is None else voice.ticket.number

    def act_on_ticket(self, actor: Actor, number: str, name: str, **body: str) -> None:
        """Take an act on that ticket."""
        self.voices[-1].act(actor, name, body, now=self._at)

    def _reviewed(self) -> Reviewed:
        made = self.made
        told = [fact for outcome in made.outcomes for fact in outcome.told]
        events = [(one.seq, one.type, one.at, one.actor, one.role, one.data) for one in told]
        return reviewing.reviewed(made.state, made.dossier, self.item, events)

    def promised_due_on(self) -> Any:
        """The day by which it is promised."""
        return self.made.outcomes[-1].row["promised_due_on"]

    def missing(self) -> list[str]:
        """Codes of the materials that are not there."""
        return [row.code for row in self.made.state.materials if row.state == "missing"]

    def _create(self, actor: Actor, body: dict[str, Any]) -> None:
        asked = msgspec.convert(body, creating.CaseIn)
        assert self._application is not None
        known = self.item.material_by_code
        required = tuple(known[code] for code in self._application.materials)
        self.made = Made(
            actor,
            asked,
            self.item,
            role="clerk" if actor.has("clerk") else "applicant",
            rows=acceptance.checklist_rows(required, asked.materials),
            serial=serials.take(),
            table=calendars.table(),
            organ=self._roster.organ(self.item.organ_id),
            now=self._at,
            has_papers=self.has_papers,
        )
