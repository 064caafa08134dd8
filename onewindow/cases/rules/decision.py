"""The decision and what follows: decide, produce, deliver; and the ends before it: withdraw, terminate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from onewindow.cases.rules import commands, hearing, parties, recusal, serving, site_check
from onewindow.cases.rules.acceptance import material_name
from onewindow.cases.rules.acting import ARTICLE_38, ARTICLE_44, Act, Context, invalid, same_person
from onewindow.cases.rules.clocks import is_examined
from onewindow.cases.rules.state import BEFORE_DECISION, CaseState, Fact
from onewindow.kernel.errors import N_, Refusal, RuleBroken


def _decide_guard(state: CaseState, context: Context) -> Refusal | None:
    instant = context.item.kind == "instant"
    me, life = context.actor.username, state.life
    if not instant and me in life.examiners:
        return same_person(N_("您是这件事的审查人，不能同时作出决定；审查与决定须由两人办理。"))
    if not instant and me == life.accepted_by:
        return same_person(N_("受理的人不能作出决定。"))
    if life.forwarded_on is not None and not life.is_answered:
        return RuleBroken("awaits-superior", N_("已上报，等上级答复后再办。"))
    if not is_examined(state, context.item):
        return RuleBroken("not-examined", N_("审查还没有完成，不能作出决定。"))
    return (
        parties.undecidable(state, context)
        or hearing.undecidable(state, context)
        or recusal.undecidable(state, context)
        or site_check.undecidable(state, context)
    )


def _decide(state: CaseState, body: commands.Decide, context: Context) -> list[Fact]:
    if body.outcome == "deny":
        if body.reason is None:
            raise invalid("reason", "required", N_("不予许可必须说明理由。"))
        told: dict[str, Any] = {"outcome": "deny", "reason": body.reason}
        return [Fact("denied", {"to": "denied", **told}, (("denial", told),))]
    _may_grant(state, context)
    told = {"outcome": "grant", "reason": body.reason, "conditions": body.conditions}
    told |= {name: text for name in ("licence_no", "validity") if (text := getattr(body, name)) is not None}
    pledge = state.life.pledge
    check = {} if pledge is None else {"check_by": (context.today + timedelta(days=pledge.days)).isoformat()}
    return [Fact("granted", {"to": "granted", **told, **check}, (("grant", told),))]


def _may_grant(state: CaseState, context: Context) -> None:
    waiting = [row.code for row in state.materials if row.state == "deferred"]
    if waiting:
        names = "、".join(material_name(context.item, code) for code in waiting)
        raise RuleBroken(
            "deferred-missing", N_("容缺材料还没有补齐，不能准予：%(names)s。"), params={"names": names}
        )
    if state.life.is_passed is False:
        raise RuleBroken(
            "review-not-passed", N_("审查意见是不通过，不能准予；需要准予的，请审查人重新出具意见。")
        )


def _produce(state: CaseState, body: commands.Produce, context: Context) -> list[Fact]:
    """What the decision said of number and validity stands; the certificate only adds what it left open."""
    known = state.life.licence
    for name, said in (("licence_no", known.number), ("validity", known.validity)):
        if said and getattr(body, name) not in (None, said):
            raise invalid(
                name, "decided-already", N_("决定书已经写明，证件应当与它一致：%(said)s。"), said=said
            )
    told = {"validity": body.validity or known.validity or None, "file_id": body.file_id}
    number = body.licence_no or known.number
    return [Fact("produced", {"to": "produced", **told, **({"licence_no": number} if number else {})})]


def _deliver_guard(state: CaseState, context: Context) -> Refusal | None:
    me, life = context.actor.username, state.life
    if context.item.kind != "instant" and me in (life.accepted_by, life.decided_by, *life.examiners):
        return same_person(N_("受理、审查或决定的人不能再送达同一件事。"))
    return None


def _deliver(state: CaseState, body: commands.Deliver, context: Context) -> list[Fact]:
    if body.method == "electronic" and not (context.consents() or context.chose_electronic()):
        raise serving.without_consent()
    told = {"method": body.method, "receipt": body.receipt}
    return [Fact("delivered", {"to": "delivered", **told}, (("delivery", told),))]


def _withdraw(state: CaseState, body: commands.Withdraw, context: Context) -> list[Fact]:
    told = {"reason": body.reason}
    papers = () if state.state == "draft" else (("withdrawal", told),)
    return [Fact("withdrawn", {"to": "withdrawn", **told}, papers)]


def _terminate(state: CaseState, body: commands.Terminate, context: Context) -> list[Fact]:
    told = {"ground": body.ground, "reason": body.reason}
    return [Fact("terminated", {"to": "terminated", **told}, (("termination", told),))]


ACTS = (
    Act(
        "decide",
        frozenset({"in_review", "accepted"}),
        ("approver",),
        commands.Decide,
        _decide,
        _decide_guard,
        basis=ARTICLE_38,
    ),
    Act(
        "produce",
        frozenset({"granted"}),
        ("examiner", "approver", "head"),
        commands.Produce,
        _produce,
        basis=ARTICLE_44,
    ),
    Act(
        "deliver",
        frozenset({"produced", "denied"}),
        ("issuer",),
        commands.Deliver,
        _deliver,
        _deliver_guard,
        basis=ARTICLE_44,
    ),
    Act("withdraw", BEFORE_DECISION, ("applicant",), commands.Withdraw, _withdraw),
    Act(
        "terminate", frozenset({"accepted", "in_review", "paused"}), ("head",), commands.Terminate, _terminate
    ),
)
