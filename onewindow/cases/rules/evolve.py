"""How each fact changes a case: ``evolve(state, type, data, at, actor) -> state``, nothing else changes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.cases.rules import heard
from onewindow.cases.rules.state import (
    ENDS,
    GRANTED,
    CaseState,
    Licence,
    Life,
    Pledge,
    Proposal,
    Row,
    Service,
    Stop,
)
from onewindow.kernel.deadlines import SHANGHAI

Data = dict[str, Any]
Change = dict[str, Any]


class Told(msgspec.Struct, frozen=True):
    """A fact as it is folded in: what, when, by whom."""

    type: str
    data: Data
    at: datetime
    actor: str

    @property
    def day(self) -> date:
        return self.at.astimezone(SHANGHAI).date()


def evolve(state: CaseState, told: Told) -> CaseState:
    """The case after the fact. A change of state lets a waiting proposal lapse."""
    change = _CHANGES[told.type](state, told)
    moved = change.get("state", state.state) != state.state
    if moved or "materials" in change:
        life: Life = change.get("life", state.life)
        if life.proposal is not None and moved:
            change["life"] = life = msgspec.structs.replace(life, proposal=None)
        if change.get("state") in ENDS and life.ended_on is None:
            change["life"] = msgspec.structs.replace(life, ended_on=told.day)
    return msgspec.structs.replace(state, version=state.version + 1, last_at=told.at, **change)


def first(told: Told, *, id: int) -> CaseState:
    """The case of its first fact (``drafted`` or ``received``)."""
    data = told.data
    blank = CaseState(
        id=id,
        case_no=data["case_no"],
        query_code=data["query_code"],
        item_version_id=data["item_version_id"],
        organ_id=data["organ_id"],
        region=data["region"],
        channel=data["channel"],
        kind=data["kind"],
        last_at=told.at,
        life=Life(applied_by=told.actor, agent_until=_agent_until(data)),
    )
    return evolve(blank, told)


def _agent_until(data: Data) -> date | None:
    until = data.get("agent_until")
    return date.fromisoformat(until) if until is not None else None


def _life(state: CaseState, **change: Any) -> Life:
    return msgspec.structs.replace(state.life, **change)


class _Brought(msgspec.Struct, frozen=True):
    """The part of a fact's data that lists materials; how to read a struct is worked out once."""

    materials: tuple[Row, ...]


def rows_of(data: Data) -> tuple[Row, ...]:
    """The materials that a fact carries, as rows."""
    return msgspec.convert(data, _Brought).materials


def _content(state: CaseState, told: Told) -> Change:
    change: Change = {}
    if "materials" in told.data:
        change["materials"] = rows = rows_of(told.data)
        if state.life.originals:
            change["life"] = _life(state, originals=_still_seen(state, rows))
    if "dossier_no" in told.data:
        change["dossier_no"] = told.data["dossier_no"]
    if "agent_until" in told.data:
        life: Life = change.get("life", state.life)
        change["life"] = msgspec.structs.replace(life, agent_until=_agent_until(told.data))
    if "pledge" in told.data:
        life = change.get("life", state.life)
        signed = Pledge(tuple(told.data["pledge"]["covers"]), told.data["pledge"]["days"])
        change["life"] = msgspec.structs.replace(life, pledge=signed)
    return change


def _still_seen(state: CaseState, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Originals that were shown, without the materials that were given anew since."""
    files = {row.code: row.file_ids for row in rows}
    before = {row.code: row.file_ids for row in state.materials}
    return tuple(code for code in state.life.originals if files.get(code) == before.get(code))


def _drafted(state: CaseState, told: Told) -> Change:
    return _content(state, told) | {"state": "draft"}


def _received(state: CaseState, told: Told) -> Change:
    return _content(state, told) | {"state": "received", "received_at": told.at, "materials_at": told.at}


def _correction_notified(state: CaseState, told: Told) -> Change:
    life = _life(
        state, is_corrected=True, corrected_on=told.day, answer_by=date.fromisoformat(told.data["answer_by"])
    )
    return {"state": "correcting", "disposition": "supplement", "life": life}


def _resubmitted(state: CaseState, told: Told) -> Change:
    life = _life(state, is_resubmitted=True)
    return _content(state, told) | {"state": "received", "materials_at": told.at, "life": life}


def _accepted(state: CaseState, told: Told) -> Change:
    deemed = bool(told.data.get("deemed"))
    life = _life(state, deemed_on=told.day) if deemed else _life(state, accepted_by=told.actor)
    return _content(state, told) | {
        "state": "accepted",
        "accepted_on": date.fromisoformat(told.data["accepted_on"]),
        "is_deemed": deemed,
        "life": life,
        "holder": None,
    }


def _ended(name: str) -> Callable[[CaseState, Told], Change]:
    def change(state: CaseState, told: Told) -> Change:
        return {"state": name, "holder": None}

    return change


def _returned(state: CaseState, told: Told) -> Change:
    return {"state": "returned", "disposition": "return", "holder": None}


def _proposed(state: CaseState, told: Told) -> Change:
    return {"life": _life(state, proposal=Proposal(told.data["action"], told.actor, told.data["body"]))}


def _deferred_supplied(state: CaseState, told: Told) -> Change:
    return _content(state, told)


def _reviewed(state: CaseState, told: Told) -> Change:
    examiners = tuple(dict.fromkeys((*state.life.examiners, told.actor)))
    # An opinion moves the case on even from step to step of the same state: a proposal lapses with it.
    life = _life(
        state,
        examiners=examiners,
        steps_done=told.data["steps_done"],
        is_passed=told.data["pass"],
        proposal=None,
    )
    return {"state": "in_review", "life": life}


def _paused(state: CaseState, told: Told) -> Change:
    stop = Stop(
        told.data["procedure"],
        date.fromisoformat(told.data["start"]),
        None,
        date.fromisoformat(told.data["expected_on"]),
    )
    return {"state": "paused", "life": _life(state, stops=(*state.life.stops, stop))}


def _resumed(state: CaseState, told: Told) -> Change:
    last = msgspec.structs.replace(state.life.stops[-1], end=told.day)
    return {"state": "in_review", "life": _life(state, stops=(*state.life.stops[:-1], last))}


def _extended(state: CaseState, told: Told) -> Change:
    return {"life": _life(state, extension=told.data["days"], extended_on=told.day)}


def _forwarded(state: CaseState, told: Told) -> Change:
    return {"kind": "forward", "life": _life(state, forwarded_to=told.data["to"], forwarded_on=told.day)}


def _forward_answered(state: CaseState, told: Told) -> Change:
    return {"life": _life(state, is_answered=True)}


def _decided(name: str) -> Callable[[CaseState, Told], Change]:
    def change(state: CaseState, told: Told) -> Change:
        life = _life(
            state, decided_by=told.actor, outcome=told.data["outcome"], licence=_licence(state, told)
        )
        if "check_by" in told.data:
            life = heard.to_check(life, date.fromisoformat(told.data["check_by"]))
        return {"state": name, "decided_on": told.day, "life": life, "holder": None}

    return change


def _licence(state: CaseState, told: Told) -> Licence:
    """The licence with what this deed tells of its number and validity."""
    known = state.life.licence
    number, validity = told.data.get("licence_no"), told.data.get("validity")
    return msgspec.structs.replace(known, number=number or known.number, validity=validity or known.validity)


def _produced(state: CaseState, told: Told) -> Change:
    return {"state": "produced", "life": _life(state, licence=_licence(state, told)), "holder": None}


def _delivered(state: CaseState, told: Told) -> Change:
    return {"state": "delivered", "delivered_on": told.day, "holder": None}


def _held(state: CaseState, told: Told) -> Change:
    return {"holder": told.data["to"]}


def _seen(state: CaseState, told: Told) -> Change:
    return {"life": _life(state, seen=(*state.life.seen, told.data["mark"]))}


def _of_life(change: heard.Change) -> Callable[[CaseState, Told], Change]:
    def fold(state: CaseState, told: Told) -> Change:
        life = change(state.life, told.data, told.day, told.actor)
        # A dossier that came with the fact counts too; nothing else of a case is touched.
        return _content(state, told) | {"life": life}

    return fold


def _registered(state: CaseState, told: Told) -> Change:
    return _content(state, told) | {"life": _life(state, parties=told.data["party"])}


def _spoken(state: CaseState, told: Told) -> Change:
    if state.state in GRANTED:
        return _content(state, told) | {"life": heard.spoken_of_licence(state.life, told.data["party"])}
    return _content(state, told) | {"life": heard.spoken(state.life, told.data["party"])}


def _served(state: CaseState, told: Told) -> Change:
    data = told.data
    read_at = datetime.fromisoformat(data["read_at"]) if "read_at" in data else None
    on = date.fromisoformat(data["served_on"])
    one = Service(data["document_no"], data["kind"], data["method"], on, data["party"], read_at)
    life = _life(state, served=(*state.life.served, one))
    return {"life": heard.rights_served(life, data["request_by"]) if "request_by" in data else life}


def _stepped_down(state: CaseState, told: Told) -> Change:
    """Who takes over an examination holds the case; a seat of a hearing leaves it where it is."""
    life = heard.CHANGES[told.type](state.life, told.data, told.day, told.actor)
    if told.data["seat"] in ("host", "recorder"):
        return {"life": life}
    if "to" in told.data:
        return {"life": life, "holder": told.data["to"]}
    is_left = told.data["granted"] and state.holder == told.data["account"]
    return {"life": life, "holder": None} if is_left else {"life": life}


def _originals_checked(state: CaseState, told: Told) -> Change:
    codes = (*state.life.originals, *told.data["materials"])
    return {"life": _life(state, originals=tuple(dict.fromkeys(codes)))}


def _nothing(state: CaseState, told: Told) -> Change:
    return {}


_CHANGES: dict[str, Callable[[CaseState, Told], Change]] = {
    "drafted": _drafted,
    "received": _received,
    "materials-changed": _content,
    "correction-notified": _correction_notified,
    "resubmitted": _resubmitted,
    "accepted": _accepted,
    "acceptance-refused": _ended("refused_acceptance"),
    "return-proposed": _proposed,
    "returned": _returned,
    "deferred-supplied": _deferred_supplied,
    "reviewed": _reviewed,
    "pause-proposed": _proposed,
    "paused": _paused,
    "resumed": _resumed,
    "extended": _extended,
    "forwarded": _forwarded,
    "forward-answered": _forward_answered,
    "granted": _decided("granted"),
    "denied": _decided("denied"),
    "produced": _produced,
    "delivered": _delivered,
    "withdrawn": _ended("withdrawn"),
    "terminated": _ended("terminated"),
    "claimed": _held,
    "assigned": _held,
    "transferred": _held,
    "noted": _nothing,
    "revealed": _nothing,
    "erased": _nothing,
    "identity-corrected": _nothing,
    "due-moved": _nothing,
    "overdue": _seen,
    "deferral-missed": _seen,
    "pause-overrun": _seen,
    "hearing-overdue": _seen,
    "party-registered": _registered,
    "statement-made": _spoken,
    "served": _served,
    "originals-checked": _originals_checked,
    **{type: _of_life(change) for type, change in heard.CHANGES.items()},
    "recusal-decided": _stepped_down,
}
TYPES = tuple(_CHANGES)
