"""What several forms ask in common is asked once: the ties, their values, and what unties them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.catalog import data_elements
from onewindow.catalog.rules.binding import bindings, field_schema
from onewindow.intake import visits, visits_rules
from onewindow.intake.asking import HEAD, Form, Tie, take, tied, ties
from onewindow.kernel.errors import NotFound
from tests import world

ELEMENTS = data_elements.shipped()
CODES = ["person-name", "person-phone", "organisation-name", "premises-address", "premises-area", "remark"]
FIRM = {
    "organisation": {"name": "示范面馆", "id_type": "uscc", "id_number": "91511602MA00000000", "phone": ""}
}


def schema(**codes: str) -> dict[str, Any]:
    return {"properties": {name: field_schema(ELEMENTS[code]) for name, code in codes.items()}}


def test_the_second_form_follows_the_first() -> None:
    forms = [
        Form(1, schema(a="premises-address", n="person-name"), {"a": "滨河路 18 号"}),
        Form(2, schema(b="premises-address", r="remark"), {"b": "别处", "r": "无"}),
    ]
    assert ties(forms, ELEMENTS, {}) == {(2, "b"): Tie(1, "a")}
    assert tied(forms, ELEMENTS, {})[2] == {"b": "滨河路 18 号", "r": "无"}


def test_what_the_application_says_of_its_applicant_is_asked_in_no_form() -> None:
    forms = [
        Form(1, schema(n="organisation-name", p="person-name"), {}),
        Form(2, schema(x="organisation-name"), {}),
    ]
    found = ties(forms, ELEMENTS, FIRM)
    assert found == {(1, "n"): Tie(HEAD, "name"), (2, "x"): Tie(HEAD, "name")}
    assert tied(forms, ELEMENTS, FIRM) == {1: {"n": "示范面馆"}, 2: {"x": "示范面馆"}}
    # A person's own name is no firm's: then the forms ask, the first one for both.
    assert ties(forms, ELEMENTS, {"person": {"name": "高启明"}})[2, "x"] == Tie(1, "n")


@pytest.mark.parametrize(
    ("change", "untied"),
    [({"x-subject": "branch"}, ()), ({"x-element": "no-such"}, ()), ({}, ("b",))],
    ids=["another's", "another element", "untied"],
)
def test_what_is_not_the_same_is_asked(change: dict[str, Any], untied: tuple[str, ...]) -> None:
    other = {"properties": {"b": field_schema(ELEMENTS["premises-address"]) | change}}
    forms = [Form(1, schema(a="premises-address"), {"a": "滨河路"}), Form(2, other, {"b": "别处"}, untied)]
    assert ties(forms, ELEMENTS, {}) == {}
    assert tied(forms, ELEMENTS, {})[2] == {"b": "别处"}


def test_other_options_are_asked_and_tables_too() -> None:
    sex = field_schema(ELEMENTS["person-sex"])
    table = {"type": "array", "items": {"properties": {"n": field_schema(ELEMENTS["person-name"])}}}
    one = {"properties": {"s": sex, "rows": table}}
    two = {"properties": {"s": sex | {"enum": ["男"]}, "rows": table}}
    assert ties([Form(1, one, {}), Form(2, two, {})], ELEMENTS, {}) == {}


def test_a_nested_field_is_followed_and_emptied() -> None:
    inner = {"properties": {"place": {"type": "object", **schema(a="premises-address")}}}
    forms = [Form(1, inner, {"place": {"a": "滨河路"}}), Form(2, inner, {})]
    assert tied(forms, ELEMENTS, {})[2] == {"place": {"a": "滨河路"}}
    emptied = [Form(1, inner, {}), Form(2, inner, {"place": {"a": "滨河路"}, "x": 1})]
    assert tied(emptied, ELEMENTS, {})[2] == {"x": 1}


fields = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(CODES), max_size=5)
values = st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=5), max_size=6)


@given(st.lists(st.tuples(fields, values), min_size=1, max_size=5), st.booleans())
def test_one_datum_has_one_value_in_every_form(drawn: list[Any], has_head: bool) -> None:
    forms = [Form(key, schema(**codes), filled) for key, (codes, filled) in enumerate(drawn, 1)]
    held = FIRM if has_head else {}
    found, made = ties(forms, ELEMENTS, held), tied(forms, ELEMENTS, held)
    seen: dict[tuple[str, str], Any] = {}
    for form in forms:
        for one in bindings(form.schema):
            value = take(made[form.key], one.path)
            assert seen.setdefault(one.datum, value) == value or (form.key, one.path) not in found
        unbound = {name for name in form.filled if name not in form.schema["properties"]}
        assert {name: made[form.key][name] for name in unbound} == {
            name: form.filled[name] for name in unbound
        }
    again = [Form(one.key, one.schema, made[one.key]) for one in forms]
    assert tied(again, ELEMENTS, held) == made


# ---------------------------------------------------------------------------------------------- in a visit


def visit_with(*tasks: str) -> tuple[Any, int]:
    actor = world.actor("clerk1")
    who = world.applicant("citizen1")
    visitor = visits_rules.Visitor(**who)
    number = visits.begin(actor, visitor=visitor, now=world.START)
    pieces = [
        visits_rules.Piece(key=key, task_code=task, version=visits.catalog.current(task).version)
        for key, task in enumerate(tasks, 1)
    ]
    visits.save(actor, number, visits_rules.Visit(visitor=visitor, pieces=pieces))
    return actor, number


def put(actor: Any, number: int, key: int, form: dict[str, Any]) -> None:
    visit, _, _ = visits.read(actor, number)
    piece = visit.piece(key)
    assert piece is not None
    piece.form = form
    visits.save(actor, number, visit)


def test_name_and_address_reach_both_cases_of_a_visit(city: None) -> None:
    actor, number = visit_with(world.SEWAGE, world.FOOD)
    put(actor, number, 1, world.FORMS[world.SEWAGE])
    put(actor, number, 2, {"business_kind": "餐饮服务", "area": 35})
    visit, _, _ = visits.read(actor, number)
    assert set(visits.ties_of(visit)) == {(2, "shop_name"), (2, "shop_address"), (2, "contact_phone")}
    made = [visits.receive(actor, number, key, [], now=world.START)["form"] for key in (1, 2)]
    assert made[1]["shop_name"] == made[0]["drainer_name"] == "示范汽车美容店"
    assert made[1]["shop_address"] == made[0]["site_address"] == "示范区滨河路 18 号"


def test_an_untied_field_keeps_its_own_value_and_may_follow_again(city: None) -> None:
    actor, number = visit_with(world.SEWAGE, world.FOOD)
    put(actor, number, 1, world.FORMS[world.SEWAGE])
    visits.untie(actor, number, 2, "shop_address", is_untied=True)
    put(actor, number, 2, {"shop_address": "示范区南门口 5 号"})
    address = lambda: visits.read(actor, number)[0].pieces[1].form["shop_address"]  # noqa: E731
    assert address() == "示范区南门口 5 号"
    visits.untie(actor, number, 2, "shop_address", is_untied=False)
    assert address() == "示范区滨河路 18 号"
    visits.untie(actor, number, 2, "no_such_field", is_untied=True)
    with pytest.raises(NotFound):
        visits.untie(actor, number, 9, "shop_address", is_untied=True)


def test_what_was_typed_before_does_not_undo_an_untying(city: None) -> None:
    actor, number = visit_with(world.SEWAGE, world.FOOD)
    put(actor, number, 1, world.FORMS[world.SEWAGE])
    older, _, _ = visits.read(actor, number)
    visits.untie(actor, number, 2, "shop_address", is_untied=True)
    visits.save(actor, number, older)
    assert visits.read(actor, number)[0].pieces[1].untied == ["shop_address"]
    visits.untie(actor, number, 2, "shop_address", is_untied=False)
    visits.save(actor, number, older, untied={(2, "shop_name")})
    assert visits.read(actor, number)[0].pieces[1].untied == ["shop_name"]


def test_when_the_first_item_is_a_case_the_next_one_asks_with_what_was_said(city: None) -> None:
    actor, number = visit_with(world.SEWAGE, world.FOOD)
    put(actor, number, 1, world.FORMS[world.SEWAGE])
    visits.receive(actor, number, 1, [], now=world.START)
    visit, _, _ = visits.read(actor, number)
    assert visits.ties_of(visit) == {}
    assert visit.pieces[1].form["shop_address"] == "示范区滨河路 18 号"
