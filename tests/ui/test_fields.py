"""A form schema as fields, and what was typed as a form again."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onewindow.ui import fields

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "count"],
    "properties": {
        "more": {"type": "string", "maxLength": 500, "title": "补充"},
        "count": {"type": "integer", "title": "数量", "minimum": 1, "examples": [3]},
        "name": {"type": "string", "title": "名称"},
        "amount": {"type": "number", "title": "金额"},
        "ok": {"type": "boolean", "title": "是否"},
        "kind": {"enum": ["甲", "乙"], "title": "种类"},
        "many": {"type": "array", "items": {"enum": ["a", "b"]}, "title": "多选"},
        "on": {"type": "string", "format": "date", "title": "日期"},
        "site": {
            "type": "object",
            "title": "场所",
            "required": ["street"],
            "properties": {"street": {"type": "string"}},
        },
        "drugs": {
            "type": "array",
            "title": "品种",
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["name", "quantity"],
                "properties": {
                    "name": {"type": "string", "title": "药品"},
                    "quantity": {"type": "number", "title": "数量"},
                    "unit": {"enum": ["克", "支"], "title": "单位"},
                },
            },
        },
        "phones": {"type": "array", "title": "电话", "items": {"type": "string", "maxLength": 20}},
    },
}
KNOWN = fields.fields_of(SCHEMA)


def posted(**values: Any) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(fields.PREFIX + name.replace("__", "."), value if isinstance(value, list) else [value])
    return query


def test_kinds_and_order() -> None:
    kinds = {field.name: field.kind for field in KNOWN}
    assert kinds == {
        "name": "text", "count": "integer", "more": "long", "amount": "number", "ok": "boolean",
        "kind": "choice", "many": "several", "on": "date", "site.street": "text",
        "drugs": "rows", "phones": "rows",
    }  # fmt: skip
    assert [field.name for field in KNOWN][:3] == ["more", "count", "name"]  # as it was written


@pytest.mark.parametrize(
    "typed, expected",
    [
        ({"count": " 3 "}, {"count": 3}),
        ({"count": "three"}, {"count": "three"}),  # left for the schema to name
        ({"count": "9" * 40}, {"count": "9" * 40}),
        ({"amount": "12.5"}, {"amount": 12.5}),
        ({"amount": "NaN"}, {"amount": "NaN"}),
        ({"ok": "false"}, {"ok": False}),
        ({"many": ["a", "b"]}, {"many": ["a", "b"]}),
        ({"name": ""}, {}),
        ({"site__street": "示范路"}, {"site": {"street": "示范路"}}),
        (
            {
                "drugs__name": ["川乌", "", "草乌"],
                "drugs__quantity": ["2", "", "x"],
                "drugs__unit": ["克", "", ""],
            },
            {"drugs": [{"name": "川乌", "quantity": 2, "unit": "克"}, {"name": "草乌", "quantity": "x"}]},
        ),
        ({"drugs__quantity": ["", "1.5"]}, {"drugs": [{"quantity": 1.5}]}),
        ({"drugs__name": ["", " "]}, {}),
        ({"phones": ["a", "", "b\nc"]}, {"phones": ["a", "b c"]}),
    ],
)
def test_reading(typed: dict[str, Any], expected: dict[str, Any]) -> None:
    form, _typed = fields.read(KNOWN, posted(**typed))
    assert form == expected


def test_what_was_typed_is_never_lost() -> None:
    _form, typed = fields.read(KNOWN, posted(count="three", name=" 一家店 "))
    assert typed["count"] == "three" and typed["name"] == "一家店"


def test_lines_of_a_table() -> None:
    drugs = next(field for field in KNOWN if field.name == "drugs")
    form = {"drugs": [{"name": "川乌", "quantity": 2}, {"name": "草乌", "quantity": 1, "unit": "克"}]}
    texts = fields.typed(KNOWN, form)
    drawn = [[text for _column, text in line] for line in fields.lines(drugs, texts)]
    assert drawn == [["川乌", "2", ""], ["草乌", "1", "克"]]
    assert len(fields.lines(drugs, texts, more=True)) == 3
    assert len(fields.lines(drugs, {}, more=True)) == 1, "an empty line stands there anyway"
    full = texts | {"drugs.name": "a\nb\nc"}
    assert len(fields.lines(drugs, full, more=True)) == 3, "not more than the schema allows"
    query = QueryDict(mutable=True)
    for column in drugs.columns:
        query.setlist(column.input_name, texts[column.name].split("\n"))
    assert fields.read([drugs], query)[0] == form
    assert {f.name: said for f, said in fields.shown(KNOWN, form)}["drugs"] == "川乌 2；草乌 1 克"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([field.name for field in KNOWN]), st.text(max_size=30), max_size=6))
def test_any_text_can_be_read(values: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(fields.PREFIX + name, [value])
    form, typed = fields.read(KNOWN, query)
    again = fields.typed(KNOWN, form)
    assert set(typed) == set(again)
