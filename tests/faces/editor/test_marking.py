"""Vague words are marked in their sentence, in the draft, on the change and on the item, with a way to the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onewindow.base import clock
from onewindow.catalog import services
from onewindow.catalog.rules.wording import vague_places
from onewindow.faces.editor import marking
from onewindow.kernel.actor import SYSTEM
from tests import world
from tests.catalog.items import sound
from tests.faces.editor.conftest import CODE, Desk
from tests.faces.editor.test_drafts import sent
from tests.faces.editor.test_items import ITEM, begun, organ_id

Desks = Callable[[str], Desk]
TEXT = "排水户应当守法。并提交其他材料，以备核查；逾期不候"
CONTENT: dict[str, Any] = {
    "conditions": ["好", TEXT],
    "materials": [
        {"code": "M.1", "name": "其他材料"},
        {"code": "M02", "name": "表", "standard": "原则上原件"},
    ],
}


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("conditions.1", TEXT), ("materials.M.1.name", "其他材料"), ("materials.M02.standard", "原则上原件"),
        ("conditions.7", ""), ("conditions", ""), ("materials.M9.name", ""), ("name", ""), ("conditions.１", ""),
    ],
)  # fmt: skip
def test_the_text_at_a_place(element: str, text: str) -> None:
    assert marking.text_at(element, CONTENT) == text


def test_the_sentence_is_shown_with_its_words_marked() -> None:
    (span,) = vague_places(TEXT)
    found = marking.pieces({"element": "conditions.1", "span": list(span)}, CONTENT)
    assert [(one.text, one.is_marked) for one in found] == [
        ("并提交", False), ("其他材料", True), ("，以备核查；", False),
    ]  # fmt: skip


@pytest.mark.parametrize("span", [None, [0, 99], [3, 3], [-1, 2]])
def test_words_that_are_no_longer_there_are_not_marked(span: list[int] | None) -> None:
    assert marking.pieces({"element": "conditions.1", "span": span}, CONTENT) == []


def test_vague_words_are_marked_where_they_stand(desk: Desks) -> None:
    draft = begun(desk, "change").partition("?")[0]
    fields = sent(draft, "conditions", **{"conditions.0": TEXT})
    desk("catalog1").press(f"{draft}?part=conditions", **fields)
    mark = "并提交<mark>其他材料</mark>"
    page = desk("catalog1").open(f"{draft}?part=conditions")
    field = page.split('name="conditions.0"')[1].split("</div>")[0]
    assert mark in field
    change = draft.partition("/draft/")[0]
    page = desk("catalog1").open(change)
    assert mark in page
    link = page.split(mark)[0].rpartition('href="')[2].partition('"')[0]
    assert link.endswith("#e-conditions-0") and "?at=conditions.0" in link
    assert 'id="e-conditions-0"' in desk("catalog1").open(link.partition("#")[0])


def test_on_the_item_the_way_leads_to_the_row_or_to_the_own_draft(desk: Desks) -> None:
    vague = sound(CODE, organ_id=organ_id(world.HOUSING), organ_name=world.HOUSING, conditions=(TEXT,))
    services.publish(vague, actor=SYSTEM, now=clock.now())
    page = desk("catalog1").open(f"{ITEM}?all")
    assert "并提交<mark>其他材料</mark>" in page and 'href="#c-conditions' in page
    target = page.split('href="#c-conditions')[1].partition('"')[0]
    assert f'id="c-conditions{target}"' in page
    begun(desk, "change")
    assert f"/draft/{CODE}?at=conditions.0#e-conditions-0" in desk("catalog1").open(f"{ITEM}?all")
    assert f"/draft/{CODE}?at=" not in desk("leader1").open(f"{ITEM}?all")
