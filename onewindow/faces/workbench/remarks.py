"""What was said and done in a case, as the case page tells it: opinions of the desks and internal notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.faces.workbench import onward_acts
from onewindow.ui import words


def onward_facts() -> list[str]:
    """The facts of checks on the spot, recusals and ends of licences."""
    return [one for types in onward_acts.FACTS.values() for one in types]


OPINIONS = frozenset(
    {
        "accepted",
        "acceptance-refused",
        "returned",
        "return-proposed",
        "correction-notified",
        "resubmitted",
        "deferred-supplied",
        "reviewed",
        "pause-proposed",
        "pause-overrun",
        "deferral-missed",
        "paused",
        "resumed",
        "extended",
        "forwarded",
        "forward-answered",
        "granted",
        "denied",
        "produced",
        "delivered",
        "withdrawn",
        "terminated",
        "overdue",
        "due-moved",
        "interest-judged",
        "party-registered",
        "statement-invited",
        "statement-made",
        "hearing-rights-told",
        "hearing-requested",
        "hearing-waived",
        "hearing-arranged",
        "hearing-held",
        "hearing-cancelled",
        "hearing-overdue",
        "served",
        *onward_facts(),
        "originals-checked",
    }
)
# Keys of an event's data that say something to a person, in this order.
SAID = ("verdict", "opinion", "findings", "ground", "reason", "result", "conditions", "text", "to", "receipt")


class Opinion(msgspec.Struct, frozen=True):
    """One thing said or done in the matter, for the column of earlier opinions."""

    title: str
    who: str
    at: str
    text: str
    css: str = ""


def opinions(case: Mapping[str, Any], names: Mapping[str, str]) -> list[Opinion]:
    """What was said and done so far, newest first."""
    made = [_opinion(event, names) for event in case.get("events", ()) if event["type"] in OPINIONS]
    return made[::-1]


def _opinion(event: Mapping[str, Any], names: Mapping[str, str]) -> Opinion:
    data = event.get("data") or {}
    said = [_said(key, data[key]) for key in SAID if data.get(key) and key not in _silent(event["type"])]
    if isinstance(data.get("items"), list):
        said += [str(one.get("problem", "")) for one in data["items"] if isinstance(one, Mapping)]
    role = words.word(event.get("role"), "role")
    is_bad = event["type"] in ("overdue", "deferral-missed") or bool(data.get("deemed"))
    actor = str(event.get("actor") or "")
    who = (
        role if event.get("role") in ("system", "applicant") else f"{role} {names.get(actor, actor)}".strip()
    )
    return Opinion(words.event_at_work(event), who, event["at"], "；".join(said), "stop" if is_bad else "")


def _silent(type: str) -> tuple[str, ...]:
    # A change of state carries its new state under "to": that is no sentence for a person.
    return () if type in ("forwarded",) else ("to",)


def _said(key: str, value: Any) -> str:
    if key in ("ground", "verdict"):
        return words.word(value, "ground" if key == "ground" else "site_result")
    return plain(value)


def notes(case: Mapping[str, Any], names: Mapping[str, str]) -> list[Opinion]:
    """Internal notes, newest first."""
    return [_opinion(event, names) for event in case.get("events", ()) if event["type"] == "noted"][::-1]


def plain(value: Any) -> str:
    """A value of a form as a person reads it."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return "、".join(plain(one) for one in value)
    if isinstance(value, Mapping):
        return "；".join(f"{name}：{plain(one)}" for name, one in value.items())
    return "" if value is None else str(value)
