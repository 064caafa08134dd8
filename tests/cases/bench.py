"""A bench for the pure rules: a case in any state, any actor, any instant, without a database."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

import msgspec

from onewindow.cases.rules import clocks
from onewindow.cases.rules.acting import Context
from onewindow.cases.rules.decide import act_named, decide, tick
from onewindow.cases.rules.evolve import Told, evolve, first
from onewindow.cases.rules.state import CaseState, Fact
from onewindow.catalog.definition import ItemDefinition, Limit, Material, SpecialProcedure, Step, TypeRules
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.calendar import DayException, DayTable

SHANGHAI = timezone(timedelta(hours=8))
WELL = {"opinion": "可以", "pass": True}
PAUSE = {"procedure": "expert-review", "reason": "评审", "expected_days": 5}
NOTICE = {"items": [{"problem": "缺", "standard": "齐"}], "answer_by": "2026-09-18"}
_account = itertools.count(1)


def _off(month: int, first_day: int, last_day: int) -> list[date]:
    return [date(2026, month, day) for day in range(first_day, last_day + 1)]


@lru_cache(maxsize=1)
def table() -> DayTable:
    """September and October 2026 as the notice has them; the rest is Monday to Friday."""
    off = [*_off(9, 25, 27), *_off(10, 1, 7)]
    work = [date(2026, 9, 20), date(2026, 10, 10)]
    found = [DayException(day, False, "节") for day in off] + [
        DayException(day, True, "调休") for day in work
    ]
    return DayTable.build(found, [2026])


def item(**changes: Any) -> ItemDefinition:
    """A licence: 20 working days by law, 7 promised, one required, one optional, one deferrable material."""
    base: dict[str, Any] = {
        "version_id": 1,
        "task_code": "T",
        "version": 1,
        "name": "许可",
        "type": "01",
        "organ_id": 1,
        "organ_name": "局",
        "region": "511602",
        "kind": "commitment",
        "handled": True,
        "legal_limit": Limit(20),
        "promised_limit": Limit(7),
        "legal_extension": Limit(10),
        "materials": (
            Material("M1", "申请表"),
            Material("M2", "附图", "optional"),
            Material("M3", "证明", "deferrable"),
        ),
        "steps": (
            Step("受理", "clerk"),
            Step("审查", "examiner"),
            Step("决定", "approver"),
            Step("送达", "issuer"),
        ),
        "special_procedures": (SpecialProcedure("expert-review", 10, "第四十五条"),),
        "type_rules": TypeRules(),
    }
    return ItemDefinition(**(base | changes))


INSTANT = item(kind="instant", legal_limit=Limit(0), promised_limit=Limit(0))


def person(username: str, *roles: str) -> Actor:
    return Actor(next(_account), username, username, frozenset(roles), organ_id=1)


CAST = {
    "applicant": person("citizen", "citizen"),
    "clerk": person("clerk", "clerk"),
    "clerk2": person("clerk2", "clerk"),
    "examiner": person("examiner", "examiner"),
    "examiner2": person("examiner2", "examiner"),
    "approver": person("approver", "approver"),
    "head": person("head", "head"),
    "dual": person("dual", "examiner", "approver"),
    "issuer": person("issuer", "issuer"),
    "leader": person("leader", "leader"),
    "supervisor": person("supervisor", "supervisor"),
    "manager": person("manager", "manager"),
    "sysadmin": person("sysadmin", "sysadmin"),
}


def at(text: str) -> datetime:
    """``2026-09-08`` or ``2026-09-08T10:30`` in Shanghai; nine o'clock when only the day is said."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T09:00").replace(tzinfo=SHANGHAI)


class Bench:
    """One case with the time that it lives at."""

    def __init__(
        self,
        definition: ItemDefinition | None = None,
        *,
        kind: str = "",
        given: Sequence[str] = ("M1", "M2", "M3"),
        covers: Sequence[str] = (),
    ) -> None:
        self.item = definition or item()
        self.now = at("2026-09-08")
        self.told: list[Told] = []
        rows = [
            [one.code, "submitted", "original"] if one.code in given else [one.code]
            for one in self.item.materials
        ]
        self._first: dict[str, Any] = {
            "to": "received", "case_no": "20260908-000001-0", "query_code": "ABCD2345", "item_version_id": 1,
            "organ_id": 1, "region": "511602", "channel": "window", "kind": kind or self.item.kind or "commitment",
            "materials": rows, "dossier_no": 1, "dossier": "0",
        }  # fmt: skip
        if covers:
            self._first["pledge"] = {"covers": list(covers), "days": 60}
        self.state = self._begin("received")

    def _begin(self, type: str) -> CaseState:
        self.told = [Told(type, self._first, self.now, "citizen")]
        return first(self.told[0], id=1)

    def drafted(self) -> Bench:
        self.state = self._begin("drafted")
        return self

    def context(self, who: str) -> Context:
        actor = SYSTEM if who == "system" else CAST[who]
        return Context(
            now=self.now, actor=actor, item=self.item, table=table(), is_applicant=who == "applicant",
            is_colleague=lambda username, state: username in ("examiner", "examiner2", "clerk"),
        )  # fmt: skip

    def act(self, who: str, action: str, *, version: int | None = None, **body: Any) -> Bench:
        """The action, or the ``Refusal`` raised."""
        deed = act_named(action)
        asked = msgspec.convert(
            {"version": self.state.version if version is None else version} | body, deed.body
        )
        return self.tell(decide(self.state, deed, asked, self.context(who)), CAST[who].username)

    def tell(self, facts: Sequence[Fact], actor: str) -> Bench:
        for fact in facts:
            # Facts are plain JSON when they are stored: what does not survive that must show here.
            data = msgspec.json.decode(msgspec.json.encode(fact.data))
            told = Told(fact.type, data, max(self.now, self.state.last_at), actor)
            self.told.append(told)
            self.state = evolve(self.state, told)
        return self

    def move(self, text: str) -> Bench:
        """Move time; everything due on the way happens at its own instant."""
        target = at(text)
        while True:
            wake = clocks.outlook(self.state, self.item, table()).wake_at
            if wake is None or wake > target:
                break
            self.now = wake
            facts = [fact for _, fact in tick(self.state, self.context("system"))]
            assert facts, "woken for nothing"
            self.tell(facts, "system")
        self.now = target
        return self

    def to(self, state: str) -> Bench:
        """Walk the usual way until the case is in ``state``."""
        if state == "draft":
            return self.drafted()
        if state == "correcting":
            return self.act("clerk", "notify-correction", **NOTICE)
        if state in ("withdrawn", "refused_acceptance", "returned"):
            return self._to_early_end(state)
        way = [
            ("received", "clerk", "accept", {}),
            ("accepted", "examiner", "review", WELL),
            ("in_review", "approver", "decide", {"outcome": "deny", "reason": "否"} if state == "denied" else {"outcome": "grant"}),
            ("granted", "head", "produce", {}),
            ("produced", "issuer", "deliver", {"method": "window"}),
        ]  # fmt: skip
        for before, who, action, body in way:
            if self.state.state == state:
                return self
            if self.state.state != before:
                continue
            if before == "in_review" and state == "paused":
                return self.act("examiner", "pause", **PAUSE).act("head", "pause")
            if before == "in_review" and state == "terminated":
                return self.act("head", "terminate", ground="g", reason="r")
            self.act(who, action, **body)
        assert self.state.state == state
        return self

    def _to_early_end(self, state: str) -> Bench:
        if state == "withdrawn":
            return self.act("applicant", "withdraw", reason="不办")
        if state == "returned":
            return self.act("clerk", "return", reason="退").act("head", "return")
        return self.act("clerk", "refuse-acceptance", ground="not-required", reason="不需要")

    def clock(self, name: str) -> Any:
        """What a clock shows now."""
        span = clocks.spans(self.state, self.item)[name]
        return clocks.read(span, clocks.day_of(self.now), table())

    @property
    def light(self) -> str:
        spans = clocks.spans(self.state, self.item)
        today = clocks.day_of(self.now)
        if clocks.is_deferral_missed(self.state, today):
            return "red"
        return clocks.worst({name: clocks.read(span, today, table()) for name, span in spans.items()})

    def types(self) -> list[str]:
        return [one.type for one in self.told]
