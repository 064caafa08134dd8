"""Rules on codes (handbook 2.2): length, check digit, and agreement of what is told twice."""

from __future__ import annotations

import re
from collections.abc import Container

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.finding import Finding, Notes
from onewindow.catalog.rules.types import TYPES, type_name
from onewindow.kernel.errors import N_
from onewindow.kernel.identifiers import item_code
from onewindow.kernel.identifiers.item_code import ItemCode
from onewindow.kernel.identifiers.problem import Problem

LEVEL_NAMES = {1: "国家级", 2: "省级", 3: "市级", 4: "县级", 5: "镇（乡、街道）级", 6: "村（社区）级"}
_LEVEL_WORDS = {
    1: ("国家", "中央"),
    2: ("省", "自治区", "直辖市"),
    3: ("市", "州", "盟", "地区"),
    4: ("县", "区", "旗"),
    5: ("镇", "乡", "街道"),
    6: ("村", "社区"),
}
_CATALOG = re.compile(r"[0-9]{4}[0-9A-Z]{8}")
_SUFFIX = re.compile(r"-?[0-9A-Za-z]{1,10}")
_LONGEST_HANDLING = 50  # handbook 2.2: the column of 业务办理项编码
_NATIONAL = ("national-31", "national-33")
# What the type digits inside a code stand for, where it is not the type of the same number: a provincial list
# of 2,024 real rows writes 21 for every public service and 20 for other powers (77 rows, none else).
_INSIDE = {"20": ("20", "10"), "21": ("20",)}


def note_codes(definition: ItemDefinition, notes: Notes) -> None:
    """Rules 2.2-1 to 2.2-7; 31 characters are strict for the national layout only."""
    catalog = definition.catalog_code
    if not catalog:
        notes.lacks("2.2-1", "catalog_code", N_("基本编码"))
    elif not _CATALOG.fullmatch(catalog):
        notes.broken(
            "2.2-1",
            "catalog_code",
            N_("基本编码“%(code)s”应当为 12 位：前 4 位为数字，其余为数字或大写字母"),
            code=catalog[:40],
        )
    read = item_code.parse(definition.task_code)
    if isinstance(read, Problem):
        notes.broken("2.2-2", "task_code", read.message)
    else:
        _note_body(read, notes)
        _note_basic(read, catalog, notes)
        _note_level(read, definition.level, notes)
        _note_type(read, definition.type, notes)
    _note_handling(definition, notes)


def _note_body(read: ItemCode, notes: Notes) -> None:
    if read.body_uscc is not None:
        return
    if read.layout in _NATIONAL:
        notes.broken(
            "2.2-3",
            "task_code",
            N_("实施编码前 18 位“%(body)s”不是有效的统一社会信用代码"),
            span=(0, 18),
            body=read.body,
        )
    else:
        notes.lacks("2.2-3", "task_code", N_("编码中有效的统一社会信用代码"))


def _note_basic(read: ItemCode, catalog: str, notes: Notes) -> None:
    # A local basic code has another number of characters and says nothing about the national one.
    basic = read.basic[:12] if read.layout == "dashed" else read.basic
    if catalog and len(basic) == 12 and read.layout in (*_NATIONAL, "dashed") and basic != catalog:
        notes.broken(
            "2.2-4",
            "catalog_code",
            N_("实施编码包含的基本编码为 %(inside)s，与基本编码 %(code)s 不一致"),
            inside=basic,
            code=catalog,
        )


def level_number(text: str) -> int | None:
    """The level of exercise that ``text`` names (县级, 4, 区县级); None when it names none or several."""
    tidy = text.strip()
    if tidy.isascii() and tidy.isdigit():
        return int(tidy) if tidy in "123456" and len(tidy) == 1 else None
    for number in (6, 5, 4, 3, 2, 1):
        # 县(市、区) and 镇(乡) name one level each: the lowest whose word begins the text decides.
        if tidy.startswith(_LEVEL_WORDS[number]):
            return number
    return None


def _note_level(read: ItemCode, level: str, notes: Notes) -> None:
    if not level:
        notes.lacks("2.2-5", "level", N_("行使层级"))
        return
    told = level_number(level)
    if told is not None and read.level is not None and told != read.level:
        notes.broken(
            "2.2-5",
            "level",
            N_("实施编码的层级为%(inside)s，行使层级为%(level)s"),
            inside=LEVEL_NAMES[read.level],
            level=level,
        )


def _note_type(read: ItemCode, kind: str, notes: Notes) -> None:
    digits = read.basic[2:4]
    if read.layout not in (*_NATIONAL, "dashed") or not digits.isdigit():
        return
    meant = _INSIDE.get(digits, (digits,))
    if meant[0] not in TYPES or kind in meant:
        return
    notes.broken(
        "2.2-6",
        "type",
        N_("编码的类型段 %(digits)s 为%(inside)s，事项类型为%(what)s"),
        digits=digits,
        inside=type_name(meant[0]),
        what=type_name(kind),
    )


def _note_handling(definition: ItemDefinition, notes: Notes) -> None:
    code, task_code = definition.handling_code, definition.task_code
    if not code:
        return
    suffix = code[len(task_code) :]
    if not code.startswith(task_code) or not _SUFFIX.fullmatch(suffix) or len(code) > _LONGEST_HANDLING:
        notes.broken(
            "2.2-7",
            "handling_code",
            N_("业务办理项编码“%(code)s”应当由实施编码加后缀组成，不超过 50 位"),
            code=code[:60],
        )


def reused(definition: ItemDefinition, taken: Container[str]) -> Finding | None:
    """Rule 2.2-8: the code of a new item must not be ``taken``, not even by a cancelled one."""
    if definition.task_code not in taken:
        return None
    return Finding(
        "2.2-8",
        "error",
        "task_code",
        N_("实施编码 %(code)s 已经使用过，编码不重复使用"),
        {"code": definition.task_code},
    )
