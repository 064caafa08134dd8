"""What a lower level may change of a catalogue item: only for the better (handbook 2.5, 十统一)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection

from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition, Limit, Material
from onewindow.catalog.rules.codes import LEVEL_NAMES, level_number
from onewindow.catalog.rules.finding import Finding, Notes
from onewindow.catalog.rules.numbers import DEFAULT_LEVELS
from onewindow.catalog.rules.timing import limit_text
from onewindow.catalog.rules.types import type_name
from onewindow.kernel.errors import N_

# 十统一 (working list of handbook 2.5; the exact ten were not found, hence a setting).
DEFAULT_UNIFIED = frozenset(
    {"name", "sub_name", "catalog_code", "type", "basis", "level", "materials", "steps", "limit", "form"}
)
_NEEDS = {"optional": 0, "deferrable": 1, "required": 2}
_NEED_NAMES = {"optional": "非必要", "deferrable": "容缺后补", "required": "必要"}
_SHOWN = 60
_NOISE = re.compile(r"[\s《》“”\"'，、。;；:：]")

_DIFFERS = N_("%(what)s应当与基本目录一致：目录为“%(common)s”，现为“%(own)s”")


def inheritance_problems(
    common: CommonElements,
    definition: ItemDefinition,
    unified: Collection[str] = DEFAULT_UNIFIED,
) -> list[Finding]:
    """Where ``definition`` departs from ``common`` in a way that it may not; empty when it only betters.

    ``unified`` names the elements that may not differ. An element that either side leaves open is not
    compared. Raises ``KeyError`` for an element that cannot be unified.
    """
    notes = Notes(DEFAULT_LEVELS)
    note_inheritance(common, definition, notes, unified)
    return notes.told()


def note_inheritance(
    common: CommonElements, definition: ItemDefinition, notes: Notes, unified: Collection[str]
) -> None:
    """Rules 2.5-1 to 2.5-5."""
    for name in sorted(unified):
        _UNIFIED[name](common, definition, notes)
    _note_promise(common, definition, notes)
    _note_materials(common, definition, notes)
    _note_visits(common, definition, notes)
    if common.fee.charged is False and definition.fee.charged:
        notes.broken("2.5-5", "fee.charged", N_("基本目录规定不收费，现为收费"))


def _differs(notes: Notes, element: str, what: str, common: str, own: str) -> None:
    notes.broken("2.5-1", element, _DIFFERS, what=what, common=common[:_SHOWN], own=own[:_SHOWN])


def plain(text: str) -> str:
    """``text`` as it is compared: widths, blanks and marks do not make a difference."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _name(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    # An item without sub items is called like its main item; a sub item is looked at below.
    if not common.sub_name and plain(common.name) != plain(definition.name):
        _differs(notes, "name", N_("事项名称"), common.name, definition.name)
    elif common.sub_name and definition.main_name and plain(common.name) != plain(definition.main_name):
        _differs(notes, "main_name", N_("主项名称"), common.name, definition.main_name)


def _sub_name(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    if not common.sub_name:
        return
    main, sub = plain(common.name), plain(common.sub_name)
    if plain(definition.name) not in (sub, f"{main}({sub})", f"{main}-{sub}", f"{main}{sub}"):
        _differs(notes, "name", N_("子项名称"), common.sub_name, definition.name)


def _catalog_code(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    if definition.catalog_code and definition.catalog_code != common.catalog_code:
        _differs(notes, "catalog_code", N_("基本编码"), common.catalog_code, definition.catalog_code)


def _type(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    if common.type and common.type != definition.type:
        _differs(notes, "type", N_("事项类型"), type_name(common.type), type_name(definition.type))


def _basis(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    if not common.basis or not definition.basis:
        return
    wanted = {plain(row.law + row.article): f"{row.law}{row.article}" for row in common.basis}
    own = {plain(row.law + row.article): f"{row.law}{row.article}" for row in definition.basis}
    if wanted.keys() != own.keys():
        _differs(notes, "basis", N_("设定依据"), "；".join(wanted.values()), "；".join(own.values()))


def _level(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    wanted = [number for number in map(level_number, common.levels) if number is not None]
    own = level_number(definition.level) if definition.level else None
    if wanted and own is not None and own not in wanted:
        shown = "、".join(LEVEL_NAMES[number] for number in wanted)
        _differs(notes, "level", N_("行使层级"), shown, definition.level)


def _limit(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    wanted, own = common.legal_limit, definition.legal_limit
    if wanted is not None and own is not None and wanted != own:
        _differs(notes, "legal_limit", N_("法定办结时限"), limit_text(wanted), limit_text(own))


def _steps(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    wanted, own = [row.name for row in common.steps], [row.name for row in definition.steps]
    if wanted and own and [plain(name) for name in wanted] != [plain(name) for name in own]:
        _differs(notes, "steps", N_("办理流程"), "→".join(wanted), "→".join(own))


def _form(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    wanted, own = common.form_schema.get("properties"), definition.form_schema.get("properties")
    if not isinstance(wanted, dict) or not isinstance(own, dict) or not own:
        return
    changed = [name for name in {**wanted, **own} if _written(wanted.get(name)) != _written(own.get(name))]
    if changed:
        shown = "、".join(changed)
        _differs(notes, "form_schema", N_("表单"), _fields(wanted, changed), _fields(own, changed) or shown)


def _written(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, sort_keys=True)


def _fields(properties: dict[str, object], names: list[str]) -> str:
    return "、".join(
        f"{name}: {_written(properties[name])}" if name in properties else f"无 {name}" for name in names
    )


def _material_rows(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    """Unified: a row keeps its name, and none is added, however little it is needed; fewer is better."""
    wanted = {row.code: row for row in common.materials}
    names = {plain(row.name) for row in common.materials}
    if not wanted:
        return
    for row in definition.materials:
        if plain(row.name) in names:
            continue
        element, before = f"materials.{row.code}.name", wanted.get(row.code)
        if before is not None:
            _differs(notes, element, N_("材料名称"), before.name, row.name)
        elif row.need == "optional":
            _differs(notes, element, N_("申请材料"), N_("没有这项材料"), row.name)


def _texts(name: str, what: str) -> Callable[[CommonElements, ItemDefinition, Notes], None]:
    def compare(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
        wanted, own = _names(getattr(common, name)), _names(getattr(definition, name))
        if wanted and own and set(map(plain, wanted)) != set(map(plain, own)):
            _differs(notes, name, what, "；".join(wanted), "；".join(own))

    return compare


def _names(rows: tuple[object, ...]) -> list[str]:
    return [row if isinstance(row, str) else str(getattr(row, "name", "")) for row in rows]


_UNIFIED: dict[str, Callable[[CommonElements, ItemDefinition, Notes], None]] = {
    "name": _name,
    "sub_name": _sub_name,
    "catalog_code": _catalog_code,
    "type": _type,
    "basis": _basis,
    "level": _level,
    "limit": _limit,
    "steps": _steps,
    "form": _form,
    "materials": _material_rows,
    "conditions": _texts("conditions", N_("受理条件")),
    "results": _texts("results", N_("办理结果")),
    "subjects": _texts("subjects", N_("服务对象")),
}

UNIFIABLE = frozenset(_UNIFIED)


def _note_promise(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    wanted: Limit | None = common.promised_limit or common.legal_limit
    own = definition.promised_limit
    if wanted is None or own is None:
        return
    if wanted.unit != own.unit:
        if own.days > wanted.days:
            notes.lacks("2.5-2", "promised_limit", N_("与基本目录单位相同的承诺办结时限，无法比较"))
    elif own.days > wanted.days:
        notes.broken(
            "2.5-2",
            "promised_limit",
            N_("承诺办结时限只能缩短：基本目录为 %(common)s，现为 %(own)s"),
            common=limit_text(wanted),
            own=limit_text(own),
        )


def _note_visits(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    if common.visits is not None and definition.visits is not None and definition.visits > common.visits:
        notes.broken(
            "2.5-4",
            "visits",
            N_("到现场次数只能减少：基本目录为 %(common)s 次，现为 %(own)s 次"),
            common=common.visits,
            own=definition.visits,
        )


def _note_materials(common: CommonElements, definition: ItemDefinition, notes: Notes) -> None:
    if not common.materials:
        return
    wanted = {plain(row.name): row for row in common.materials}
    for row in definition.materials:
        before = wanted.get(plain(row.name))
        if before is None:
            if row.need != "optional":
                _note_new_row(len(common.materials), row, notes)
        else:
            _note_stricter(before, row, notes)


def _note_new_row(count: int, row: Material, notes: Notes) -> None:
    notes.broken(
        "2.5-3",
        f"materials.{row.code}",
        N_("不得增加材料：基本目录的 %(count)s 项材料中没有“%(own)s”"),
        count=count,
        own=row.name,
    )


def _note_stricter(before: Material, row: Material, notes: Notes) -> None:
    if _NEEDS[row.need] > _NEEDS[before.need]:
        notes.broken(
            "2.5-3",
            f"materials.{row.code}.need",
            N_("材料“%(name)s”的要求只能放宽：基本目录为“%(common)s”，现为“%(own)s”"),
            name=row.name,
            common=_NEED_NAMES[before.need],
            own=_NEED_NAMES[row.need],
        )
    if row.copies > before.copies:
        notes.broken(
            "2.5-3",
            f"materials.{row.code}.copies",
            N_("材料“%(name)s”的份数只能减少：基本目录为 %(common)s 份，现为 %(own)s 份"),
            name=row.name,
            common=before.copies,
            own=row.copies,
        )
