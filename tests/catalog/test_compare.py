"""Two versions side by side: rows matched by code or order, one difference per place, in words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onewindow.catalog.compare import differences
from onewindow.catalog.compare_words import LABELS
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.elements import Basis, Fee, Material, Option, Question, Step
from tests.catalog.items import FORM, sound

BASE = sound("A-100000-001-A", organ_id=1)
TWO = (Material("M01", "申请表"), Material("M02", "身份证", need="optional"))


def _found(before: ItemDefinition, after: ItemDefinition) -> list[tuple[str, str, str, str]]:
    return [(one.element, one.before, one.after, one.kind) for one in differences(before, after)]


TEXT = {"type": "string", "title": "甲"}
NUMBER = {"type": "integer", "title": "乙"}
CHOICE = {"type": "string", "title": "丁", "enum": ["y", "n"], "x-names": {"y": "有", "n": "无"}}


def _form(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _table(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "title": "表", "items": _form(**properties)}


# What stood, what stands, and the places that differ.
CASES: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, str, str, str]]]] = [
    ({}, {}, []),
    ({}, {"promised_limit": Limit(5)}, [("promised_limit", "7 个工作日", "5 个工作日", "changed")]),
    ({}, {"promised_limit": None}, [("promised_limit", "7 个工作日", "", "removed")]),
    ({"online": None}, {"online": False}, [("online", "", "否", "added")]),
    ({}, {"kind": "instant"}, [("kind", "承诺件", "即办件", "changed")]),
    ({}, {"type": "10"}, [("type", "行政许可", "其他行政权力", "changed")]),
    (
        {"materials": TWO},
        {"materials": TWO[:1]},
        [("materials.M02", "身份证，必要性：非必要", "", "removed")],
    ),
    (
        {"materials": TWO},
        {"materials": (TWO[0], Material("M02", "身份证", need="required", copies=2))},
        [
            ("materials.M02.need", "非必要", "必要", "changed"),
            ("materials.M02.copies", "1", "2", "changed"),
        ],
    ),
    ({"materials": TWO}, {"materials": TWO[::-1]}, [("materials", "M01、M02", "M02、M01", "changed")]),
    (
        {"conditions": ("条件甲要写得足够长才算一句", "条件丙要写得足够长才算一句")},
        {
            "conditions": (
                "条件甲要写得足够长才算一句",
                "条件乙要写得足够长才算一句",
                "条件丙要写得足够长才算一句",
            )
        },
        [("conditions.1", "", "条件乙要写得足够长才算一句", "added")],
    ),
    ({"themes": ("开店",)}, {"themes": ("开店", "餐饮")}, [("themes", "开店", "开店、餐饮", "changed")]),
    (
        {"steps": (Step("受理", "clerk", days=1),)},
        {"steps": (Step("受理", "clerk", days=2),)},
        [("steps.0.days", "1", "2", "changed")],
    ),
    (
        {"basis": (Basis("《甲法》", "第一条"),)},
        {"basis": ()},
        [("basis.0", "《甲法》，条款：第一条", "", "removed")],
    ),
    (
        {"fee": Fee(charged=False)},
        {"fee": Fee(charged=True, standard="每件 10 元")},
        [("fee.charged", "否", "是", "changed"), ("fee.standard", "", "每件 10 元", "added")],
    ),
    (
        {"questions": (Question("Q1", "是餐饮吗", (Option("A", "是", adds=("M02",)), Option("B", "否"))),)},
        {"questions": (Question("Q1", "是餐饮吗", (Option("A", "是的"), Option("B", "否"))),)},
        [
            ("questions.Q1.options.A.text", "是", "是的", "changed"),
            ("questions.Q1.options.A.adds", "M02", "", "removed"),
        ],
    ),
    (
        {},
        {"form_schema": {**FORM, "required": []}},
        [("form_schema.site_address", "排水地点，文字，必填", "排水地点，文字", "changed")],
    ),
    (
        {},
        {"form_schema": {**FORM, "properties": {"site_address": {"type": "string", "title": "排水地点"}}}},
        [("form_schema.site_address", "最短：2", "", "removed")],
    ),
    (
        {"form_schema": _form(a=TEXT, b=NUMBER, c=TEXT)},
        {"form_schema": _form(c=TEXT, a=TEXT, b=NUMBER)},
        [("form_schema", "甲、乙、甲", "甲、甲、乙", "changed")],
    ),
    (
        {"form_schema": _form(a=TEXT, b=NUMBER)},
        {"form_schema": _form(b=NUMBER, d=CHOICE)},
        [
            ("form_schema.a", "甲，文字", "", "removed"),
            ("form_schema.d", "", "丁，选一个，有/无", "added"),
        ],
    ),
    (
        {"form_schema": _form(rows=_table(a=TEXT, b=NUMBER))},
        {"form_schema": _form(rows=_table(b={**NUMBER, "maximum": 9}, a=TEXT))},
        [
            ("form_schema.rows.b", "", "最大：9", "added"),
            ("form_schema.rows", "甲、乙", "乙、甲", "changed"),
        ],
    ),
    (
        {"form_schema": _form(a=TEXT)},
        {"form_schema": {**_form(a=TEXT), "title": "登记表"}},
        [("form_schema", "", "登记表", "added")],
    ),
    (
        {"form_schema": _form(a={"enum": 5, "oneOf": [3]})},
        {"form_schema": {**_form(a={"enum": [3], "x-names": 1}), "required": 7}},
        [("form_schema.a", "a", "a，选一个，3", "changed")],
    ),
    ({"form_schema": {"properties": {"a": 1}, "items": []}}, {"form_schema": {"properties": []}}, []),
]


@pytest.mark.parametrize(("was", "now", "expected"), CASES)
def test_what_differs(
    was: dict[str, Any], now: dict[str, Any], expected: list[tuple[str, str, str, str]]
) -> None:
    before = msgspec.structs.replace(BASE, **was)
    assert _found(before, msgspec.structs.replace(before, **now)) == expected


def test_without_an_earlier_version_everything_is_added() -> None:
    found = differences(None, BASE)
    assert {one.kind for one in found} == {"added"}
    assert {"name", "materials.M01", "conditions.0", "contact.consult"} <= {one.element for one in found}


def test_numbers_of_the_tables_are_no_difference() -> None:
    assert differences(BASE, msgspec.structs.replace(BASE, version=9, version_id=77)) == []


def test_every_element_has_a_name() -> None:
    unnamed = (
        set(BASE.__struct_fields__)
        - set(LABELS)
        - {"version_id", "version", "form_version", "organ_id", "type_rules"}
    )
    assert unnamed == set()
