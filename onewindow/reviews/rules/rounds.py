"""Rounds: what is drawn from which cases, in which strata, and when a second draw is allowed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from onewindow.kernel.errors import N_, FieldError, Invalid, RuleBroken

PURPOSES = {"file": N_("案卷评查"), "call": N_("跟踪回访")}
STATES = {"drawn": N_("进行中"), "published": N_("已公布")}
OUTCOMES = {"grant": N_("准予"), "deny": N_("不予")}
LIGHTS = {"green": N_("按期"), "red": N_("超期")}
LAYERS = {"organ": N_("部门"), "kind": N_("办件类型"), "outcome": N_("决定"), "light": N_("时限")}

Word = Annotated[str, Meta(max_length=100)]


class DrawIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be drawn. ``by`` adds strata to organ and kind; an empty ``seed`` lets the platform throw one.

    ``earlier`` and ``reason`` are for a second draw over days that were drawn from before; ``bound`` in points.
    """

    purpose: Literal["file", "call"]
    since: date
    until: date
    size: Annotated[int, Meta(ge=1, le=500)]
    organ: Word = ""
    kind: Word = ""
    outcome: Literal["", "grant", "deny"] = ""
    light: Literal["", "green", "red"] = ""
    by: tuple[Literal["outcome", "light"], ...] = ()
    seed: Annotated[str, Meta(max_length=64, pattern=r"^[0-9A-Za-z-]*$")] = ""
    earlier: Word = ""
    reason: Annotated[str, Meta(max_length=500)] = ""
    bound: Annotated[int, Meta(ge=0, le=100)] = 10


def checked(told: DrawIn, *, today: date) -> None:
    """Raise ``Invalid`` for a period that is turned round or not over: its population would still grow."""
    wrong = []
    if told.since > told.until:
        wrong.append(FieldError("until", "before-start", N_("结束日期早于开始日期。")))
    if told.until >= today:
        wrong.append(FieldError("until", "not-over", N_("只能抽到昨天为止，今天的还会增加。")))
    if wrong:
        raise Invalid("invalid-fields", wrong[0].message, fields=wrong)


def refuse_second(told: DrawIn, drawn: Sequence[str]) -> RuleBroken | None:
    """Why these days cannot be drawn from again unsaid; ``drawn`` numbers the rounds over any of them."""
    if not drawn or (told.earlier in drawn and told.reason.strip()):
        return None
    return RuleBroken(
        "drawn-before",
        N_("这段日期已经抽过（%(number)s）。再抽是新的一批，要写明前一批的编号和理由。"),
        params={"number": drawn[0]},
    )
