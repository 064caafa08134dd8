"""The common ground of all actions: who may, from where, with what told; and the table that lists them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.commands import Body
from onewindow.cases.rules.labels import LABELS, STATE_LABELS
from onewindow.cases.rules.state import CaseState, Fact
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, Refusal, RuleBroken

LICENSING_LAW = "《中华人民共和国行政许可法》"
ARTICLE_7 = LICENSING_LAW + "第七条"
ARTICLE_8 = LICENSING_LAW + "第八条第二款"
ARTICLE_26 = LICENSING_LAW + "第二十六条"
ARTICLE_32 = LICENSING_LAW + "第三十二条"
ARTICLE_34 = LICENSING_LAW + "第三十四条第三款"
ARTICLE_36 = LICENSING_LAW + "第三十六条"
ARTICLE_38 = LICENSING_LAW + "第三十八条"
ARTICLE_42 = LICENSING_LAW + "第四十二条"
ARTICLE_44 = LICENSING_LAW + "第四十四条"
ARTICLE_45 = LICENSING_LAW + "第四十五条"
ARTICLE_46 = LICENSING_LAW + "第四十六条"
ARTICLE_47 = LICENSING_LAW + "第四十七条"
ARTICLE_48 = LICENSING_LAW + "第四十八条"
ARTICLE_76 = "《中华人民共和国公务员法》第七十六条"
ARTICLE_77 = "《中华人民共和国公务员法》第七十七条"
ARTICLE_61 = LICENSING_LAW + "第六十一条"
ARTICLE_69 = LICENSING_LAW + "第六十九条"
ARTICLE_70 = LICENSING_LAW + "第七十条"
HOUSE_RULE = "一窗受理、审办分离规则"


class Paper(msgspec.Struct, frozen=True):
    """A paper of the case; ``party`` is whom it speaks to: 0 the applicant, 1… a third party."""

    document_no: str
    kind: str
    title: str
    party: int = 0


class Context(msgspec.Struct, frozen=True):
    """Everything a decision may look at besides the case itself."""

    now: datetime
    actor: Actor
    item: ItemDefinition
    table: DayTable
    is_applicant: bool = False
    is_colleague: Callable[[str, CaseState], bool] = lambda username, state: False
    paper: Callable[[str], Paper | None] = lambda document_no: None
    consents: Callable[[], bool] = lambda: False  # to service by electronic means
    chose_electronic: Callable[[], bool] = lambda: False  # asked in the application to get the result so
    is_erased: bool = False  # the personal values of the case are gone: no paper can name anybody
    new: dict[str, Any] = {}  # values made for this deed outside (dossier number and digest)

    @property
    def today(self) -> date:
        return day_of(self.now)

    def plays(self, role: str) -> bool:
        """True when the actor may act on this case as ``role`` ("applicant" is a relation, not a role)."""
        return self.is_applicant if role == "applicant" else role in self.actor.roles


Guard = Callable[[CaseState, Context], Refusal | None]
Run = Callable[[CaseState, Any, Context], list[Fact]]


class Act(msgspec.Struct, frozen=True):
    """One action: its name, the states it starts from, who takes it, its body, its guard and what it does.

    ``confirmers`` marks an act of two people: ``roles`` propose, ``confirmers`` carry it out.
    """

    name: str
    states: frozenset[str]
    roles: tuple[str, ...]
    body: type[Body]
    run: Run
    guard: Guard | None = None
    confirmers: tuple[str, ...] = ()
    basis: str = ""

    def role_of(self, context: Context) -> str | None:
        """The role in which the actor takes this action, None when they have none for it."""
        for names in (self.roles, self.confirmers):
            for role in names:
                if context.plays(role):
                    return role
        return None


def refusal(act: Act, state: CaseState, context: Context) -> Refusal | None:
    """Why ``act`` cannot be taken now, None when it can; the same answer feeds buttons and deeds."""
    if act.role_of(context) is None:
        return NotAllowed(
            "role-lacks-it", N_("您的岗位不能做这一步：%(action)s。"), params={"action": LABELS[act.name]}
        )
    if state.state not in act.states:
        return wrong_state(act, state.state)
    stepped = barred(state, context)
    if stepped is not None:
        return stepped
    if act.confirmers:
        blocked = _two_people(act, state, context)
        if blocked is not None:
            return blocked
    return act.guard(state, context) if act.guard is not None else None


def barred(state: CaseState, context: Context) -> Refusal | None:
    """Why an official may do nothing in the case: they stepped down, or it is not decided yet whether they must."""
    if context.is_applicant:
        return None
    for one in state.life.recusals:
        if one.account == context.actor.username and one.covers_matter and one.is_granted is not False:
            return recused(is_decided=one.is_granted is True, is_own=one.is_own)
    return None


def recused(*, is_decided: bool, is_own: bool = False) -> RuleBroken:
    """Somebody steps down, or it waits whether they must."""
    if is_decided:
        return RuleBroken(
            "recused", N_("您已经回避，不能再办这件事。"), basis=ARTICLE_76 if is_own else ARTICLE_48
        )
    if is_own:
        return RuleBroken(
            "recusal-pending", N_("有工作人员提出自行回避，负责人决定以前不能进行。"), basis=ARTICLE_77
        )
    return RuleBroken("recusal-pending", N_("有人申请回避，负责人决定以前不能进行。"), basis=ARTICLE_48)


def wrong_state(act: Act, name: str) -> RuleBroken:
    """``act`` does not start from the state ``name``."""
    return RuleBroken(
        "wrong-state",
        N_("这件事现在是“%(state)s”，不能%(action)s。"),
        params={"state": STATE_LABELS[name], "action": LABELS[act.name]},
        basis=act.basis,
    )


def not_proposed(act: Act) -> RuleBroken:
    """Nothing waits for the second person of ``act``."""
    return RuleBroken(
        "not-proposed", N_("还没有人提出%(action)s，不能确认。"), params={"action": LABELS[act.name]}
    )


def _two_people(act: Act, state: CaseState, context: Context) -> Refusal | None:
    proposal = state.life.proposal
    mine = [role for role in act.roles if context.plays(role)]
    confirms = [role for role in act.confirmers if context.plays(role)]
    if proposal is None:
        if mine:
            return None
        return not_proposed(act)
    if proposal.action != act.name:
        return RuleBroken("other-proposal", N_("另一项提议正等待确认，先处理它。"))
    if not confirms:
        return RuleBroken("already-proposed", N_("已经提出，等待审批人或负责人确认。"))
    if proposal.by == context.actor.username:
        return same_person(N_("提出的人不能自己确认，须由另一人确认。"))
    return None


def same_person(message: str) -> RuleBroken:
    """Separation of duties."""
    return RuleBroken("same-person", message, basis=HOUSE_RULE)


def invalid(field: str, code: str, message: str, **params: Any) -> Invalid:
    """One field that cannot be taken."""
    return Invalid(
        "invalid-fields",
        N_("有的内容不符合要求，请改正后再提交。"),
        fields=[FieldError(field, code, message, params)],
    )
