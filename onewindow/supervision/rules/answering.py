"""Who may do what to a card and when: explain, uphold, withdraw, appeal, inquire, answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from onewindow.cases.rules.clocks import day_of
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, Refusal, RuleBroken, Stale
from onewindow.supervision.rules.cards import Card
from onewindow.supervision.rules.profile import Profile

WATCHERS = ("supervisor", "manager")
WATCHED = ("head", "approver", "examiner")
READERS = WATCHERS + WATCHED
MOST_LETTER_DAYS = 30

Text = Annotated[str, Meta(min_length=2, max_length=4000, pattern=r"\S")]
Version = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every action says; with ``version`` it holds only for the card as its author saw it."""

    reason: Text
    version: Version | None = None


class Inquire(Body, frozen=True):
    """A letter may name the last day for its answer."""

    answer_by: date | None = None


class Context(msgspec.Struct, frozen=True):
    """Everything that a decision about a card looks at besides the card."""

    now: datetime
    actor: Actor
    profile: Profile
    table: DayTable

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai."""
        return day_of(self.now)


class Fact(msgspec.Struct, frozen=True):
    """What an action makes true of a card."""

    type: str
    data: dict[str, Any]


Guard = Callable[[Card, Context], Refusal | None]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One action: who takes it, from which states, its guard and the fact that comes of it."""

    name: str
    label: str
    roles: tuple[str, ...]
    states: frozenset[str]
    fact: str
    guard: Guard | None = None
    body: type[Body] = Body


class Offer(msgspec.Struct, frozen=True):
    """One action as it stands now for this actor: allowed, or why not."""

    name: str
    label: str
    allowed: bool
    reason: str | None
    params: dict[str, Any] = {}


def may_see(actor: Actor, organ_id: int) -> bool:
    """Supervisors and the centre see all cards; a department those of its own organ; nobody else any."""
    if actor.has(*WATCHERS):
        return True
    return actor.has(*WATCHED) and (organ_id == actor.organ_id or organ_id in actor.organ_ids)


def act_named(name: str) -> Act:
    """The action ``name``; unknown ones are not found."""
    found = ACTS.get(name)
    if found is None:
        raise NotFound("unknown-action", N_("没有这个操作。"))
    return found


def offers(card: Card, context: Context) -> list[Offer]:
    """Every action that the actor's roles know."""
    found = []
    for act in ACTS.values():
        if context.actor.has(*act.roles):
            blocked = refusal(act, card, context)
            message = blocked.message if blocked else None
            found.append(
                Offer(act.name, act.label, blocked is None, message, blocked.params if blocked else {})
            )
    return found


def decide(card: Card, act: Act, body: Body, context: Context) -> Fact:
    """The fact that this action makes true, or a ``Refusal`` raised. Order: role, version, state, rules."""
    if not context.actor.has(*act.roles):
        raise _lacks_role(act)
    if body.version is not None and body.version != card.version:
        raise Stale("stale-version", N_("刚才有人处理过这张卡，请看过最新情况再操作。"))
    blocked = refusal(act, card, context)
    if blocked is not None:
        raise blocked
    return Fact(act.fact, {"text": body.reason.strip()} | _more(card, act, body, context))


def _more(card: Card, act: Act, body: Body, context: Context) -> dict[str, Any]:
    if act.name == "explain":
        return {"is_late": card.reply_due_on is not None and context.today > card.reply_due_on}
    if isinstance(body, Inquire):
        return {"answer_by": _answer_by(body, context).isoformat()}
    if act.name == "answer":
        assert card.letter is not None
        return {"letter": card.letter.no, "is_late": context.today > card.letter.answer_by}
    return {}


def _answer_by(body: Inquire, context: Context) -> date:
    if body.answer_by is None:
        return context.table.add(context.today, context.profile.letter_days)
    days = context.table.count(context.today, body.answer_by) if body.answer_by > context.today else 0
    if not 1 <= days <= MOST_LETTER_DAYS:
        message = N_("答复期限应在今后 1 至 30 个工作日之内。")
        raise Invalid("invalid-fields", message, fields=[FieldError("answer_by", "out-of-range", message)])
    return body.answer_by


def refusal(act: Act, card: Card, context: Context) -> Refusal | None:
    """Why ``act`` cannot be taken now, None when it can; the same answer feeds buttons and deeds."""
    if not context.actor.has(*act.roles):
        return _lacks_role(act)
    if card.state not in act.states:
        return RuleBroken(
            "wrong-state",
            N_("这张卡现在是“%(state)s”，不能%(action)s。"),
            params={"state": STATE_LABELS[card.state], "action": act.label},
        )
    return act.guard(card, context) if act.guard else None


def _lacks_role(act: Act) -> NotAllowed:
    return NotAllowed("role-lacks-it", N_("您的岗位不能做这一步：%(action)s。"), params={"action": act.label})


def _own_organ(card: Card, context: Context) -> Refusal | None:
    """Who watches and also heads an organ answers for the own organ only."""
    if card.organ_id == context.actor.organ_id or card.organ_id in context.actor.organ_ids:
        return None
    return NotAllowed("other-organ", N_("只能由被发卡的部门办理。"))


def _heard(card: Card, context: Context) -> Refusal | None:
    """The organ is heard first, unless it lets its term pass; whoever upheld does not decide the appeal."""
    if card.state == "appealed":
        return _other_person(card, context)
    if card.state == "issued" and card.reply_due_on is None:
        return RuleBroken("reminder", N_("提醒不需要维持；部门说明情况后可以维持或撤销。"))
    if card.state == "issued" and card.reply_due_on is not None and context.today <= card.reply_due_on:
        params = {"due": card.reply_due_on.isoformat()}
        return RuleBroken("too-early", N_("部门可以在 %(due)s 前说明情况，请先等其说明。"), params=params)
    return None


def _other_person(card: Card, context: Context) -> Refusal | None:
    if card.state == "appealed" and card.life.ruling and card.life.ruling.by == context.actor.username:
        return RuleBroken("same-person", N_("维持这张卡的人不能裁定对它的申诉，须由另一人裁定。"))
    return None


def _may_appeal(card: Card, context: Context) -> Refusal | None:
    if card.life.appeal is not None:
        return RuleBroken("already-appealed", N_("已经申诉过一次，裁定是最终的。"))
    assert card.life.ruling is not None
    last = context.table.add(day_of(card.life.ruling.at), context.profile.appeal_days)
    if context.today > last:
        params = {"last": last.isoformat()}
        return RuleBroken("past-due", N_("申诉期限已于 %(last)s 届满。"), params=params)
    return _own_organ(card, context)


def _one_letter(card: Card, context: Context) -> Refusal | None:
    if card.letter is not None:
        return RuleBroken("letter-open", N_("上一封督办函还没有答复。"))
    return None


def _has_letter(card: Card, context: Context) -> Refusal | None:
    if card.letter is None:
        return RuleBroken("no-letter", N_("没有等待答复的督办函。"))
    return _own_organ(card, context)


_STANDING = frozenset({"issued", "explained", "upheld", "appealed"})
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            name="explain",
            label=N_("说明情况"),
            roles=WATCHED,
            states=frozenset({"issued"}),
            fact="explained",
            guard=_own_organ,
        ),
        Act(
            name="uphold",
            label=N_("维持"),
            roles=WATCHERS,
            states=frozenset({"issued", "explained", "appealed"}),
            fact="upheld",
            guard=_heard,
        ),
        Act(
            name="withdraw",
            label=N_("撤销"),
            roles=WATCHERS,
            states=frozenset({"issued", "explained", "appealed"}),
            fact="withdrawn",
            guard=_other_person,
        ),
        Act(
            name="appeal",
            label=N_("申诉"),
            roles=("head",),
            states=frozenset({"upheld"}),
            fact="appealed",
            guard=_may_appeal,
        ),
        Act(
            name="inquire",
            label=N_("发督办函"),
            roles=WATCHERS,
            states=_STANDING,
            fact="inquired",
            guard=_one_letter,
            body=Inquire,
        ),
        Act(
            name="answer",
            label=N_("答复督办函"),
            roles=WATCHED,
            states=frozenset({*_STANDING, "withdrawn"}),
            fact="answered",
            guard=_has_letter,
        ),
    )
}
STATE_LABELS = {
    "issued": N_("待说明"),
    "explained": N_("已说明"),
    "upheld": N_("已维持"),
    "withdrawn": N_("已撤销"),
    "appealed": N_("申诉中"),
}
