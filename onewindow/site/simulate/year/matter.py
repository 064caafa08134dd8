"""A case of the year: it lives by the same scripts as those of a day, and its deeds are made in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import calendars
from onewindow.cases import serials
from onewindow.cases.rules import acceptance
from onewindow.cases.services import creating
from onewindow.cases.services.making import Made
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.site.simulate import lives
from onewindow.site.simulate.lives import Way
from onewindow.site.simulate.matter import Matter
from onewindow.site.simulate.year.roster import Roster


class BulkMatter(Matter):
    """Its deeds end in ``made``; nothing is read and nothing written."""

    made: Made
    has_papers = True
    _at: datetime

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
        self._at, cut = at, None
        try:
            for moment in lives.course(self, way, at):
                if moment >= until:
                    break
                self._at = max(moment, self._at)
        except Refusal as refusal:
            cut = refusal.code
        self.made.pass_time(until)
        return cut

    def act(self, actor: Actor, action: str, **body: Any) -> None:
        """Take an action."""
        is_applicant = self.is_online and not actor.is_staff
        self.made.act(actor, action, body, now=self._at, is_applicant=is_applicant)

    def look(self, actor: Actor | None = None) -> None:
        """Let time act."""
        self.made.pass_time(self._at)

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
