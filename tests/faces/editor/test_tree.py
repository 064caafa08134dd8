"""Question trees altered by buttons: codes, ways and conditions stay right; whatever is sent is accepted or told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.catalog.definition import ItemDefinition, Material, Option, Question
from onewindow.faces.editor import preview, tree, tree_shown
from onewindow.faces.editor.tree import Asked, Choice
from onewindow.kernel.errors import FieldError
from tests.catalog.items import sound
from tests.faces.editor.test_controls import posted_tree

PATH = "questions"
ROWS = (Material("M01", "申请表"), Material("M02", "合同"), Material("M03", "委托书", need="optional"))


def line(*codes: str) -> tree.Tree:
    """Questions that follow one another, two answers each."""
    return [
        Asked(code, f"问 {code}", choices=[Choice(one, one, next=after) for one in "ab"])
        for code, after in zip(codes, [*codes[1:], ""], strict=True)
    ]


def after(asked: tree.Tree, ask: str) -> tree.Tree:
    return tree.altered(asked, ask, PATH)


def ways(asked: tree.Tree) -> dict[str, list[str]]:
    return {one.code: [choice.next for choice in one.choices] for one in asked}


def test_a_new_question_follows_the_answers_that_ended() -> None:
    asked = line("Q1", "Q2")
    asked[1].choices[1].rejected = "不归这里管"
    made = after(asked, "add:questions")
    assert ways(made) == {"Q1": ["Q2", "Q2"], "Q2": ["Q3", ""], "Q3": ["", ""]}
    assert [one.code for one in made[2].choices] == ["a", "b"]
    assert ways(asked) == {"Q1": ["Q2", "Q2"], "Q2": ["", ""]}, "what was given is left alone"


def test_the_first_question() -> None:
    made = after([], "add:questions")
    assert [one.code for one in made] == ["Q1"] and tree.start("", [], made) == "Q1"


def test_codes_are_never_given_twice() -> None:
    asked = after(line("Q1", "Q7"), "add:questions")
    assert asked[2].code == "Q8"
    twice = after(after(asked, "add:questions.0"), "add:questions.0")
    assert [one.code for one in twice[0].choices] == ["a", "b", "c", "d"]
    assert tree.option_code([Choice(code) for code in "abcdefghijklmnopqrstuvwxyz"]) == "o1"


def test_what_led_to_a_removed_question_goes_on() -> None:
    made = after(line("Q1", "Q2", "Q3"), "drop:questions:1")
    assert ways(made) == {"Q1": ["Q3", "Q3"], "Q3": ["", ""]}
    parted = line("Q1", "Q2", "Q3")
    parted[1].choices[0].next = ""
    assert ways(after(parted, "drop:questions:1"))["Q1"] == ["", ""]
    assert tree.start("Q1", line("Q1", "Q2"), after(line("Q1", "Q2"), "drop:questions:0")) == "Q2"


@pytest.mark.parametrize(("ask", "order"), [("up:questions:1", "213"), ("down:questions:1", "132")])
def test_questions_in_a_line_are_asked_in_their_new_order(ask: str, order: str) -> None:
    asked = line("Q1", "Q2", "Q3")
    made = after(asked, ask)
    codes = [f"Q{number}" for number in order]
    assert [one.code for one in made] == codes
    start = tree.start("Q1", asked, made)
    walked = [start]
    while following := next(one for one in made if one.code == walked[-1]).choices[0].next:
        walked.append(following)
    assert walked == codes


def test_a_fork_keeps_its_ways_when_its_rows_are_moved() -> None:
    asked = line("Q1", "Q2", "Q3")
    asked[0].choices[1].next = "Q3"
    made = after(asked, "down:questions:0")
    assert ways(made) == {"Q2": ["Q3", "Q3"], "Q1": ["Q2", "Q3"], "Q3": ["", ""]}
    assert tree.start("Q1", asked, made) == "Q1"


def test_conditions_go_with_their_answers() -> None:
    asked = line("Q1")
    asked[0].choices[1].adds, asked[0].choices[0].drops = ["M02"], ["M01"]
    made = after(after(asked, "up:questions.0:1"), "add:questions.0")
    assert [(one.code, one.adds, one.drops) for one in made[0].choices] == [
        ("b", ["M02"], []), ("a", [], ["M01"]), ("c", [], []),
    ]  # fmt: skip
    assert after(made, "drop:questions.0:0")[0].choices[0].drops == ["M01"]


def test_a_new_question_asked_for_by_an_answer_stands_behind_it() -> None:
    post = QueryDict(mutable=True)
    asked = line("Q1", "Q2")
    asked[0].choices[1].next = tree.NEW
    posted_tree(asked, PATH, post)
    made = tree.read(post, PATH)
    assert [one.code for one in made] == ["Q1", "Q3", "Q2"] and ways(made)["Q1"] == ["Q2", "Q3"]


def test_blank_answers_are_left_out_and_what_lacks_is_told() -> None:
    problems: list[FieldError] = []
    asked = [Asked("Q1", "问", choices=[Choice("a"), Choice("b", " ", adds=["M02"]), Choice("c", "丙")])]
    rows = tree.value([*asked, Asked("Q2")], PATH, problems)
    assert [one["code"] for one in rows[0]["options"]] == ["b", "c"]
    assert [one.field for one in problems] == ["questions.0.1.text", "questions.1.text"]


def test_the_order_of_codes_says_nothing() -> None:
    was = (Question("Q1", "?", (Option("a", "甲", adds=("M02", "M01")),)),)
    now = (Question("Q1", "?", (Option("a", "甲", adds=("M01", "M02")),)),)
    assert tree.settled(was, now) == was
    fewer = (Question("Q1", "?", (Option("a", "甲", adds=("M01",)),)),)
    assert tree.settled(was, fewer) == fewer


def item(asked: tree.Tree, start: str) -> ItemDefinition:
    content = msgspec.to_builtins(sound("A-1", organ_id=1, materials=ROWS))
    return preview.unsaved(content, asked, start)


@pytest.mark.parametrize(
    ("adds", "drops", "sentence"),
    [
        ([], [], "人人要交"),
        (["M02"], [], "只有选了“乙”（Q1）才要交"),
        ([], ["M02"], "除了选了“甲”（Q1）的，都要交"),
        (["M02"], ["M02"], "选了“乙”（Q1）才要交，但选了“甲”（Q1）就不用交"),
    ],
)
def test_who_brings_a_material_is_said_in_a_sentence(
    adds: list[str], drops: list[str], sentence: str
) -> None:
    asked = [Asked("Q1", "问", choices=[Choice("a", "甲", drops=drops), Choice("b", "乙", adds=adds)])]
    assert [one.when for one in tree_shown.rows(asked, item(asked, "Q1"))][1] == sentence


def test_the_preview_follows_the_answers_and_shows_the_bare_way() -> None:
    asked = line("Q1", "Q2")
    asked[0].choices[0].drops, asked[1].choices[1].drops = ["M01"], ["M02"]
    post = QueryDict("a.Q1=a&a.Q2=a")
    found = preview.preview(item(asked, "Q1"), asked, post)
    assert (found.count, found.refusals, found.longest, found.cut) == (4, 0, 2, 1)
    assert [one.code for one in found.materials] == ["M02", "M03"] and found.is_complete
    assert found.bare and [step.answer for step in found.bare.steps] == ["a", "b"]
    assert [one.target for one in found.findings] == ["e-questions-1-1"]
    walked = preview.preview(item(asked, "Q1"), asked, post, found.bare.ask)
    assert [one.code for one in walked.materials] == ["M03"]
    assert sum(one.is_bare for one in walked.ways) == 1
    assert (
        preview.preview(item(asked, "Q1"), asked, post, "walk:[[1]]").materials == item(asked, "Q1").materials
    )


def test_a_finding_leads_to_its_place_behind_blank_answers() -> None:
    asked = [Asked("Q1", "问", choices=[Choice("a"), Choice("b", "乙", next="Q9")]), Asked("Q2", "孤")]
    found = {one.text: one.target for one in preview.preview(item(asked, "Q1"), asked, QueryDict()).findings}
    assert sorted(found.values()) == ["e-questions-0-1", "e-questions-1"]


TEXTS = st.sampled_from(["", " ", "甲", "乙\n丙", "坏\x00", "a" * 300])
CODES = st.sampled_from(["", "Q1", "Q2", "Q3", "Q99", "+", "坏\x00", "a.b"])
ASKS = st.one_of(
    st.builds(
        "{}:{}:{}".format,
        st.sampled_from(["add", "drop", "up", "down", "walk", ""]),
        st.sampled_from(
            ["questions", "questions.0", "questions.1", "questions.7", "questions.x", "steps", ""]
        ),
        st.sampled_from(["", "0", "1", "2", "-1", "９", "99999999999"]),
    ),
    st.sampled_from(["", ":", "add:questions", "walk:{", 'walk:[["Q1",["a"]]]']),
)
CHOICES = st.builds(
    Choice, st.sampled_from(["", "a", "b"]), TEXTS, CODES, TEXTS, st.lists(CODES, max_size=2),
    st.lists(st.sampled_from(["M01", "M02", "M9"]), max_size=3), st.lists(st.sampled_from(["M01", "M9"]), max_size=2),
)  # fmt: skip
TREES = st.lists(st.builds(Asked, CODES, TEXTS, st.booleans(), st.lists(CHOICES, max_size=3)), max_size=4)


@settings(max_examples=150, deadline=None)
@given(TREES, st.lists(ASKS, max_size=6), CODES)
def test_any_posts_give_an_item_or_a_clear_message(asked: tree.Tree, asks: list[str], start: str) -> None:
    for ask in asks or [""]:
        post = QueryDict(mutable=True)
        posted_tree(asked, PATH, post)
        before = tree.read(post, PATH)
        asked = tree.altered(before, ask, PATH)
        start = tree.start(start, before, asked)
        shown = tree_shown.shown(asked, start, item(asked, start))
        assert len(shown.questions) == len(asked)
        preview.preview(item(asked, start), asked, post, ask)
    problems: list[FieldError] = []
    rows = tree.value(asked, PATH, problems)
    assert msgspec.convert(rows, tuple[Question, ...]) is not None
    assert start in {one.code for one in asked} or not asked
    assert all(one.message for one in problems)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 4), st.lists(ASKS, max_size=12))
def test_buttons_alone_never_break_a_tree(length: int, asks: list[str]) -> None:
    """Codes stay single, nothing leads nowhere, and what is not asked any more is never the first."""
    asked = line(*[f"Q{number}" for number in range(1, length + 1)])
    start = "Q1"
    for ask in asks:
        made = after(asked, ask)
        start = tree.start(start, asked, made)
        asked = made
        codes = [one.code for one in asked]
        leading = {choice.next for one in asked for choice in one.choices if choice.next}
        assert len(codes) == len(set(codes)) and leading <= set(codes)
        assert all(len({one.code for one in row.choices}) == len(row.choices) for row in asked)
        assert (start in codes) == bool(codes)
        assert not any(one.code == choice.next for one in asked for choice in one.choices)


def sent(asked: tree.Tree) -> dict[str, Any]:
    post = QueryDict(mutable=True)
    posted_tree(asked, PATH, post)
    return {**dict(post.lists()), "end": "1"}
