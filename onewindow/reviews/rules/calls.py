"""Follow-up calls (跟踪回访): who may call, what was said, and when it becomes a bad rating. Pure."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import Meta

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, Refusal, RuleBroken
from onewindow.reviews.rules import acts, ratings

STATES = {
    "open": N_("待回访"),
    "unreached": N_("没有联系上"),
    "reached": N_("已回访"),
    "declined": N_("不愿回访"),
}
ENDS = ("reached", "declined")
MOST_ATTEMPTS = 3  # after the third attempt in vain nobody is rung up again


class CallIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a call. ``grade`` only when reached; ``as_rating``: the person wants it to count as a rating."""

    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    outcome: Literal["reached", "unreached", "declined"]
    grade: Annotated[int, Meta(ge=1, le=5)] | None = None
    problems: Annotated[tuple[str, ...], Meta(max_length=ratings.MOST_TAGS)] = ()
    text: Annotated[str, Meta(max_length=2000)] = ""
    as_rating: bool = False


class Call(Protocol):
    """What the rules look at."""

    state: str
    organ_id: int
    attempts: int


def refusal(call: Call, actor: Actor) -> Refusal | None:
    """Why this actor may not make the call: it is for watchers of other organs, while it is open."""
    if not acts.is_watcher(actor):
        return NotAllowed("role-lacks-it", N_("这一步由政务服务中心或者电子监察人员办理。"))
    if actor.organ_id == call.organ_id:
        return NotAllowed("own-organ", N_("办理部门的人不能回访本部门的办件。"))
    if call.state in ENDS:
        return RuleBroken("called-already", N_("这件已经回访过了。"))
    if call.attempts >= MOST_ATTEMPTS:
        return RuleBroken("tried-enough", N_("已经打过三次，不再打扰。"))
    return None


def checked(told: CallIn) -> None:
    """Raise ``Invalid``: a grade is for those reached, a bad one says what was wrong, nothing is assumed."""
    wrong = []
    if told.outcome == "reached" and told.grade is None:
        wrong.append(FieldError("grade", "required", N_("请选一个评价。")))
    if told.outcome != "reached" and (told.grade is not None or told.problems or told.as_rating):
        wrong.append(FieldError("grade", "not-reached", N_("没有回访到，不能填评价。")))
    if set(told.problems) - ratings.TAG_LABELS.keys():
        wrong.append(FieldError("problems", "unknown-value", N_("没有这个选项。")))
    if told.grade in ratings.BAD and not (told.problems or told.text.strip()):
        wrong.append(FieldError("text", "required", N_("不满意的，请写明问题在哪里。")))
    if wrong:
        raise Invalid("invalid-fields", wrong[0].message, fields=wrong)
