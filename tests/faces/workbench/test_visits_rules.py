"""The counter's rules: what is shared, what stops acceptance, what the one-time notice says."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.catalog.definition import Material
from onewindow.intake import visits
from onewindow.intake import visits_rules as rules
from onewindow.intake.visits_rules import Line, Row

LEASE = Material(code="M1", name="经营场所使用证明")
LICENCE = Material(code="M2", name="营业执照")
TRAINING = Material(code="M3", name="培训证明", need="deferrable")
PHOTO = Material(code="M4", name="照片", need="optional")


def line(material: Material, mark: str = "", **rest: str) -> Line:
    return Line(1, material, Row(mark=mark, **rest))  # type: ignore[arg-type]


def test_the_same_paper_is_given_once() -> None:
    other = Material(code="X9", name=" 经营场所使用证明 ")
    assert rules.shared([(1, [LICENCE, LEASE]), (2, [other, TRAINING])]) == {(2, "X9"): (1, 2)}


def test_a_shared_row_follows_the_row_it_was_given_in() -> None:
    first = rules.Piece(key=1, task_code="a", version=1, rows={"M1": Row(mark="got")})
    second = rules.Piece(key=2, task_code="b", version=1, rows={"M1": Row(mark="miss")})
    visit = rules.Visit(pieces=[first, second])
    made = rules.lines_of(visit, {1: [LEASE], 2: [LEASE]})
    assert made[2][0].mark == "got" and made[2][0].same_as == (1, 1)


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ([line(LEASE, "got"), line(PHOTO)], None),
        ([line(LEASE, "got"), line(PHOTO, "miss")], None),
        ([line(LEASE)], "还没核对"),
        ([line(LEASE, "miss")], "还缺"),
        ([line(TRAINING, "miss")], "还缺"),
        ([line(LEASE, "later", promised_on="2026-09-30")], "不能容缺"),
        ([line(TRAINING, "later")], "承诺补齐的日期"),
        ([line(TRAINING, "later", promised_on="2026-09-30")], None),
    ],
)
def test_obstacle(lines: list[Line], word: str | None) -> None:
    found = rules.obstacle(lines, complete=True)
    assert (found is None) if word is None else (found is not None and word in found[0])


def test_unanswered_questions_stop_everything() -> None:
    assert rules.obstacle([line(LEASE, "got")], complete=False) is not None


MARKS = st.sampled_from(["", "got", "miss", "later"])


@given(st.lists(st.tuples(st.sampled_from([LEASE, LICENCE, TRAINING, PHOTO]), MARKS), max_size=8))
def test_the_notice_names_every_missing_row_once_and_nothing_else(rows: list[tuple[Material, str]]) -> None:
    lines = [line(material, mark) for material, mark in rows]
    items = rules.notice_items(lines)
    assert [one["material"] for one in items] == [m.code for m, mark in rows if mark == "miss"]
    assert all(one["problem"] and one["standard"] for one in items)


@given(st.lists(st.tuples(st.sampled_from([LEASE, TRAINING, PHOTO]), MARKS), max_size=6))
def test_counts_add_up(rows: list[tuple[Material, str]]) -> None:
    found = rules.counts([line(material, mark) for material, mark in rows])
    assert found.got + found.miss + found.later + found.open == len(rows)


def test_what_was_added_while_something_was_typed_stays() -> None:
    """A slow save of typing arrives after an item was added, or became a case."""
    first = rules.Piece(key=1, task_code="a", version=1, rows={"M1": Row(mark="got")})
    typed = rules.Piece(key=1, task_code="a", version=1, rows={"M1": Row(mark="miss")})
    added = rules.Piece(key=2, task_code="b", version=1)
    merged = visits._merged(rules.Visit(pieces=[first, added]), rules.Visit(pieces=[typed]))
    assert merged.pieces == [typed, added]
    done = rules.Piece(key=1, task_code="a", version=1, case_no="20260908-000001-6")
    merged = visits._merged(rules.Visit(pieces=[done]), rules.Visit(pieces=[typed]))
    assert merged.pieces == [done]


def test_the_key_of_a_dropped_item_is_never_given_again() -> None:
    assert rules.Visit().next_key == 1
    visit = rules.Visit(pieces=[rules.Piece(key=1, task_code="a", version=1)], last_key=1)
    assert visit.next_key == 2
    emptied = msgspec.structs.replace(visit, pieces=[])
    assert emptied.next_key == 2
    assert visits._merged(emptied, rules.Visit()).next_key == 2, "a slow save of typing forgets no key"
    kept_before = rules.Visit(pieces=[rules.Piece(key=4, task_code="a", version=1)])
    assert kept_before.next_key == 5
