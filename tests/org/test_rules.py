"""Who may do what, which roles exclude each other, who stands in for whom: the pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.actor import STAFF_ROLES
from onewindow.org import rules
from onewindow.org.rules import Authority, Away, Duty, StandIn

DAY = date(2026, 9, 7)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
A, B = 1, 2


@pytest.mark.parametrize(
    "power, duty, is_allowed",
    [
        ("accept", Duty("clerk", None, None, DAY), True),
        ("accept", Duty("clerk", B, None, DAY), False),
        ("examine", Duty("examiner", A, None, DAY), True),
        ("examine", Duty("approver", A, None, DAY), False),
        ("decide", Duty("approver", A, None, DAY), True),
        ("decide", Duty("approver", B, None, DAY), False),
        ("decide", Duty("head", A, None, DAY), False),
        ("extend", Duty("head", A, None, DAY), True),
        ("extend", Duty("head", A, None, AFTER), False),
        ("extend", Duty("head", A, None, BEFORE, BEFORE), False),
        ("extend", Duty("head", A, None, BEFORE, DAY), True),
        ("accept", Duty("clerk", None, "511602001", DAY), False),
        ("accept", Duty("clerk", None, "511600", DAY), True),
    ],
)
def test_what_a_duty_allows(power: str, duty: Duty, is_allowed: bool) -> None:
    assert rules.may(power, duties=[duty], organ_id=A, region="511602", on=DAY) is is_allowed


@pytest.mark.parametrize(
    "authority, task_code, is_allowed",
    [
        (Authority(A, ("decide",), frozenset(), True, DAY), "x", True),
        (Authority(A, ("decide",), frozenset({"x"}), True, DAY), "x", True),
        (Authority(A, ("decide",), frozenset({"x"}), True, DAY), "y", False),
        (Authority(A, ("decide",), frozenset({"x"}), True, DAY), None, False),
        (Authority(A, ("accept",), frozenset(), True, DAY), "x", False),
        (Authority(B, ("decide",), frozenset(), True, DAY), "x", False),
        (Authority(A, ("decide",), frozenset(), True, BEFORE, BEFORE), "x", False),
    ],
)
def test_what_an_authority_allows(authority: Authority, task_code: str | None, is_allowed: bool) -> None:
    found = rules.may("decide", duties=[], authorities=[authority], organ_id=A, task_code=task_code, on=DAY)
    assert found is is_allowed


def test_an_authority_over_all_items_brings_its_roles_and_a_limited_one_none() -> None:
    whole = Authority(A, ("accept", "decide"), frozenset(), True, DAY)
    part = Authority(A, ("decide",), frozenset({"x"}), False, DAY)
    assert rules.roles_on(DAY, duties=[], authorities=[whole]) == {"clerk", "approver"}
    assert rules.roles_on(DAY, duties=[], authorities=[part]) == frozenset()
    assert rules.roles_on(BEFORE, duties=[], authorities=[whole]) == frozenset()


@pytest.mark.parametrize(
    "role, held, clashes",
    [
        ("sysadmin", [], False),
        ("sysadmin", ["sysadmin"], False),
        ("sysadmin", ["auditor"], True),
        ("auditor", ["secadmin"], True),
        ("secadmin", ["clerk"], True),
        ("clerk", ["secadmin"], True),
        ("manager", ["auditor"], True),
        ("approver", ["examiner"], False),
        ("supervisor", ["approver"], True),
        ("examiner", ["supervisor"], True),
        ("manager", ["supervisor"], False),
    ],
)
def test_which_roles_exclude_each_other(role: str, held: list[str], clashes: bool) -> None:
    assert (rules.clash(role, held) is not None) is clashes


@given(st.sets(st.sampled_from(STAFF_ROLES), max_size=4), st.sampled_from(STAFF_ROLES))
def test_exclusion_works_both_ways(held: set[str], role: str) -> None:
    for other in held - {role}:
        assert (rules.clash(role, [other]) is None) == (rules.clash(other, [role]) is None)


@pytest.mark.parametrize(
    "power, username, is_same",
    [("decide", "li", True), ("decide", "wu", False), ("confirm", "wu", True), ("confirm", "li", False)],
)
def test_separation_of_duties(power: str, username: str, is_same: bool) -> None:
    assert rules.is_same_person(power, username, examined_by=["li", "he"], proposed_by="wu") is is_same


PAIRS = [StandIn(1, 2, DAY), StandIn(2, 3, DAY), StandIn(4, 1, DAY), StandIn(5, 2, BEFORE, BEFORE)]


@pytest.mark.parametrize(
    "staff_id, away, expected",
    [
        (2, [], set()),
        (2, [1], {1}),
        (3, [1], set()),
        (3, [1, 2], {1, 2}),
        (2, [1, 2], set()),
        (2, [5], set()),
        (3, [4, 1, 2], {4, 1, 2}),
        (1, [4], {4}),
    ],
)
def test_the_work_of_the_absent_passes_on(staff_id: int, away: list[int], expected: set[int]) -> None:
    absences = [Away(one, DAY, DAY) for one in away]
    assert rules.stands_in_for(staff_id, stand_ins=PAIRS, absences=absences, on=DAY) == expected


@pytest.mark.parametrize("on, expected", [(BEFORE, set()), (DAY, {1}), (AFTER, set())])
def test_absence_covers_both_its_ends(on: date, expected: set[int]) -> None:
    pairs = [StandIn(1, 2, BEFORE)]
    assert rules.stands_in_for(2, stand_ins=pairs, absences=[Away(1, DAY, DAY)], on=on) == expected


people = st.integers(1, 6)


@given(st.lists(st.tuples(people, people), max_size=12), st.sets(people))
def test_nobody_stands_in_for_the_present_nor_for_oneself(
    pairs: list[tuple[int, int]], away: set[int]
) -> None:
    stand_ins = [StandIn(one, other, DAY) for one, other in pairs]
    absences = [Away(one, DAY, DAY) for one in away]
    for one in range(1, 7):
        found = rules.stands_in_for(one, stand_ins=stand_ins, absences=absences, on=DAY)
        assert found <= away
        assert one not in found
        assert not (found and one in away)


@pytest.mark.parametrize(
    "region, area, is_within",
    [
        ("511602001", "511602", True),
        ("511602001003", "511602001", True),
        ("511602", "511600", True),
        ("511602", "510000", True),
        ("511602", "511603", False),
        ("511600", "511602", False),
        ("440100", "510000", False),
    ],
)
def test_divisions_lie_in_each_other(region: str, area: str, is_within: bool) -> None:
    assert rules.is_within(region, area) is is_within
