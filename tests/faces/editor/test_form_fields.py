"""The form editor: forms survive untouched, each alteration writes what the schema needs, nonsense is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from onewindow.catalog import data_elements, demonstration
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.binding import disagreements
from onewindow.faces.editor import controls, typed
from onewindow.kernel.errors import FieldError
from onewindow.ui import fields
from tests.catalog.items import FORM
from tests.faces.editor.conftest import Desk, said
from tests.faces.editor.test_controls import posted
from tests.faces.editor.test_drafts import content, sent
from tests.faces.editor.test_items import begun

Desks = Callable[[str], Desk]
CONTROL = controls.of(ItemDefinition)["form_schema"]
PATH = "form_schema"
FORMS = [row["form_schema"] for row in demonstration.completions()] + [FORM, {}]
ODD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "who": {"type": "object", "title": "谁", "properties": {"a": {"type": "string", "title": "甲"}}},
        "odd": {"type": "array", "title": "怪", "items": {"type": "array", "items": {"type": "string"}}},
        "level": {"type": "integer", "title": "级", "enum": [1, 2]},
        "kind": {"title": "类", "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]},
        "text": {"type": "array", "title": "几行", "items": {"type": "string"}},
        "all": {"type": "array", "title": "选", "items": {"enum": ["甲", "乙"]}, "x-own": 1},
    },
    "x-version": 7,
}


@pytest.fixture(autouse=True)
def dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped dictionary, without a database."""
    monkeypatch.setattr(data_elements, "all_elements", data_elements.shipped)


def rows(schema: dict[str, Any]) -> Any:
    return typed.of_value(CONTROL, schema)


def back(text: Any) -> tuple[Any, list[str]]:
    """Through a browser and back: the schema and the places of what was told."""
    post = QueryDict(mutable=True)
    posted(CONTROL, text, PATH, post)
    problems: list[FieldError] = []
    return typed.value(CONTROL, typed.read(CONTROL, post, PATH), PATH, problems), [
        one.field for one in problems
    ]


@pytest.mark.parametrize("schema", [*FORMS, ODD])
def test_a_form_survives_untouched(schema: dict[str, Any]) -> None:
    made, told = back(rows(schema))
    assert made == schema and not told
    assert list(made) == list(schema)
    assert list(made.get("properties", ())) == list(schema.get("properties", ()))


def field(**changes: Any) -> dict[str, Any]:
    """The one part that a new row becomes."""
    text = typed.altered(CONTROL, rows({}), f"add:{PATH}.fields", PATH)
    text["fields"][0] |= {"title": "甲"} | changes
    made, told = back(text)
    assert not told, told
    Draft202012Validator.check_schema(made)
    return dict(made["properties"]["f1"])


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, {"type": "string"}),
        ({"longest": "20", "pattern": "^x"}, {"type": "string", "maxLength": 20, "pattern": "^x"}),
        ({"kind": "long"}, {"type": "string", "maxLength": 500}),
        ({"kind": "integer", "least": "1", "example": "3"}, {"type": "integer", "minimum": 1, "examples": [3]}),
        ({"kind": "number", "most": "2.5"}, {"type": "number", "maximum": 2.5}),
        ({"kind": "choice", "choices": "甲\n乙"}, {"type": "string", "enum": ["甲", "乙"]}),
        ({"kind": "choice", "choices": "a=甲\nb"}, {"type": "string", "enum": ["a", "b"], "x-names": {"a": "甲", "b": "b"}}),
        ({"kind": "several", "choices": "甲"}, {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["甲"]}}),
        ({"kind": "boolean", "description": "说明"}, {"type": "boolean", "description": "说明"}),
    ],
)  # fmt: skip
def test_a_new_field(changes: dict[str, Any], part: dict[str, Any]) -> None:
    assert field(**changes) == {"title": "甲"} | part


@pytest.mark.parametrize(
    "kind", [code for code, _word in controls.form_fields.KINDS if code not in ("rows", "group")]
)
def test_a_field_is_shown_as_it_was_asked_for(kind: str) -> None:
    part = field(kind=kind, choices="甲" if kind in ("choice", "several") else "")
    assert fields.fields_of({"properties": {"f1": part}})[0].kind == kind


def test_a_table_and_its_columns() -> None:
    text = typed.altered(CONTROL, rows({}), f"add:{PATH}.fields", PATH)
    text["fields"][0] |= {"title": "药品", "kind": "rows", "most": "30", "is_required": "yes"}
    for _each in range(2):
        text = typed.altered(CONTROL, text, f"add:{PATH}.fields.0.parts", PATH)
    text["fields"][0]["parts"][0] |= {"title": "名称", "is_required": "yes"}
    text["fields"][0]["parts"][1] |= {"title": "数量", "kind": "number"}
    text = typed.altered(CONTROL, text, f"up:{PATH}.fields.0.parts:1", PATH)
    made, told = back(text)
    table = made["properties"]["f1"]
    assert not told and made["required"] == ["f1"] and table["maxItems"] == 30
    assert table["items"]["required"] == ["f2"] or table["items"]["required"] == ["f1"]
    assert [one["title"] for one in table["items"]["properties"].values()] == ["数量", "名称"]
    again = rows(made)
    assert back(again)[0] == made


def test_a_field_bound_to_an_element_takes_its_bounds() -> None:
    for element in data_elements.shipped().values():
        part = field(element=element.code, title="")
        assert part["title"] == element.name and not disagreements(part, element), element.code


def test_a_field_is_bound_and_freed() -> None:
    schema = {"type": "object", "properties": {"phone": {"type": "string", "title": "电话"}}}
    text = rows(schema)
    text["fields"][0]["element"] = "person-phone"
    bound, _told = back(text)
    assert (
        bound["properties"]["phone"]["x-element"] == "person-phone"
        and "pattern" in bound["properties"]["phone"]
    )
    text = rows(bound)
    text["fields"][0]["element"] = ""
    assert "x-element" not in back(text)[0]["properties"]["phone"]


def test_only_what_was_altered_is_written() -> None:
    text = rows(ODD)
    text["fields"][5]["choices"] = "甲\n乙\n丙"
    text["fields"][1]["title"] = "更怪"
    made, told = back(text)
    assert not told and made["x-version"] == 7
    assert made["properties"]["all"] == {**ODD["properties"]["all"], "items": {"enum": ["甲", "乙", "丙"]}}
    assert made["properties"]["odd"] == {**ODD["properties"]["odd"], "title": "更怪"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": ""}, "title"),
        ({"kind": "choice"}, "choices"),
        ({"kind": "integer", "least": "1.5"}, "least"),
        ({"kind": "number", "most": "很多"}, "most"),
        ({"longest": "x"}, "longest"),
        ({"pattern": "("}, "pattern"),
        ({"element": "no-such"}, "element"),
        ({"kind": "rows"}, "parts"),
        ({"kind": "integer", "example": "三"}, "example"),
    ],
)
def test_what_makes_no_sense_is_told(changes: dict[str, Any], place: str) -> None:
    text = typed.altered(CONTROL, rows({}), f"add:{PATH}.fields", PATH)
    text["fields"][0] |= {"title": "甲", "example": "例"} | changes
    assert f"form_schema.fields.0.{place}" in back(text)[1]


ASKS = st.builds(
    "{}:{}{}".format,
    st.sampled_from(["add", "drop", "up", "down"]),
    st.sampled_from([f"{PATH}.fields", f"{PATH}.fields.0.parts", f"{PATH}.fields.7.parts", "steps", PATH]),
    st.sampled_from(["", ":0", ":1", ":-1", ":x", ":99999999"]),
)
RAWS = st.sampled_from(
    ["{", "[]", "", "{}", '{"items": 3}', '{"type": "array", "items": {"enum": 3}}', '{"enum": 7, "required": 1}',
     '{"type": "object", "properties": 3}', '{"type": "array", "maxItems": "x"}', '{"maxLength": "x", "examples": 1}',
     '{"type": "array", "items": {"type": "object", "properties": {"a": 1, "b": {}}, "required": {}}}']
)  # fmt: skip
KIND = st.sampled_from(["text", "rows", "group", "choice", "date", "other", "fly", ""])


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([*FORMS, ODD]),
    st.lists(st.tuples(ASKS, KIND, RAWS), max_size=5),
)
def test_any_posts_give_a_schema_or_a_message(
    schema: dict[str, Any], asks: list[tuple[str, str, str]]
) -> None:
    text = rows(schema)
    for ask, kind, raw in asks:
        text = typed.altered(CONTROL, text, ask, PATH)
        if text["fields"]:
            text["fields"][0] |= {"kind": kind, "raw": raw}
        else:
            text["raw"] = raw
    made, _told = back(text)
    assert isinstance(made, dict)
    back(rows(made))


def test_the_form_is_written_on_its_page(desk: Desks) -> None:
    draft = begun(desk, "change").partition("?")[0]
    where = f"{draft}?part=form"
    page = desk("catalog1").open(where)
    assert 'name="form_schema.fields.0.title" value="排水地点"' in page and "person-phone" in page
    more = sent(draft, "form", do="add:form_schema.fields")
    page = desk("catalog1").press(where, status=200, **more).content.decode()
    assert 'name="form_schema.fields.1.title"' in page
    post = sent(draft, "form") | {"rows:form_schema.fields": "2", "form_schema.fields.1.title": "电话"}
    post |= {"form_schema.fields.1.kind": "choice", "form_schema.fields.1.is_required": "yes"}
    page = desk("catalog1").press(where, status=422, **post).content.decode()
    assert "请写选项" in said(page) and 'value="电话"' in page
    desk("catalog1").press(where, **post | {"form_schema.fields.1.choices": "有\n没有"})
    saved = content(draft)["form_schema"]
    assert saved["properties"]["f1"] == {"type": "string", "enum": ["有", "没有"], "title": "电话"}
    assert saved["required"] == ["site_address", "f1"]
    swapped = sent(draft, "form", do="save")
    text = typed.altered(CONTROL, rows(saved), f"up:{PATH}.fields:1", PATH)
    post2 = QueryDict(mutable=True)
    posted(CONTROL, text, PATH, post2)
    desk("catalog1").press(where, **{**swapped, **dict(post2.lists())})
    assert list(content(draft)["form_schema"]["properties"]) == ["f1", "site_address"]


def test_the_preview_is_the_form_as_it_is_typed(desk: Desks) -> None:
    draft = begun(desk, "change").partition("?")[0]
    where, preview = f"{draft}?part=form", f"{draft}/preview?part=form"
    page = desk("catalog1").open(where)
    assert 'id="f-site_address"' in page and "申请人会看到" in page
    post = sent(draft, "form") | {"rows:form_schema.fields": "2", "form_schema.fields.1.title": "有泵吗"}
    post |= {"form_schema.fields.1.kind": "choice", "form_schema.fields.1.choices": "有\n没有"}
    answer = desk("catalog1").client.post(preview, post)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "有泵吗 （选填） 有 没有" in said(answer.content.decode())
    page = desk("catalog1").press(where, status=200, **{**post, "do": "preview:"}).content.decode()
    assert 'name="f.f1" value="没有"' in page
    assert "f1" not in content(draft)["form_schema"]["properties"]
    assert desk("leader1").client.post(preview, post).status_code in (403, 404)
    assert desk("catalog1").client.post(f"{draft}/preview?part=basics", post).status_code == 404
