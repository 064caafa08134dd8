"""Who may do what to a change in which state: separation of four persons, told before it is tried. Pure."""

from __future__ import annotations

from typing import Protocol

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, Refusal, RuleBroken

SEATS = ("establishment", "legal")
SEAT_LABELS = {
    "establishment": N_("审改（编制）机构"),
    "legal": N_("法制机构"),
    "leader": N_("政府分管负责人"),
}
STATE_LABELS = {
    "to-submit": N_("待提交"),
    "in-approval": N_("审批中"),
    "passed": N_("已通过"),
    "withdrawn": N_("已撤回"),
    "rejected": N_("已驳回"),
}
LABELS = {
    "amend": N_("修改"),
    "submit": N_("提交"),
    "rebase": N_("按现行版本更新"),
    "withdraw": N_("撤回"),
    "examine": N_("审核"),
    "approve": N_("批准"),
    "reject": N_("驳回"),
}
_FROM = {
    "amend": ("to-submit",),
    "submit": ("to-submit",),
    "rebase": ("to-submit", "in-approval"),
    "withdraw": ("to-submit", "in-approval"),
    "examine": ("in-approval",),
    "approve": ("in-approval",),
    "reject": ("in-approval",),
}


class Standing(Protocol):
    """What the rules look at; a row of the table has it."""

    state: str
    proposer_id: int
    establishment_id: int | None
    legal_id: int | None
    leader_id: int | None


def refusal(action: str, change: Standing, actor: Actor, *, seat: str | None = None) -> Refusal | None:
    """Why ``actor`` may not take ``action`` now; None when he may. ``seat``: the office he examines for."""
    if action in ("amend", "submit", "rebase", "withdraw"):
        if actor.account_id != change.proposer_id:
            return NotAllowed("not-your-change", N_("只有提出变更的人能这样做。"))
        return _wrong_state(action, change)
    if action == "examine":
        return _examining(change, actor, seat)
    if not actor.has("leader"):
        return _lacks(action)
    return _wrong_state(action, change) or _same_person(change, actor) or _both_agreed(change)


def seats_of(change: Standing, actor: Actor) -> list[str]:
    """The offices that ``actor`` may examine for now: their role is his, their opinion is awaited."""
    return [seat for seat in SEATS if actor.has(seat) and getattr(change, f"{seat}_id") is None]


def awaits(change: Standing) -> list[str]:
    """Whose turn it is: proposer, the offices that have not spoken, the leader; empty at the end."""
    if change.state == "to-submit":
        return ["proposer"]
    if change.state != "in-approval":
        return []
    return [seat for seat in SEATS if getattr(change, f"{seat}_id") is None] or ["leader"]


def _examining(change: Standing, actor: Actor, seat: str | None) -> Refusal | None:
    if not actor.has(*SEATS) or (seat is not None and not actor.has(seat)):
        return _lacks("examine")
    refused = _wrong_state("examine", change) or _said(change, actor, seat) or _same_person(change, actor)
    if refused is not None:
        return refused
    open_seats = seats_of(change, actor)
    if not open_seats or (seat is not None and seat not in open_seats):
        return RuleBroken("already-said", N_("这一席本轮已经提出意见。"))
    return None


def _said(change: Standing, actor: Actor, seat: str | None) -> Refusal | None:
    """Who has spoken in this round hears just that, unless he means to take the other seat too."""
    own = [one for one in SEATS if getattr(change, f"{one}_id") == actor.account_id]
    if not own or (seat not in own if seat is not None else seats_of(change, actor)):
        return None
    return RuleBroken("already-said", N_("您本轮已经提出过意见，不用再提。"))


def _lacks(action: str) -> Refusal:
    return NotAllowed(
        "role-lacks-it", N_("您的岗位不能做这一步：%(action)s。"), params={"action": LABELS[action]}
    )


def _wrong_state(action: str, change: Standing) -> Refusal | None:
    if change.state in _FROM[action]:
        return None
    return RuleBroken(
        "wrong-state",
        N_("这项变更现在是“%(state)s”，不能%(action)s。"),
        params={"state": STATE_LABELS[change.state], "action": LABELS[action]},
    )


def _same_person(change: Standing, actor: Actor) -> Refusal | None:
    if actor.account_id not in (change.proposer_id, change.establishment_id, change.legal_id):
        return None
    return RuleBroken("same-person", N_("提出、审核、法制审查和批准应当由四个不同的人办理。"))


def _both_agreed(change: Standing) -> Refusal | None:
    waiting = [seat for seat in SEATS if getattr(change, f"{seat}_id") is None]
    if not waiting:
        return None
    return RuleBroken(
        "opinions-missing",
        N_("还没有收到%(who)s的同意意见。"),
        params={"who": SEAT_LABELS[waiting[0]]},
    )
