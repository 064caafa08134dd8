"""A case as the contract shows it: plain dictionaries ready to be encoded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from onewindow.cases import access, store
from onewindow.cases import dossier as dossiers
from onewindow.cases.queries import hearings, licences, pledges, serving, site_checks
from onewindow.cases.rules import acceptance, recusal, trust
from onewindow.cases.rules.acting import Act, Context
from onewindow.cases.rules.clocks import is_deferral_missed, read, spans, worst
from onewindow.cases.rules.decide import Offer, is_particular, offer, prospects
from onewindow.cases.rules.office import INTERNAL
from onewindow.cases.rules.state import CaseState
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel import masking
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.deadlines import Reading, Span, explain
from onewindow.org import queries as org

Json = dict[str, Any]


class Outcome(Protocol):
    """What a deed leaves behind (``services.telling.Outcome``): enough to answer without reading again."""

    @property
    def state(self) -> CaseState: ...
    @property
    def row(self) -> dict[str, Any]: ...
    @property
    def told(self) -> Sequence[Any]: ...
    @property
    def papers(self) -> Sequence[Any]: ...


def of_outcome(
    actor: Actor,
    outcome: Outcome,
    item: ItemDefinition,
    dossier: dossiers.Dossier,
    *,
    now: datetime,
    before: store.Found | None = None,
) -> Json:
    """The case after a deed, from what was read before it and what the deed told."""
    events = list(before.events or []) if before is not None else []
    papers = list(before.papers or []) if before is not None else []
    for fact in outcome.told:
        events.append([fact.seq, fact.type, fact.at, fact.actor, fact.role, fact.data])
    for paper in outcome.papers:
        papers.append([paper.document_no, paper.kind, paper.title, None, paper.issued_at])
    found = store.Found(
        outcome.state,
        (outcome.row["subject_hash"], outcome.row["name_hash"], outcome.row["applicant_mask"]),
        None,
        events=events,
        papers=papers,
        opened=dossier,
    )
    return case(actor, found, item, now=now)


def case(actor: Actor, found: store.Found, item: ItemDefinition, *, now: datetime) -> Json:
    """The contract's Case for this actor."""
    state = found.state
    context = access.context(actor, found, item, now=now)
    today = context.today
    clocks, light = clocks_of(state, item, today, context.table)
    organ = org.organ(state.organ_id)
    masked = not access.sees_all(actor, state, found.found_by[0])
    return {
        "case_no": state.case_no,
        "query_code": None if masked else state.query_code,
        "version": state.version,
        "state": state.state,
        "kind": state.kind,
        "disposition": state.disposition,
        "item": {"task_code": item.task_code, "version": item.version, "name": item.name},
        "organ": organ.name,
        "region": state.region,
        "channel": state.channel,
        "applicant": dossiers.shown(found.dossier.applicant, masked=masked),
        "agent": _agent(found.dossier.agent, masked=masked),
        "answers": found.dossier.answers,
        "form": {} if masked else found.dossier.form,
        "form_version": found.dossier.form_version or (item.form_version if item.form_schema else None),
        "delivery": {"method": found.dossier.delivery.method}
        if masked
        else msgspec.to_builtins(found.dossier.delivery),
        "electronic_service": found.dossier.electronic_service,
        "received_at": state.received_at,
        "accepted_on": state.accepted_on,
        "deemed": state.is_deemed,
        "decided_on": state.decided_on,
        "delivered_on": state.delivered_on,
        "answer_by": state.life.answer_by if state.state == "correcting" else None,
        "light": light,
        "clocks": clocks,
        "materials": materials(state, item),
        "documents": [
            dict(zip(("document_no", "kind", "title", "file_id", "issued_at"), paper, strict=False))
            for paper in found.papers or []
            if actor.is_staff or paper[0] not in _to_others(found.events or [])
        ],
        "actions": _actions(state, context),
        "events": events(found.events or [], internal=actor.is_staff),
        "holder": state.holder if actor.is_staff else None,
        "proposal": _proposal(state) if actor.is_staff else None,
        "forwarded_to": state.life.forwarded_to or None,
        "flags": flags(state),
        "stops": [
            {
                "procedure": stop.procedure,
                "start": stop.start,
                "end": stop.end,
                "expected_on": stop.expected_on,
            }
            for stop in state.life.stops
        ],
        "steps_done": state.life.steps_done,
        **hearings.shown(found, is_staff=actor.is_staff, masked=masked),
        **site_checks.shown(found, is_staff=actor.is_staff, masked=masked),
        "licence": licences.shown(found, item),
        "pledge": pledges.shown(state),
        "services": serving.shown(found, context),
    }


def _to_others(events: Sequence[Sequence[Any]]) -> frozenset[str]:
    """The papers that speak to third parties: no applicant opens them."""
    return frozenset(
        one["document_no"]
        for event in events
        if event[5].get("party")
        for one in event[5].get("documents", ())
    )


def _proposal(state: CaseState) -> Json | None:
    proposal = state.life.proposal
    return None if proposal is None else {"action": proposal.action, "by": proposal.by, "body": proposal.body}


def _agent(agent: dossiers.Agent | None, *, masked: bool) -> Json | None:
    if agent is None:
        return None
    if not masked:
        return {name: getattr(agent, name) for name in dossiers.Agent.__struct_fields__}
    return {
        "name": masking.mask_name(agent.name),
        "id_type": agent.id_type,
        "id_number": masking.mask_id_number(agent.id_number),
        "phone": masking.mask_phone(agent.phone),
    }


def clocks_of(state: CaseState, item: ItemDefinition, today: date, table: DayTable) -> tuple[Json, str]:
    """The clocks of a case with their explanation, and the light of the whole."""
    found = spans(state, item)
    readings = {name: read(span, today, table) for name, span in found.items()}
    light = "red" if is_deferral_missed(state, today) else worst(readings)
    return {name: _clock(found[name], readings[name], today, table) for name in found}, light


def _clock(span: Span, reading: Reading, today: date, table: DayTable) -> Json:
    return {
        "limit": span.limit + span.extension,
        "unit": span.unit,
        "started_on": span.started_on,
        "due_on": reading.due_on,
        "used": reading.used,
        "remaining": reading.remaining,
        "state": reading.state,
        "light": reading.light,
        "provisional": reading.provisional,
        "explain": _explain(span, today, table),
    }


@lru_cache(maxsize=4096)
def _explain(span: Span, today: date, table: DayTable) -> list[Json]:
    return [{"date": note.date, "why": note.why} for note in explain(span, today, table)]


def materials(state: CaseState, item: ItemDefinition) -> list[Json]:
    """The material rows of a case with their names and needs from the item version."""
    known = item.material_by_code
    need = acceptance.needs(state, item) if state.life.pledge is not None else {}
    found = []
    for row in state.materials:
        listed = known.get(row.code)
        found.append(
            {
                "code": row.code,
                "name": row.code if listed is None else listed.name,
                "need": need.get(row.code) or ("required" if listed is None else listed.need),
                "state": row.state,
                "medium": row.medium,
                "file_ids": row.file_ids,
                "promised_on": row.promised_on,
                "trust": msgspec.structs.asdict(trust.of_row(row, state, listed)),
            }
        )
    return found


def _actions(state: CaseState, context: Context) -> list[Json]:
    lines = _lines(
        state.state,
        is_particular(state),
        context.actor.roles,
        context.is_applicant,
        state.life.pledge is not None,
    )
    return [_action(offer(act, state, context)) if ready is None else ready.copy() for act, ready in lines]


@lru_cache(maxsize=4096)
def _lines(
    name: str, is_particular: bool, roles: frozenset[str], is_applicant: bool, is_pledged: bool
) -> list[tuple[Act, Json | None]]:
    """The lines of ``actions`` that stand already; None where the case itself must be asked."""
    return [
        (act, None if ready is None else _action(ready))
        for act, ready in prospects(name, is_particular, roles, is_applicant, is_pledged=is_pledged)
    ]


def _action(one: Offer) -> Json:
    return {
        "name": one.name,
        "allowed": one.allowed,
        "reason": one.reason % one.params if one.reason and one.params else one.reason,
        "basis": one.basis,
        "awaits": one.awaits,
    }


def events(found: Sequence[Sequence[Any]], *, internal: bool) -> list[Json]:
    """The timeline; an applicant's leaves out what passes inside the office."""
    return [
        {"seq": seq, "type": type, "at": at, "actor": actor, "role": role, "data": _shown(data)}
        for seq, type, at, actor, role, data in found
        if internal or not (type in INTERNAL or (type in _ADDRESSED and data.get("party")))
    ]


# Told once for each who is addressed; an applicant's timeline has those to the applicant.
_ADDRESSED = frozenset(
    {"statement-invited", "hearing-rights-told", "hearing-noticed", "ending-noticed", "ending-told"}
)


def _shown(data: Json) -> Json:
    return {
        name: value for name, value in data.items() if name not in ("row", "dossier", "query_code", "files")
    }


def flags(state: CaseState) -> list[str]:
    """Marks that a person should see in a list: deemed, overdue, pause overrun, deferral missed, extended…"""
    found = {mark.split(":")[0] for mark in state.life.seen}
    names = {"overdue": "overdue", "deferred": "deferral-missed", "stop": "pause-overrun"}
    shown = [names[mark] for mark in ("overdue", "deferred", "stop") if mark in found]
    if state.is_deemed:
        shown.insert(0, "deemed")
    if state.life.extended_on is not None:
        shown.append("extended")
    if any(row.state == "deferred" for row in state.materials):
        shown.append("deferred")
    if state.life.pledge is not None and state.life.pledge.standing == "rectifying":
        shown.append("rectifying")
    if state.life.proposal is not None:
        shown.append(f"proposed-{state.life.proposal.action}")
    if recusal.pending(state) is not None:
        shown.append("recusal-pending")
    return shown
