"""A case as the contract shows it, and what is wrong with an application or an act."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.cases.test_rules_hearing import ROLES
from tests.cases.test_rules_onward import ROLES as ONWARD
from tests.world import SEWAGE, Api, application

Open = Callable[..., Api]


CASE = {
    "case_no", "query_code", "version", "state", "kind", "disposition", "item", "organ", "region", "channel",
    "applicant", "received_at", "accepted_on", "deemed", "decided_on", "delivered_on", "light", "clocks",
    "materials", "documents", "actions", "events",
}  # fmt: skip


CLOCK = {
    "limit", "unit", "started_on", "due_on", "used", "remaining", "state", "light", "provisional", "explain",
}  # fmt: skip


def test_a_case_has_the_fields_of_the_contract(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    assert case.keys() >= CASE
    for name in ("correction", "promised", "legal"):
        assert case["clocks"][name].keys() == CLOCK
        assert all(day.keys() == {"date", "why"} for day in case["clocks"][name]["explain"])
    assert case["item"].keys() == {"task_code", "version", "name"}
    row = {"code", "name", "need", "state", "medium", "file_ids", "promised_on"}
    assert all(one.keys() >= row for one in case["materials"])
    paper = {"document_no", "kind", "title", "file_id", "issued_at"}
    assert all(one.keys() >= paper for one in case["documents"])
    assert all(one.keys() >= {"name", "allowed", "reason", "basis", "awaits"} for one in case["actions"])
    assert all(one.keys() >= {"seq", "type", "at", "actor", "role", "data"} for one in case["events"])
    assert datetime.fromisoformat(case["received_at"]).utcoffset() == timedelta(hours=8)
    assert [event["seq"] for event in case["events"]] == [1, 2]
    assert case["version"] == 2


def test_what_a_deed_answers_is_what_a_read_answers(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    seen = api("clerk1").view(case)
    for name in CASE - {"documents", "events"}:
        assert case[name] == seen[name], name
    assert [one["type"] for one in case["events"]] == [one["type"] for one in seen["events"]]
    assert [one["document_no"] for one in case["documents"]] == [
        one["document_no"] for one in seen["documents"]
    ]


KNOWN_BY = {
    "citizen1": {"submit", "resubmit", "supply-deferred", "withdraw"},
    "clerk1": {
        "notify-correction",
        "resubmit",
        "accept",
        "refuse-acceptance",
        "return",
        "supply-deferred",
        "forward",
    },
    "examiner1": {
        "notify-correction",
        "refuse-acceptance",
        "review",
        "pause",
        "resume",
        "forward",
        "produce",
    },
    "approver1": {"return", "pause", "decide", "produce"},
    "head1": {"return", "pause", "extend", "produce", "terminate"},
    "issuer1": {"deliver"},
    "leader1": {"extend"},
}


@pytest.mark.parametrize("who", KNOWN_BY)
def test_actions_list_every_action_of_the_role_with_its_reason(api: Open, who: str) -> None:
    case = api("citizen1").create(SEWAGE)
    listed = {one["name"]: one for one in api(who).view(case)["actions"]}
    assert listed.keys() >= KNOWN_BY[who]
    office = {"claim", "assign", "transfer", "note", "answer", "reveal"}
    assert listed.keys() - office - ROLES.keys() - ONWARD.keys() == KNOWN_BY[who]
    for one in listed.values():
        assert one["allowed"] or one["reason"]
    if who == "clerk1":
        assert listed["accept"]["allowed"] and "第三十二条" in listed["accept"]["basis"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant": {"type": "person"}}, "applicant"),
        ({"channel": "window"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"form": {"outlets": "one"}}, "form"),
        ({"materials": [{"code": "M99"}]}, "materials.0.code"),
        ({"materials": [{"code": "M01"}, {"code": "M01"}]}, "materials.1.code"),
        ({"materials": [{"code": "M01", "file_ids": ["nope"]}]}, "materials"),
        ({"delivery": {"method": "courier"}}, "delivery.address"),
        ({"colour": "red"}, "colour"),
        ({"version": "one"}, "version"),
        ({"submit": "yes"}, "submit"),
    ],
)
def test_what_is_wrong_with_an_application_is_named(api: Open, change: dict, field: str) -> None:
    answer = api("citizen1").post("/cases", application(SEWAGE) | change)
    assert answer.status == 422
    assert any(one.startswith(field) for one in answer.fields), answer


@pytest.mark.parametrize("number", ["511602190001010017", "51160219000230001X", "123", "511602209901010010"])
def test_an_id_number_that_cannot_be_is_refused(api: Open, number: str) -> None:
    body = application(SEWAGE)
    body["applicant"] = body["applicant"] | {"id_number": number}
    answer = api("clerk1").post("/cases", body | {"channel": "window"})
    assert (answer.status, answer.fields) == (422, ["applicant.id_number"])


def test_an_unknown_action_is_not_found(api: Open) -> None:
    case = api("clerk1").create(SEWAGE)
    assert api("clerk1").try_(case, "bless").status == 404
    assert api("clerk1").try_(case, "accept", version=None).status == 200


@pytest.mark.parametrize("version", [0, 7, -1, "1", None, 1.5, 2**40, True])
def test_a_version_that_is_not_the_case_s(api: Open, version: object) -> None:
    case = api("clerk1").create(SEWAGE)
    answer = api("clerk1").post(f"/cases/{case['case_no']}/actions/accept", {"version": version})
    assert answer.status == (409 if version in (0, 7) and version is not True else 422), answer
    assert api("clerk1").post(f"/cases/{case['case_no']}/actions/accept", {}).fields == ["version"]


def test_why_not_is_said_in_the_language_asked_for(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    told = {}
    for language in ("en", "zh-CN"):
        answer = api("head1").get(f"/cases/{case['case_no']}", Accept_Language=language).json
        told[language] = {one["name"]: one["reason"] for one in answer["actions"] if not one["allowed"]}
    assert "提出" in told["zh-CN"]["return"] and told["zh-CN"].keys() == told["en"].keys()
    assert not re.search("[\u3400-\u9fff]", " ".join(told["en"].values()))
