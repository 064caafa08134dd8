"""The common ground of all actions: who may, from where, with what told; and the table that lists them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.commands import Body
from onewindow.cases.rules.state import CaseState, Fact
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, Refusal, RuleBroken

LICENSING_LAW = "《中华人民共和国行政许可法》"
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
    if act.confirmers:
        blocked = _two_people(act, state, context)
        if blocked is not None:
            return blocked
    return act.guard(state, context) if act.guard is not None else None


def wrong_state(act: Act, name: str) -> RuleBroken:
    """``act`` does not start from the state ``name``."""
    return RuleBroken(
        "wrong-state",
        N_("这件事现在是“%(state)s”，不能%(action)s。"),
        params={"state": STATE_LABELS[name], "action": LABELS[act.name]},
        basis=act.basis,
    )


def _two_people(act: Act, state: CaseState, context: Context) -> Refusal | None:
    proposal = state.life.proposal
    mine = [role for role in act.roles if context.plays(role)]
    confirms = [role for role in act.confirmers if context.plays(role)]
    if proposal is None:
        if mine:
            return None
        return RuleBroken(
            "not-proposed", N_("还没有人提出%(action)s，不能确认。"), params={"action": LABELS[act.name]}
        )
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


STATE_LABELS = {
    "draft": N_("草稿"),
    "received": N_("已收件"),
    "correcting": N_("待补正"),
    "accepted": N_("已受理"),
    "in_review": N_("审查中"),
    "paused": N_("已停钟"),
    "granted": N_("已准予"),
    "denied": N_("不予许可"),
    "produced": N_("已制证"),
    "delivered": N_("已送达"),
    "refused_acceptance": N_("不予受理"),
    "returned": N_("已退件"),
    "withdrawn": N_("已撤回"),
    "terminated": N_("已终止"),
}

LABELS = {
    "submit": N_("提交申请"),
    "change": N_("修改"),
    "notify-correction": N_("一次性告知补正"),
    "resubmit": N_("补正后重新提交"),
    "accept": N_("受理"),
    "refuse-acceptance": N_("不予受理"),
    "return": N_("退件"),
    "supply-deferred": N_("补交容缺材料"),
    "review": N_("审查"),
    "pause": N_("启动特别程序"),
    "resume": N_("结束特别程序"),
    "extend": N_("延长期限"),
    "forward": N_("上报"),
    "answer": N_("登记上级答复"),
    "decide": N_("作出决定"),
    "produce": N_("制证"),
    "deliver": N_("送达"),
    "withdraw": N_("撤回申请"),
    "terminate": N_("终止办理"),
    "claim": N_("认领"),
    "assign": N_("分派"),
    "transfer": N_("转交"),
    "note": N_("内部备注"),
    "reveal": N_("查看个人信息"),
    "judge-interest": N_("认定利害关系"),
    "register-party": N_("登记利害关系人"),
    "invite-statements": N_("告知陈述申辩权利"),
    "record-statement": N_("陈述申辩"),
    "tell-hearing-rights": N_("告知听证权利"),
    "request-hearing": N_("要求听证"),
    "waive-hearing": N_("不要求听证"),
    "arrange-hearing": N_("安排听证"),
    "record-hearing": N_("提交听证笔录"),
    "cancel-hearing": N_("取消听证"),
    "serve": N_("登记送达"),
}
