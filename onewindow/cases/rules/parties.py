"""Interested third parties (行政许可法 art. 36): found, named, told, heard; a decision waits for them."""

from __future__ import annotations

from typing import Any

from onewindow.cases.rules import commands
from onewindow.cases.rules.acting import ARTICLE_7, ARTICLE_36, Act, Context, invalid
from onewindow.cases.rules.state import GRANTED, CaseState, Fact, Voice
from onewindow.kernel.errors import N_, NotAllowed, Refusal, RuleBroken

HANDLED = frozenset({"accepted", "in_review"})
OPEN = HANDLED | {"paused"}
MOST_TERM_DAYS = 30


def voice(state: CaseState, no: int) -> Voice | None:
    """How far party ``no`` has been heard, None when it was not told yet."""
    return next((one for one in state.life.voices if one.no == no), None)


def untold(state: CaseState) -> list[int]:
    """The applicant and the third parties whom nobody has told of their right to speak."""
    return [no for no in range(state.life.parties + 1) if voice(state, no) is None]


def undecidable(state: CaseState, context: Context) -> Refusal | None:
    """Why a case that touches others cannot be decided yet (art. 36): they are told and listened to first."""
    if not state.life.touches_third_party:
        return None
    if state.life.parties == 0:
        return RuleBroken(
            "no-third-party", N_("这件事直接关系他人重大利益，还没有登记利害关系人。"), basis=ARTICLE_36
        )
    if untold(state):
        return RuleBroken(
            "third-party-untold",
            N_("还没有告知申请人和全部利害关系人陈述申辩的权利，不能作出决定。"),
            basis=ARTICLE_36,
        )
    if any(_may_still_speak(one, context) for one in state.life.voices):
        return RuleBroken(
            "third-party-unheard",
            N_("陈述申辩的期限还没有过，还有人没有表示意见，不能作出决定。"),
            basis=ARTICLE_36,
        )
    return None


def _may_still_speak(one: Voice, context: Context) -> bool:
    return not one.is_heard and one.answer_by is not None and context.today <= one.answer_by


def _judge(state: CaseState, body: commands.JudgeInterest, context: Context) -> list[Fact]:
    return [Fact("interest-judged", {"touches": body.touches, "reason": body.reason})]


def _judge_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.life.voices:
        return RuleBroken("already-told", N_("已经告知利害关系人，不能再改变认定。"), basis=ARTICLE_36)
    return None


def _register_guard(state: CaseState, context: Context) -> Refusal | None:
    if not state.life.touches_third_party:
        return RuleBroken(
            "not-judged", N_("先认定这件事直接关系他人重大利益，再登记利害关系人。"), basis=ARTICLE_36
        )
    return None


def _register(state: CaseState, body: commands.RegisterParty, context: Context) -> list[Fact]:
    return [Fact("party-registered", {"party": state.life.parties + 1, "type": body.type, **context.new})]


def _invite_guard(state: CaseState, context: Context) -> Refusal | None:
    if not untold(state):
        return RuleBroken("all-told", N_("申请人和登记的利害关系人都已经告知。"), basis=ARTICLE_36)
    return None


def _invite(state: CaseState, body: commands.InviteStatements, context: Context) -> list[Fact]:
    """The notice to each who has none; the term is the organ's, at most thirty working days."""
    if not context.today < body.answer_by <= context.table.add(context.today, MOST_TERM_DAYS):
        raise invalid("answer_by", "out-of-range", N_("期限应在明天以后、30 个工作日以内。"))
    told = {"matters": body.matters, "facts": body.facts or "", "answer_by_on": body.answer_by}
    return [
        Fact(
            "statement-invited",
            {"party": no, "answer_by": body.answer_by.isoformat()},
            (("statement-notice", {**told, "party": no}),),
        )
        for no in untold(state)
    ]


def speaks_for(state: CaseState, party: int, context: Context) -> None:
    """Refuse who is not in the case; an applicant speaks for themselves, the office writes down anybody's word."""
    if party > state.life.parties:
        raise invalid("party", "unknown-party", N_("没有登记这个利害关系人。"))
    if party and context.is_applicant and not context.actor.has("clerk", "examiner"):
        raise NotAllowed("not-your-word", N_("申请人只能为自己表示意见。"))


def _record(state: CaseState, body: commands.RecordStatement, context: Context) -> list[Fact]:
    speaks_for(state, body.party, context)
    if voice(state, body.party) is None and state.state not in GRANTED:
        raise RuleBroken("not-invited", N_("还没有告知这个人陈述申辩的权利。"), basis=ARTICLE_36)
    data: dict[str, Any] = {"party": body.party, **context.new}
    return [Fact("statement-made", data)]


def _record_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.state in GRANTED:
        return _after_grant(state)
    if not state.life.voices:
        return RuleBroken("not-invited", N_("还没有告知任何人陈述申辩的权利。"), basis=ARTICLE_36)
    return None


def _after_grant(state: CaseState) -> Refusal | None:
    """The holder of a licence and the third parties are listened to while its end is proposed (art. 7, 36, 69)."""
    found = state.life.proposal
    if found is None or found.action not in ("revoke-licence", "withdraw-licence"):
        return RuleBroken("not-invited", N_("没有拟对许可作出的处理，无须陈述申辩。"), basis=ARTICLE_7)
    return None


ACTS = (
    Act(
        "judge-interest",
        HANDLED,
        ("examiner",),
        commands.JudgeInterest,
        _judge,
        _judge_guard,
        basis=ARTICLE_36,
    ),
    Act(
        "register-party",
        HANDLED,
        ("examiner",),
        commands.RegisterParty,
        _register,
        _register_guard,
        basis=ARTICLE_36,
    ),
    Act(
        "invite-statements",
        HANDLED,
        ("examiner",),
        commands.InviteStatements,
        _invite,
        _invite_guard,
        basis=ARTICLE_36,
    ),
    Act(
        "record-statement",
        OPEN | GRANTED,
        ("applicant", "clerk", "examiner"),
        commands.RecordStatement,
        _record,
        _record_guard,
        basis=ARTICLE_36,
    ),
)
