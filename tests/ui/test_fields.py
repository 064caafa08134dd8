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
    }  # fmt: skip
    # JSON kept by key loses the order of properties: the required ones come first, in their own order.
    assert [field.name for field in KNOWN][:2] == ["name", "count"]


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
    ],
)
def test_reading(typed: dict[str, Any], expected: dict[str, Any]) -> None:
    form, _typed = fields.read(KNOWN, posted(**typed))
    assert form == expected


def test_what_was_typed_is_never_lost() -> None:
    _form, typed = fields.read(KNOWN, posted(count="three", name=" 一家店 "))
    assert typed["count"] == "three" and typed["name"] == "一家店"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([field.name for field in KNOWN]), st.text(max_size=30), max_size=6))
def test_any_text_can_be_read(values: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(fields.PREFIX + name, [value])
    form, typed = fields.read(KNOWN, query)
    again = fields.typed(KNOWN, form)
    assert set(typed) == set(again)
