"""``decide(state, action, body, context) -> facts``: the one door to every change of a case."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from onewindow.cases.rules import (
    acceptance,
    decision,
    handling,
    hearing,
    licence,
    office,
    parties,
    pledge,
    recusal,
    serving,
    site_check,
    trust,
)
from onewindow.cases.rules.acting import Act, Context, refusal, wrong_state
from onewindow.cases.rules.clocks import wakes
from onewindow.cases.rules.commands import Body
from onewindow.cases.rules.state import CaseState, Fact
from onewindow.kernel.errors import N_, NotFound, Refusal, Stale

ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        *acceptance.ACTS,
        *handling.ACTS,
        *parties.ACTS,
        *hearing.ACTS,
        *recusal.ACTS,
        *site_check.ACTS,
        *decision.ACTS,
        *licence.ACTS,
        *pledge.ACTS,
        *serving.ACTS,
        *trust.ACTS,
        *office.ACTS,
    )
}


# No steps of the matter: service goes on after every end and is offered beside the papers, originals are checked
# beside the material.
UNLISTED = frozenset({"serve", "check-originals"})


def act_named(name: str) -> Act:
    """The action ``name``; unknown ones are not found."""
    found = ACTS.get(name)
    if found is None:
        raise NotFound("unknown-action", N_("没有这个操作。"))
    return found


def decide(state: CaseState, act: Act, body: Body, context: Context) -> list[Fact]:
    """The facts that this deed makes true, or a ``Refusal`` raised. Order: role, version, state, rules."""
    role = act.role_of(context)
    blocked = refusal(act, state, context)
    if role is None:
        assert blocked is not None
        raise blocked
    if body.version != state.version:
        raise Stale("stale-version", N_("刚才有人办理过这件事，请看过最新情况再操作。"))
    if blocked is not None:
        raise blocked
    return act.run(state, body, context)


def tick(state: CaseState, context: Context) -> list[tuple[str, Fact]]:
    """What time alone has made true of a case by ``context.now``: (mark, fact), earliest first.

    Only the first is returned when it moves the case, because what follows depends on it.
    """
    due = sorted(
        (moment, mark) for moment, mark in wakes(state, context.item, context.table) if moment <= context.now
    )
    facts: list[tuple[str, Fact]] = []
    for _, mark in due:
        if mark == "deemed":
            return facts or [(mark, acceptance.deem(state, context.item))]
        if mark == "unanswered":
            return facts or [(mark, acceptance.lapse(state))]
        facts.append((mark, Fact(_TOLD[mark.split(":")[0]], _mark_data(mark))))
    return facts


_TOLD = {
    "overdue": "overdue",
    "deferred": "deferral-missed",
    "stop": "pause-overrun",
    "hearing": "hearing-overdue",
}


def _mark_data(mark: str) -> dict[str, Any]:
    kind, _, rest = mark.partition(":")
    named = {"overdue": "clock", "deferred": "material", "stop": "stop", "hearing": "term"}[kind]
    return {"mark": mark, named: rest.split("+")[0]}


class Offer(msgspec.Struct, frozen=True):
    """One line of ``actions``: whether it is allowed now, why not, on which basis, who is awaited."""

    name: str
    allowed: bool
    reason: str | None
    params: dict[str, Any]
    basis: str | None
    awaits: str | None


def offers(state: CaseState, context: Context) -> list[Offer]:
    """Every action that the actor's roles know, the allowed ones and the others with their reason."""
    return [
        offer(act, state, context) if ready is None else ready
        for act, ready in prospects(
            state.state,
            is_particular(state),
            context.actor.roles,
            context.is_applicant,
            is_pledged=state.life.pledge is not None,
        )
    ]


def is_particular(state: CaseState) -> bool:
    """True where more than its state decides who may do what: something is proposed, or somebody steps down."""
    return state.life.proposal is not None or bool(state.life.recusals)


Prospect = tuple[Act, Offer | None]


@lru_cache(maxsize=4096)
def prospects(
    name: str, is_particular: bool, roles: frozenset[str], is_applicant: bool, *, is_pledged: bool = False
) -> tuple[Prospect, ...]:
    """The actions that these roles know, in order, in the state ``name``; each with its offer where that settles it.

    Those on a promise are told of cases that were applied for with one alone.
    """
    hidden = UNLISTED if is_pledged else UNLISTED | pledge.NAMES
    played = roles | {"applicant"} if is_applicant else roles
    known = [
        act
        for act in ACTS.values()
        if act.name not in hidden and not played.isdisjoint((*act.roles, *act.confirmers))
    ]
    return tuple((act, None if is_particular else _settled(act, name)) for act in known)


def _settled(act: Act, name: str) -> Offer | None:
    """The offer of an action that is known to its actor, where nothing but the state has a say."""
    if name not in act.states:
        return _refused(act, wrong_state(act, name), None)
    if act.confirmers or act.guard is not None:
        return None
    return Offer(act.name, True, None, {}, act.basis or None, None)


def offer(act: Act, state: CaseState, context: Context) -> Offer:
    """One action as it stands now for this actor."""
    blocked = refusal(act, state, context)
    proposal = state.life.proposal
    awaits = "/".join(act.confirmers) if proposal is not None and proposal.action == act.name else None
    if blocked is None:
        return Offer(act.name, True, None, {}, act.basis or None, awaits)
    return _refused(act, blocked, awaits)


def _refused(act: Act, blocked: Refusal, awaits: str | None) -> Offer:
    return Offer(act.name, False, blocked.message, blocked.params, blocked.basis or act.basis or None, awaits)
