"""The life of a file under review: read twice apart, by a third where they differ, appealed once, final. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Protocol

from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, NotAllowed, Refusal, RuleBroken
from onewindow.reviews.rules import acts, sheets

STATES = {
    "drawn": N_("待初评"),
    "first": N_("待复评"),
    "third": N_("待三评"),
    "scored": N_("已出分"),
    "appealed": N_("申诉中"),
    "final": N_("已定分"),
}
SEATS = {"first": N_("初评"), "second": N_("复评"), "third": N_("三评"), "settle": N_("复核")}
SHOWN = ("scored", "appealed", "final")  # from here the organ and the readers see the sheets
READERS = ("supervisor", "head")
_SEAT_OF = {"drawn": "first", "first": "second", "third": "third", "appealed": "settle"}
_ROLES = {
    "first": READERS,
    "second": READERS,
    "third": ("manager",),
    "settle": ("supervisor", "manager", "leader"),
}
APPEAL_DAYS = 5  # working days, the product's own as in the tickets' life


class File(Protocol):
    """What the rules look at."""

    state: str
    organ_id: int
    score: int | None
    first_score: int | None
    has_appealed: bool
    appeal_by: date | None


def seat_of(file: File) -> str | None:
    """The seat that is free now."""
    return _SEAT_OF.get(file.state)


def refuse_reading(
    file: File, actor: Actor, *, handlers: Collection[str], readers: Collection[str]
) -> Refusal | None:
    """Why this actor may not fill the sheet now. Who handled the case or belongs to its organ never may."""
    if actor.username in handlers:
        return NotAllowed("handled-it", N_("办过这件事的人不能评查它。"))
    if file.organ_id == actor.organ_id or file.organ_id in actor.organ_ids and actor.has("head"):
        return NotAllowed("own-organ", N_("办理部门的人不能评查本部门的案卷。"))
    if actor.username in readers:
        return RuleBroken("read-already", N_("您已经评过这份案卷，另一次要由别人评。"))
    seat = seat_of(file)
    if seat is None:
        return RuleBroken("wrong-state", N_("现在这个状态不能这样办。"))
    if not actor.has(*_ROLES[seat]):
        return NotAllowed("role-lacks-it", _WHOSE[seat])
    return None


_WHOSE = {
    "first": N_("初评和复评由监察人员或者别的部门的负责人做。"),
    "second": N_("初评和复评由监察人员或者别的部门的负责人做。"),
    "third": N_("两次评分相差太大，由政务服务中心负责人三评。"),
    "settle": N_("申诉由没有评过这份案卷的监察人员、中心负责人或者分管领导复核。"),
}


def read(file: File, score: int, *, bound: int, today: date, table: DayTable) -> dict[str, Any]:
    """The columns after a sheet with ``score``; ``bound`` in tenths: beyond it a third reads."""
    seat = seat_of(file)
    if seat == "first":
        return {"state": "first", "first_score": score}
    if seat == "settle":
        return {"state": "final", "score": score}
    first = file.first_score
    if seat == "second" and first is not None and abs(first - score) > bound:
        return {"state": "third", "second_score": score}
    found = {"state": "scored", "appeal_by": table.add(today, APPEAL_DAYS)}
    if seat == "second":
        assert first is not None
        return found | {"second_score": score, "score": sheets.agreed(first, score)}
    return found | {"score": score}


def refuse_appeal(file: File, actor: Actor, *, today: date) -> Refusal | None:
    """Why the score cannot be appealed: by the organ's head, once, within its days."""
    if not acts.is_head_of(actor, file.organ_id):
        return NotAllowed("role-lacks-it", N_("申诉由被评部门的负责人提出。"))
    if file.has_appealed:
        return RuleBroken("appealed-once", N_("评查得分只能申诉一次。"))
    if file.state != "scored":
        return RuleBroken("wrong-state", N_("现在这个状态不能这样办。"))
    if file.appeal_by is not None and today > file.appeal_by:
        return RuleBroken("appeal-too-late", N_("申诉期限已经过了。"))
    return None


def is_settled(file: File, *, today: date) -> bool:
    """True when nothing can change the score any more."""
    if file.state == "final":
        return True
    return file.state == "scored" and file.appeal_by is not None and today > file.appeal_by
