"""One case on the stage: who acts on it, what it was given, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import msgspec

from onewindow.base import clock
from onewindow.cases import queries, services
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Stale
from onewindow.reviews.queries import tickets as ticket_queries
from onewindow.reviews.services import rating, tickets
from onewindow.site.simulate import forms
from onewindow.site.simulate.crowd import Crowd
from onewindow.site.simulate.office import Office
from onewindow.site.simulate.stage import Stage

Files = Mapping[str, Mapping[str, Sequence[str]]]  # uploader → material → file ids


class World(msgspec.Struct, frozen=True):
    """What all cases share. ``files`` are uploaded by members of the cast and lent to their cases."""

    stage: Stage
    office: Office
    crowd: Crowd
    files: Files = {}


class Matter:
    """A case, from before it is received: the item, the applicant, the channel, and dice of its own."""

    def __init__(
        self,
        world: World,
        task_code: str | ItemDefinition,
        *,
        applicant: dict[str, str],
        channel: str,
        dice: Random,
        online: tuple[str, int] | Actor | None = None,
        clerk: str | None = None,
    ) -> None:
        """``task_code``: of the item, or the item itself where it is known already.

        ``online``: who applies, as (kind, number) of the crowd or an actor of the cast; None at the window.
        ``clerk`` names the clerk where it must be a certain one."""
        self.world = world
        self.item = catalog.current(task_code) if isinstance(task_code, str) else task_code
        self.applicant = applicant
        self.channel = channel
        self.dice = dice
        self.case: dict[str, Any] = {}
        self.examiner = ""
        self._online = online
        self._clerk = clerk
        self._application: forms.Application | None = None
        self.wished = ""  # how the applicant wants the result

    @property
    def now(self) -> datetime:
        """The instant that is played."""
        return self.world.stage.now

    @property
    def today(self) -> date:
        """Its day in Asia/Shanghai."""
        return clock.day_of(self.now)

    @property
    def state(self) -> str:
        """The state of the case; empty before it is received."""
        found: str = self.case.get("state", "")
        return found

    @property
    def is_online(self) -> bool:
        """Whether somebody may act on it as applicant."""
        return self._online is not None

    @property
    def is_of_cast(self) -> bool:
        """Whether a member of the cast applies: somebody whom a person plays."""
        return isinstance(self._online, Actor)

    # ------------------------------------------------------------ people

    def clerk(self) -> Actor:
        """The clerk at the window, the same one while the visitor stands there."""
        if self._clerk is None:
            self._clerk = self._pick("clerk").username
        return self.world.office.one(self._clerk, on=self.today)

    def staff(self, role: str, *, without: Sequence[str] = ()) -> Actor:
        """Somebody of the item's organ; the examiner stays the same from step to step."""
        if role == "examiner" and not without:
            if not self.examiner:
                self.examiner = self._pick("examiner", without=("dual1",)).username
            return self.world.office.one(self.examiner, on=self.today)
        return self._pick(role, without=(*without, "dual1"))

    def applying(self) -> Actor:
        """Who applied online."""
        assert self._online is not None
        if isinstance(self._online, Actor):
            return self._online
        return self.world.crowd.online(*self._online, now=self.now)

    def _pick(self, role: str, without: Sequence[str] = ()) -> Actor:
        office = self.world.office
        return office.pick(role, self.item.organ_id, on=self.today, dice=self.dice, without=without)

    # ------------------------------------------------------------ deeds

    def receive(self, *, without: Sequence[str] = (), submit: bool = True, is_pledged: bool = False) -> None:
        """The application comes in, without the materials ``without``; ``is_pledged``: on a promise (告知承诺)."""
        actor = self.applying() if self.is_online else self.clerk()
        told = forms.application(self.item, self.applicant["name"], self.dice, on=self.today)
        self._application = told
        body: dict[str, Any] = {
            "task_code": self.item.task_code,
            "applicant": self.applicant,
            "answers": told.answers,
            "form": told.form,
            "materials": [self._material(code, actor) for code in told.materials if code not in without],
            "delivery": {"method": self.dice.choice(("window", "window", "electronic"))},
            "channel": self.channel,
            "submit": submit,
        }
        self.wished = body["delivery"]["method"]
        if is_pledged:
            promises = list(range(1, len(self.item.pledge.promises) + 1))
            body["pledge"] = {"promises": promises, "signature": self.applicant["name"]}
        self._create(actor, body)

    def _create(self, actor: Actor, body: dict[str, Any]) -> None:
        self.case = services.create(actor, body, now=self.now)

    def act(self, actor: Actor, action: str, **body: Any) -> None:
        """Take an action. Time itself may have acted since the last one: then the case is looked at again."""
        number = self.case["case_no"]
        try:
            self.case = services.act(
                actor, number, action, {"version": self.case["version"], **body}, now=self.now
            )
        except Stale:
            self.look(actor)
            self.case = services.act(
                actor, number, action, {"version": self.case["version"], **body}, now=self.now
            )

    def look(self, actor: Actor | None = None) -> None:
        """See how the case stands, after time has acted on it."""
        self.case = queries.view(actor or self.clerk(), self.case["case_no"], now=self.now)

    def is_rateable(self, link: str) -> bool:
        """Whether something has happened that the link could rate."""
        return bool(self.case.get("received_at" if link == "acceptance" else "decided_on"))

    def rate(self, said: rating.Said) -> str | None:
        """The applicant rates; the number of the ticket of a bad rating."""
        number, check = self.case["case_no"], self.applicant["id_number"][-4:]
        told = rating.rate_checked(number, check, said, now=self.now)
        return ticket_queries.number_of(number, said.link) if told["ticket"] else None

    def act_on_ticket(self, actor: Actor, number: str, name: str, **body: str) -> None:
        """Take an act on that ticket."""
        actor = self.world.office.one(actor.username, on=self.today)
        version = ticket_queries.one(actor, number, today=self.today)["version"]
        tickets.act(actor, number, name, {"version": version} | body, now=self.now)

    def bring(self, codes: Sequence[str], actor: Actor) -> list[dict[str, Any]]:
        """Materials as a deed's body names them."""
        return [self._material(code, actor) for code in codes]

    def promised_due_on(self) -> date | None:
        """The day by which it is promised; None before acceptance and where nothing is promised."""
        clock = self.case["clocks"].get("promised")
        return clock["due_on"] if clock else None

    def missing(self) -> list[str]:
        """Codes of the materials that are not there."""
        return [row["code"] for row in self.case["materials"] if row["state"] == "missing"]

    def _material(self, code: str, actor: Actor) -> dict[str, Any]:
        lent = self.world.files.get(actor.username, {}).get(code, ())
        medium = "electronic" if self.is_online or lent else self.dice.choice(("original", "copy"))
        return {"code": code, "medium": medium, "file_ids": list(lent)}
