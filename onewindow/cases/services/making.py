"""Lives of cases in memory: the rules and the preparation of the deeds, with nothing written on the way.

For what is made in bulk. Who calls answers for what the deeds check at the door: the identity of the applicant,
the form, and that the actor may see the case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.cases import dossier as dossiers
from onewindow.cases.rules.acting import Act, Context
from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.decide import act_named, decide, tick
from onewindow.cases.rules.state import CaseState, Fact
from onewindow.cases.services import creating, telling
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.identifiers import case_no as case_numbers
from onewindow.org.queries import OrganInfo

_DECISIONS = ("grant", "denial")


class Made:
    """A case and everything that it lived through: one outcome a deed, oldest first."""

    def __init__(
        self,
        actor: Actor,
        asked: creating.CaseIn,
        item: ItemDefinition,
        *,
        role: str,
        rows: tuple[Any, ...],
        serial: int,
        table: DayTable,
        organ: OrganInfo,
        now: datetime,
        has_papers: bool = True,
    ) -> None:
        """Receive the application. ``rows``: the checklist of its answers (``acceptance.checklist_rows``).

        Without ``has_papers`` no paper of any deed is issued, and no fact speaks of one.
        """
        self.item, self.table, self._organ, self._has_papers = item, table, organ, has_papers
        self.dossier = dossiers.Dossier(
            asked.applicant, asked.agent, asked.answers, asked.form, asked.delivery, asked.electronic_service
        )
        self.sealed = dossiers.seal(self.dossier, serial)
        self.outcomes: list[telling.Outcome] = []
        self._id = serial
        self._handed: tuple[tuple[str, str], ...] = ()
        number = case_numbers.make(day_of(now), serial)
        self._tell(
            None, [creating.first_fact(actor, asked, item, number, rows, self.sealed, [])], actor, role, now
        )

    @property
    def state(self) -> CaseState:
        """How it stands now."""
        return self.outcomes[-1].state

    def act(
        self, actor: Actor, action: str, body: dict[str, Any], *, now: datetime, is_applicant: bool = False
    ) -> None:
        """Take an action after what time made due before it; raises the ``Refusal`` of the rules."""
        self.pass_time(now)
        act = act_named(action)
        state = self.state
        asked = msgspec.convert({"version": state.version, **body}, act.body)
        context = Context(
            now=max(now, state.last_at),
            actor=actor,
            item=self.item,
            table=self.table,
            is_applicant=is_applicant,
            is_colleague=_everybody,
            consents=lambda: self.dossier.electronic_service,
            chose_electronic=lambda: self.dossier.delivery.method == "electronic",
        )
        self._act(act, asked, context)

    def _act(self, act: Act, asked: Any, context: Context) -> None:
        state = self.state
        new = decide(state, act, asked, context)
        self._tell(state, new, context.actor, act.role_of(context) or "", context.now)

    def pass_time(self, now: datetime) -> None:
        """Tell what time made due up to ``now``, each at its own instant."""
        while (wake_at := self.outcomes[-1].row["wake_at"]) is not None and wake_at <= now:
            state = self.state
            at = max(wake_at, state.last_at)
            context = Context(now=at, actor=SYSTEM, item=self.item, table=self.table)
            new = [fact for _, fact in tick(state, context)]
            if not new:
                return
            self._tell(state, new, SYSTEM, "system", at)

    def _tell(
        self, before: CaseState | None, new: list[Fact], actor: Actor, role: str, now: datetime
    ) -> None:
        deed = telling.Deed(
            actor, role, now, self.item, lambda: self.dossier, self.table, self._handed, self._organ
        )
        if not self._has_papers:
            new = [msgspec.structs.replace(fact, papers=()) for fact in new]
        outcome = telling.prepare(before, new, deed, case_id=self._id, found_by=self.sealed.found_by)
        self.outcomes.append(outcome)
        for paper in outcome.papers:
            if paper.kind in _DECISIONS:
                self._handed += ((paper.document_no, paper.title),)


def _everybody(username: str, state: CaseState) -> bool:
    """Who hands a case on picks the colleague from the staff that may handle it."""
    return True
