"""Ratings: grades, links, tags, ways in, and when a rating is possible (GB/T 39735, 国办发〔2019〕51号). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from onewindow.kernel.errors import N_, FieldError, Invalid, RuleBroken

GRADES = {
    5: N_("非常满意"),
    4: N_("满意"),
    3: N_("基本满意"),
    2: N_("不满意"),
    1: N_("非常不满意"),
}
GOOD = (3, 4, 5)
BAD = (1, 2)
LINKS = {"acceptance": N_("受理环节"), "completion": N_("办结环节")}
WAYS = {
    "api": N_("接口"),
    "online": N_("网上"),
    "qr": N_("窗口扫码"),
    "sms": N_("短信链接"),
    "kiosk": N_("自助终端"),
    "call": N_("电话回访"),
}
STANDINGS = {"valid": N_("有效"), "mistaken": N_("误评"), "malicious": N_("恶意评价")}

# What a person may tick; (code, label, for bad grades). The first three are those of the handbook (5.3, W34).
TAGS: tuple[tuple[str, str, bool], ...] = (
    ("over-legal-time", N_("超过法定时限"), True),
    ("extra-condition", N_("在办事指南之外增加条件"), True),
    ("extra-material", N_("在办事指南之外索要材料"), True),
    ("several-trips", N_("让我多跑了趟"), True),
    ("not-told-at-once", N_("没有一次告诉我要补什么"), True),
    ("attitude", N_("态度不好"), True),
    ("long-wait", N_("等候太久"), True),
    ("device-trouble", N_("网站或设备不好用"), True),
    ("quick", N_("办得快"), False),
    ("friendly", N_("态度好"), False),
    ("clear", N_("说得清楚"), False),
    ("one-trip", N_("一次就办好"), False),
)
TAG_LABELS = {code: label for code, label, _ in TAGS}
MOST_TAGS = 6
MOST_TEXT = 500


class RatingIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``POST /ratings`` (contract, section 3)."""

    case_no: Annotated[str, Meta(min_length=1, max_length=60)]
    check: Annotated[str, Meta(min_length=1, max_length=40)]
    link: Literal["acceptance", "completion"]
    grade: Annotated[int, Meta(ge=1, le=5)]
    anonymous: bool
    tags: Annotated[list[str], Meta(max_length=MOST_TAGS)] = []
    text: Annotated[str, Meta(max_length=MOST_TEXT)] = ""


class Rateable(msgspec.Struct, frozen=True):
    """What a rating must know of the case: its instants, and whether it is more than a draft."""

    received_at: datetime | None
    decided_on: date | None


def open_links(case: Rateable) -> tuple[str, ...]:
    """The links that can be rated by now: receipt makes ``acceptance`` possible, the decision ``completion``."""
    found = ("acceptance",) if case.received_at is not None else ()
    return (*found, "completion") if case.decided_on is not None else found


def refuse_if_early(case: Rateable, link: str) -> None:
    """Raise ``RuleBroken`` when nothing has happened yet that this link could rate."""
    if link not in open_links(case):
        told = N_("这件事还没有作出决定，决定之后才能评价办结环节。")
        if link == "acceptance":
            told = N_("申请材料还没有收到，收到之后才能评价受理环节。")
        raise RuleBroken("not-yet-rateable", told)


def refuse_unknown_tags(tags: Sequence[str]) -> None:
    """Raise ``Invalid`` for a tag that is not on the list."""
    wrong = [
        FieldError(f"tags.{place}", "unknown-value", N_("没有这个选项。"))
        for place, one in enumerate(tags)
        if one not in TAG_LABELS
    ]
    if wrong:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=wrong)


def is_bad(grade: int) -> bool:
    """差评: grades 1 and 2."""
    return grade in BAD
