"""Rows under the day they fall due, and filters kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from onewindow.faces.workbench import inbox
from onewindow.faces.workbench.office import saved
from onewindow.kernel.actor import Actor

TODAY = date(2026, 9, 24)
ME = Actor(account_id=1, username="examiner1", name="何雨", roles=frozenset({"examiner"}))


def row(state: str = "in_review", due: str | None = "2026-09-30", **rest: Any) -> inbox.Row:
    case = {
        "case_no": "1",
        "version": 3,
        "state": state,
        "item": {"task_code": "x", "version": 1, "name": "事项"},
        "due_on": due,
        "light": "green",
        "remaining": 3,
        "flags": [],
        "claimed_by": None,
        "waits_for": "examiner",
    } | rest
    return inbox.row_of(case, actor=ME, today=TODAY)


@pytest.fixture(autouse=True)
def _no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_definition", lambda item: None)


def test_groups_keep_the_order_and_put_what_stands_still_last() -> None:
    rows = [
        row(due="2026-09-23", light="red", remaining=-1),
        row(state="paused", due=None, light="grey", remaining=None),
        row(due="2026-09-24", remaining=0),
        row(due="2026-09-28"),
        row(due="2026-09-28"),
    ]
    groups = inbox.grouped(rows, TODAY)
    assert [len(one.rows) for one in groups] == [1, 1, 2, 1]
    assert groups[0].title == "已超期"
    assert groups[1].title.startswith("今天")
    assert groups[-1].title == "停钟中"


@pytest.mark.parametrize(
    ("light", "remaining", "left"),
    [("green", 3, "3"), ("yellow", 0, "今天"), ("red", -2, "超 2"), ("grey", None, "—")],
)
def test_what_is_left(light: str, remaining: int | None, left: str) -> None:
    assert row(light=light, remaining=remaining).left == left


def test_mine_is_by_user_name() -> None:
    assert row(claimed_by="examiner1").is_mine and not row(claimed_by="examiner2").is_mine


def test_saved_filters_keep_only_known_parts_and_the_newest_of_a_name() -> None:
    kept = saved.added(
        [{"name": "红", "query": "light=red"}], name="红", query="light=red&mine=1&next=//evil"
    )
    assert kept == [{"name": "红", "query": "light=red&mine=1"}]
