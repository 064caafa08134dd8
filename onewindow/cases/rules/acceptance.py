"""From draft to acceptance: submit, the once-only correction notice, accept, refuse, return, silence."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from onewindow.cases.rules import commands, labels
from onewindow.cases.rules.acting import ARTICLE_32, Act, Context, invalid
from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.state import CaseState, Fact, Row
from onewindow.catalog.definition import ItemDefinition, Material
from onewindow.kernel.deadlines import Span, reading
from onewindow.kernel.errors import N_, FieldError, Refusal, RuleBroken

MOST_ANSWER_DAYS = 30


def rows_data(rows: tuple[Row, ...]) -> list[list[Any]]:
    """Rows as a fact carries them."""
    return [row.told for row in rows]


def checklist_rows(required: tuple[Material, ...], given: commands.Materials) -> tuple[Row, ...]:
    """The rows of a new case: every material of the checklist, submitted or missing.

    A given code that is not on the list is refused with its place.
    """
    known = {material.code for material in required}
    _known_codes(given, known)
    by_code = {one.code: one for one in given}
    return tuple(_row(material.code, by_code.get(material.code)) for material in required)


def _row(code: str, given: commands.MaterialIn | None) -> Row:
    return Row(code) if given is None else Row(code, "submitted", given.medium, given.file_ids)


def _known_codes(given: commands.Materials, known: set[str]) -> None:
    seen: set[str] = set()
    for place, one in enumerate(given):
        if one.code not in known:
            raise invalid(f"materials.{place}.code", "unknown-material", N_("这件事不收这份材料。"))
        if one.code in seen:
            raise invalid(f"materials.{place}.code", "twice", N_("同一份材料写了两次。"))
        seen.add(one.code)


def changed_rows(state: CaseState, given: commands.Materials) -> tuple[Row, ...]:
    """The case's rows with the given ones put in."""
    _known_codes(given, {row.code for row in state.materials})
    by_code = {one.code: one for one in given}
    return tuple(_row(row.code, by_code[row.code]) if row.code in by_code else row for row in state.materials)


def needs(state: CaseState, item: ItemDefinition) -> dict[str, str]:
    """Material code → required, optional or deferrable; what a promise stands for need not come in this case."""
    listed: dict[str, str] = {code: material.need for code, material in item.material_by_code.items()}
    pledge = state.life.pledge
    return listed if pledge is None else listed | dict.fromkeys(pledge.covers, "optional")


def missing(state: CaseState, item: ItemDefinition) -> list[str]:
    """Codes of rows that are missing and may not be."""
    need = needs(state, item)
    return [
        row.code for row in state.materials if row.state == "missing" and need.get(row.code) != "optional"
    ]


def material_name(item: ItemDefinition, code: str) -> str:
    """The name of a material as the guide prints it."""
    found = item.material_by_code.get(code)
    return code if found is None else found.name


def _submit(state: CaseState, body: commands.Submit, context: Context) -> list[Fact]:
    papers: tuple[tuple[str, dict[str, Any]], ...] = (("receipt", {}), ("commitment", {}))
    return [Fact("received", {"to": "received"}, papers if state.life.pledge is not None else papers[:1])]


def _notify_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.life.is_corrected:
        return RuleBroken(
            "already-notified",
            N_("补正只能一次性告知；这件事已经告知过一次，材料仍不齐的应当不予受理。"),
            basis=ARTICLE_32 + "第一款第（四）项",
        )
    return None


def _notify(state: CaseState, body: commands.NotifyCorrection, context: Context) -> list[Fact]:
    days = context.table.count(context.today, body.answer_by) if body.answer_by > context.today else 0
    if not 1 <= days <= MOST_ANSWER_DAYS:
        raise invalid("answer_by", "out-of-range", N_("补正期限应在今后 1 至 30 个工作日之内。"))
    known = {row.code for row in state.materials}
    for place, one in enumerate(body.items):
        if one.material is not None and one.material not in known:
            raise invalid(f"items.{place}.material", "unknown-material", N_("这件事不收这份材料。"))
    items = msgspec.to_builtins(body.items)
    data = {"to": "correcting", "items": items, "answer_by": body.answer_by.isoformat()}
    return [
        Fact("correction-notified", data, (("correction", {"items": items, "answer_by": body.answer_by}),))
    ]


def _resubmit(state: CaseState, body: commands.Resubmit, context: Context) -> list[Fact]:
    data: dict[str, Any] = {"to": "received", **context.new}
    if body.materials:
        data["materials"] = rows_data(changed_rows(state, body.materials))
    return [Fact("resubmitted", data, (("receipt", {}),))]


def _accept(state: CaseState, body: commands.Accept, context: Context) -> list[Fact]:
    deferred = _deferred(state, body, context)
    rows = tuple(deferred.get(row.code, row) for row in state.materials)
    lacking = missing(msgspec.structs.replace(state, materials=rows), context.item)
    if lacking:
        raise _lacks(lacking, context)
    data: dict[str, Any] = {"to": "accepted", "accepted_on": context.today.isoformat()}
    if context.actor.window_id is not None:
        data["window"] = context.actor.window_id
    papers: tuple[tuple[str, dict[str, Any]], ...] = (("acceptance", {}),)
    if deferred:
        data["materials"] = rows_data(rows)
        papers += (("deferred-promise", {"rows": tuple(deferred.values())}),)
    return [Fact("accepted", data, papers)]


def _lacks(lacking: list[str], context: Context) -> RuleBroken:
    names = "、".join(material_name(context.item, code) for code in lacking)
    return RuleBroken(
        "materials-missing",
        N_("还缺必要材料：%(names)s。请先一次性告知补正，或按容缺办理可后补的材料。"),
        params={"names": names},
        basis=ARTICLE_32 + "第一款第（四）项",
        fields=[FieldError(f"materials.{code}", "missing", N_("缺少这份材料。")) for code in lacking],
    )


def _deferred(state: CaseState, body: commands.Accept, context: Context) -> dict[str, Row]:
    """容缺受理: only rows that the item marks as deferrable, promised by a day not after the due date."""
    need = needs(state, context.item)
    last = promised_due(context.item, context.today, context)
    rows: dict[str, Row] = {}
    for place, one in enumerate(body.deferred):
        field = f"deferred.{place}"
        row = state.row(one.material)
        if row is None:
            raise invalid(f"{field}.material", "unknown-material", N_("这件事不收这份材料。"))
        if need.get(one.material) != "deferrable":
            raise invalid(f"{field}.material", "not-deferrable", N_("这份是必要材料，不能容缺后补。"))
        if row.state != "missing":
            raise invalid(f"{field}.material", "not-missing", N_("这份材料已经交了，不用容缺。"))
        if one.promised_on < context.today or (last is not None and one.promised_on > last):
            raise invalid(
                f"{field}.promised_on",
                "out-of-range",
                N_("承诺补交的日期不能早于今天，也不能晚于承诺办结日。"),
            )
        rows[one.material] = Row(one.material, "deferred", None, (), one.promised_on)
    return rows


def promised_due(item: ItemDefinition, accepted_on: date, context: Context) -> date | None:
    """The promised due date if accepted on this day; the legal one where nothing is promised."""
    limit = item.promised_limit or item.legal_limit
    if limit is None:
        return None
    return reading(Span(limit.days, limit.unit, accepted_on), accepted_on, context.table).due_on


def _refuse(state: CaseState, body: commands.RefuseAcceptance, context: Context) -> list[Fact]:
    if body.ground == "not-competent" and not body.competent_organ:
        raise invalid("competent_organ", "required", N_("请写明应当向哪个机关申请。"))
    if body.ground == "not-corrected" and not state.life.is_corrected:
        raise RuleBroken(
            "not-notified",
            N_("没有一次性告知过，不能以“未补正”为由不予受理。"),
            basis=ARTICLE_32 + "第一款第（四）项",
        )
    told = {"ground": body.ground, "reason": body.reason, "competent_organ": body.competent_organ}
    return [Fact("acceptance-refused", {"to": "refused_acceptance", **told}, (("refusal", told),))]


def _return(state: CaseState, body: commands.Return, context: Context) -> list[Fact]:
    proposal = state.life.proposal
    if proposal is None:
        if body.reason is None:
            raise invalid("reason", "required", N_("请写明退件的理由。"))
        return [Fact("return-proposed", {"action": "return", "body": {"reason": body.reason}})]
    told = {"reason": proposal.body["reason"], "proposed_by": proposal.by}
    data = {"to": "returned", **told, "copies": ["center", "organ"]}
    return [Fact("returned", data, (("return", told),))]


def deem(state: CaseState, item: ItemDefinition) -> Fact:
    """视为受理: silence for five days counts as acceptance from the day the materials were received (art. 32)."""
    assert state.materials_at is not None
    on = day_of(state.materials_at).isoformat()
    return Fact(
        "accepted", {"to": "accepted", "accepted_on": on, "deemed": True}, (("acceptance", {"deemed": True}),)
    )


def lapse(state: CaseState) -> Fact:
    """The applicant did not answer the notice in time."""
    told = {"reason": "逾期未补正", "ground": "not-answered"}
    return Fact("returned", {"to": "returned", **told, "copies": ["center", "organ"]}, (("return", told),))


ACTS = (
    Act("submit", frozenset({"draft"}), ("applicant",), commands.Submit, _submit),
    Act(
        "notify-correction",
        frozenset({"received"}),
        ("clerk", "examiner"),
        commands.NotifyCorrection,
        _notify,
        _notify_guard,
        basis=ARTICLE_32,
    ),
    Act(
        "resubmit",
        frozenset({"correcting"}),
        ("applicant", "clerk"),
        commands.Resubmit,
        _resubmit,
        basis=ARTICLE_32,
    ),
    Act("accept", frozenset({"received"}), ("clerk",), commands.Accept, _accept, basis=ARTICLE_32),
    Act(
        "refuse-acceptance",
        frozenset({"received"}),
        ("clerk", "examiner"),
        commands.RefuseAcceptance,
        _refuse,
        basis=ARTICLE_32,
    ),
    Act(
        "return",
        frozenset({"received", "correcting"}),
        ("clerk",),
        commands.Return,
        _return,
        confirmers=("approver", "head"),
        basis=ARTICLE_32,
    ),
)
assert all(act.name in labels.LABELS for act in ACTS)
