"""A case comes to be: an online application, or the receipt of materials at the window."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from onewindow.base import calendars, clock
from onewindow.base.answers import Repeat
from onewindow.cases import dossier as dossiers
from onewindow.cases import serials
from onewindow.cases.queries import presenting
from onewindow.cases.rules import acceptance, commands, trust
from onewindow.cases.rules.acting import invalid
from onewindow.cases.rules.state import Fact
from onewindow.cases.services import checking, pledging, telling
from onewindow.cases.services.repeating import once
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, RuleBroken
from onewindow.kernel.identifiers import case_no as case_numbers

OPERATION = "POST /cases"


class CaseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of ``POST /cases`` (contract section 2)."""

    task_code: commands.Short
    version: Annotated[int, Meta(ge=1, le=2_147_483_647)] | None = None
    applicant: dossiers.Applicant
    agent: dossiers.Agent | None = None
    answers: dict[str, Any] = {}
    form: dict[str, Any] = {}
    materials: commands.Materials = ()
    delivery: dossiers.Delivery = dossiers.Delivery()
    electronic_service: bool = False
    channel: Literal["portal", "mobile", "window", "kiosk", "exchange"]
    submit: bool = True
    pledge: pledging.PledgeIn | None = None


def create(
    actor: Actor, body: dict[str, Any], *, now: datetime, repeat: Repeat | None = None
) -> dict[str, Any]:
    """Receive an application (or keep a draft): the contract's Case.

    ``repeat`` names the request: done twice, it exists once and the first answer is given again.
    Raises ``Invalid`` with every field, ``NotAllowed`` for a stranger's matter, ``RuleBroken`` when the
    item is not handled here, the version asked for is not in force, or the scenario ends the matter.
    """
    return once(repeat, lambda: _create(actor, body, now, repeat))


def _create(actor: Actor, body: dict[str, Any], now: datetime, repeat: Repeat | None) -> dict[str, Any]:
    asked = checking.read(body, CaseIn)
    item = catalog.current(asked.task_code, asked.version)
    catalog.require_in_use(asked.task_code, asked.version)
    _may_apply(actor, asked, item)
    dossier = checking.dossier_of(asked, item, today=clock.day_of(now), complete=asked.submit)
    if asked.pledge is not None:
        signed = pledging.signed(asked.pledge, asked.applicant, asked.agent, item, now)
        dossier = msgspec.structs.replace(dossier, pledge=signed)
    rows = acceptance.checklist_rows(
        checking.materials_of(item, dossier.answers, complete=asked.submit), asked.materials
    )
    serial = serials.take()
    sealed = dossiers.seal(dossier, serial)
    number = case_numbers.make(clock.day_of(now), serial)
    given = checking.Given(asked.materials, agent=asked.agent)
    with checking.attaching(given):
        attached = checking.attach(actor, number, given)
        fact = first_fact(actor, asked, item, number, rows, sealed, attached)
        deed = telling.Deed(actor, _role(actor), now, item, lambda: dossier, calendars.table())
        outcome = telling.prepare(None, [fact], deed, case_id=serial, found_by=sealed.found_by)
        answer = presenting.of_outcome(actor, outcome, item, dossier, now=now)
        telling.write(
            outcome,
            was=None,
            dossier=(serial, 1, sealed),
            kept=repeat.keep(201, answer) if repeat is not None else None,
        )
    return answer


def first_fact(
    actor: Actor,
    asked: CaseIn,
    item: ItemDefinition,
    number: str,
    rows: Any,
    sealed: dossiers.Sealed,
    attached: list[dict[str, str]],
) -> Fact:
    """What begins a case: its numbers, item, checklist, the digest of its dossier, the window that received it."""
    data: dict[str, Any] = {
        "to": "received" if asked.submit else "draft",
        "case_no": number,
        "query_code": serials.query_code(),
        "item_version_id": item.version_id,
        "organ_id": item.organ_id,
        "region": item.region,
        "channel": asked.channel,
        "kind": item.kind or "commitment",
        "materials": acceptance.rows_data(rows),
        "dossier_no": 1,
        "dossier": sealed.digest,
    }
    if asked.agent is not None and asked.agent.until is not None:
        data["agent_until"] = asked.agent.until.isoformat()
    if asked.pledge is not None:
        data["pledge"] = pledging.told(item)
    if attached:
        data = trust.told(data, attached, item.material_by_code)
    if asked.channel == "window" and actor.window_id is not None:
        data["window"] = actor.window_id
    papers: tuple[tuple[str, dict[str, Any]], ...] = (("receipt", {}), ("commitment", {}))
    if not asked.submit:
        return Fact("drafted", data)
    return Fact("received", data, papers if asked.pledge is not None else papers[:1])


def _role(actor: Actor) -> str:
    return "clerk" if actor.has("clerk") else "applicant"


def _may_apply(actor: Actor, asked: CaseIn, item: ItemDefinition) -> None:
    if not item.handled:
        raise RuleBroken("not-handled", N_("这件事目前只提供办事指南，还不能在这里申请。"))
    if asked.applicant.type not in item.audiences:
        raise invalid("applicant.type", "wrong-audience", N_("这件事不面向这类申请人。"))
    if actor.has("clerk"):
        return
    if not actor.has("citizen", "enterprise"):
        raise NotAllowed(
            "role-lacks-it", N_("您的岗位不能做这一步：%(action)s。"), params={"action": N_("提交申请")}
        )
    if asked.channel in ("window", "exchange"):
        raise invalid("channel", "wrong-channel", N_("网上申请的渠道不能是窗口或交换。"))
    who = asked.agent if asked.agent is not None else asked.applicant
    if not dossiers.is_mine(actor, who.id_type, who.id_number):
        raise NotAllowed("not-your-matter", N_("只能为本人、本人受托的单位，或凭委托书代他人申请。"))
