"""The same item at several organs: who is kindred to whom, what differs, and what differs most."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onewindow.catalog import adapters, demonstration, organ_comparison
from onewindow.catalog.definition import Fee, ItemDefinition, Limit, Material
from onewindow.catalog.importing import SourceText
from tests.catalog.sheet_items import item

BODY = ("11511301008778255F", "11511301MB051073XA")


def at(organ: int, **changes: object):
    given = {
        "organ_name": f"{organ} 局",
        "name": "某某类许可",
        "task_code": f"CODE-{organ}-{changes.get('name', '')}",
    } | changes
    return item(**given)


def test_kindred_are_by_catalogue_code_then_basic_code_then_name() -> None:
    groups = organ_comparison.compare(
        [
            at(1, catalog_code="370117002011", name="甲类许可", visits=0),
            at(2, catalog_code="370117002011", name="乙类许可", visits=1),
            at(1, task_code=f"{BODY[0]}3370117002012", name="丙类许可（市级）", visits=0),
            at(2, task_code=f"{BODY[1]}4370117002012", name="丙类许可（县级）", visits=1),
            at(1, name="丁类别的许可", visits=0),
            at(2, name="丁类别的 许可", visits=1),
            at(1, name="变更", visits=0),
            at(2, name="变更", visits=1),
            at(1, name="变更", main_name="戊类许可", visits=0),
            at(3, name="变更", main_name="戊类许可", visits=1),
            at(1, name="同一部门同名许可", visits=0, task_code="X-1"),
            at(1, name="同一部门同名许可", visits=1, task_code="X-2"),
        ]
    )
    assert {(group.key[0], group.items, group.organs) for group in groups} == {
        ("catalog", 2, 2), ("basic", 2, 2), ("name", 2, 2),
    }  # fmt: skip
    assert len(groups) == 4


def test_elements_that_differ_are_listed_and_the_most_different_come_first() -> None:
    alike = [at(organ, name="完全一样的许可") for organ in (1, 2)]
    some = [at(organ, name="时限不同的许可", promised_limit=Limit(organ)) for organ in (1, 2)]
    lists = [(Material("M1", "申请表"),), (Material("M7", "申请表"), Material("M2", "照片"))]
    many = [
        at(organ, name="处处不同的许可", promised_limit=Limit(organ), visits=organ, fee=Fee(organ == 1), materials=lists[organ - 1])
        for organ in (1, 2)
    ]  # fmt: skip
    first, second = organ_comparison.compare([*alike, *some, *many])
    assert (first.name, second.name) == ("处处不同的许可", "时限不同的许可")
    assert {row.element: row.share for row in first.rows} == {
        "promised_limit": 1, "visits": 1, "fee.charged": 1, "materials": 0.5,
    }  # fmt: skip
    assert [cell.value for cell in second.rows[0].cells] == ["1 个工作日", "2 个工作日"]
    every = organ_comparison.compare([*alike, *some], only_different=False)
    assert [group.score for group in every] == [1, 0]


def test_what_a_source_does_not_tell_is_no_difference() -> None:
    assert organ_comparison.compare([at(1, visits=None, kind=None), at(2, visits=2, kind="instant")]) == []


@given(st.lists(st.integers(0, 3), min_size=2, max_size=12))
def test_the_share_is_that_of_all_pairs(values: list[int]) -> None:
    groups = organ_comparison.compare([at(n, visits=value) for n, value in enumerate(values)])
    pairs = [(a, b) for i, a in enumerate(values) for b in values[i + 1 :]]
    expected = sum(a != b for a, b in pairs) / len(pairs)
    assert (groups[0].score if groups else 0) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("开办（市级/县级）", "开办"),
        ("开具（县级行使）", "开具"),
        ("核准（二级注册建造师增项注册）", "核准二级注册建造师增项注册"),
    ],
)
def test_only_the_level_in_brackets_is_left_out_of_a_name(name: str, plain: str) -> None:
    assert organ_comparison.plain_name(name) == plain


def _shipped() -> list[ItemDefinition]:
    found = []
    for path in demonstration.lists():
        source = SourceText(path)
        found += [row.definition for row in adapters.choose(source).rows(source) if row.definition]
    return found


def test_all_shipped_rows_are_compared_quickly() -> None:
    items = _shipped()
    # A second city: the same items, each at another organ, every tenth with a promise one day shorter.
    other = [
        replace(
            one,
            organ_name=f"邻市{one.organ_name}",
            promised_limit=Limit(one.promised_limit.days - 1)
            if at % 10 == 0 and one.promised_limit and one.promised_limit.days > 1
            else one.promised_limit,
        )
        for at, one in enumerate(items)
    ]
    started = time.process_time()
    kindred = organ_comparison.compare(items, only_different=False)
    different = organ_comparison.compare([*items, *other])
    took = time.process_time() - started
    # Of the shipped rows 39 groups stand at two organs each; where one tells a limit the other tells nothing.
    assert (len(kindred), {group.score for group in kindred}) == (39, {0})
    assert len(different) > 40 and {row.element for group in different for row in group.rows} == {
        "promised_limit"
    }
    assert took < 5, took
