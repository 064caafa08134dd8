"""What the papers of a case say: the content of each kind, put together in the deed that issues it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from onewindow.cases import further_papers
from onewindow.cases.dossier import Dossier
from onewindow.cases.rules.acceptance import material_name
from onewindow.cases.rules.acting import ARTICLE_32, ARTICLE_38, ARTICLE_42, ARTICLE_45, ARTICLE_48
from onewindow.cases.rules.clocks import Clocks, day_of
from onewindow.cases.rules.state import CaseState
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel import masking
from onewindow.kernel.calendar import DayTable
from onewindow.org import queries as org

LICENCE = "01"


class Organ(Protocol):
    """What a paper names of its organ beside the name: "" where it is not known."""

    @property
    def reconsideration_organ(self) -> str: ...
    @property
    def court(self) -> str: ...


class Unknown(msgspec.Struct, frozen=True):
    """An organ whose reviewing bodies nobody has entered."""

    reconsideration_organ: str = ""
    court: str = ""


UNKNOWN = Unknown()


class Matter(msgspec.Struct, frozen=True):
    """What a paper is made from: the case after the deed with its clocks, its item, dossier and calendar."""

    state: CaseState
    item: ItemDefinition
    dossier: Dossier
    table: DayTable
    today: date
    actor_name: str
    clocks: Clocks
    handed: tuple[tuple[str, str], ...] = ()  # decisions issued before: (number, title)
    record: str = ""  # the record of the hearing that a decision rests on
    organ: Organ = UNKNOWN


Content = dict[str, Any]


def content(kind: str, matter: Matter, told: Content) -> Content:
    """The content of a paper of ``kind``; ``told`` is what the deed adds."""
    return _common(matter) | _CONTENTS[kind](matter, told)


def _common(matter: Matter) -> Content:
    who, agent, item = matter.dossier.applicant, matter.dossier.agent, matter.item
    return {
        "applicant": {"name": who.name, "type": who.type},
        "agent": agent.name if agent is not None else None,
        "item": {"task_code": item.task_code, "name": item.name, "type": item.type},
        "query_code": matter.state.query_code,
    }


def _materials(matter: Matter, *states: str) -> list[Content]:
    known = matter.item.material_by_code
    return [
        {
            "name": known[row.code].name if row.code in known else row.code,
            "medium": row.medium,
            "copies": known[row.code].copies if row.code in known else 1,
            "state": row.state,
        }
        for row in matter.state.materials
        if not states or row.state in states
    ]


def _names(matter: Matter) -> list[str]:
    return [one["name"] for one in _materials(matter, "submitted")]


def _due(matter: Matter, name: str) -> Content | None:
    """A clock as a paper prints it."""
    clock = matter.clocks.get(name)
    if clock is None:
        return None
    span, shown = clock
    return {
        "days": span.limit + span.extension,
        "unit": span.unit,
        "due_on": shown.due_on.isoformat(),
    }


def _skipped(matter: Matter, *names: str) -> Sequence[Content]:
    """The days that are not counted by the first of these clocks that skips any."""
    for span, shown in (matter.clocks[name] for name in names if name in matter.clocks):
        days = _skipped_between(span.started_on, shown.due_on, matter.table)
        if days:
            return days
    return ()


@lru_cache(maxsize=4096)
def _skipped_between(start: date, end: date, table: DayTable) -> tuple[Content, ...]:
    return tuple({"date": day.isoformat(), "reason": why} for day, why in table.skipped(start, end)[:120])


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _received_on(matter: Matter) -> str | None:
    return _day(day_of(matter.state.materials_at)) if matter.state.materials_at else None


def _receipt(matter: Matter, told: Content) -> Content:
    tell_by = _due(matter, "correction")
    at = matter.state.materials_at
    return {
        "received_at": at.isoformat() if at else None,
        "receiver": matter.actor_name if matter.state.channel == "window" else "",
        "materials": _materials(matter),
        "tell_by_on": tell_by["due_on"] if tell_by else None,
    }


def _correction(matter: Matter, told: Content) -> Content:
    items = [
        {
            "material": material_name(matter.item, one["material"]) if one.get("material") else None,
            "problem": one["problem"],
            "standard": one["standard"],
        }
        for one in told["items"]
    ]
    return {
        "received_on": _received_on(matter),
        "items": items,
        "answer_by_on": told["answer_by"].isoformat(),
        "basis": [ARTICLE_32 + "第一款第（四）项"],
        "how": "网上“我的办件”或任一综合窗口",
    }


def _acceptance(matter: Matter, told: Content) -> Content:
    state = matter.state
    return {
        "applied_on": _day(day_of(state.received_at)) if state.received_at else None,
        "accepted_on": _day(state.accepted_on),
        "deemed": bool(told.get("deemed")),
        "promised": _due(matter, "promised"),
        "legal": _due(matter, "legal"),
        "skipped": _skipped(matter, "legal", "promised"),
        "special_procedures": [one.kind for one in matter.item.special_procedures],
        "fee": {True: "按公布的标准收费", False: "不收费", None: ""}[matter.item.fee.charged],
        "deferred": _deferred_rows(matter),
        "contact": masking.mask_phone((matter.dossier.agent or matter.dossier.applicant).phone),
        "phone": matter.item.contact.consult,
        "basis": [ARTICLE_32, *_bases(matter.item)],
    }


def _deferred_rows(matter: Matter) -> list[Content]:
    return [
        {"name": material_name(matter.item, row.code), "promised_on": _day(row.promised_on)}
        for row in matter.state.materials
        if row.state == "deferred"
    ]


def _bases(item: ItemDefinition) -> list[str]:
    return [f"《{one.law.strip('《》')}》{one.article}" for one in item.basis] or [
        "本事项办事指南公布的设定依据"
    ]


def _deferred(matter: Matter, told: Content) -> Content:
    return {"accepted_on": _day(matter.state.accepted_on), "deferred": _deferred_rows(matter)}


def _refusal(matter: Matter, told: Content) -> Content:
    return {
        "received_on": _received_on(matter),
        "ground": told["ground"],
        "reason": told["reason"],
        "competent_organ": told["competent_organ"] or "",
        "basis": [ARTICLE_32],
        "remedies": further_papers.remedies_of(matter),
    }


def _return(matter: Matter, told: Content) -> Content:
    return {
        "received_on": _received_on(matter),
        "reason": told["reason"],
        "remedies": further_papers.remedies_of(matter),
        "materials": _names(matter),
        **_two_who_checked(matter, told.get("proposed_by", "")),
        "copies_to": ["政务服务中心", matter.item.organ_name],
    }


def _two_who_checked(matter: Matter, proposer: str) -> Content:
    """Names of who proposed and who confirmed; what time alone returned was checked by nobody."""
    if not proposer:
        return {"proposer": "", "confirmer": ""}
    return {
        "proposer": org.staff_names([proposer]).get(proposer, proposer),
        "confirmer": matter.actor_name,
    }


def _procedure(matter: Matter, told: Content) -> Content:
    return {
        "accepted_on": _day(matter.state.accepted_on),
        "procedure": told["procedure"],
        "reason": told["reason"],
        "starts_on": _day(told["start"]),
        "expected_days": told["expected_days"],
        "organiser": matter.item.organ_name,
        "basis": list(dict.fromkeys(filter(None, (ARTICLE_45, told["basis"])))),
    }


def _extension(matter: Matter, told: Content) -> Content:
    return {
        "accepted_on": _day(matter.state.accepted_on),
        "old_due_on": _day(told["from"]),
        "new_due_on": _day(told["until"]),
        "days": told["days"],
        "reason": told["reason"],
        "approver": matter.actor_name,
        "basis": [ARTICLE_42],
    }


def _decided(matter: Matter) -> Content:
    return {
        "accepted_on": _day(matter.state.accepted_on),
        "decided_on": matter.today.isoformat(),
        "facts": f"本决定根据听证笔录（{matter.record}）作出。" if matter.record else "",
        "basis": [
            *([ARTICLE_38] if matter.item.type == LICENCE else []),
            *([ARTICLE_48] if matter.record else []),
            *_bases(matter.item),
        ],
    }


def _grant(matter: Matter, told: Content) -> Content:
    deliver = _due(matter, "delivery")
    return _decided(matter) | {
        "conditions": told["conditions"] or "",
        "licence_name": _licence_name(matter),
        "licence_no": told.get("licence_no", ""),
        "validity": _validity(told.get("validity", ""), matter.today),
        "deliver_by_on": deliver["due_on"] if deliver else None,
    }


def _licence_name(matter: Matter) -> str:
    """What the applicant gets, as the guide lists it: the certificate before other results."""
    results = sorted(matter.item.results, key=lambda one: one.type != "certificate")
    return results[0].name if results else ""


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def _validity(text: str, start: date) -> str:
    """A validity as a paper says it: days in words; a last day alone runs from the decision on."""
    said = f"{start.isoformat()}至{text}" if _ISO.fullmatch(text) else text
    return re.sub(r"\s*至\s*", "至", _ISO.sub(_in_words, said))


def _in_words(found: re.Match[str]) -> str:
    year, month, day = found.group().split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _denial(matter: Matter, told: Content) -> Content:
    return _decided(matter) | {"reason": told["reason"], "remedies": further_papers.remedies_of(matter)}


def _delivery(matter: Matter, told: Content) -> Content:
    papers = [told["paper"]] if "paper" in told else matter.handed
    party = told.get("party", 0)
    who = matter.dossier.parties[party - 1] if party else matter.dossier.applicant
    return {
        "papers": [{"document_no": number, "title": title} for number, title in papers],
        "recipient": who.name,
        "method": told["method"],
        "delivered_at": matter.state.last_at.isoformat(),
        "receipt": told["receipt"] or "",
        "server": "" if told.get("read_at") else matter.actor_name,
        "place": "",
        "licence": _certificate(matter) if "paper" not in told else None,
        **{name: told[name] for name in ("witnesses", "remark", "read_at") if told.get(name)},
    }


def _certificate(matter: Matter) -> Content | None:
    """The certificate that goes with a grant's delivery."""
    state, licence = matter.state, matter.state.life.licence
    name = _licence_name(matter)
    if state.life.outcome != "grant" or not name or state.decided_on is None:
        return None
    validity = _validity(licence.validity, state.decided_on)
    return {"name": name, "number": licence.number, "validity": validity}


def _withdrawal(matter: Matter, told: Content) -> Content:
    return {
        "received_on": _received_on(matter),
        "withdrawn_on": matter.today.isoformat(),
        "reason": told["reason"],
        "materials": _names(matter),
    }


def _termination(matter: Matter, told: Content) -> Content:
    return {
        "accepted_on": _day(matter.state.accepted_on),
        "ground": told["ground"],
        "reason": told["reason"],
        "basis": _bases(matter.item),
        "remedies": further_papers.remedies_of(matter),
    }


_CONTENTS: dict[str, Callable[[Matter, Content], Content]] = {
    "receipt": _receipt,
    "correction": _correction,
    "acceptance": _acceptance,
    "deferred-promise": _deferred,
    "refusal": _refusal,
    "return": _return,
    "special-procedure": _procedure,
    "extension": _extension,
    "grant": _grant,
    "denial": _denial,
    "delivery": _delivery,
    "withdrawal": _withdrawal,
    "termination": _termination,
    **{kind: further_papers.of(kind) for kind in further_papers.KINDS_TOLD},
}
