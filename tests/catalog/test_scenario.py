"""The examination of a question tree agrees with the checklist, and stays quick on large trees."""

from __future__ import annotations

import time
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.catalog.definition import ItemDefinition, Material, Option, Question
from onewindow.catalog.rules import checklist, scenario_problems
from onewindow.catalog.rules.scenario import scenario, scenario_findings
from tests.catalog.samples import sound

ROWS = (Material("M1", "甲"), Material("M2", "乙"), Material("M3", "丙", need="optional"))


def tree(*questions: Question, rows: tuple[Material, ...] = ROWS, start: str | None = "Q1") -> ItemDefinition:
    return sound(materials=rows, questions=questions, start_question=start)


def rules_of(item: ItemDefinition) -> set[str]:
    return {row.rule for row in scenario_findings(item)}


def test_a_tree_is_shown_as_it_is() -> None:
    item = tree(
        Question("Q1", "哪一类？", (
            Option("new", "新办", next="Q2"),
            Option("fix", "变更", drops=("M2",)),
            Option("no", "很小", rejected="不需要办理"),
        )),
        Question("Q2", "有哪些情况？", (Option("a", "有", adds=("M3",)), Option("b", "无")), multiple=True),
    )  # fmt: skip
    found = scenario(item)
    assert found.findings == () and found.bare is None and found.is_examined
    assert (found.path_count, found.refusals) == (5, 1)
    assert found.longest == (("Q1", ("new",)), ("Q2", ("a",)))
    assert all(row.is_reachable and not row.is_looping for row in found.questions)
    assert {path.choices: (path.materials, path.rejected) for path in found.paths} == {
        (("Q1", ("new",)), ("Q2", ("a",))): (("M1", "M2", "M3"), None),
        (("Q1", ("new",)), ("Q2", ("b",))): (("M1", "M2"), None),
        (("Q1", ("new",)), ("Q2", ("a", "b"))): (("M1", "M2", "M3"), None),
        (("Q1", ("fix",)),): (("M1",), None),
        (("Q1", ("no",)),): ((), "不需要办理"),
    }


A = Option("a", "甲")
BROKEN: list[tuple[str, str, ItemDefinition]] = [
    ("2.6-1", "指向不存在的问题 Q9", tree(Question("Q1", "?", (Option("a", "甲", next="Q9"),)))),
    ("2.6-2", "不存在的材料 M9", tree(Question("Q1", "?", (Option("a", "甲", drops=("M9",)),)))),
    ("2.6-3", "没有起始问题", tree(Question("Q1", "?", (A,)), start=None)),
    ("2.6-4", "问题 Q1 绕回自身", tree(Question("Q1", "?", (Option("a", "甲", next="Q2"),)), Question("Q2", "?", (Option("a", "甲", next="Q1"),)))),
    ("2.6-5", "问题 Q2 无法到达", tree(Question("Q1", "?", (A,)), Question("Q2", "?", (A,)))),
    ("2.6-5", "问题 Q2 无法到达", tree(Question("Q1", "?", (Option("a", "甲", next="Q2", rejected="不办"),)), Question("Q2", "?", (A,)))),
    ("2.6-6", "问题 Q1 没有选项", tree(Question("Q1", "?", ()))),
    ("2.6-7", "Q1（a）→Q2（b）", tree(Question("Q1", "?", (Option("a", "甲", drops=("M1",), next="Q2"),)), Question("Q2", "?", (A, Option("b", "乙", drops=("M2",)))))),
    ("2.6-8", "只走最前面", tree(Question("Q1", "?", (Option("a", "甲", next="Q2"), Option("b", "乙", next="Q3")), multiple=True), Question("Q2", "?", (A,)), Question("Q3", "?", (A,)))),
    ("2.6-10", "问题编号 Q1 重复", tree(Question("Q1", "?", (A,)), Question("Q1", "?", (A,)))),
    ("2.6-10", "选项编号 a 重复", tree(Question("Q1", "?", (A, A)))),
    ("2.6-11", "没有的字段 colour", tree(Question("Q1", "?", (Option("a", "甲", fields=("colour",)),)))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "words", "item"), BROKEN)
def test_what_is_wrong_with_a_tree_is_told(rule: str, words: str, item: ItemDefinition) -> None:
    hits = [row for row in scenario_findings(item) if row.rule == rule]
    assert any(words in row.text() for row in hits), scenario_findings(item)
    assert any(words in text for text in scenario_problems(item)) == (hits[0].level == "error")
    assert scenario(item).findings == tuple(scenario_findings(item))


def test_an_item_without_questions_needs_a_required_material_only_when_it_is_handled() -> None:
    assert rules_of(tree(rows=(), start=None)) == {"2.6-7"}
    assert scenario_findings(sound(materials=(), handled=False)) == []
    assert scenario(sound()).path_count == 1


def everyone(item: ItemDefinition) -> dict[Any, tuple[tuple[str, ...], str | None]]:
    """All complete ways by asking the checklist again and again."""
    ended: dict[Any, tuple[tuple[str, ...], str | None]] = {}
    waiting: list[dict[str, list[str] | str]] = [{}]
    while waiting:
        answers = waiting.pop()
        found = checklist(item, answers)
        if found.complete:
            ended[found.path] = (tuple(row.code for row in found.materials), found.rejected)
            continue
        question = found.next_question
        assert question is not None
        for size in range(1, len(question.options) + 1 if question.multiple else 2):
            for picked in combinations(question.options, size):
                codes = [option.code for option in picked]
                waiting.append(answers | {question.code: codes if question.multiple else codes[0]})
    return ended


@st.composite
def trees(draw: st.DrawFn) -> ItemDefinition:
    count = draw(st.integers(1, 4))
    codes = [f"Q{number}" for number in range(1, count + 1)]
    rows = tuple(
        Material(f"M{number}", "某", need=draw(st.sampled_from(["required", "optional"])))
        for number in range(1, 4)
    )
    some_rows = st.lists(st.sampled_from([row.code for row in rows]), max_size=2, unique=True).map(tuple)
    questions = []
    for number, code in enumerate(codes):
        options = tuple(
            Option(
                f"o{index}", "选", adds=draw(some_rows), drops=draw(some_rows),
                next=draw(st.sampled_from([None, None, *codes[number + 1 :], "Q9"])),
                rejected="不办" if draw(st.integers(0, 5)) == 0 else None,
            )
            for index in range(draw(st.integers(1, 3)))
        )  # fmt: skip
        questions.append(Question(code, "?", options, multiple=draw(st.booleans())))
    return sound(materials=rows, questions=tuple(questions), start_question="Q1")


@settings(max_examples=150, deadline=None)
@given(trees())
def test_the_examination_agrees_with_the_checklist(item: ItemDefinition) -> None:
    ways, found = everyone(item), scenario(item, most=100_000)
    assert {path.choices: (path.materials, path.rejected) for path in found.paths} == ways
    assert (found.path_count, found.refusals) == (len(ways), sum(1 for _, why in ways.values() if why))
    assert len(found.longest) == max(map(len, ways))
    required = {row.code for row in item.materials if row.need == "required"}
    bare = {way for way, (rows, why) in ways.items() if not why and required.isdisjoint(rows)}
    assert (found.bare in bare) if bare else (found.bare is None)
    assert found.is_examined
    reached = {code for way in ways for code, _ in way}
    assert {row.code for row in found.questions if row.is_reachable} == reached


def chain(count: int, *, options: int, multiple: bool, drops: bool) -> ItemDefinition:
    rows = tuple(Material(f"M{number}", "某") for number in range(count))
    questions = tuple(
        Question(f"Q{number}", "?", tuple(
            Option(f"o{index}", "选", next=f"Q{number + 1}" if number + 1 < count else None,
                   drops=(f"M{(number * 7 + index) % count}",) if drops else ())
            for index in range(options)
        ), multiple=multiple)
        for number in range(count)
    )  # fmt: skip
    return sound(materials=rows, questions=questions, start_question="Q0")


@pytest.mark.parametrize(
    ("count", "options", "multiple", "drops"),
    [
        (200, 3, False, False),
        (200, 3, False, True),
        (200, 8, True, True),
        (2000, 2, False, False),
        (20, 60, True, True),
    ],
)
def test_a_large_tree_is_examined_at_once(count: int, options: int, multiple: bool, drops: bool) -> None:
    item = chain(count, options=options, multiple=multiple, drops=drops)
    before = time.process_time()
    found = scenario(item)
    assert time.process_time() - before < 2.5
    each = 2**options - 1 if multiple else options
    assert found.path_count == each**count and len(found.paths) == 200 and len(found.longest) == count
    assert found.is_examined != ("2.6-9" in {row.rule for row in found.findings})


def test_a_row_that_was_dropped_stays_out_when_a_later_answer_adds_it() -> None:
    item = tree(
        Question("Q1", "?", (Option("a", "甲", drops=("M2",), next="Q2"),)),
        Question("Q2", "?", (Option("a", "甲", adds=("M2",)),)),
        rows=(Material("M2", "乙"), Material("M3", "丙", need="optional")),
    )
    assert [row.code for row in checklist(item, {"Q1": "a", "Q2": "a"}).materials] == ["M3"]
    assert scenario(item).bare == (("Q1", ("a",)), ("Q2", ("a",)))


def test_a_bare_way_is_found_in_a_tree_too_large_to_walk() -> None:
    rows = (Material("M1", "甲"), Material("M2", "乙"))
    last = Question("Q99", "?", (A, Option("b", "乙", drops=("M2",))))
    middle = tuple(
        Question(
            f"Q{number}",
            "?",
            (Option("a", "甲", next=f"Q{number + 1}"), Option("b", "乙", next=f"Q{number + 1}")),
        )
        for number in range(2, 99)
    )
    item = tree(Question("Q1", "?", (Option("a", "甲", drops=("M1",), next="Q2"),)), *middle, last, rows=rows)
    bare = scenario(item).bare
    assert bare is not None and len(bare) == 99 and bare[-1] == ("Q99", ("b",))
