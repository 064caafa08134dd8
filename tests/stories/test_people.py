"""Who is who in a matter: agents, deputies, strangers, watchers; forwarding, termination, tracking, repeats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from onewindow.base import clock
from onewindow.org import queries as org_queries
from onewindow.org import services as org
from tests.world import FOOD, FUND, SEWAGE, Api, actor, applicant, application, move, person

Open = Callable[..., Api]
WELL = {"opinion": "可以", "pass": True}


def _agent(until: str) -> dict:
    me = applicant("citizen2")
    return {name: me[name] for name in ("name", "id_type", "id_number", "phone")} | {"until": until}


def test_an_agent_applies_under_a_mandate(api: Open) -> None:
    """The agent acts while the mandate holds; the applicant sees the case too."""
    body = application(SEWAGE, "citizen1", agent=_agent("2026-09-15"))
    answer = api("citizen2").post("/cases", body)
    assert answer.status == 201, answer
    case = answer.json
    assert case["applicant"]["name"] == applicant("citizen1")["name"]
    assert api("citizen1").view(case)["agent"]["name"] == applicant("citizen2")["name"]
    move("2026-09-16")
    assert api("citizen2").view(case)["state"] == "accepted"
    assert api("citizen2").try_(case, "withdraw", reason="委托已过").status == 403
    assert api("citizen1").act(case, "withdraw", reason="本人撤回")["state"] == "withdrawn"


def test_nobody_applies_for_a_stranger(api: Open) -> None:
    assert api("citizen2").post("/cases", application(SEWAGE, "citizen1")).status == 403
    answer = api("citizen2").post("/cases", application(SEWAGE, "citizen1", agent=_agent("2026-09-01")))
    assert (answer.status, answer.fields) == (422, ["agent.until"])
    someone = person(77)
    agent = {name: someone[name] for name in ("name", "id_type", "id_number", "phone")} | {
        "until": "2026-12-01"
    }
    assert api("citizen2").post("/cases", application(SEWAGE, "citizen1", agent=agent)).status == 403
    assert api("citizen1").post("/cases", application(SEWAGE, "enterprise1")).status == 403


def test_a_firm_is_seen_by_its_operator_only(api: Open) -> None:
    case = api("enterprise1").create(SEWAGE)
    assert api("enterprise1").view(case)["applicant"] == applicant("enterprise1")
    assert api("citizen1").get(f"/cases/{case['case_no']}").status == 404
    rows = api("enterprise1").get("/cases").json["results"]
    assert [row["case_no"] for row in rows] == [case["case_no"]]
    assert api("citizen1").get("/cases").json["results"] == []


def test_the_other_organ_sees_nothing(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    for stranger in ("examiner2", "approver2", "head2", "citizen2", "enterprise1", "catalog1", "sysadmin"):
        assert api(stranger).get(f"/cases/{case['case_no']}").status == 404, stranger
        assert api(stranger).try_(case, "review", **WELL).status == 404, stranger
    assert api("examiner2").get("/inbox").json["results"] == []
    assert api("head2").get("/cases").json["results"] == []
    assert api("examiner2").get(f"/cases?q={case['case_no']}").json["results"] == []


@pytest.mark.parametrize("watcher", ["supervisor1", "manager1", "leader1"])
def test_who_watches_sees_personal_data_masked(api: Open, watcher: str) -> None:
    case = api("clerk1").create(SEWAGE)
    whole = applicant("citizen1")
    seen = api(watcher).view(case)
    assert seen["applicant"]["id_number"] != whole["id_number"]
    text = api(watcher).get(f"/cases/{case['case_no']}").content.decode()
    for secret in (whole["name"], whole["id_number"], whole["phone"], case["query_code"]):
        assert secret not in text
    assert api("examiner1").view(case)["applicant"] == whole


def test_the_deputy_takes_over_on_absence(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "claim")
    mine = "/inbox?mine=true"
    assert [row["case_no"] for row in api("examiner1").get(mine).json["results"]] == [case["case_no"]]
    assert api("examiner1b").get(mine).json["results"] == []
    assert api("examiner1b").try_(case, "claim").code == "held-by-other"
    away = org_queries.staff_by_username("examiner1")
    assert away is not None
    org.set_absence(
        actor("examiner1"), away.id, from_on=date(2026, 9, 9), until_on=date(2026, 9, 11), now=clock.now()
    )
    move("2026-09-09")
    assert [row["case_no"] for row in api("examiner1b").get("/inbox?mine=1").json["results"]] == [
        case["case_no"]
    ]
    assert api("examiner1b").act(case, "review", **WELL)["state"] == "in_review"


def test_assigned_transferred_and_noted(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    case = api("head1").act(case, "assign", to="examiner1", reason="专业对口")
    assert case["holder"] == "examiner1"
    case = api("examiner1").act(case, "transfer", to="examiner1b", reason="出差")
    assert case["holder"] == "examiner1b"
    assert api("examiner1b").try_(case, "transfer", to="examiner2", reason="错").fields == ["to"]
    case = api("examiner1b").act(case, "note", text="需看现场")
    assert case["events"][-1]["type"] == "noted"
    assert "noted" not in {event["type"] for event in api("citizen1").view(case)["events"]}
    assert "examiner1b" not in {event["data"].get("to") for event in api("citizen1").view(case)["events"]}


def test_forwarded_to_the_superior_organ(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    move("2026-09-10")
    case = api("examiner1").act(case, "forward", to="市水务局", reason="须市级批准")
    assert (case["kind"], case["state"], case["forwarded_to"]) == ("forward", "accepted", "市水务局")
    assert case["clocks"]["promised"]["state"] == "met"  # the own clock ends at forwarding
    assert api("examiner1").try_(case, "forward", to="省厅", reason="再报").code == "already-forwarded"
    assert api("examiner1").try_(case, "review", **WELL).code == "awaits-superior"
    move("2026-10-20")
    api("examiner1").act(case, "answer", result="市局同意")
    api("examiner1").act(case, "review", **WELL)
    assert api("approver1").act(case, "decide", outcome="grant")["state"] == "granted"


@pytest.mark.parametrize("state", ["accepted", "in_review", "paused"])
def test_terminated_by_the_head(api: Open, state: str) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    if state == "in_review":
        api("examiner1").act(case, "review", **WELL)
    if state == "paused":
        api("examiner1").act(case, "pause", procedure="expert-review", reason="评审", expected_days=3)
        api("head1").act(case, "pause")
    body = {"ground": "applicant-dissolved", "reason": "申请人已注销"}
    assert api("approver1").try_(case, "terminate", **body).status == 403
    case = api("head1").act(case, "terminate", **body)
    assert case["state"] == "terminated"
    assert case["clocks"]["legal"]["state"] == "ended"


def test_following_a_matter_without_an_account(api: Open) -> None:
    """Last four of the id number or the query code; five wrong checks lock the number, for right ones too."""
    case = api("clerk1").create(FUND)
    url = f"/track?case_no={case['case_no']}&check="
    for check in (case["query_code"], case["query_code"].lower(), applicant("citizen1")["id_number"][-4:]):
        answer = api().get(url + check)
        assert answer.status == 200, answer
    text = answer.content.decode()
    assert applicant("citizen1")["name"] not in text and applicant("citizen1")["id_number"] not in text
    assert answer.json["events"][0]["type"] == "received"
    for _ in range(5):
        assert api().get(url + "0000x").status == 404
    locked = api().get(url + case["query_code"])
    assert locked.status == 429 and int(locked.response.headers["Retry-After"]) > 0


def test_a_double_click_makes_one_case(api: Open) -> None:
    citizen = api("citizen1")
    body = application(FOOD, "citizen1")
    first = citizen.post("/cases", body, Idempotency_Key="click-1")
    again = citizen.post("/cases", body, Idempotency_Key="click-1")
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    other = citizen.post("/cases", body | {"electronic_service": True}, Idempotency_Key="click-1")
    assert (other.status, other.code) == (422, "key-reused")
    assert (
        api("citizen2").post("/cases", application(FOOD, "citizen2"), Idempotency_Key="click-1").status == 201
    )
    assert len(citizen.get("/cases").json["results"]) == 1


def test_an_act_done_twice_with_one_key_is_done_once(api: Open) -> None:
    case = api("clerk1").create(SEWAGE)
    body, path = {"version": case["version"]}, f"/cases/{case['case_no']}/actions/accept"
    first = api("clerk1").post(path, body, Idempotency_Key="a")
    again = api("clerk1").post(path, body, Idempotency_Key="a")
    assert first.status == again.status == 200 and first.json == again.json
    stale = api("clerk1").post(path, body)
    assert (stale.status, stale.code) == (409, "stale-version")


def test_found_by_number_name_and_id_number(api: Open) -> None:
    case = api("clerk1").create(SEWAGE)
    me = applicant("citizen1")
    receipt = f"http://127.0.0.1:8000/track?case_no={case['case_no']}"
    for q in (case["case_no"], case["case_no"].lower(), me["name"], me["id_number"], receipt):
        rows = api("clerk1")("GET", "/cases?q=" + __import__("urllib.parse").parse.quote(q, safe="")).json
        assert [row["case_no"] for row in rows["results"]] == [case["case_no"]], q
        assert rows["results"][0]["applicant"] != me["name"]
    assert api("clerk1").get("/cases?q=" + "%E6%97%A0%E6%AD%A4%E4%BA%BA").json["results"] == []


def test_a_clerk_keeps_a_draft_too(api: Open) -> None:
    case = api("clerk1").create(FOOD, submit=False)
    assert case["state"] == "draft"
    assert api("clerk2").get(f"/cases/{case['case_no']}").status == 404
    assert api("clerk1").act(case, "submit")["state"] == "received"
