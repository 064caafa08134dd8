"""Stepping down (行政许可法 art. 48(1)(3)): asked for by who is concerned, decided by the head, another takes over."""

from __future__ import annotations

from typing import Any

from onewindow.cases.rules import commands
from onewindow.cases.rules.acting import ARTICLE_48, Act, Context, invalid
from onewindow.cases.rules.parties import OPEN, speaks_for
from onewindow.cases.rules.state import CaseState, Fact, Recusal
from onewindow.kernel.errors import N_, Refusal, RuleBroken

_OF_HEARING = ("host", "recorder")


def pending(state: CaseState) -> Recusal | None:
    """The application that nobody has decided yet."""
    last = state.life.recusals[-1] if state.life.recusals else None
    return last if last is not None and last.is_granted is None else None


def gone(state: CaseState) -> frozenset[str]:
    """Who has stepped down in this case, from whichever seat."""
    return frozenset(one.account for one in state.life.recusals if one.is_granted)


def barred(state: CaseState, context: Context) -> Refusal | None:
    """Why the actor may not handle the case: they stepped down, or it is not decided yet whether they must."""
    me = context.actor.username
    for one in state.life.recusals:
        if one.account == me and one.seat == "examiner" and one.is_granted is not False:
            return _barred(is_decided=one.is_granted is True)
    return None


def undecidable(state: CaseState, context: Context) -> Refusal | None:
    """No decision is taken before it is decided whether somebody must step down."""
    if pending(state) is not None:
        return _barred(is_decided=False)
    return barred(state, context)


def unhearable(state: CaseState) -> Refusal | None:
    """The same for the record of a hearing whose host or recorder is concerned."""
    found = pending(state)
    return _barred(is_decided=False) if found is not None and found.seat in _OF_HEARING else None


def _barred(*, is_decided: bool) -> RuleBroken:
    if is_decided:
        return RuleBroken("recused", N_("您已经回避，不能再办这件事。"), basis=ARTICLE_48)
    return RuleBroken("recusal-pending", N_("有人申请回避，负责人决定以前不能进行。"), basis=ARTICLE_48)


def _seated(state: CaseState, seat: str) -> str:
    """Who holds the seat, "" when nobody does."""
    if seat == "examiner":
        return state.life.examiners[-1] if state.life.examiners else state.holder or ""
    found = state.life.hearing
    return getattr(found, seat) if found is not None and found.is_pending else ""


def _request_guard(state: CaseState, context: Context) -> Refusal | None:
    if pending(state) is not None:
        return RuleBroken("already-requested", N_("已经有人申请回避，等负责人决定。"), basis=ARTICLE_48)
    if not any(_seated(state, seat) for seat in (*_OF_HEARING, "examiner")):
        return RuleBroken("nobody-seated", N_("还没有人审查或者主持听证，没有人需要回避。"), basis=ARTICLE_48)
    return None


def _request(state: CaseState, body: commands.RequestRecusal, context: Context) -> list[Fact]:
    speaks_for(state, body.party, context)
    account = _seated(state, body.seat)
    if not account:
        raise invalid("seat", "nobody-seated", N_("这个位置上现在没有人。"))
    if any(one.account == account and one.seat == body.seat for one in state.life.recusals):
        raise invalid("seat", "already-decided", N_("对这个人的回避申请已经作过决定。"))
    told: dict[str, Any] = {"seat": body.seat, "account": account, "party": body.party, **context.new}
    return [Fact("recusal-requested", told)]


def _decide_guard(state: CaseState, context: Context) -> Refusal | None:
    found = pending(state)
    if found is None:
        return RuleBroken("not-requested", N_("没有等待决定的回避申请。"), basis=ARTICLE_48)
    if found.account == context.actor.username:
        return RuleBroken("same-person", N_("不能决定自己要不要回避，请另一位负责人决定。"), basis=ARTICLE_48)
    return None


def _decide(state: CaseState, body: commands.DecideRecusal, context: Context) -> list[Fact]:
    found = pending(state)
    assert found is not None
    if body.granted:
        _replaceable(state, found, body.to, context)
    to = body.to if body.granted else None
    data = {
        "seat": found.seat,
        "account": found.account,
        "granted": body.granted,
        "reason": body.reason,
        "party": found.party,
    }
    told = {
        "seat": found.seat,
        "granted": body.granted,
        "reason": body.reason,
        "person_account": found.account,
        "party": found.party,
    }
    if to is not None:
        data["to"], told["successor_account"] = to, to
    return [Fact("recusal-decided", data, (("recusal", told),))]


def _replaceable(state: CaseState, found: Recusal, to: str | None, context: Context) -> None:
    """Whoever takes over is another of the organ, and fit for the seat."""
    if to is None:
        raise invalid("to", "required", N_("准予回避的，写明由谁接替。"))
    if to == found.account or not context.is_colleague(to, state):
        raise invalid("to", "unknown-person", N_("只能由本单位另一位有权办理的人接替。"))
    meeting = state.life.hearing
    if found.seat == "host" and to in (*state.life.examiners, meeting.told_by if meeting else ""):
        raise invalid("to", "same-person", N_("审查这件事的人不能主持听证。"))
    if meeting is not None and found.seat in _OF_HEARING and to in (meeting.host, meeting.recorder):
        raise invalid("to", "same-person", N_("主持人和记录人应当是两个人。"))
    if to in gone(state):
        raise invalid("to", "recused", N_("这个人已经回避。"))


ACTS = (
    Act(
        "request-recusal",
        OPEN,
        ("applicant", "clerk", "examiner"),
        commands.RequestRecusal,
        _request,
        _request_guard,
        basis=ARTICLE_48,
    ),
    Act(
        "decide-recusal",
        OPEN,
        ("head", "leader"),
        commands.DecideRecusal,
        _decide,
        _decide_guard,
        basis=ARTICLE_48,
    ),
)
