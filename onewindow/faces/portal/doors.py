"""The two doors of the home page and the lists of filters, from what the catalogue really holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from onewindow.base import generations
from onewindow.catalog import queries as catalog
from onewindow.org import queries as org
from onewindow.ui import words

MOST_THEMES = 12
# The course of a life and of a firm: theme of the catalogue → what people call it. Each stands on one door.
EVENTS: dict[str, dict[str, Any]] = {
    "person": {
        "生小孩": lazy("生小孩"),
        "户籍办理": lazy("户口办理"),
        "升学": lazy("上学升学"),
        "找工作": lazy("找工作"),
        "职业资格": lazy("考证执业"),
        "婚姻登记": lazy("结婚"),
        "买房子": lazy("买房住房"),
        "证件办理": lazy("办证件"),
        "出境入境": lazy("出国出境"),
        "社会保障（社会保险、社会救助）": lazy("社保救助"),
        "残疾人": lazy("残疾人服务"),
        "退休": lazy("退休养老"),
    },
    "organisation": {
        "设立变更": lazy("开办和变更"),
        "准营准办": lazy("准营准办"),
        "创业": lazy("创业扶持"),
        "规划建设": lazy("规划建设"),
        "公用事业": lazy("水电气排水"),
        "环保绿化": lazy("环保绿化"),
        "纳税": lazy("纳税"),
        "交通出行": lazy("交通运输"),
        "文化体育": lazy("文化体育"),
        "医疗卫生": lazy("医疗卫生"),
        "知识产权": lazy("知识产权"),
        "抵押质押": lazy("抵押融资"),
    },
}
OTHER_DOOR = {"person": "organisation", "organisation": "person"}
MOST_HOT = 6
PAGE = 100
AUDIENCES = ("person", "organisation")
UNSORTED = "其他"


class Contents(msgspec.Struct, frozen=True):
    """What the catalogue holds: counts and lists, fullest first."""

    items: int
    handled: tuple[dict[str, Any], ...]
    organs: tuple[str, ...]
    types: tuple[str, ...]
    regions: tuple[str, ...]
    themes: dict[str, tuple[str, ...]]
    by_audience: dict[str, tuple[int, tuple[str, ...]]]


_known: tuple[Hashable, Contents] | None = None


def contents() -> Contents:
    """Read once for each generation of the catalogue."""
    global _known
    generation = generations.version("catalog")
    if _known is None or _known[0] != generation:
        _known = (generation, _read())
    return _known[1]


def overview() -> dict[str, Any]:
    """What the home page shows of the catalogue."""
    found = contents()
    doors = [_door("person", _("个人办事"), found), _door("organisation", _("法人办事"), found)]
    others = _("其余为办事指南")
    figures = [
        {"label": _("可查的事项"), "value": f"{found.items:,}", "unit": _("项"), "note": ""},
        {"label": _("可在本站申请"), "value": len(found.handled), "unit": _("项"), "note": others},
        {"label": _("实施部门"), "value": len(found.organs), "unit": _("个"), "note": ""},
    ]
    return {"doors": doors, "figures": figures if found.items else [], "hot": found.handled[:MOST_HOT]}


def region_names() -> list[tuple[str, str]]:
    """Codes and names of the regions that have items."""
    known = []
    for code in contents().regions:
        found = org.region(code)
        known.append((code, found.name if found else code))
    return known


def _door(audience: str, title: str, found: Contents) -> dict[str, Any]:
    count, types = found.by_audience[audience]
    themes = [
        {"name": label, "query": urlencode({"theme": name})}
        for name, label in _events(audience, found.themes[audience]).items()
    ]
    if not themes:
        themes = [
            {"name": words.word(code, "type"), "query": urlencode({"type": code})}
            for code in types[:MOST_THEMES]
        ]
    figure = f"{count:,}"
    return {"audience": audience, "title": title, "count": count, "figure": figure, "themes": themes}


def _events(audience: str, known: tuple[str, ...]) -> dict[str, Any]:
    """The life events of a door that have items, in the order of life; filled up with its fullest themes."""
    chosen = {name: label for name, label in EVENTS[audience].items() if name in known}
    others = (name for name in known if name not in chosen and name not in EVENTS[OTHER_DOOR[audience]])
    for name in others:
        if len(chosen) >= MOST_THEMES:
            break
        chosen[name] = name.split("（")[0]
    return chosen


def _read() -> Contents:
    rows = list(_rows())
    return Contents(
        items=len(rows),
        handled=tuple(row for row in rows if row["handled"]),
        organs=tuple(name for name, _count in catalog.organs_with_items()),
        types=_fullest(row["type"] for row in rows),
        regions=_fullest(row["region"] for row in rows),
        themes={audience: _themes(audience) for audience in AUDIENCES},
        by_audience={audience: _of(audience) for audience in AUDIENCES},
    )


def _themes(audience: str) -> tuple[str, ...]:
    """Themes that have items for this audience; what the source calls "other" helps nobody find anything."""
    known = (name for name, _count in catalog.themes() if name != UNSORTED)
    return tuple(name for name in known if catalog.search(theme=name, audience=audience, limit=1)[0])


def _of(audience: str) -> tuple[int, tuple[str, ...]]:
    rows = list(_rows(audience=audience))
    return len(rows), _fullest(row["type"] for row in rows)


def _rows(**filters: Any) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        rows, cursor = catalog.search(limit=PAGE, cursor=cursor, **filters)
        yield from rows
        if cursor is None:
            return


def _fullest(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(value for value, _count in Counter(values).most_common())
