"""The sections of the editor and who may open each."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from onewindow.kernel.actor import Actor

EDITORS = ("catalog",)
APPROVERS = ("establishment", "legal", "leader")
WATCHERS = ("manager", "supervisor")
ALL = EDITORS + APPROVERS + WATCHERS


class Section(msgspec.Struct, frozen=True):
    """One page in the editor's navigation."""

    name: str
    label: Any
    url: str
    roles: tuple[str, ...]


CHANGES = Section("changes", lazy("变更申请"), "/editor/changes", ALL)
ITEMS = Section("items", lazy("事项"), "/editor/items", ALL)
CATALOGUE = Section("catalogue", lazy("基本目录"), "/editor/catalogue", ALL)
QUALITY = Section("quality", lazy("质量"), "/editor/quality", ALL)
SHEETS = Section("sheets", lazy("导入导出"), "/editor/sheets", EDITORS)
BULK = Section("bulk", lazy("批量修改"), "/editor/bulk", EDITORS)
COMPARISON = Section("comparison", lazy("部门比对"), "/editor/comparison", ALL)
COMPRESSION = Section("compression", lazy("压缩"), "/editor/compression", ALL)
WORDS = Section("words", lazy("搜索词"), "/editor/words", EDITORS)
THEMES = Section("themes", lazy("主题与热门"), "/editor/themes", EDITORS)
SECTIONS = (CHANGES, ITEMS, CATALOGUE, QUALITY, SHEETS, BULK, COMPARISON, COMPRESSION, WORDS, THEMES)


def open_to(actor: Actor) -> list[Section]:
    """The sections that this actor may open, in order."""
    return [section for section in SECTIONS if actor.has(*section.roles)]


def shell(request: HttpRequest, section: Section, **more: Any) -> dict[str, Any]:
    """What every page of the editor needs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {"section": section, "sections": open_to(actor)} | more
