"""Efficiency complaints (效能投诉): accepted or refused, investigated, answered (handbook 8). Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, NotAllowed, Refusal, RuleBroken
from onewindow.reviews.rules import acts
from onewindow.reviews.rules.acts import Act, ActIn, Columns
from onewindow.reviews.rules.terms import Terms

STATES = {
    "filed": N_("待受理"),
    "accepted": N_("调查中"),
    "investigated": N_("待答复"),
    "answered": N_("已答复"),
    "refused": N_("不予受理"),
    "withdrawn": N_("已撤回"),
}
ENDS = ("answered", "refused", "withdrawn")
WAYS = {"web": N_("网上"), "phone": N_("电话"), "visit": N_("来访")}
ABOUT = {
    "delay": N_("拖延、超时"),
    "refusal": N_("该受理不受理"),
    "extra": N_("额外要条件或者材料"),
    "attitude": N_("态度生硬、推诿"),
    "absence": N_("脱岗、空岗"),
    "fee": N_("乱收费"),
    "gain": N_("吃拿卡要"),
    "other": N_("其他"),
}
# What a centre hears, and what only supervision may (W27): fees and extortion.
FOR_SUPERVISION = ("fee", "gain")
VERDICTS = {
    "upheld": N_("属实"),
    "partly": N_("部分属实"),
    "unfounded": N_("不属实"),
    "unclear": N_("无法核实"),
}
GROUNDS = {
    "not-efficiency": N_("不是效能问题，应通过行政复议、诉讼或者信访解决"),
    "too-vague": N_("没有可以调查的具体事实"),
    "done-before": N_("同一问题已经处理，没有新的事实"),
    "not-ours": N_("不属于本级管辖"),
}
MOST_TEXT = 2000

ACTS: dict[str, Act] = {
    "accept": Act(
        label=N_("受理"), froms=("filed",), needs_text=False,
        hint=N_("转给被投诉部门看的文字，请再检查一遍有没有能认出投诉人的内容"),
    ),
    "refuse": Act(
        label=N_("不予受理"), froms=("filed",), field="ground", choices=GROUNDS, hint=N_("投诉人会看到这段话")
    ),
    "respond": Act(label=N_("说明情况"), froms=("accepted",), who="head", hint=N_("事情经过和本部门的意见")),
    "investigate": Act(
        label=N_("调查结论"), froms=("accepted",), field="verdict", choices=VERDICTS, hint=N_("查明的事实和处理意见")
    ),
    "answer": Act(label=N_("答复投诉人"), froms=("investigated",), hint=N_("投诉人会看到这段话")),
    "extend": Act(label=N_("延长期限"), froms=("accepted", "investigated"), hint=N_("为什么要延长")),
}  # fmt: skip


class ComplaintIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complaint as it is filed. ``organ`` is a name or code; ``name`` and ``phone`` stay empty when
    anonymous; ``way`` other than ``web`` is for staff who write down what they are told."""

    organ: Annotated[str, Meta(min_length=1, max_length=100)]
    about: str
    text: Annotated[str, Meta(min_length=5, max_length=MOST_TEXT)]
    anonymous: bool = False
    name: Annotated[str, Meta(max_length=60)] = ""
    phone: Annotated[str, Meta(max_length=30)] = ""
    way: str = "web"
    person: Annotated[str, Meta(max_length=60)] = ""
    case_no: Annotated[str, Meta(max_length=60)] = ""
    card_no: Annotated[str, Meta(max_length=60)] = ""
    earlier: Annotated[str, Meta(max_length=40)] = ""


class Complaint(Protocol):
    """What the rules look at."""

    state: str
    organ_id: int
    about: str
    person: str
    is_extended: bool
    due_on: date | None


def refusal(name: str, complaint: Complaint, actor: Actor) -> Refusal | None:
    """Why ``actor`` may not take the act now; None when he may."""
    act = ACTS[name]
    wrong = acts.wrong_person(act, complaint, actor) or _conflict(act, complaint, actor)
    wrong = wrong or acts.wrong_state(act, complaint)
    if wrong is None and name == "extend" and complaint.is_extended:
        wrong = RuleBroken("extended-once", N_("期限只能延长一次。"))
    return wrong


def _conflict(act: Act, complaint: Complaint, actor: Actor) -> Refusal | None:
    """Nobody looks into a complaint of oneself; the centre looks into none of its own office."""
    if complaint.person and actor.username == complaint.person:
        return NotAllowed("complained-of", N_("被投诉的人不能办理对自己的投诉。"))
    if act.who != "watcher" or actor.has("supervisor"):
        return None
    if actor.organ_id == complaint.organ_id:
        return NotAllowed("own-organ", N_("被投诉部门的人不能办理对本部门的投诉，由电子监察人员办理。"))
    if complaint.about in FOR_SUPERVISION:
        return NotAllowed("for-supervision", N_("收费和吃拿卡要的投诉由电子监察人员办理。"))
    return None


def may_know(actor: Actor, complaint: Complaint) -> bool:
    """Whether ``actor`` may be told who complains: who handles it, and never anybody of the organ complained of."""
    if not acts.is_watcher(actor) or actor.organ_id == complaint.organ_id:
        return False
    return complaint.about not in FOR_SUPERVISION or actor.has("supervisor")


def is_concerned(actor: Actor, complaint: Complaint) -> bool:
    """Whether the actor belongs to those complained of: they read released text only."""
    return actor.organ_id == complaint.organ_id or bool(
        complaint.person and actor.username == complaint.person
    )


def moved(
    name: str, complaint: Complaint, body: ActIn, *, today: date, terms: Terms, table: DayTable
) -> Columns:
    """The columns after an act that is allowed."""
    if name == "accept":
        return {"state": "accepted", "due_on": table.add(today, terms.answer)}
    if name == "extend":
        start = complaint.due_on or today
        return {"is_extended": True, "due_on": table.add(start, terms.extend)}
    if name == "investigate":
        return {"state": "investigated", "verdict": body.verdict}
    if name in ("refuse", "answer"):
        return {"state": "refused" if name == "refuse" else "answered", "due_on": None}
    return {}


def refuse_withdrawal(complaint: Complaint) -> Refusal | None:
    """A complaint can be withdrawn until it ends."""
    if complaint.state in ENDS:
        return RuleBroken("wrong-state", N_("投诉已经结束，不能再撤回。"))
    return None
