"""The dictionary of data elements, what forms bound to it must keep, and who may change it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onewindow.catalog import data_elements, demonstration
from onewindow.catalog.data_elements import DataElement
from onewindow.catalog.rules.binding import bindings, field_schema, note_bindings
from onewindow.catalog.rules.finding import Notes
from onewindow.catalog.rules.numbers import DEFAULT_LEVELS
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed

NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
OFFICE = Actor(account_id=9, username="establishment1", name="审改", roles=frozenset({"establishment"}))
EDITOR = Actor(account_id=8, username="catalog1", name="编辑", roles=frozenset({"catalog"}))


def rules_broken(schema: Any) -> list[str]:
    notes = Notes(DEFAULT_LEVELS)
    note_bindings(schema, notes, data_elements.shipped())
    return [one.rule for one in notes.told()]


def form(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "properties": parts}


def test_the_dictionary_is_sound() -> None:
    found = data_elements.shipped()
    assert 60 <= len(found) <= 120
    for code, one in found.items():
        assert code == one.code and one.english and data_elements._problems(one) == []
        schema = field_schema(one)
        Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            assert list(Draft202012Validator(schema).iter_errors(example)) == [], code
        assert bool(one.register or one.licence) <= (one.source != "applicant"), code


@pytest.mark.parametrize("code", sorted(data_elements.shipped()))
def test_a_field_made_from_an_element_agrees_with_it(code: str) -> None:
    assert rules_broken(form(x=field_schema(data_elements.shipped()[code]))) == []


@pytest.mark.parametrize(
    ("code", "change", "rule"),
    [
        ("person-name", {"x-element": "no-such"}, "2.3-3"),
        ("person-name", {"x-element": 7}, "2.3-3"),
        ("person-name", {"type": "integer"}, "2.3-4"),
        ("person-name", {"maxLength": 51}, "2.3-4"),
        ("person-name", {"maxLength": None}, "2.3-4"),
        ("person-phone", {"pattern": "^.*$"}, "2.3-4"),
        ("person-born-on", {"format": None}, "2.3-4"),
        ("person-sex", {"enum": ["男", "女", "不明"]}, "2.3-4"),
        ("person-sex", {"enum": None}, "2.3-4"),
        ("premises-area", {"exclusiveMinimum": None}, "2.3-4"),
        ("premises-area", {"exclusiveMinimum": None, "minimum": 0}, "2.3-4"),
        ("staff-count", {"minimum": 0}, "2.3-4"),
        ("staff-count", {"maximum": None}, "2.3-4"),
        ("person-name", {"maxLength": 20}, ""),
        ("person-sex", {"enum": ["男"]}, ""),
        ("person-sex", {"enum": None, "oneOf": [{"const": "男"}]}, ""),
        ("premises-area", {"exclusiveMinimum": 5, "maximum": 10}, ""),
    ],
)
def test_rules_on_bound_fields(code: str, change: dict[str, Any], rule: str) -> None:
    part = {**field_schema(data_elements.shipped()[code]), **change}
    kept = {key: value for key, value in part.items() if value is not None}
    assert rules_broken(form(x=kept)) == ([rule] if rule else [])


def test_a_form_asks_for_a_datum_once() -> None:
    name = field_schema(data_elements.shipped()["person-name"])
    assert rules_broken(form(a=name, b=name)) == ["2.3-5"]
    assert rules_broken(form(a=name, b=name | {"x-subject": "witness"})) == []
    table = {"type": "array", "items": form(name=name)}
    assert rules_broken(form(a=name, rows=table)) == []


@pytest.mark.parametrize(
    "schema", [{}, {"properties": 7}, {"properties": {"a": []}}, {"properties": {"a": {"items": 3}}}, []]
)
def test_a_form_of_any_shape_is_walked(schema: Any) -> None:
    assert list(bindings(schema)) == []


def test_forms_of_the_demonstration_are_bound_and_agree() -> None:
    bound = 0
    for row in demonstration.completions():
        assert rules_broken(row["form_schema"]) == [], row["task_code"]
        bound += len(list(bindings(row["form_schema"])))
    assert bound >= 20


@pytest.mark.django_db
def test_an_instance_adds_and_retires_elements() -> None:
    own = DataElement(code="well-depth", name="井深（米）", subject="place", type="number", minimum=0)
    data_elements.put(own, actor=OFFICE, now=NOW)
    data_elements.put(own, actor=OFFICE, now=NOW)
    assert data_elements.get("well-depth") == own
    data_elements.retire("person-ethnicity", actor=OFFICE, now=NOW)
    kept = data_elements.get("person-ethnicity")
    assert kept is not None and kept.state == "retired"
    assert "person-ethnicity" not in {one.code for one in data_elements.in_use()}
    notes = Notes(DEFAULT_LEVELS)
    note_bindings(form(x=field_schema(kept)), notes, data_elements.all_elements())
    assert [one.rule for one in notes.told()] == ["2.3-3"]


@pytest.mark.django_db
def test_reading_the_dictionary_again_costs_nothing(django_assert_num_queries: Any) -> None:
    data_elements.all_elements()
    with django_assert_num_queries(0):
        assert data_elements.get("person-name") is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("element", "field"),
    [
        (DataElement(code="Bad Code", name="某项", subject="place"), "code"),
        (DataElement(code="ok", name=" ", subject="place"), "name"),
        (DataElement(code="ok", name="某项", subject="place", pattern="["), "pattern"),
        (DataElement(code="ok", name="某项", subject="place", pattern="^a$", example="b"), "example"),
    ],
)
def test_an_element_without_sense_is_refused(element: DataElement, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        data_elements.put(element, actor=SYSTEM, now=NOW)
    assert field in {error.field for error in refused.value.fields}


@pytest.mark.django_db
def test_editors_do_not_change_the_dictionary() -> None:
    with pytest.raises(NotAllowed):
        data_elements.put(DataElement(code="ok", name="某项", subject="place"), actor=EDITOR, now=NOW)
