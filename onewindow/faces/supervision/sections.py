"""The sections of the supervision face and who may open each.

A new section is a line here, its addresses in ``urls`` and a module of its own; a page names the roles of
its section as its permission.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from onewindow.kernel.actor import Actor
from onewindow.supervision.staff.attending import AT_WORK

WATCHERS = ("supervisor", "manager")
WATCHED = ("head",)
ALL = WATCHERS + WATCHED
CARD_READERS = (*ALL, "approver", "examiner")


class Section(msgspec.Struct, frozen=True):
    """One page in the navigation."""

    name: str
    label: Any
    url: str
    roles: tuple[str, ...]


BOARD = Section("board", lazy("看板"), "/supervision/board", ALL)
CASES = Section("cases", lazy("办件"), "/supervision/cases", ALL)
INDICATORS = Section("indicators", lazy("指标"), "/supervision/indicators", ALL)
RATINGS = Section("ratings", lazy("评价"), "/supervision/ratings", ALL)
TICKETS = Section("tickets", lazy("差评整改"), "/supervision/tickets", ALL)
COMPLAINTS = Section("complaints", lazy("效能投诉"), "/supervision/complaints", ALL)
FILES = Section("files", lazy("案卷评查"), "/supervision/files", (*ALL, "leader"))
CALLS = Section("calls", lazy("回访"), "/supervision/calls", ALL)
TERMS = Section("terms", lazy("期限"), "/supervision/terms", ("supervisor",))
CARDS = Section("cards", lazy("预警卡"), "/supervision/cards", CARD_READERS)
RULES = Section("rules", lazy("规则"), "/supervision/rules", CARD_READERS)
SCORES = Section("scores", lazy("计分"), "/supervision/scores", ALL)
ATTENDANCE = Section("attendance", lazy("考勤"), "/supervision/attendance", ALL)
CONDUCT = Section("conduct", lazy("巡查"), "/supervision/conduct", ALL)
APPRAISAL = Section("appraisal", lazy("考核"), "/supervision/appraisal", ALL)
ME = Section("me", lazy("我的记录"), "/supervision/me", AT_WORK)
SECTIONS: tuple[Section, ...] = (
    BOARD, CASES, CARDS, INDICATORS, RATINGS, TICKETS, COMPLAINTS, FILES, CALLS, RULES, SCORES, TERMS,
    ATTENDANCE, CONDUCT, APPRAISAL, ME,
)  # fmt: skip


def open_to(actor: Actor) -> list[Section]:
    """The sections that this actor may open, in order."""
    return [section for section in SECTIONS if actor.has(*section.roles)]


def shell(request: HttpRequest, section: Section | None, **more: Any) -> dict[str, Any]:
    """What every page of the face needs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {"section": section, "sections": open_to(actor)} | more
