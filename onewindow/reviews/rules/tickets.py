"""The life of a bad rating's ticket: verified, rectified, answered, called back, closed (handbook 5.3). Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, NotAllowed, Refusal, RuleBroken
from onewindow.reviews.rules import acts
from onewindow.reviews.rules.acts import Act, ActIn, Columns
from onewindow.reviews.rules.terms import Terms

STATES = {
    "opened": N_("待接收"),
    "received": N_("待核实"),
    "verified": N_("待整改"),
    "appealed": N_("申诉中"),
    "rectified": N_("待答复"),
    "answered": N_("待回访"),
    "called": N_("待办结"),
    "closed": N_("已办结"),
}
VERDICTS = {"real": N_("属实"), "mistaken": N_("误评"), "malicious": N_("恶意评价")}
OUTCOMES = {"satisfied": N_("满意"), "unsatisfied": N_("不满意"), "unreached": N_("没有联系上")}
_OPEN_TO_SECOND = ("answered", "called", "closed")

ACTS: dict[str, Act] = {
    "receive": Act(label=N_("接收"), froms=("opened",), needs_text=False),
    "verify": Act(
        label=N_("核实"),
        froms=("received",),
        field="verdict",
        choices=VERDICTS,
        hint=N_("怎样核实的，核实到什么"),
    ),
    "appeal": Act(label=N_("申诉"), froms=("verified",), who="head", hint=N_("为什么不认同，有什么依据")),
    "settle": Act(
        label=N_("裁定申诉"), froms=("appealed",), field="verdict", choices=VERDICTS, hint=N_("裁定的理由")
    ),
    "rectify": Act(
        label=N_("整改完成"), froms=("verified",), who="head", hint=N_("做了什么，怎样防止再发生")
    ),
    "answer": Act(label=N_("答复评价人"), froms=("rectified",), who="head", hint=N_("评价人会看到这段话")),
    "call": Act(
        label=N_("回访"), froms=("answered",), field="outcome", choices=OUTCOMES, hint=N_("回访时说了什么")
    ),
    "reopen": Act(label=N_("退回重新整改"), froms=("called",), hint=N_("哪里还没有改好")),
    "close": Act(label=N_("办结"), froms=("answered", "called"), needs_text=False),
}


class Ticket(Protocol):
    """What the rules look at."""

    state: str
    organ_id: int
    verdict: str | None
    verified_by: str
    has_appealed: bool
    appeal_by: date | None
    rectify_due_on: date | None
    called: str | None
    round: int
    second_grade: int | None


def refusal(name: str, ticket: Ticket, actor: Actor, *, is_anonymous: bool, today: date) -> Refusal | None:
    """Why ``actor`` may not take the act now; None when he may."""
    act = ACTS[name]
    wrong = acts.wrong_person(act, ticket, actor)
    if wrong is None and act.who == "watcher" and actor.organ_id == ticket.organ_id:
        wrong = NotAllowed("own-organ", N_("被评价部门的人不能核实或者回访对本部门的评价。"))
    wrong = wrong or acts.wrong_state(act, ticket)
    special = _SPECIAL.get(name)
    if wrong is None and special is not None:
        wrong = special(ticket, actor, is_anonymous, today)
    return wrong


def _appeal(ticket: Ticket, actor: Actor, is_anonymous: bool, today: date) -> Refusal | None:
    if ticket.has_appealed:
        return RuleBroken("appealed-once", N_("核实结论只能申诉一次。"))
    if ticket.appeal_by is not None and today > ticket.appeal_by:
        return RuleBroken("appeal-too-late", N_("申诉期限已经过了。"))
    return None


def _settle(ticket: Ticket, actor: Actor, is_anonymous: bool, today: date) -> Refusal | None:
    if actor.username == ticket.verified_by:
        return RuleBroken("same-person", N_("核实的人不能裁定对自己结论的申诉。"))
    return None


def _call(ticket: Ticket, actor: Actor, is_anonymous: bool, today: date) -> Refusal | None:
    if is_anonymous:
        return RuleBroken("anonymous", N_("匿名评价没有联系方式，不能回访；可以直接办结。"))
    return None


def _reopen(ticket: Ticket, actor: Actor, is_anonymous: bool, today: date) -> Refusal | None:
    if ticket.called != "unsatisfied":
        return RuleBroken("not-unsatisfied", N_("回访不满意的才退回重新整改。"))
    if ticket.round > 1:
        return RuleBroken("reopened-once", N_("已经退回整改过一次，不能再退回。"))
    return None


def _close(ticket: Ticket, actor: Actor, is_anonymous: bool, today: date) -> Refusal | None:
    if ticket.state == "answered" and not is_anonymous:
        return RuleBroken("not-called", N_("实名评价要先回访再办结。"))
    return None


_SPECIAL: dict[str, Callable[[Ticket, Actor, bool, date], Refusal | None]] = {
    "appeal": _appeal,
    "settle": _settle,
    "call": _call,
    "reopen": _reopen,
    "close": _close,
}


def opening(today: date, *, terms: Terms, table: DayTable) -> Columns:
    """The columns of a ticket that opens today."""
    return {"state": "opened", "due_on": table.add(today, terms.receive)}


def moved(
    name: str, ticket: Ticket, body: ActIn, actor: Actor, *, today: date, terms: Terms, table: DayTable
) -> Columns:
    """The columns after an act that is allowed; ``standing`` among them when the rating's changes.

    A verdict of ``mistaken`` or ``malicious`` ends the ticket and takes the rating out of the valid ones.
    """
    if name in ("verify", "settle"):
        return _judged(name, ticket, body, actor, today=today, terms=terms, table=table)
    to, days = _NEXT[name](terms)
    found: Columns = {"state": to, "due_on": table.add(today, days) if days else None}
    if name == "appeal":
        found |= {"has_appealed": True}
    elif name == "rectify":
        found |= {"rectified_on": today}
    elif name == "call":
        found |= {"called": body.outcome}
    elif name == "reopen":
        found |= {"round": ticket.round + 1, "rectify_due_on": found["due_on"], "rectified_on": None}
    return found


_NEXT: dict[str, Callable[[Terms], tuple[str, int]]] = {
    "receive": lambda terms: ("received", terms.verify),
    "appeal": lambda terms: ("appealed", terms.settle),
    "rectify": lambda terms: ("rectified", terms.reply),
    "answer": lambda terms: ("answered", terms.call),
    "call": lambda terms: ("called", terms.reply),
    "reopen": lambda terms: ("verified", terms.rectify),
    "close": lambda terms: ("closed", 0),
}


def _judged(
    name: str, ticket: Ticket, body: ActIn, actor: Actor, *, today: date, terms: Terms, table: DayTable
) -> Columns:
    found: Columns = {"verdict": body.verdict}
    if name == "verify":
        found["verified_by"] = actor.username
    if body.verdict != "real":
        return found | {"state": "closed", "due_on": None, "standing": body.verdict}
    due = table.add(today, terms.rectify)
    return found | {
        "state": "verified",
        "due_on": due,
        "rectify_due_on": due,
        "appeal_by": table.add(today, terms.appeal),
    }


def refuse_second(ticket: Ticket) -> Refusal | None:
    """Why the rater may not rate again now: only what was answered, and once."""
    if ticket.state not in _OPEN_TO_SECOND or ticket.verdict != "real":
        return RuleBroken("not-answered-yet", N_("整改答复之后才能再次评价。"))
    if ticket.second_grade is not None:
        return RuleBroken("rated-twice", N_("整改之后已经评价过了。"))
    return None
