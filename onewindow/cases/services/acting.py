"""A deed on a case: read once, decide, write once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from onewindow.base.answers import Repeat
from onewindow.cases import access, store
from onewindow.cases import dossier as dossiers
from onewindow.cases.queries import presenting
from onewindow.cases.rules import acceptance, commands, serving, trust
from onewindow.cases.rules.acting import Act, Context, barred
from onewindow.cases.rules.decide import act_named, decide
from onewindow.cases.rules.labels import LABELS, STATE_LABELS
from onewindow.cases.rules.state import Fact, Row
from onewindow.cases.services import checking, holding, pledging, telling
from onewindow.cases.services.repeating import once
from onewindow.cases.services.sweeping import catch_up
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, Invalid, NotAllowed, RuleBroken, Stale


def act(
    actor: Actor,
    case_no: str,
    action: str,
    body: dict[str, Any],
    *,
    now: datetime,
    repeat: Repeat | None = None,
) -> dict[str, Any]:
    """Take ``action`` on a case: the contract's Case after it.

    Raises ``NotFound`` (unknown action; a case not the actor's to see), ``NotAllowed``, ``Stale``,
    ``RuleBroken`` with its basis, ``Invalid`` with fields.
    """
    return once(repeat, lambda: _act(actor, case_no, action, body, now, repeat))


def reveal(actor: Actor, case_no: str, *, reason: str, now: datetime) -> None:
    """Record in the case, where its applicant reads it, that the actor opened personal data, and why."""
    version = access.see(actor, case_no).state.version
    _act(actor, case_no, "reveal", {"version": version, "reason": reason}, now, None)


def _act(
    actor: Actor, case_no: str, action: str, body: dict[str, Any], now: datetime, repeat: Repeat | None
) -> dict[str, Any]:
    deed = act_named(action)
    found, seen = _up_to(actor, case_no, now)
    item = catalog.definition(found.state.item_version_id)
    context = access.context(actor, found, item, now=now)
    asked = _read(deed, body, found, context)
    if asked.version == seen:
        asked = msgspec.structs.replace(asked, version=found.state.version)
    asked = _as_seen(asked, found)
    holding.let_go(deed.name, found.state.case_no)
    given = checking.Given(_materials(asked), result=getattr(asked, "file_id", None), photos=_photos(asked))
    with checking.attaching(given):
        attached = checking.attach(actor, found.state.case_no, given)
        found, dossier, sealed, context = _resealed(deed, asked, found, item, context)
        facts = decide(found.state, deed, asked, context)
        facts = _with_files(facts, attached, item)
        outcome = telling.prepare(
            found.state,
            facts,
            telling.Deed(
                actor,
                deed.role_of(context) or "",
                now,
                item,
                lambda: dossier,
                context.table,
                _handed(found),
                record=_record(found),
            ),
            case_id=found.state.id,
            found_by=sealed.found_by if sealed else found.found_by,
        )
        answer = presenting.of_outcome(actor, outcome, item, dossier, now=now, before=found)
        telling.write(
            outcome,
            was=found.state.version,
            dossier=(found.state.id, found.state.dossier_no + 1, sealed) if sealed else None,
            kept=repeat.keep(200, answer) if repeat is not None else None,
        )
    return answer


def _up_to(actor: Actor, case_no: str, now: datetime) -> tuple[store.Found, int]:
    """The case as it stands at ``now``, and the version that its author may have seen just as well.

    What time has made due comes before what anybody does. When it moved the case, who looked at the old one is
    stale; a mere mark (a limit passed) changes nothing of what was seen.
    """
    found = access.see(actor, case_no)
    if not catch_up(found, now):
        return found, found.state.version
    after = access.see(actor, case_no)
    is_moved = after.state.state != found.state.state
    return after, after.state.version if is_moved else found.state.version


def _as_seen(asked: Any, found: store.Found) -> Any:
    """The body for the case as it stands, where nothing but service came since: a paper that was opened
    changes nothing of what somebody else saw."""
    since = [event[1] for event in (found.events or [])[asked.version :]]
    if since and asked.version > 0 and set(since) == {"served"}:
        return msgspec.structs.replace(asked, version=found.state.version)
    return asked


def open_paper(actor: Actor, case_no: str, document_no: str, *, now: datetime) -> None:
    """The addressee opens a paper: the first time is its service, where they consented to electronic means."""
    found = access.see(actor, case_no)
    item = catalog.definition(found.state.item_version_id)
    context = access.context(actor, found, item, now=now)
    fact = serving.read(found.state, document_no, context)
    if fact is None:
        return
    deed = telling.Deed(actor, "applicant", now, item, lambda: found.dossier, context.table)
    outcome = telling.prepare(found.state, [fact], deed, case_id=found.state.id, found_by=found.found_by)
    # Somebody acted in between: the next opening tells.
    with suppress(Stale):
        telling.write(outcome, was=found.state.version)


def arrived(
    case_no: str, document_no: str, *, method: str, at: datetime, receipt: str, now: datetime
) -> bool:
    """A carrier tells that a paper reached its addressee: its service, counted from the day of ``at``; once.

    Whether it was told now. Raises ``Stale`` when somebody acted in between: the caller tries again.
    """
    found = store.load(case_no)
    if found is None:
        return False
    item = catalog.definition(found.state.item_version_id)
    context = access.context(SYSTEM, found, item, now=at)
    fact = serving.brought(found.state, document_no, method, receipt, context)
    if fact is None:
        return False
    deed = telling.Deed(SYSTEM, "system", now, item, lambda: found.dossier, context.table)
    outcome = telling.prepare(found.state, [fact], deed, case_id=found.state.id, found_by=found.found_by)
    telling.write(outcome, was=found.state.version)
    return True


def _read(deed: Act, body: dict[str, Any], found: store.Found, context: Context) -> Any:
    """The body, checked; who may not act hears that before what is wrong with the body."""
    if deed.role_of(context) is None:
        raise NotAllowed(
            "role-lacks-it", N_("您的岗位不能做这一步：%(action)s。"), params={"action": LABELS[deed.name]}
        )
    return checking.read(body, deed.body)


def _handed(found: store.Found) -> tuple[tuple[str, str], ...]:
    """The decisions that a delivery hands over."""
    kinds = ("grant", "denial")
    return tuple((paper[0], paper[2]) for paper in found.papers or [] if paper[1] in kinds)


def _record(found: store.Found) -> str:
    """The number of the record on which the decision rests (行政许可法 art. 48)."""
    return next((paper[0] for paper in found.papers or [] if paper[1] == "hearing-record"), "")


def _materials(asked: Any) -> tuple[commands.MaterialIn, ...]:
    """The materials that a deed brings; one that only names some (``CheckOriginals``) brings none."""
    found = getattr(asked, "materials", ())
    return tuple(one for one in found if isinstance(one, commands.MaterialIn))


def _photos(asked: Any) -> tuple[str, ...]:
    return tuple(one.file_id for one in asked.photos) if isinstance(asked, commands.RecordSiteCheck) else ()


def _with_files(facts: list[Fact], attached: list[dict[str, str]], item: ItemDefinition) -> list[Fact]:
    if not attached:
        return facts
    last = facts[-1]
    data = trust.told(last.data, attached, item.material_by_code)
    return [*facts[:-1], msgspec.structs.replace(last, data=data)]


def _resealed(
    deed: Act, asked: Any, found: store.Found, item: ItemDefinition, context: Context
) -> tuple[store.Found, dossiers.Dossier, dossiers.Sealed | None, Context]:
    """A new dossier when the deed brings a new form; a draft is checked whole when it is submitted."""
    form = getattr(asked, "form", None)
    if deed.name == "submit":
        # A draft is no case yet: it cannot outlive its item, nor the version that it was written under.
        catalog.require_in_use(item.task_code, item.version)
        _complete(found, item, context)
    dossier = _added(asked, found, context)
    if form is not None:
        dossier = msgspec.structs.replace(dossier, form=form)
        checking.dossier_of(dossier, item, today=context.today, complete=True)
    if dossier is found.dossier:
        return found, dossier, None, context
    sealed = dossiers.seal(dossier, found.state.id)
    new = {"dossier_no": found.state.dossier_no + 1, "dossier": sealed.digest}
    return found, dossier, sealed, msgspec.structs.replace(context, new=new)


def _added(asked: Any, found: store.Found, context: Context) -> dossiers.Dossier:
    """The dossier with what a deed brings that is nobody else's to read: third parties and what was said."""
    known = found.dossier
    if isinstance(asked, commands.RegisterParty):
        party = dossiers.Party(asked.type, asked.name, asked.interest, asked.phone, asked.address)
        return msgspec.structs.replace(known, parties=(*known.parties, party))
    if isinstance(asked, commands.RecordStatement):
        said = dossiers.Spoken(asked.party, asked.text, context.now.isoformat())
        return msgspec.structs.replace(known, statements=(*known.statements, said))
    if isinstance(asked, commands.RequestRecusal | commands.StepAside):
        asker = asked.party if isinstance(asked, commands.RequestRecusal) else 0
        why = dossiers.Spoken(asker, asked.reason, context.now.isoformat())
        return msgspec.structs.replace(known, objections=(*known.objections, why))
    if isinstance(asked, commands.ArrangeSiteCheck):
        visit = dossiers.Visit(asked.place, asked.points)
        return msgspec.structs.replace(known, visits=(*known.visits, visit))
    return known


def _complete(found: store.Found, item: ItemDefinition, context: Context) -> None:
    checking.dossier_of(found.dossier, item, today=context.today, complete=True)
    checking.materials_of(item, found.dossier.answers, complete=True)
    if found.state.life.pledge is not None:
        pledging.may(found.dossier.applicant, item)


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of ``PATCH /cases/{case_no}``: what is named changes, the rest stays."""

    version: commands.Version | None = None
    applicant: dossiers.Applicant | None = None
    agent: dossiers.Agent | None = None
    answers: dict[str, Any] | None = None
    form: dict[str, Any] | None = None
    materials: commands.Materials = ()
    delivery: dossiers.Delivery | None = None
    electronic_service: bool | None = None


def change(
    actor: Actor, case_no: str, body: dict[str, Any], *, now: datetime, repeat: Repeat | None = None
) -> dict[str, Any]:
    """Change form and materials: the applicant in a draft, applicant or clerk while received (art. 32(3))."""
    return once(repeat, lambda: _change(actor, case_no, body, now, repeat))


def _change(
    actor: Actor, case_no: str, body: dict[str, Any], now: datetime, repeat: Repeat | None
) -> dict[str, Any]:
    found, _ = _up_to(actor, case_no, now)
    item = catalog.definition(found.state.item_version_id)
    context = access.context(actor, found, item, now=now)
    asked = _may_change(body, found, context)
    dossier, sealed = _changed_dossier(asked, found, item, context)
    given = checking.Given(asked.materials, agent=asked.agent)
    with checking.attaching(given):
        attached = checking.attach(actor, found.state.case_no, given)
        fact = _change_fact(asked, found, item, dossier, sealed, attached)
        role = "clerk" if actor.has("clerk") else "applicant"
        outcome = telling.prepare(
            found.state,
            [fact],
            telling.Deed(actor, role, now, item, lambda: dossier, context.table),
            case_id=found.state.id,
            found_by=sealed.found_by if sealed else found.found_by,
        )
        answer = presenting.of_outcome(actor, outcome, item, dossier, now=now, before=found)
        telling.write(
            outcome,
            was=found.state.version,
            dossier=(found.state.id, found.state.dossier_no + 1, sealed) if sealed else None,
            kept=repeat.keep(200, answer) if repeat is not None else None,
        )
    return answer


def _may_change(body: dict[str, Any], found: store.Found, context: Context) -> Change:
    state = found.state
    if not context.is_applicant and not context.actor.has("clerk"):
        raise NotAllowed(
            "role-lacks-it", N_("您的岗位不能做这一步：%(action)s。"), params={"action": LABELS["change"]}
        )
    stepped = barred(state, context)
    if stepped is not None:
        raise stepped
    asked = checking.read(body, Change)
    if asked.version is not None and asked.version != state.version:
        raise telling.stale()
    if state.state == "received" or (state.state == "draft" and context.is_applicant):
        return asked
    raise RuleBroken(
        "wrong-state",
        N_("这件事现在是“%(state)s”，不能%(action)s。"),
        params={"state": STATE_LABELS[state.state], "action": LABELS["change"]},
    )


def _changed_dossier(
    asked: Change, found: store.Found, item: ItemDefinition, context: Context
) -> tuple[dossiers.Dossier, dossiers.Sealed | None]:
    names = ("applicant", "agent", "answers", "form", "delivery", "electronic_service")
    given = {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}
    if not given:
        return found.dossier, None
    if found.state.state != "draft" and not given.keys() <= {"form", "delivery", "electronic_service"}:
        raise Invalid("invalid-fields", N_("收件以后只能更正表单、材料和送达方式。"))
    dossier = msgspec.structs.replace(found.dossier, **given)
    checking.dossier_of(dossier, item, today=context.today, complete=found.state.state != "draft")
    who = dossier.agent or dossier.applicant
    if (
        context.is_applicant
        and "applicant" in given
        and not dossiers.is_mine(context.actor, who.id_type, who.id_number)
    ):
        raise NotAllowed("not-your-matter", N_("只能为本人、本人受托的单位，或凭委托书代他人申请。"))
    return dossier, dossiers.seal(dossier, found.state.id)


def _change_fact(
    asked: Change,
    found: store.Found,
    item: ItemDefinition,
    dossier: dossiers.Dossier,
    sealed: dossiers.Sealed | None,
    attached: list[dict[str, str]],
) -> Fact:
    data: dict[str, Any] = {}
    state = found.state
    if asked.answers is not None:
        kept = {row.code: row for row in state.materials}
        listed = checking.materials_of(item, dossier.answers, complete=False)
        rows = tuple(kept.get(one.code) or Row(one.code) for one in listed)
        state = msgspec.structs.replace(state, materials=rows)
        data["materials"] = acceptance.rows_data(rows)
    if asked.materials:
        data["materials"] = acceptance.rows_data(acceptance.changed_rows(state, asked.materials))
    if sealed is not None:
        data |= {"dossier_no": found.state.dossier_no + 1, "dossier": sealed.digest}
    if asked.agent is not None and asked.agent.until is not None:
        data["agent_until"] = asked.agent.until.isoformat()
    if attached:
        data = trust.told(data, attached, item.material_by_code)
    return Fact("materials-changed", data)
