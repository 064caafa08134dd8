"""Stepping down: asked for by a party (行政许可法 art. 48(1)(3)) or by who is concerned (公务员法 art. 76, 77).

Either way the head decides and names who takes over. Who asks to step down does nothing in the case from that moment
on, and what they found before counts no longer once they are out.
"""

from __future__ import annotations

from typing import Any

from onewindow.cases.rules import commands
from onewindow.cases.rules.acting import ARTICLE_48, ARTICLE_77, Act, Context, invalid, recused
from onewindow.cases.rules.parties import OPEN, speaks_for
from onewindow.cases.rules.state import ENDS, GRANTED, CaseState, Fact, Recusal
from onewindow.kernel.errors import N_, Refusal, RuleBroken

_OF_HEARING = ("host", "recorder")
# The desks from which somebody may step aside, the one that weighs most first.
_DESKS = ("approver", "examiner", "head", "issuer", "clerk")
_STEPPING = OPEN | GRANTED | {"received", "correcting", "denied"}


def pending(state: CaseState) -> Recusal | None:
    """The application that nobody has decided yet."""
    last = state.life.recusals[-1] if state.life.recusals else None
    return last if last is not None and last.is_granted is None else None


def gone(state: CaseState) -> frozenset[str]:
    """Who has stepped down in this case, from whichever seat."""
    return frozenset(one.account for one in state.life.recusals if one.is_granted)


def out(state: CaseState) -> frozenset[str]:
    """Who has no business in the whole matter: they stepped down, or wait for the word on it."""
    return frozenset(
        one.account for one in state.life.recusals if one.covers_matter and one.is_granted is not False
    )


def undecidable(state: CaseState, context: Context) -> Refusal | None:
    """No decision is taken before it is decided whether somebody must step down."""
    found = pending(state)
    return recused(is_decided=False, is_own=found.is_own) if found is not None else None


def unhearable(state: CaseState) -> Refusal | None:
    """The same for the record of a hearing whose host or recorder is concerned."""
    found = pending(state)
    if found is None or found.seat not in _OF_HEARING:
        return None
    return recused(is_decided=False, is_own=found.is_own)


def _seated(state: CaseState, seat: str) -> str:
    """Who holds the seat, "" when nobody does."""
    if seat == "examiner":
        left = [one for one in state.life.examiners if one not in gone(state)]
        return left[-1] if left else state.holder or ""
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


def _step_guard(state: CaseState, context: Context) -> Refusal | None:
    if pending(state) is not None:
        return RuleBroken("already-requested", N_("已经有人申请回避，等负责人决定。"), basis=ARTICLE_77)
    if state.state in ENDS and state.life.outcome != "grant":
        return RuleBroken("nothing-left", N_("这件事已经办结，没有还要办的。"), basis=ARTICLE_77)
    return None


def _step_aside(state: CaseState, body: commands.StepAside, context: Context) -> list[Fact]:
    seat = _own_seat(state, context)
    told = {"seat": seat, "account": context.actor.username, "ground": body.ground, **context.new}
    return [Fact("recusal-offered", told)]


def _own_seat(state: CaseState, context: Context) -> str:
    """From which seat the actor steps aside: one of the hearing, the examination, else their own desk."""
    me = context.actor.username
    for seat in (*_OF_HEARING, "examiner"):
        if _seated(state, seat) == me and (seat != "examiner" or "examiner" in context.actor.roles):
            return seat
    return next(one for one in _DESKS if one in context.actor.roles)


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
    if body.granted and _is_void(state, found):
        data["again"] = True
    if found.is_own:
        # Nobody asked for it: the office records it, there is no application to answer.
        return [Fact("recusal-decided", data | {"own": True} | ({"to": to} if to is not None else {}))]
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


def _is_void(state: CaseState, found: Recusal) -> bool:
    """What somebody found who had to step down carries no decision: the successor examines anew."""
    return found.covers_matter and found.account in state.life.examiners and state.state in OPEN


def _needs_successor(state: CaseState, found: Recusal) -> bool:
    """Who holds the case or a seat in it is replaced; of a desk that has others any of them goes on."""
    if not found.is_own or found.seat in _OF_HEARING:
        return True
    return found.account in (state.holder, *state.life.examiners)


def _replaceable(state: CaseState, found: Recusal, to: str | None, context: Context) -> None:
    """Whoever takes over is another of the organ, and fit for the seat."""
    if to is None:
        if _needs_successor(state, found):
            raise invalid("to", "required", N_("准予回避的，写明由谁接替。"))
        return
    if to == found.account or not context.is_colleague(to, state):
        raise invalid("to", "unknown-person", N_("只能由本单位另一位有权办理的人接替。"))
    meeting = state.life.hearing
    if found.seat == "host" and to in (*state.life.examiners, meeting.told_by if meeting else ""):
        raise invalid("to", "same-person", N_("审查这件事的人不能主持听证。"))
    if meeting is not None and found.seat in _OF_HEARING and to in (meeting.host, meeting.recorder):
        raise invalid("to", "same-person", N_("主持人和记录人应当是两个人。"))
    if found.seat == "approver" and to in (*state.life.examiners, state.life.accepted_by):
        raise invalid("to", "same-person", N_("受理或者审查这件事的人不能作出决定。"))
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
    Act("step-aside", _STEPPING, _DESKS, commands.StepAside, _step_aside, _step_guard, basis=ARTICLE_77),
    Act(
        "decide-recusal",
        _STEPPING,
        ("head", "leader"),
        commands.DecideRecusal,
        _decide,
        _decide_guard,
        basis=ARTICLE_48,
    ),
)
