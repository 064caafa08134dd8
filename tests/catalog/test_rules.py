"""Types, scenario, forms and the rules before publication."""

from typing import Any

import pytest

from onewindow.catalog import rules
from onewindow.catalog.definition import ItemDefinition, Limit, Material, Option, Question, Step
from onewindow.kernel.errors import Invalid


def item(**changes: Any) -> ItemDefinition:
    base = {
        "version_id": 1,
        "task_code": "C-1",
        "version": 1,
        "name": "某某许可",
        "type": "01",
        "organ_id": 1,
        "organ_name": "区某局",
        "region": "511602",
        "materials": (
            Material("M01", "申请表"),
            Material("M02", "图纸"),
            Material("M03", "合同", need="deferrable"),
        ),
    }
    return ItemDefinition(**(base | changes))


TREE = item(
    start_question="Q1",
    questions=(
        Question("Q1", "哪一类？", (
            Option("new", "新建", next="Q2"),
            Option("fix", "维修", drops=("M02",)),
            Option("tiny", "很小", rejected="不需要许可"),
        )),
        Question("Q2", "有哪些情况？", (Option("a", "甲", adds=("M03",)), Option("b", "乙")), multiple=True),
    ),
)  # fmt: skip


def test_only_licences_know_deemed_acceptance_and_every_rule_can_be_set() -> None:
    licence = rules.type_rules("01")
    assert (licence.correction_days, licence.is_deemed, licence.extension_days, licence.delivery_days) == (
        5,
        True,
        10,
        10,
    )
    for code in ("05", "07", "08", "09", "10", "20", "30"):
        assert not rules.type_rules(code).is_deemed
        assert rules.type_rules(code).extension_days == 20
    assert rules.type_rules("20", {"20": {"is_deemed": True}}).is_deemed
    assert rules.type_code("公共服务") == "20" and rules.type_code("没有的") is None


@pytest.mark.parametrize(
    ("answers", "complete", "following", "codes", "rejected"),
    [
        ({}, False, "Q1", ["M01", "M02"], None),
        ({"Q1": "fix"}, True, None, ["M01"], None),
        ({"Q1": "tiny"}, True, None, [], "不需要许可"),
        ({"Q1": "new"}, False, "Q2", ["M01", "M02"], None),
        ({"Q1": "new", "Q2": ["a", "b"]}, True, None, ["M01", "M02", "M03"], None),
        ({"Q1": "new", "Q2": ["b"]}, True, None, ["M01", "M02"], None),
        ({"Q1": "fix", "Q2": ["a"]}, True, None, ["M01"], None),
    ],
)
def test_the_scenario_leads_to_the_exact_list(answers, complete, following, codes, rejected) -> None:
    found = rules.checklist(TREE, answers)
    assert (found.complete, found.rejected) == (complete, rejected)
    assert (found.next_question.code if found.next_question else None) == following
    assert [row.code for row in found.materials] == codes


@pytest.mark.parametrize(
    "answers",
    [
        {"Q9": "x"},
        {"Q1": "x"},
        {"Q1": ["new"]},
        {"Q1": 3},
        {"Q1": None},
        {"Q2": []},
        {"Q2": [1]},
        {"Q2": {}},
        "Q1",
        [1],
    ],
)
def test_answers_that_do_not_exist_are_named(answers: Any) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checklist(TREE, answers)
    assert refused.value.fields


def test_a_matter_without_questions_is_complete_at_once() -> None:
    found = rules.checklist(item(), {})
    assert found.complete and found.next_question is None and len(found.materials) == 3


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"legal_limit": Limit(5), "promised_limit": Limit(6)}, "超过法定"),
        ({"promised_limit": Limit(2), "steps": (Step("受理", "clerk", 3),)}, "各步骤天数"),
        ({"materials": (Material("M01", "甲"), Material("M01", "乙"))}, "材料编号重复"),
        ({"questions": TREE.questions, "start_question": "Q7"}, "没有起始问题"),
        (
            {"questions": (Question("Q1", "?", (Option("a", "甲", next="Q1"),)),), "start_question": "Q1"},
            "绕回",
        ),
        (
            {"questions": (Question("Q1", "?", (Option("a", "甲", adds=("M9",)),)),), "start_question": "Q1"},
            "不存在的材料",
        ),
        ({"questions": (*TREE.questions, Question("Q3", "?", ())), "start_question": "Q1"}, "无法到达"),
        ({"handled": True}, "办件类型"),
    ],
)
def test_rules_before_publication(changes: dict, problem: str) -> None:
    assert any(problem in text for text in rules.definition_problems(item(**changes)))


def test_an_honest_item_may_be_published_and_units_are_not_compared_across() -> None:
    assert (
        rules.definition_problems(item(legal_limit=Limit(5, "calendar_day"), promised_limit=Limit(6))) == []
    )


FORM = item(
    form_schema={
        "type": "object",
        "required": ["name", "area"],
        "properties": {
            "name": {"type": "string", "title": "名称", "minLength": 2, "maxLength": 5},
            "area": {"type": "number", "title": "面积", "exclusiveMinimum": 0},
            "kind": {"type": "string", "title": "种类", "enum": ["甲", "乙"]},
            "code": {"type": "string", "title": "代码", "pattern": "^\\d{4}$"},
            "on": {"type": "string", "title": "日期", "format": "date"},
            "rows": {
                "type": "array",
                "title": "清单",
                "maxItems": 2,
                "items": {
                    "type": "object",
                    "required": ["n"],
                    "properties": {"n": {"type": "integer", "title": "数"}},
                },
            },
        },
    }
)
DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"name": "名称", "area": 3}, []),
        ({}, [("form.area", "required"), ("form.name", "required")]),
        ({"name": "名", "area": 0}, [("form.area", "too-small"), ("form.name", "too-short")]),
        ({"name": "名称", "area": "3"}, [("form.area", "wrong-type")]),
        ({"name": "名称", "area": True}, [("form.area", "wrong-type")]),
        ({"name": "名称", "area": 1, "x": 1}, [("form.x", "unknown-field")]),
        ({"name": "名称", "area": 1, "kind": "丙"}, [("form.kind", "not-an-option")]),
        ({"name": "名称", "area": 1, "code": "12"}, [("form.code", "wrong-pattern")]),
        ({"name": "名称", "area": 1, "on": "2026-02-30"}, [("form.on", "wrong-format")]),
        (
            {"name": "名称", "area": 1, "rows": [{}, {"n": "1"}]},
            [("form.rows.0.n", "required"), ("form.rows.1.n", "wrong-type")],
        ),
        ({"name": "名\x00称", "area": 1}, [("form.name", "bad-text")]),
        ({"name": "\ud800称", "area": 1}, [("form.name", "bad-text")]),
        ({"name": DEEP, "area": 1}, [("form", "too-deep")]),
        ([], [("form", "wrong-type")]),
        (None, [("form", "wrong-type")]),
    ],
)
def test_forms_are_checked_against_their_schema(form: Any, errors: list) -> None:
    found = rules.form_errors(FORM, form)
    assert [(row.field, row.code) for row in found] == errors
    assert all(row.message % row.params for row in found)


def test_a_matter_without_a_form_takes_an_empty_one_only() -> None:
    assert rules.form_errors(item(), {}) == []
    assert [row.code for row in rules.form_errors(item(), {"a": 1})] == ["unknown-field"]
