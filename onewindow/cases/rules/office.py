"""Deeds of the office that leave the state alone: claim, assign, transfer, note, reveal."""

from __future__ import annotations

from onewindow.cases.rules import commands, recusal
from onewindow.cases.rules.acting import Act, Context, invalid
from onewindow.cases.rules.state import ENDS, STATES, CaseState, Fact
from onewindow.kernel.errors import N_, Refusal, RuleBroken

_OPEN = frozenset(STATES) - ENDS - {"draft"}
_OFFICE = ("clerk", "examiner", "approver", "head", "issuer")


def _claim_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.holder == context.actor.username:
        return RuleBroken("already-yours", N_("这件事已经在您名下。"))
    if state.holder is not None:
        return RuleBroken("held-by-other", N_("这件事由别人办理，请由其转交或由负责人分派。"))
    return None


def _claim(state: CaseState, body: commands.Claim, context: Context) -> list[Fact]:
    return [Fact("claimed", {"to": context.actor.username})]


def _assign(state: CaseState, body: commands.Assign, context: Context) -> list[Fact]:
    _colleague(body.to, state, context)
    return [Fact("assigned", {"to": body.to, "reason": body.reason})]


def _transfer(state: CaseState, body: commands.Transfer, context: Context) -> list[Fact]:
    _colleague(body.to, state, context)
    return [Fact("transferred", {"to": body.to, "reason": body.reason})]


def _colleague(username: str, state: CaseState, context: Context) -> None:
    if not context.is_colleague(username, state):
        raise invalid("to", "unknown-person", N_("只能交给本单位或窗口中有权办理的人。"))
    if username in recusal.out(state):
        raise invalid("to", "recused", N_("这个人已经回避。"))


def _note(state: CaseState, body: commands.Note, context: Context) -> list[Fact]:
    return [Fact("noted", {"text": body.text})]


def _reveal(state: CaseState, body: commands.Reveal, context: Context) -> list[Fact]:
    return [Fact("revealed", {"reason": body.reason})]


ACTS = (
    Act("claim", _OPEN, ("clerk", "examiner", "approver", "issuer"), commands.Claim, _claim, _claim_guard),
    Act("assign", _OPEN, ("head",), commands.Assign, _assign),
    Act("transfer", _OPEN, ("clerk", "examiner", "approver", "head"), commands.Transfer, _transfer),
    Act("note", frozenset(STATES) - {"draft"}, _OFFICE, commands.Note, _note),
    Act("reveal", frozenset(STATES), (*_OFFICE, "supervisor", "manager"), commands.Reveal, _reveal),
)
# What the applicant's own timeline leaves out.
INTERNAL = frozenset(
    {
        "claimed",
        "assigned",
        "transferred",
        "noted",
        "revealed",
        "return-proposed",
        "pause-proposed",
        "cancellation-proposed",
    }
)
