"""Vague words are found with their place, and definite ones are left in peace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.catalog.definition import Material, Step
from onewindow.catalog.rules.finding import Notes
from onewindow.catalog.rules.wording import DEFAULT_WORDS, SPARE, VAGUE, note_vague, vague_places
from tests.catalog.samples import sound


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("其他材料", ["其他材料"]),
        ("其他相关材料", ["其他相关材料"]),
        ("其他应当提交的材料", ["其他应当提交的材料"]),
        ("相关证明", ["相关证明"]),
        ("法律法规规定的其他条件", ["法律法规规定的其他条件"]),
        ("法律、行政法规、规章规定的其他材料。", ["法律、行政法规、规章规定的其他材料"]),
        ("法律规定的其他情形", ["法律规定的其他情形"]),
        ("身份证、户口簿等", ["等"]),
        ("身份证等材料", ["等"]),
        ("水、电、气等等", ["等等"]),
        ("符合有关规定，必要时提供原件", ["有关", "必要时"]),
        ("原则上为本市户籍，视情况放宽", ["原则上", "视情况"]),
        ("行政机关认为需要提供的", ["认为需要"]),
        ("质量等级证书等", ["等"]),
        ("《条例》规定的有关材料", ["有关材料"]),
    ],
)
def test_vague_words_are_found_at_their_place(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in vague_places(text)] == words


@pytest.mark.parametrize(
    "text",
    [
        "工程质量等级证明",
        "高等学校毕业证书",
        "初等教育、中等教育",
        "平等、自愿",
        "面积相等",
        "在大厅等候叫号",
        "一等奖证书",
        "《关于进一步规范有关系统名称等事项的通知》",
        "《国务院关于其他材料的规定》第三条",
        "企业法人和其他组织的营业执照",
        "身份证、户口簿等两项材料",
        "设计、施工等 3 个单位盖章",
        "假发等共四类辅助器具",
        "年满十八周岁",
        "",
    ],
)
def test_definite_words_are_left_alone(text: str) -> None:
    assert vague_places(text) == []


def test_every_word_of_the_list_is_found_and_every_spared_one_is_not() -> None:
    for word in VAGUE:
        assert vague_places(f"提供{word.replace('…', '应交的')}"), word
    for word in SPARE:
        assert vague_places(f"提供{word}说明") == [], word


def test_the_list_is_a_setting_with_exceptions() -> None:
    words = ["尽快", "尽快地…处理", "!尽快速度"]
    assert vague_places("尽快办，尽快速度，等", words) == [(0, 2)]
    assert vague_places("尽快地予以处理", words) == [(0, 7)]
    assert vague_places("尽快", ["!尽快"]) == [] and vague_places("等", []) == []


def test_all_places_of_an_item_are_looked_at_and_named() -> None:
    item = sound(
        conditions=("年满十八周岁", "符合有关规定"),
        materials=(
            Material("M01", "其他材料", standard="按相关要求填写", is_common=True),
            Material("M02", "营业执照", is_common=True),
        ),
        steps=(Step("受理", "clerk", standard="材料齐全"), Step("审查", "examiner", standard="必要时核查")),
    )
    notes = Notes({})
    note_vague(item, notes)
    found = {row.element: (row.span, row.params["word"]) for row in notes.told()}
    assert found == {
        "conditions.1": ((2, 4), "有关"),
        "materials.M01.name": ((0, 4), "其他材料"),
        "materials.M01.standard": ((1, 3), "相关"),
        "steps.1.standard": ((0, 3), "必要时"),
    }


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([*VAGUE, *SPARE, "申请表", "，", "《", "》", "第三条", "…", "2 项"]), max_size=12
    )
)
def test_spans_are_in_order_and_inside(parts: list[Any]) -> None:
    text = "".join(parts)
    spans = vague_places(text, DEFAULT_WORDS)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))
