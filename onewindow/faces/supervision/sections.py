"""The sections of the supervision face and who may open each.

A new section is a line here, its addresses in ``urls`` and a module of its own; a page names the roles of
its section as its permission. Sections stand in groups: the navigation shows the groups and, below them, the
sections of the one that is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from onewindow.kernel.actor import Actor
from onewindow.supervision.queries import awaiting
from onewindow.supervision.rules.answering import WATCHED as WATCHED_CARDS
from onewindow.supervision.staff.attending import AT_WORK

WATCHERS = ("supervisor", "manager")
WATCHED = ("head",)
ALL = WATCHERS + WATCHED
CARD_READERS = (*ALL, "approver", "examiner")


class Section(msgspec.Struct, frozen=True):
    """One page in the navigation; ``group`` is one of ``GROUPS``."""

    name: str
    label: Any
    url: str
    roles: tuple[str, ...]
    group: str = "watch"


class Group(msgspec.Struct, frozen=True):
    """Sections that belong together, as one reader may open them."""

    name: str
    label: Any
    sections: list[Section]

    @property
    def url(self) -> str:
        """Where the group opens: its first section."""
        return self.sections[0].url


GROUPS = {
    "watch": lazy("监督"),
    "figures": lazy("数据"),
    "voices": lazy("评价与投诉"),
    "review": lazy("评查"),
    "staff": lazy("人员"),
    "mine": lazy("我的"),
}


BOARD = Section("board", lazy("看板"), "/supervision/board", ALL)
WALL = Section("wall", lazy("大屏"), "/supervision/wall", ALL)
CASES = Section("cases", lazy("办件"), "/supervision/cases", ALL)
INDICATORS = Section("indicators", lazy("指标"), "/supervision/indicators", ALL, "figures")
BULLETIN = Section("bulletin", lazy("通报"), "/supervision/bulletin", (*ALL, "leader"), "figures")
RATINGS = Section("ratings", lazy("评价"), "/supervision/ratings", ALL, "voices")
TICKETS = Section("tickets", lazy("差评整改"), "/supervision/tickets", ALL, "voices")
COMPLAINTS = Section("complaints", lazy("效能投诉"), "/supervision/complaints", ALL, "voices")
FILES = Section("files", lazy("案卷评查"), "/supervision/files", (*ALL, "leader"), "review")
CALLS = Section("calls", lazy("回访"), "/supervision/calls", ALL, "voices")
TERMS = Section("terms", lazy("期限"), "/supervision/terms", ("supervisor",), "voices")
CARDS = Section("cards", lazy("预警卡"), "/supervision/cards", CARD_READERS)
LOOKS = Section("looks", lazy("查看记录"), "/supervision/looks", WATCHERS)
RULES = Section("rules", lazy("规则"), "/supervision/rules", CARD_READERS)
SCORES = Section("scores", lazy("计分"), "/supervision/scores", ALL)
ATTENDANCE = Section("attendance", lazy("考勤"), "/supervision/attendance", ALL, "staff")
CONDUCT = Section("conduct", lazy("巡查"), "/supervision/conduct", ALL, "staff")
APPRAISAL = Section("appraisal", lazy("考核"), "/supervision/appraisal", ALL, "staff")
ME = Section("me", lazy("我的记录"), "/supervision/me", AT_WORK, "mine")
MESSAGES = Section("messages", lazy("消息"), "/supervision/messages", AT_WORK, "mine")
SECTIONS: tuple[Section, ...] = (
    BOARD, WALL, CASES, CARDS, LOOKS, RULES, SCORES, INDICATORS, BULLETIN, RATINGS, TICKETS, COMPLAINTS, CALLS, TERMS,
    FILES, ATTENDANCE, CONDUCT, APPRAISAL, ME, MESSAGES,
)  # fmt: skip


def open_to(actor: Actor) -> list[Section]:
    """The sections that this actor may open, in order."""
    return [section for section in SECTIONS if actor.has(*section.roles)]


def grouped(sections: Sequence[Section]) -> list[Group]:
    """These sections by their groups, in the order of the groups; none is empty."""
    found = {name: [one for one in sections if one.group == name] for name in GROUPS}
    return [Group(name, GROUPS[name], members) for name, members in found.items() if members]


def shell(request: HttpRequest, section: Section | None, **more: Any) -> dict[str, Any]:
    """What every page of the face needs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    groups = grouped(open_to(actor))
    here = next((one for one in groups if section is not None and one.name == section.group), None)
    owed = awaiting.of(actor) if actor.has(*WATCHED_CARDS) else None
    return {"section": section, "groups": groups, "group": here, "owed": owed} | more
