"""Posted forms become the contract's bodies, one row per action."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from onewindow.cases.rules.acting import wrong_state
from onewindow.cases.rules.decide import ACTS
from onewindow.faces.workbench import deeds
from onewindow.ui import words

CASE: dict[str, Any] = {
    "materials": [
        {"code": "M01", "name": "申请表", "need": "required", "state": "submitted"},
        {"code": "M02", "name": "合同", "need": "required", "state": "missing"},
        {"code": "M03", "name": "培训证明", "need": "deferrable", "state": "missing"},
    ]
}


@pytest.mark.parametrize(
    ("action", "post", "body"),
    [
        (
            "notify-correction",
            {"row-M02": "1", "problem-M02": "缺第 3 页", "standard-M02": "整份", "answer_by": "2026-10-20"},
            {
                "items": [{"material": "M02", "problem": "缺第 3 页", "standard": "整份"}],
                "answer_by": "2026-10-20",
            },
        ),
        (
            "accept",
            {"row-M03": "1", "promised-M03": "2026-09-30", "promised-M02": "2026-09-30"},
            {"deferred": [{"material": "M03", "promised_on": "2026-09-30"}]},
        ),
        ("accept", {}, {}),
        ("review", {"opinion": " 合格 ", "pass": "true"}, {"opinion": "合格", "pass": True}),
        ("review", {"opinion": "不合格", "pass": "false"}, {"opinion": "不合格", "pass": False}),
        (
            "pause",
            {"procedure": "testing", "reason": "水质复测", "expected_days": "5", "basis": ""},
            {"procedure": "testing", "reason": "水质复测", "expected_days": 5},
        ),
        ("pause", {}, {}),
        ("extend", {"days": "many", "reason": "复杂"}, {"days": "many", "reason": "复杂"}),
        ("decide", {"outcome": "grant", "reason": ""}, {"outcome": "grant"}),
        ("answer", {"result": "同意"}, {"result": "同意"}),
        (
            "supply-deferred",
            {"row-M03": "1", "medium-M03": "copy"},
            {"materials": [{"code": "M03", "medium": "copy"}]},
        ),
        ("resubmit", {}, {}),
        ("judge-interest", {"touches": "false", "reason": "无关"}, {"touches": False, "reason": "无关"}),
        ("record-statement", {"party": "1", "text": "同意"}, {"party": 1, "text": "同意"}),
        (
            "record-hearing",
            {"ended_at": "2026-09-18T11:00", "attendees": "某人：利害关系人\n", "statements": "某人: 一\n二"},
            {
                "ended_at": "2026-09-18T11:00:00+08:00",
                "attendees": [{"name": "某人", "role": "利害关系人"}],
                "statements": [{"by": "某人", "text": "一\n二"}],
            },
        ),
        (
            "serve",
            {"method": "left", "witnesses": "某人、丙"},
            {"method": "left", "witnesses": ["某人", "丙"]},
        ),
        ("deliver", {"method": "window", "receipt": "本人"}, {"method": "window", "receipt": "本人"}),
    ],
)
def test_body(action: str, post: dict[str, str], body: dict[str, Any]) -> None:
    assert deeds.body_of(action, {"version": "7", **post}, CASE) == {"version": 7, **body}


def test_a_ticked_row_without_words_still_says_what_is_missing() -> None:
    made = deeds.body_of("notify-correction", {"version": "1", "row-M02": "1"}, CASE)
    assert made["items"][0]["problem"] == "未提交《合同》"
    assert made["items"][0]["standard"]


def test_allowed_acts_come_first_in_the_order_of_work() -> None:
    actions = [
        {"name": "decide", "allowed": False, "reason": "您是审查人", "basis": None, "awaits": None},
        {"name": "note", "allowed": True, "reason": None, "basis": None, "awaits": None},
        {"name": "pause", "allowed": True, "reason": None, "basis": None, "awaits": None},
        {"name": "review", "allowed": True, "reason": None, "basis": None, "awaits": None},
    ]
    made = deeds.deeds_of({"actions": actions})
    assert [one.name for one in made] == ["review", "pause", "note", "decide"]
    assert made[-1].reason == "您是审查人"


def test_the_second_of_two_people_confirms_without_writing_again() -> None:
    action = {"name": "pause", "allowed": True, "reason": None, "basis": None, "awaits": "approver/head"}
    (deed,) = deeds.deeds_of({"actions": [action]})
    assert deed.is_confirmation and deed.fields == () and "确认" in deed.buttons[0].label


def test_every_action_of_the_cases_has_a_form_and_words() -> None:
    from onewindow.cases.rules.decide import ACTS

    offered = set(ACTS) - {"submit"}
    assert offered <= set(deeds.FIELDS)
    assert offered <= set(words.ACTIONS_AT_WORK)


def test_while_a_required_material_is_missing_the_notice_comes_before_acceptance() -> None:
    actions = [
        {"name": name, "allowed": True, "reason": None, "basis": None, "awaits": None}
        for name in ("accept", "notify-correction")
    ]
    missing = deeds.deeds_of({"actions": actions, **CASE})
    assert [one.name for one in missing] == ["notify-correction", "change", "accept"]
    whole = deeds.deeds_of({"actions": actions, "materials": []})
    assert [one.name for one in whole] == ["accept", "notify-correction"]


@pytest.mark.parametrize("name", ["review", "pause", "accept"])
def test_why_not_now_is_said_in_the_readers_language(name: str) -> None:
    """The reason comes with its names filled in; the page says it anew."""
    told = wrong_state(ACTS[name], "paused").text
    case = {"state": "paused", "actions": [{"name": name, "allowed": False, "reason": told}]}
    with translation.override("en"):
        (deed,) = deeds.deeds_of(case)
    assert "is “" in deed.reason and not re.search("[\u4e00-\u9fff]", deed.reason)
    (deed,) = deeds.deeds_of(case)
    assert deed.reason == told
