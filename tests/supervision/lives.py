"""Lives of cases told by hand, fact by fact: also those that the deeds would refuse."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.deadlines import SHANGHAI
from onewindow.supervision.rules.history import Closed, History, history
from onewindow.supervision.rules.profile import PROFILES, Profile
from onewindow.supervision.rules.shipped import RULES
from onewindow.supervision.rules.watching import Hit, watch
from tests.cases.bench import item, table


class Event(msgspec.Struct, frozen=True):
    """A fact as ``histories`` would give it."""

    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    data: dict[str, Any]


def at(text: str) -> datetime:
    """``09-08`` is nine o'clock of that day of 2026, ``09-08T21:30`` that minute."""
    moment = text if "T" in text else f"{text}T09:00"
    return datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=SHANGHAI)


ROLES = {"clerk": "clerk", "examiner": "examiner", "approver": "approver", "head": "head", "issuer": "issuer",
         "supervisor": "supervisor", "citizen": "applicant", "system": "system", "dual": "examiner", "leader": "leader"}  # fmt: skip


class Life:
    """A case from its receipt on; each method tells one more fact."""

    def __init__(
        self, when: str = "09-08", *, by: str = "clerk", channel: str = "window", **changes: Any
    ) -> None:
        """``materials`` are rows as facts carry them; other changes are those of the item."""
        covers = changes.pop("covers", ())
        rows = changes.pop("materials_told", [["M1", "submitted", "original"], ["M2"], ["M3", "submitted"]])
        self.item: ItemDefinition = item(**changes)
        self.events: list[Event] = []
        self.profile: Profile = PROFILES["remind-yellow-red"]
        self.closed: tuple[Closed, ...] = ()
        self.tell(
            "received", when, by,
            case_no="X", query_code="Q", item_version_id=1, organ_id=1, region="511602", channel=channel,
            kind=self.item.kind or "commitment", materials=rows, dossier_no=1,
            documents=[{"kind": "receipt"}],
            **({"pledge": {"covers": list(covers), "days": 60}} if covers else {}),
        )  # fmt: skip

    def tell(self, type: str, when: str, by: str, **data: Any) -> Life:
        self.events.append(Event(len(self.events) + 1, type, at(when), by, ROLES[by], data))
        return self

    def accept(self, when: str = "09-08", by: str = "clerk", **data: Any) -> Life:
        told = {"accepted_on": f"2026-{when[:5]}", "documents": [{"kind": "acceptance"}]} | data
        return self.tell("accepted", when, by, **told)

    def review(self, when: str = "09-09", by: str = "examiner", **data: Any) -> Life:
        return self.tell("reviewed", when, by, **({"steps_done": 1, "pass": True, "opinion": "可以"} | data))

    def grant(self, when: str = "09-10", by: str = "approver", **data: Any) -> Life:
        told = {"outcome": "grant", "documents": [{"kind": "grant"}]} | data
        return self.tell("granted", when, by, **told)

    def deny(self, when: str = "09-10", by: str = "approver", **data: Any) -> Life:
        told = {"outcome": "deny", "reason": "不符合《办法》第三条的规定", "documents": [{"kind": "denial"}]}
        return self.tell("denied", when, by, **(told | data))

    def pause(self, when: str = "09-10", by: str = "head", **data: Any) -> Life:
        told = {
            "procedure": "expert-review",
            "basis": "第四十五条",
            "reason": "评审",
            "start": f"2026-{when[:5]}",
        }
        told |= {"expected_on": "2026-09-17", "proposed_by": "examiner"}
        return self.tell("paused", when, by, **(told | {"documents": [{"kind": "special-procedure"}]} | data))

    def notice(self, when: str = "09-09", *items: dict[str, Any]) -> Life:
        told = items or ({"material": "M1", "problem": "没有签名", "standard": "签名"},)
        return self.tell("correction-notified", when, "clerk", items=list(told), answer_by="2026-09-18")

    def extend(self, when: str = "09-10", by: str = "head", **data: Any) -> Life:
        return self.tell("extended", when, by, **({"days": 5, "documents": [{"kind": "extension"}]} | data))

    @property
    def history(self) -> History:
        return history(
            self.events, self.item, table(), id=1, profile=self.profile, closed=self.closed
        )  # fmt: skip

    def hits(self, until: str, *rules: str, since: int = 0) -> list[Hit]:
        """What watching finds up to an instant, of these rules (of all without any)."""
        found = watch(self.history, RULES, since=since, until=at(until)).hits
        return [hit for hit in found if not rules or hit.rule in rules]


def told(hits: list[Hit]) -> list[tuple[str, str, str]]:
    """Rule, degree and day and hour of each hit."""
    return [(hit.rule, hit.degree, hit.at.astimezone(SHANGHAI).strftime("%m-%dT%H")) for hit in hits]
