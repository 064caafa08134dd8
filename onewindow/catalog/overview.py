"""What the catalogue holds as a whole, counted in one pass over the index: doors, filters and themes rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import msgspec

from onewindow.catalog import indexing
from onewindow.catalog.search import Entry
from onewindow.kernel.errors import N_

AUDIENCES = ("person", "organisation")
# What the source calls "other" helps nobody find anything.
UNSORTED = "其他"
# The course of a life and of a firm: theme of the catalogue → what people call it. Each stands on one door.
LIFE_EVENTS: dict[str, dict[str, str]] = {
    "person": {
        "生小孩": N_("生小孩"),
        "户籍办理": N_("户口办理"),
        "升学": N_("上学升学"),
        "找工作": N_("找工作"),
        "职业资格": N_("考证执业"),
        "婚姻登记": N_("结婚"),
        "买房子": N_("买房住房"),
        "证件办理": N_("办证件"),
        "出境入境": N_("出国出境"),
        "社会保障（社会保险、社会救助）": N_("社保救助"),
        "残疾人": N_("残疾人服务"),
        "退休": N_("退休养老"),
    },
    "organisation": {
        "设立变更": N_("开办和变更"),
        "准营准办": N_("准营准办"),
        "创业": N_("创业扶持"),
        "规划建设": N_("规划建设"),
        "公用事业": N_("水电气排水"),
        "环保绿化": N_("环保绿化"),
        "纳税": N_("纳税"),
        "交通出行": N_("交通运输"),
        "文化体育": N_("文化体育"),
        "医疗卫生": N_("医疗卫生"),
        "知识产权": N_("知识产权"),
        "抵押质押": N_("抵押融资"),
    },
}
MOST_EVENTS = 12
_OTHER = {"person": "organisation", "organisation": "person"}


class Audience(msgspec.Struct, frozen=True):
    """What one kind of applicant finds: how many items, their types and themes, the fullest first."""

    items: int
    types: tuple[str, ...]
    themes: tuple[str, ...]


class Overview(msgspec.Struct, frozen=True):
    """``handled``: rows of the items that one can apply for here; names and codes the fullest first."""

    items: int
    handled: tuple[dict[str, Any], ...]
    organs: tuple[str, ...]
    types: tuple[str, ...]
    regions: tuple[str, ...]
    audiences: dict[str, Audience]


_known: tuple[Hashable, Overview] | None = None


def overview() -> Overview:
    """Counted once for each index."""
    global _known
    held = indexing.current()
    if _known is None or _known[0] is not held.index:
        _known = (held.index, _counted(held.index.entries))
    return _known[1]


def life_events(audience: str, known: Sequence[str]) -> dict[str, str]:
    """Theme → what people call it (a msgid), at most twelve of ``known``.

    The events of the course of life come first, then the fullest themes that belong to no other door.
    """
    chosen = {theme: label for theme, label in LIFE_EVENTS[audience].items() if theme in known}
    others = (t for t in known if t not in chosen and t not in LIFE_EVENTS[_OTHER[audience]])
    for theme in others:
        if len(chosen) >= MOST_EVENTS:
            break
        chosen[theme] = theme.split("（")[0]
    return chosen


def _counted(entries: Sequence[Entry]) -> Overview:
    rows = [entry.row for entry in entries]
    return Overview(
        items=len(rows),
        handled=tuple(row for row in rows if row["handled"]),
        organs=tuple(dict.fromkeys(row["organ"] for row in rows)),
        types=_fullest(row["type"] for row in rows),
        regions=_fullest(row["region"] for row in rows),
        audiences={audience: _audience(audience, entries) for audience in AUDIENCES},
    )


def _audience(audience: str, entries: Sequence[Entry]) -> Audience:
    own = [entry for entry in entries if audience in entry.audiences]
    themes = _fullest(theme for entry in own for theme in entry.themes if theme != UNSORTED)
    return Audience(len(own), _fullest(entry.row["type"] for entry in own), themes)


def _fullest(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value, _ in Counter(values).most_common())
