"""Forms in the workbook: a row a field, what nobody changed comes back the same, what is wrong has its cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from onewindow.catalog import data_elements, demonstration
from onewindow.catalog.adapters import workbook
from onewindow.catalog.data_elements import field_schema
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.sheets import forms
from tests.catalog.sheet_items import item
from tests.catalog.test_sheets_round_trip import _no_organs, exported, standing, taken

__all__ = ["_no_organs"]
SHIPPED = data_elements.shipped()
BOUND = st.sampled_from(sorted(SHIPPED)).map(lambda code: field_schema(SHIPPED[code]))
OWN = st.sampled_from(
    [
        {"type": "string", "title": "说明", "maxLength": 500, "description": "写清楚"},
        {"type": "string", "enum": ["甲", "乙、丙"], "title": "等级"},
        {"type": "array", "title": "项目", "items": {"type": "string", "enum": ["甲", "乙"]}},
        {"type": "integer", "minimum": 0, "examples": [3]},
        {"type": "boolean", "title": "是否自有"},
        {"type": "string", "oneOf": [{"const": "a", "title": "甲"}], "title": "怪"},
        {"type": "string", "enum": [""], "title": "空"},
        {"type": "object", "title": "空的一组"},
        {"enum": [1, 2], "title": "数值选项"},
    ]
)
NAMES = st.text("abc_", min_size=1, max_size=3)


def objects(fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def whole(properties: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        required = st.lists(st.sampled_from(sorted(properties)), unique=True) if properties else st.just([])
        return st.builds(
            lambda needed: (
                {"type": "object", "title": "表", "properties": properties}
                | ({"required": needed} if needed else {})
            ),
            required,
        )

    return st.dictionaries(NAMES, fields, max_size=5).flatmap(whole)


FIELDS = BOUND | OWN
TABLES = objects(FIELDS).map(lambda inner: {"type": "array", "title": "清单", "maxItems": 9, "items": inner})
FORMS = objects(FIELDS | TABLES | objects(FIELDS))


@pytest.fixture(autouse=True)
def _the_shipped_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_elements, "all_elements", lambda: SHIPPED)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(schema=FORMS)
def test_any_form_comes_back_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: dict[str, Any]
) -> None:
    one = item(form_schema=schema)
    standing(monkeypatch, one)
    report, found = taken(exported(tmp_path / "x.xlsx", workbook.LAYOUT, [one]))
    assert [note.text() for note in report.notes if note.level == "error"] == []
    assert (report.unchanged, found) == (1, [])


@pytest.mark.parametrize("row", demonstration.completions(), ids=lambda row: row["task_code"][:14])
def test_the_forms_of_the_demonstration_are_told_whole(row: dict[str, Any]) -> None:
    assert forms.is_tellable(row["form_schema"])


SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": field_schema(SHIPPED["organisation-name"]),
        "kind": {"type": "string", "enum": ["甲", "乙"], "title": "类别"},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "number"}}}},
    },
}


def changed(path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], None]) -> Any:
    one = item(form_schema=SCHEMA)
    standing(monkeypatch, one)
    book = openpyxl.load_workbook(exported(path, workbook.LAYOUT, [one]))
    change(book["表单"])
    book.save(path)
    return taken(path)


def at(sheet: Any, title: str, row: int) -> Any:
    heads = [cell.value for cell in sheet[1]]
    return sheet.cell(row, heads.index(title) + 1)


def set_(title: str, row: int, value: Any) -> Callable[[Any], None]:
    return lambda sheet: setattr(at(sheet, title, row), "value", value)


def add(code: str, title: str, kind: str, *rest: Any) -> Callable[[Any], None]:
    return lambda sheet: sheet.append([sheet["A2"].value, code, title, kind, *rest])


def form_after(path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], None]) -> dict[str, Any]:
    report, found = changed(path, monkeypatch, change)
    assert [note.text() for note in report.notes if note.level == "error"] == []
    schema: dict[str, Any] = found[0].definition.form_schema
    Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize(
    ("change", "place", "wanted"),
    [
        (set_("名称", 2, "店名"), ("name", "title"), "店名"),
        (set_("可选项", 3, "甲、丙"), ("kind", "enum"), ["甲", "丙"]),
        (set_("数据元", 2, None), ("name", "x-element"), None),
        (set_("数据元", 2, None), ("name", "maxLength"), 100),
        (set_("填写提示", 2, "照执照填"), ("name", "description"), "照执照填"),
        (add("place", "地点", "文字", "是", None, "premises-address"), ("place", "maxLength"), 200),
        (add("place", "地点", "文字", "是", None, "premises-address"), ("place", "title"), "地点"),
        (add("on", "日期", "日期"), ("on", "format"), "date"),
    ],
)
def test_what_an_editor_changes_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Any, place: tuple[str, str], wanted: Any
) -> None:
    schema = form_after(tmp_path / "x.xlsx", monkeypatch, change)
    assert schema["properties"][place[0]].get(place[1]) == wanted


def test_groups_columns_and_required_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(sheet: Any) -> None:
        add("rows[].m", "单位", "文字")(sheet)
        add("site.area", "面积", "数字", "是", None, "premises-area")(sheet)

    schema = form_after(tmp_path / "x.xlsx", monkeypatch, change)
    assert list(schema["properties"]["rows"]["items"]["properties"]) == ["n", "m"]
    assert schema["properties"]["site"]["required"] == ["area"]
    assert schema["required"] == ["name"]


def test_a_form_without_rows_is_gone_and_without_the_sheet_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert form_after(tmp_path / "x.xlsx", monkeypatch, lambda sheet: sheet.delete_rows(2, 9)) == {}
    report, found = changed(tmp_path / "y.xlsx", monkeypatch, lambda sheet: sheet.parent.remove(sheet))
    assert (report.unchanged, found) == (1, [])


@pytest.mark.parametrize(
    ("change", "code", "cell"),
    [
        (set_("数据元", 2, "no-such"), "no-element", "G2"),
        (set_("类型", 2, "大写"), "not-an-option", "D2"),
        (set_("字段编号", 2, "1a"), "wrong-field-code", "B2"),
        (add("name", "又一个", "文字"), "wrong-form", "A2"),
        (add("x[].y", "列", "文字"), "wrong-form", "A2"),
        (add("name.y", "其下", "文字"), "wrong-form", "A2"),
        (add("c", "单选", "单选"), "wrong-form", "A2"),
        (add("c", "面积", "文字", None, None, "premises-area"), "wrong-form", "A2"),
    ],
)
def test_what_is_no_form_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Any, code: str, cell: str
) -> None:
    report, found = changed(tmp_path / "x.xlsx", monkeypatch, change)
    assert found == []
    assert [(note.code, note.cell) for note in report.notes if note.level == "error"][0] == (code, cell)


def test_an_odd_form_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd: ItemDefinition = item(form_schema={"type": "object", "properties": {"a.b": {"type": "string"}}})
    assert forms.rows_of(odd) == []
    standing(monkeypatch, odd)
    report, found = taken(exported(tmp_path / "x.xlsx", workbook.LAYOUT, [odd]))
    assert (report.unchanged, found) == (1, [])
