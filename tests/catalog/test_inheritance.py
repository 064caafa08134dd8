"""A lower level may only better what the catalogue item fixes (handbook 2.5)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import Basis, Fee, Limit, Material, Step
from onewindow.catalog.rules.inheritance import DEFAULT_UNIFIED, UNIFIABLE, inheritance_problems
from onewindow.catalog.rules.saving import findings
from tests.catalog.samples import SOUND, sound

COMMON = CommonElements(
    catalog_code=SOUND.catalog_code,
    name=SOUND.name,
    type=SOUND.type,
    basis=SOUND.basis,
    levels=("3", "4"),
    legal_limit=SOUND.legal_limit,
    promised_limit=Limit(10),
    visits=1,
    conditions=SOUND.conditions,
    materials=SOUND.materials,
    steps=SOUND.steps,
    results=SOUND.results,
    form_schema=SOUND.form_schema,
    fee=Fee(charged=False),
    subjects=SOUND.subjects,
)
EVERY = UNIFIABLE
EXTRA = Material("M09", "社保证明", basis="《某某条例》第九条")


def common(**changes: Any) -> CommonElements:
    return msgspec.structs.replace(COMMON, **changes)


def test_what_is_equal_may_stand() -> None:
    assert inheritance_problems(COMMON, SOUND, EVERY) == []
    assert findings(SOUND, common=COMMON) == []


def test_every_element_of_the_setting_can_be_compared() -> None:
    assert EVERY > DEFAULT_UNIFIED and len(DEFAULT_UNIFIED) == 10
    with pytest.raises(KeyError):
        inheritance_problems(COMMON, SOUND, {"colour"})


@pytest.mark.parametrize(
    "changes",
    [
        {"promised_limit": Limit(1)},
        {"promised_limit": None},
        {"visits": 0},
        {"materials": SOUND.materials[:1]},
        {"materials": (*SOUND.materials[:2], Material("M03", "租赁合同", need="optional"))},
        {"name": " 某某许可 ", "basis": (Basis("某某条例", "第八条"),)},
        {"basis": ()},
        {"form_schema": {}},
        {"level": "县级"},
    ],
)
def test_what_is_better_or_not_told_may_stand(changes: dict[str, Any]) -> None:
    assert inheritance_problems(COMMON, sound(**changes)) == []


WORSE: list[tuple[str, str, dict[str, Any], tuple[str, str]]] = [
    ("2.5-1", "name", {"name": "某某审批"}, ("某某许可", "某某审批")),
    ("2.5-1", "catalog_code", {"catalog_code": "370117002012"}, ("370117002011", "370117002012")),
    ("2.5-1", "type", {"type": "07"}, ("行政许可", "行政确认")),
    ("2.5-1", "basis", {"basis": (Basis("《别的条例》", "第一条"),)}, ("《某某条例》第八条", "《别的条例》第一条")),
    ("2.5-1", "level", {"level": "省级"}, ("市级、县级", "省级")),
    ("2.5-1", "legal_limit", {"legal_limit": Limit(30)}, ("20 工作日", "30 工作日")),
    ("2.5-1", "steps", {"steps": (Step("受理", "clerk"), Step("盖章", "clerk"))}, ("受理→审核", "受理→盖章")),
    ("2.5-1", "form_schema", {"form_schema": {"properties": {"age": {"type": "integer"}}}}, ("name", "age")),
    ("2.5-1", "materials.M02.name", {"materials": (Material("M02", "平面图原件"),)}, ("平面图", "平面图原件")),
    ("2.5-1", "materials.M09", {"materials": (Material("M09", "照片", need="optional"),)}, ("没有", "照片")),
    ("2.5-1", "conditions", {"conditions": ("年满十八周岁", "有房")}, ("有固定场所", "有房")),
    ("2.5-2", "promised_limit", {"promised_limit": Limit(12)}, ("10 工作日", "12 工作日")),
    ("2.5-3", "materials.M09", {"materials": (*SOUND.materials, EXTRA)}, ("3 项", "社保证明")),
    ("2.5-3", "materials.M03.need", {"materials": (Material("M03", "租赁合同"),)}, ("容缺后补", "必要")),
    ("2.5-3", "materials.M02.copies", {"materials": (Material("M02", "平面图", copies=3),)}, ("1 份", "3 份")),
    ("2.5-4", "visits", {"visits": 2}, ("1 次", "2 次")),
    ("2.5-5", "fee.charged", {"fee": Fee(charged=True)}, ("不收费", "收费")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "element", "changes", "values"), WORSE)
def test_what_is_worse_is_refused_with_both_values(
    rule: str, element: str, changes: dict[str, Any], values: tuple[str, str]
) -> None:
    found = inheritance_problems(COMMON, sound(**changes), EVERY)
    hits = [row for row in found if row.rule == rule and row.element.startswith(element)]
    assert hits, found
    text = hits[0].text()
    assert hits[0].level == "error" and all(value in text for value in values), text
    assert any(row.rule == rule for row in findings(sound(**changes), common=COMMON, unified=EVERY))


def test_an_element_that_is_not_unified_may_differ() -> None:
    assert inheritance_problems(COMMON, sound(name="某某审批"), DEFAULT_UNIFIED - {"name"}) == []


@pytest.mark.parametrize(
    ("name", "main_name", "rules"),
    [
        ("新办", "某某许可", []),
        ("某某许可（新办）", "", []),
        ("某某许可-新办", "某某许可", []),
        ("变更", "某某许可", ["2.5-1"]),
        ("新办", "某某审批", ["2.5-1"]),
    ],
)
def test_a_sub_item_is_called_as_in_the_catalogue(name: str, main_name: str, rules: list[str]) -> None:
    found = inheritance_problems(common(sub_name="新办"), sound(name=name, main_name=main_name))
    assert [row.rule for row in found] == rules


def test_the_law_binds_the_promise_where_the_catalogue_promises_nothing() -> None:
    found = inheritance_problems(common(promised_limit=None, legal_limit=Limit(5)), sound(), {"name"})
    assert [row.rule for row in found] == ["2.5-2"]


def test_limits_in_two_units_are_not_compared() -> None:
    found = inheritance_problems(common(promised_limit=Limit(5, "calendar_day")), sound())
    assert [(row.rule, row.level) for row in found] == [("2.5-2", "warning")]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 30), st.integers(0, 30), st.integers(0, 4), st.integers(0, 4), st.sets(st.integers(0, 5))
)
def test_only_better_is_allowed(
    theirs: int, ours: int, their_visits: int, our_visits: int, rows: set[int]
) -> None:
    shared = common(
        promised_limit=Limit(theirs),
        visits=their_visits,
        materials=tuple(Material(f"M{n}", f"材料{n}") for n in range(3)),
    )
    own = sound(
        promised_limit=Limit(ours),
        visits=our_visits,
        materials=tuple(Material(f"M{n}", f"材料{n}") for n in sorted(rows)),
    )
    found = {row.rule for row in inheritance_problems(shared, own)}
    wanted = {"2.5-2": ours > theirs, "2.5-3": bool(rows - {0, 1, 2}), "2.5-4": our_visits > their_visits}
    assert found == {rule for rule, is_worse in wanted.items() if is_worse}
