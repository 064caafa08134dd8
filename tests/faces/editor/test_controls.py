"""Forms made from the structs: nothing is left out, contents survive the way through a form, tables are altered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.http import QueryDict

from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.elements import Fee, FeeItem, Option, Question
from onewindow.faces.editor import bound, controls, layout, tree, typed
from onewindow.kernel.errors import FieldError
from tests.catalog.items import sound

ITEM = sound(
    "A-1",
    organ_id=1,
    fee=Fee(charged=True, items=(FeeItem("工本费", "10 元", True, "低保户免"),)),
    questions=(Question("Q1", "是否新建", (Option("a", "是", adds=("M02",)),)),),
    themes=("市政", "水务"),
)
OF_ITEM, OF_COMMON = controls.of(ItemDefinition), controls.of(CommonElements)


def posted(control: controls.Control, text: typed.Typed, path: str, post: QueryDict) -> None:
    """What a browser sends of ``control``."""
    if control.kind in ("group", "form"):
        for one in control.parts:
            posted(one, text[one.name], typed.path_of(path, one.name), post)
    elif control.kind == "rows":
        post[f"rows:{path}"] = str(len(text))
        for place, row in enumerate(text):
            for one in control.parts:
                inner = row[one.name] if one.name else row
                posted(one, inner, typed.path_of(path, place, one.name), post)
    elif control.kind == "several":
        post.setlist(path, text)
    elif control.kind == "limit":
        post[f"{path}.days"], post[f"{path}.unit"] = text["days"], text["unit"]
    elif control.kind == "tree":
        posted_tree(text, path, post)
    else:
        post[path] = text.replace("\n", "\r\n")


def posted_tree(asked: tree.Tree, path: str, post: QueryDict) -> None:
    """What a browser sends of a question tree."""
    codes: dict[str, None] = {}
    post[f"rows:{path}"] = str(len(asked))
    for at, question in enumerate(asked):
        post[f"{path}.{at}.code"], post[f"{path}.{at}.text"] = question.code, question.text
        post[f"rows:{path}.{at}"] = str(len(question.choices))
        if question.is_multiple:
            post[f"{path}.{at}.multiple"] = "yes"
        for on, one in enumerate(question.choices):
            for name in ("code", "text", "next", "rejected"):
                post[f"{path}.{at}.{on}.{name}"] = getattr(one, name)
            post.setlist(f"{path}.{at}.{on}.fields", one.fields)
            codes |= dict.fromkeys([*one.adds, *one.drops])
    post.setlist("tree-row", list(codes))
    for place, code in enumerate(codes):
        for name in ("adds", "drops"):
            cells = [f"{at}.{on}" for at, _q, on, one in tree.choices_of(asked) if code in getattr(one, name)]
            post.setlist(f"{name}.{place}", cells)


def through(content: Any) -> Any:
    """``content`` shown in a form, sent and read."""
    values: dict[str, Any] = msgspec.to_builtins(content)
    problems: list[FieldError] = []
    for name, control in controls.of(type(content)).items():
        if name in layout.KEPT | {"version", "catalog_code"}:
            continue
        text = typed.of_value(control, values.get(name, msgspec.to_builtins(control.default)))
        post = QueryDict(mutable=True)
        posted(control, text, name, post)
        assert typed.read(control, post, name) == text
        values[name] = typed.value(control, text, name, problems)
    assert not problems
    return msgspec.convert(values, type(content))


@pytest.mark.parametrize("kind", [ItemDefinition, CommonElements])
def test_every_element_stands_in_one_part(kind: type[msgspec.Struct]) -> None:
    placed = [name for part in layout.PARTS for name in part.elements]
    assert len(placed) == len(set(placed))
    assert set(kind.__struct_fields__) - layout.KEPT <= set(placed)
    assert not set(placed) & layout.KEPT


def test_nothing_is_shown_by_its_english_name() -> None:
    def bare(control: controls.Control) -> list[str]:
        mine = [control.name] if control.label == control.name != "" else []
        return mine + [name for part in control.parts for name in bare(part)]

    every = [*OF_ITEM.values(), *OF_COMMON.values()]
    assert not [name for one in every if one.name not in layout.KEPT | {"version"} for name in bare(one)]


@pytest.mark.parametrize(
    "content",
    [
        ITEM,
        CommonElements(
            catalog_code="000114001000",
            name="排水许可",
            levels=("3", "4"),
            materials=ITEM.materials,
            legal_limit=ITEM.legal_limit,
        ),
    ],
)
def test_a_content_survives_its_form(content: Any) -> None:
    assert through(content) == content


MATERIALS = OF_ITEM["materials"]
ROWS = typed.of_value(MATERIALS, msgspec.to_builtins(ITEM.materials))


def test_rows_are_added_moved_and_dropped() -> None:
    two = typed.altered(MATERIALS, ROWS, "add:materials", "materials")
    assert [row["code"] for row in two] == ["M01", "M02"]
    swapped = typed.altered(MATERIALS, two, "down:materials:0", "materials")
    assert [row["code"] for row in swapped] == ["M02", "M01"]
    assert typed.altered(MATERIALS, swapped, "up:materials:1", "materials") == two
    assert typed.altered(MATERIALS, two, "drop:materials:0", "materials") == [two[1]]
    assert typed.altered(MATERIALS, two, "drop:materials:9", "materials") == two
    assert typed.altered(MATERIALS, two, "add:steps", "materials") == two


def test_a_table_within_a_group_is_altered() -> None:
    fee = OF_ITEM["fee"]
    text = typed.of_value(fee, msgspec.to_builtins(ITEM.fee))
    assert len(typed.altered(fee, text, "add:fee.items", "fee")["items"]) == 2


def test_an_empty_row_is_left_out() -> None:
    rows = typed.altered(MATERIALS, ROWS, "add:materials", "materials")
    problems: list[FieldError] = []
    assert len(typed.value(MATERIALS, rows, "materials", problems)) == 1 and not problems


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("visits", "两次", "visits"),
        ("legal_limit", {"days": "二十", "unit": "working_day"}, "legal_limit"),
        ("questions", tree.of_value([{"code": "Q1", "text": " ", "options": []}]), "questions.0.text"),
        ("name", " ", "name"),
        ("materials", [ROWS[0] | {"pages": "x"}], "materials.0.pages"),
        ("materials", [ROWS[0] | {"name": ""}], "materials.0.name"),
        ("conditions", ["有字\x00"], None),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(name: str, text: Any, place: str | None) -> None:
    problems: list[FieldError] = []
    typed.value(OF_ITEM[name], text, name, problems)
    assert [one.field for one in problems] == [place or "conditions.0"]


def test_a_finding_stands_at_its_row() -> None:
    content = msgspec.to_builtins(ITEM)
    assert bound.place_of("materials.M01.name", content) == "materials.0.name"
    assert bound.place_of("materials.M77.name", content) == "materials"
    assert bound.place_of("steps.1.days", content) == "steps.1.days"
    note = {"level": "error", "text": "太长"}
    notes = bound.Notes([("materials.0.name", note), ("materials.0.gone", note), ("else", note)])
    made = bound.bind(MATERIALS, ROWS, "materials", notes)
    named = next(one for one in made.rows[0].main if one.control.name == "name")
    assert named.notes == [note] and made.rows[0].notes == [note] and made.rows[0].is_told
    assert notes.left == [("else", note)]


def test_a_value_beyond_the_choices_is_kept() -> None:
    made = bound.bind(OF_ITEM["area"], "川渝", "area", bound.Notes([]))
    assert ("川渝", "川渝", True) in made.options
