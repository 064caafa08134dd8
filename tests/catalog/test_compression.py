"""The figures of the work-bench: sums from rows, populations told, what-if never worse."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.catalog.compression import Assumptions, figures, groups
from onewindow.catalog.compression.example import example
from onewindow.catalog.compression.materials import plain_name
from onewindow.catalog.definition import ItemDefinition, Limit, Material


def item(legal: Limit | None = None, promised: Limit | None = None, **more) -> ItemDefinition:
    plain = {
        "version_id": 0,
        "task_code": more.pop("task_code", "T1"),
        "version": 1,
        "name": "事项",
        "type": "01",
        "organ_id": 1,
        "organ_name": "某局",
        "region": "511602",
    }
    return ItemDefinition(**plain, legal_limit=legal, promised_limit=promised, **more)


def test_the_published_sums_come_out_of_the_rows_of_the_example() -> None:
    found = figures(example())
    assert (found.chosen, found.counted, found.at_once) == (22, 22, 6)
    assert (found.days.before, found.days.after, found.days.rate) == (358, 64, Decimal("82.12"))
    assert (found.materials.before, found.materials.after, found.materials.rate) == (
        373,
        76,
        Decimal("79.62"),
    )
    assert len({row.organ_name for row in example()}) == 13


def test_one_row_more_moves_the_figures() -> None:
    rows = example()
    rows.append(item(Limit(42), Limit(36), materials=(Material("Y1", "另一种材料"),)))
    found = figures(rows)
    assert (found.days.before, found.days.after, found.days.rate) == (400, 100, Decimal("75.00"))
    assert (found.materials.before, found.materials.after) == (374, 77)


@pytest.mark.parametrize(
    ("legal", "promised", "why"),
    [
        (None, Limit(3), "没有法定时限"),
        (Limit(3), None, "没有承诺时限"),
        (Limit(30, "calendar_day"), Limit(10, "calendar_day"), "时限不以工作日计"),
        (Limit(30), Limit(10, "calendar_day"), "时限不以工作日计"),
        (Limit(0), Limit(0), "法定时限为 0"),
    ],
)
def test_what_cannot_be_summed_is_named_with_its_reason(legal, promised, why) -> None:
    found = figures([item(legal, promised, task_code="A"), item(Limit(10), Limit(4), task_code="B")])
    assert [(row.task_code, row.reason) for row in found.left_out] == [("A", why)]
    assert (found.chosen, found.counted, found.days.before) == (2, 1, 10)


def test_nothing_chosen_is_no_data_and_not_a_hundred_percent() -> None:
    found = figures([])
    assert (found.days.rate, found.mean_rate, found.materials.rate) == (None, None, None)


def test_the_two_rates_differ() -> None:
    found = figures([item(Limit(20), Limit(10)), item(Limit(2), Limit(0))])
    assert (found.days.rate, found.mean_rate) == (Decimal("54.55"), Decimal("75.00"))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"licence_code": "L1", "name": "营业执照"}, {"licence_code": "L1", "name": "执照副本"}, True),
        ({"licence_code": "L1", "name": "执照"}, {"licence_code": "L2", "name": "执照"}, False),
        ({"elements": ("a", "b"), "name": "甲表"}, {"elements": ("b", "a"), "name": "乙表"}, True),
        ({"name": "身份证（原件）"}, {"name": "身份证复印件"}, True),
        ({"name": "《申请表》一式两份"}, {"name": "申请表"}, True),
        ({"name": "申请表"}, {"name": "申请书"}, False),
    ],
)
def test_which_rows_are_one_material(one, other, is_same) -> None:
    rows = [
        item(task_code="A", materials=(Material("M1", **one),)),
        item(task_code="B", materials=(Material("M7", **other),)),
    ]
    assert (len(groups(rows)) == 1) is is_same


def test_a_form_that_stands_whole_on_a_fuller_one_is_asked_no_longer() -> None:
    rows = [
        item(
            materials=(
                Material("M1", "大表", elements=("a", "b", "c")),
                Material("M2", "小表", elements=("a",)),
            )
        ),
        item(materials=(Material("M1", "执照", licence_code="L", elements=("a",)),)),
    ]
    found = figures(rows)
    assert (found.materials.before, found.materials.after) == (3, 2)
    assert {group.name: group.within for group in found.groups} == {"大表": "", "小表": "大表", "执照": ""}


def test_what_if_caps_promises_and_spares_what_government_holds() -> None:
    rows = [
        item(
            Limit(20),
            Limit(15),
            visits=3,
            materials=(Material("M1", "执照", source="government"), Material("M2", "图")),
        ),
        item(Limit(10), Limit(2), visits=0),
    ]
    found = figures(rows, Assumptions(promise_percent=35, promise_days=6, fetched=True, visits=1))
    assert (found.days.before, found.days.after) == (30, 8)
    assert (found.materials.after, found.visits) == (1, 1)


limits = st.builds(Limit, days=st.integers(0, 60), unit=st.sampled_from(["working_day", "calendar_day"]))
assumed = st.builds(
    Assumptions,
    promise_percent=st.none() | st.integers(0, 100),
    promise_days=st.none() | st.integers(0, 60),
    fetched=st.booleans(),
    visits=st.none() | st.integers(0, 5),
)
materials = st.lists(
    st.builds(
        Material,
        code=st.just("M"),
        name=st.sampled_from(["申请表", "身份证", "图纸", "（）"]),
        source=st.sampled_from(["applicant", "government"]),
        elements=st.lists(st.sampled_from("abc"), max_size=3).map(tuple),
    ),
    max_size=4,
).map(tuple)
items = st.lists(
    st.builds(
        item,
        st.none() | limits,
        st.none() | limits,
        visits=st.none() | st.integers(0, 9),
        materials=materials,
    ),
    max_size=6,
)


@given(items, assumed)
def test_an_assumption_never_makes_anything_longer(rows, assumption) -> None:
    now, then = figures(rows), figures(rows, assumption)
    assert then.days.before == now.days.before
    assert then.days.after <= now.days.after
    assert then.materials.after <= now.materials.after <= now.materials.before
    assert then.visits <= now.visits
    assert now.counted + len(now.left_out) == now.chosen


@given(st.text(max_size=30))
def test_a_plain_name_is_never_lost(name) -> None:
    assert plain_name(name) or not name.strip()
