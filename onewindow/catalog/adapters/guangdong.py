"""Layout of a provincial portal: one JSON object a line (or one array), with limits, visits and materials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from onewindow.catalog import importing
from onewindow.catalog.definition import Fee, ItemDefinition, Material
from onewindow.catalog.importing import ParsedRow, Refused, SourceText
from onewindow.catalog.rules import type_code

NAME = "guangdong"
LABEL = "省级事项清单（每行一个 JSON 对象）"

ORGANISATIONS = frozenset(
    {"企业法人", "事业法人", "社会组织法人", "非法人企业", "行政机关", "其他组织", "法人", "企业"}
)
# The crawler cut texts at 25 characters or so: a material that ends inside a bracket or book title is cut.
CUT_AT = 25


def sniff(head: str) -> bool:
    """True when the first objects use at least two of this layout's own words."""
    text = head.lstrip()
    words = ('"TASK_CODE"', '"TASK_NAME"', '"TASK_TYPE_TEXT"', '"DEPT_NAME"', '"handle_time_limit"')
    return text[:1] in ("{", "[") and sum(word in text for word in words) >= 2


def rows(source: SourceText) -> Iterator[ParsedRow]:
    """A ``ParsedRow`` for every object; broken JSON refuses its line only."""
    if source.head().lstrip().startswith("["):
        yield from _array_rows(source)
        return
    for number, line in source.lines():
        if line is None:
            yield ParsedRow(number, reason=f"无法按 {source.encoding} 读出，或超过 {importing.MAX_LINE} 字节")
        elif line.strip():
            yield _line_row(number, line)


def _array_rows(source: SourceText) -> Iterator[ParsedRow]:
    text = "".join(line or "" for _, line in source.lines())
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        yield ParsedRow(1, reason="整个文件不是有效的 JSON 数组")
        return
    for number, value in enumerate(values, 1):
        yield _value_row(number, value)


def _line_row(number: int, line: str) -> ParsedRow:
    if importing.has_nul(line):
        return ParsedRow(number, reason="含有 NUL 字符")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ParsedRow(number, reason="不是有效的 JSON")
    return _value_row(number, value)


def _value_row(number: int, value: Any) -> ParsedRow:
    if not isinstance(value, dict):
        return ParsedRow(number, reason="不是 JSON 对象")
    code = value.get("TASK_CODE")
    shown = code[:60] if isinstance(code, str) else ""
    try:
        return _row(number, value)
    except Refused as refused:
        return ParsedRow(number, code=shown, reason=str(refused))


def _row(number: int, row: dict[str, Any]) -> ParsedRow:
    if any("\x00" in text for text in row.values() if isinstance(text, str)):
        raise Refused("含有 NUL 字符")
    notes: list[str] = []
    code = importing.item_code(row, "TASK_CODE")
    type_text = importing.needed(row, "TASK_TYPE_TEXT", "事项类型")
    kind = type_code(type_text)
    if kind is None:
        raise Refused(f"认不出的事项类型“{type_text[:20]}”")
    legal = importing.limit_of(row, "handle_time", notes)
    promised = importing.keep_promise(legal, importing.limit_of(row, "handle_time_limit", notes), notes)
    condition = importing.text_of(row, "accept_standard", notes, bound=20_000)
    name = importing.needed(row, "TASK_NAME", "事项名称")
    main = importing.text_of(row, "CATANAME", notes) or ""
    online = importing.text_of(row, "ONLINECHECK", notes)
    visits = importing.number_of(row, "LIMIT_SCENE_NUM", notes, most=99)
    materials = _materials(row, notes)
    missing = _missing(
        {
            "法定办结时限": legal,
            "承诺办结时限": promised,
            "到现场次数": visits,
            "受理条件": condition,
            "申请材料": materials,
        }
    )
    definition = ItemDefinition(
        version_id=0,
        task_code=code,
        version=0,
        name=name,
        type=kind,
        organ_id=0,
        organ_name=importing.needed(row, "DEPT_NAME", "实施主体"),
        region=_region(row, notes),
        level=importing.text_of(row, "matter_level", notes) or "",
        legal_limit=legal,
        promised_limit=promised,
        visits=visits,
        online={"1": True, "0": False}.get(online or ""),
        fee=Fee(),
        audiences=_audiences(row, notes),
        themes=importing.texts_of(row, "theme_category", notes),
        materials=materials,
        conditions=(importing.without_contacts(condition),) if condition else (),
        main_name=main if main != name else "",
        aliases=_aliases(row, name, notes),
        source=NAME,
        missing=missing,
        flags=tuple(notes),
    )
    uscc = code[:18] if len(code) in (31, 33) else None
    organ_code = importing.text_of(row, "ORGCODE", notes) or ""
    return ParsedRow(number, code=code, definition=definition, organ_code=organ_code, organ_uscc=uscc)


def _region(row: dict[str, Any], notes: list[str]) -> str:
    region = importing.text_of(row, "AREACODE", notes) or ""
    if not (region.isascii() and region.isdigit() and len(region) in (2, 4, 6, 9, 12)):
        raise Refused(f"区划代码（AREACODE）“{region[:20]}”不是 2 至 12 位数字")
    return region


def _audiences(row: dict[str, Any], notes: list[str]) -> tuple[str, ...]:
    names = importing.texts_of(row, "service_object_name", notes)
    unknown = [name for name in names if name != "自然人" and name not in ORGANISATIONS]
    if unknown:
        notes.append(f"认不出的服务对象：{'、'.join(unknown)[:60]}")
    found = [
        audience
        for audience, wanted in (("person", {"自然人", "个人"}), ("organisation", ORGANISATIONS))
        if not wanted.isdisjoint(names)
    ]
    return tuple(found)


def _aliases(row: dict[str, Any], name: str, notes: list[str]) -> tuple[str, ...]:
    texts = [importing.text_of(row, key, notes) for key in ("matter_short", "matter_daily")]
    parts = [part.strip() for text in texts if text for part in _split(text)]
    return tuple(
        dict.fromkeys(part for part in parts if part and part != name and part not in importing.NOTHING)
    )


def _split(text: str) -> list[str]:
    for mark in "，、；;|":
        text = text.replace(mark, ",")
    return text.split(",")


def _materials(row: dict[str, Any], notes: list[str]) -> tuple[Material, ...]:
    names = importing.texts_of(row, "material_intro", notes)
    cut = [number for number, name in enumerate(names, 1) if _is_cut(name)]
    if cut:
        notes.append(f"材料名称疑似被截断：第 {'、'.join(map(str, cut))} 项")
    return tuple(
        Material(
            code=f"M{number:02d}",
            name=importing.without_contacts(name),
            source="unknown",
            forms=(),
            note="名称在来源中被截断" if number in cut else "",
        )
        for number, name in enumerate(names, 1)
    )


def _is_cut(name: str) -> bool:
    opened = any(name.count(left) > name.count(right) for left, right in ("（）", "()", "《》", "“”", "【】"))
    return len(name) >= CUT_AT or opened or name.endswith(("，", "、", "：", "…", ","))


def _missing(elements: dict[str, Any]) -> tuple[str, ...]:
    lacking = [name for name, value in elements.items() if value is None or value == ()]
    return (*lacking, "办件类型", "收费", "设定依据", "办理流程", "表单")
