"""Matters that are decided: on the spot, in time, with a later paper, stopped, extended, denied, late."""

from __future__ import annotations

from collections.abc import Callable

from tests.world import BUILDING, FOOD, FUND, GAS, SEWAGE, Api, move

Open = Callable[..., Api]
WELL = {"opinion": "材料齐全，符合条件。", "pass": True}


def clock(case: dict, name: str) -> dict:
    return {key: case["clocks"][name][key] for key in ("used", "remaining", "due_on", "state", "light")}


def event_types(case: dict) -> list[str]:
    return [event["type"] for event in case["events"]]


def test_asking_for_the_balance_of_the_repair_fund_is_done_at_once(api: Open) -> None:
    """An instant item: accepted and decided at the window, without an examiner, on the same day."""
    case = api("clerk1").create(FUND)
    assert (case["state"], case["kind"]) == ("received", "instant")
    case = api("clerk1").act(case, "accept")
    assert case["clocks"]["promised"]["due_on"] == "2026-09-08"
    case = api("approver1").act(case, "decide", outcome="grant")
    assert (case["state"], case["decided_on"]) == ("granted", "2026-09-08")
    assert case["clocks"]["promised"]["state"] == "met"
    api("approver1").act(case, "produce")
    case = api("issuer1").act(case, "deliver", method="window")
    assert (case["state"], case["delivered_on"]) == ("delivered", "2026-09-08")


def test_one_person_may_examine_and_decide_an_instant_item(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(FUND), "accept")
    api("dual1").act(case, "review", **WELL)
    assert api("dual1").act(case, "decide", outcome="grant")["state"] == "granted"


def test_draining_a_car_wash_from_application_to_licence(api: Open) -> None:
    """A commitment item online: five people, every step on its paper and in the record."""
    case = api("citizen1").create(SEWAGE)
    assert case["documents"][0]["kind"] == "receipt"
    move("2026-09-09")
    case = api("clerk1").act(case, "accept")
    assert (case["accepted_on"], case["deemed"]) == ("2026-09-09", False)
    assert clock(case, "promised")["due_on"] == "2026-09-18"
    assert clock(case, "legal")["due_on"] == "2026-10-13"
    assert clock(case, "correction")["state"] == "met"
    move("2026-09-11")
    case = api("examiner1").act(case, "review", **WELL)
    assert case["state"] == "in_review"
    move("2026-09-14")
    case = api("approver1").act(case, "decide", outcome="grant", conditions="按图施工")
    assert case["clocks"]["promised"]["used"] == 3
    assert case["clocks"]["promised"]["state"] == "met"
    assert clock(case, "delivery") == {
        "used": 0, "remaining": 10, "due_on": "2026-09-28", "state": "running", "light": "green",
    }  # fmt: skip
    case = api("head1").act(case, "produce", validity="2031-09-14")
    case = api("issuer1").act(case, "deliver", method="courier", receipt="SF-1")
    assert (case["state"], case["light"]) == ("delivered", "green")
    assert case["clocks"]["delivery"]["state"] == "met"
    public = api().get("/decisions").json["results"]
    assert [row["case_no"] for row in public] == [case["case_no"]]
    assert case["applicant"]["name"] not in str(public) and public[0]["decided_on"] == "2026-09-14"
    mine = api("citizen1").view(case)
    assert event_types(mine) == ["received", "accepted", "reviewed", "granted", "produced", "delivered"]
    assert {"receipt", "acceptance", "grant"} <= {paper["kind"] for paper in mine["documents"]}
    assert all(paper["document_no"] and paper["issued_at"] for paper in mine["documents"])


def test_opening_a_small_food_shop(api: Open) -> None:
    """The other organ's people do it; those of the housing bureau do not even see it."""
    case = api("clerk2").act(api("citizen2").create(FOOD), "accept")
    assert api("examiner1").get(f"/cases/{case['case_no']}").status == 404
    api("examiner2").act(case, "review", **WELL)
    assert api("approver2").act(case, "decide", outcome="grant")["state"] == "granted"


def test_a_gas_licence_with_one_paper_later(api: Open) -> None:
    """A deferrable material is promised; no grant before it is there; the promise is kept."""
    case = api("enterprise1").create(GAS)
    row = case["materials"][5]
    assert (row["need"], row["state"]) == ("deferrable", "missing")
    refused = api("clerk1").try_(case, "accept")
    assert (refused.status, refused.code) == (409, "materials-missing")
    late = [{"material": "M06", "promised_on": "2026-09-22"}]
    answer = api("clerk1").try_(case, "accept", deferred=late)
    assert (answer.status, answer.fields) == (422, ["deferred.0.promised_on"])
    needed = [{"material": "M02", "promised_on": "2026-09-15"}]
    assert api("clerk1").try_(case, "accept", deferred=needed).status == 422
    case = api("clerk1").act(case, "accept", deferred=[{"material": "M06", "promised_on": "2026-09-21"}])
    assert case["clocks"]["promised"]["due_on"] == "2026-09-21"
    assert case["materials"][5] | {"name": ""} == {
        "code": "M06", "name": "", "need": "deferrable", "state": "deferred", "medium": None, "file_ids": [],
        "promised_on": "2026-09-21",
        "trust": {"is_due": False, "level": None, "lowest": "", "reason": None},
    }  # fmt: skip
    api("examiner1").act(case, "review", **WELL)
    api("examiner1b").act(case, "review", **WELL)
    refused = api("approver1").try_(case, "decide", outcome="grant")
    assert (refused.status, refused.code) == (409, "deferred-missing")
    paper = [{"code": "M06", "medium": "copy"}]
    case = api("enterprise1").act(case, "supply-deferred", materials=paper)
    assert case["materials"][5]["state"] == "submitted"
    assert api("approver1").act(case, "decide", outcome="grant")["state"] == "granted"


def test_a_promised_paper_that_does_not_come(api: Open) -> None:
    """The clock runs on, the case shows red, and supplying it late is still taken."""
    case = api("enterprise1").create(GAS)
    case = api("clerk1").act(case, "accept", deferred=[{"material": "M06", "promised_on": "2026-09-10"}])
    move("2026-09-11T00:00")
    case = api("clerk1").view(case)
    assert case["light"] == "red"
    assert "deferral-missed" in event_types(case)
    assert case["clocks"]["promised"]["state"] == "running"
    case = api("clerk1").act(case, "supply-deferred", materials=[{"code": "M06", "medium": "original"}])
    assert case["materials"][5]["state"] == "submitted"


def test_an_expert_review_stops_the_clock(api: Open) -> None:
    """The contract's oracle: accepted 09-08, stopped 09-14 to 09-29: 3 used, due 10-28 instead of 10-12."""
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    assert clock(case, "legal")["due_on"] == "2026-10-12"
    assert clock(case, "promised")["due_on"] == "2026-09-17"
    move("2026-09-14")
    pause = {"procedure": "expert-review", "reason": "工艺须评审", "expected_days": 5}
    case = api("examiner1").act(case, "pause", **pause)
    assert case["state"] == "accepted"
    row = next(one for one in case["actions"] if one["name"] == "pause")
    assert not row["allowed"] and row["awaits"]
    assert api("examiner1").try_(case, "pause", **pause).status == 409
    case = api("head1").act(case, "pause")
    assert (case["state"], case["light"]) == ("paused", "grey")
    assert clock(case, "legal")["state"] == "paused"
    assert clock(case, "legal")["used"] == 3
    move("2026-09-22T00:00")  # five working days after 09-14 are over on 09-21
    assert "pause-overrun" in event_types(api("examiner1").view(case))
    assert api("examiner1").view(case)["state"] == "paused"
    move("2026-09-29")
    case = api("examiner1").act(case, "resume", result="评审通过")
    assert case["state"] == "in_review"
    assert clock(case, "legal") == {
        "used": 3, "remaining": 17, "due_on": "2026-10-28", "state": "running", "light": "green",
    }  # fmt: skip


def test_one_may_not_confirm_what_one_proposed(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    pause = {"procedure": "hearing", "reason": "听证", "expected_days": 5, "basis": "行政许可法第四十六条"}
    api("dual1").act(case, "pause", **pause)
    answer = api("dual1").try_(case, "pause")
    assert (answer.status, answer.code) == (409, "same-person")


def test_a_procedure_that_the_item_does_not_list_needs_its_basis(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    answer = api("examiner1").try_(case, "pause", procedure="hearing", reason="听证", expected_days=5)
    assert (answer.status, answer.fields) == (422, ["basis"])
    answer = api("examiner1").try_(case, "pause", procedure="site-visit", reason="踏勘", expected_days=5)
    assert (answer.status, answer.fields) == (422, ["procedure"])


def test_a_licence_that_takes_longer(api: Open) -> None:
    """Extended once by the head, up to and on the legal due date; the promise stays where it was."""
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    answer = api("head1").try_(case, "extend", days=11, reason="复杂")
    assert (answer.status, answer.fields) == (422, ["days"])
    assert api("approver1").try_(case, "extend", days=5, reason="复杂").status == 403
    move("2026-10-12T17:00")  # the legal due date itself
    case = api("head1").act(case, "extend", days=10, reason="技术复杂")
    assert case["clocks"]["legal"]["due_on"] == "2026-10-26"
    assert clock(case, "promised")["due_on"] == "2026-09-17"
    assert "extension" in {paper["kind"] for paper in case["documents"]}
    answer = api("head1").try_(case, "extend", days=1, reason="再延")
    assert (answer.status, answer.code) == (409, "already-extended")
    assert "行政许可法" in answer.json["basis"]


def test_the_legal_due_date_has_passed(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    move("2026-10-13T00:00")
    answer = api("head1").try_(case, "extend", days=10, reason="迟了")
    assert (answer.status, answer.code) == (409, "past-due")


def test_a_licence_is_denied_with_reasons(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "review", opinion="排放口位置不符", **{"pass": False})
    assert api("approver1").try_(case, "decide", outcome="deny").fields == ["reason"]
    case = api("approver1").act(case, "decide", outcome="deny", reason="排放口位置不符合规划")
    assert (case["state"], case["decided_on"]) == ("denied", "2026-09-08")
    assert "delivery" not in case["clocks"]
    assert "denial" in {paper["kind"] for paper in case["documents"]}
    assert api("head1").try_(case, "produce").code == "wrong-state"
    assert api("issuer1").act(case, "deliver", method="window")["state"] == "delivered"


def test_an_examiner_does_not_decide_the_same_case(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    api("dual1").act(case, "review", **WELL)
    answer = api("dual1").try_(case, "decide", outcome="grant")
    assert (answer.status, answer.code) == (409, "same-person")
    assert api("approver1").act(case, "decide", outcome="grant")["state"] == "granted"


def test_a_decision_opens_when_every_step_is_examined(api: Open) -> None:
    case = api("enterprise1").create(GAS)
    case = api("clerk1").act(case, "accept", deferred=[{"material": "M06", "promised_on": "2026-09-15"}])
    assert api("approver1").try_(case, "decide", outcome="deny", reason="早").code == "not-examined"
    api("examiner1").act(case, "review", **WELL)
    assert api("approver1").try_(case, "decide", outcome="deny", reason="早").code == "not-examined"
    api("examiner1").act(case, "review", **WELL)
    assert api("approver1").act(case, "decide", outcome="deny", reason="不符")["state"] == "denied"


def test_the_promise_then_the_law_is_broken(api: Open) -> None:
    """Overdue: red and noted once for each clock, and the case goes on."""
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    move("2026-09-16")
    assert api("clerk1").view(case)["light"] == "yellow"
    move("2026-09-17T23:59")
    assert clock(api("clerk1").view(case), "promised")["state"] == "running"
    assert clock(api("clerk1").view(case), "promised")["remaining"] == 0
    move("2026-09-18T00:00")
    seen = api("examiner1").view(case)
    assert (seen["light"], clock(seen, "promised")["state"]) == ("red", "missed")
    assert clock(seen, "legal")["state"] == "running"
    move("2026-10-13")
    seen = api("examiner1").view(case)
    overdue = [event["data"]["clock"] for event in seen["events"] if event["type"] == "overdue"]
    assert overdue == ["promised", "legal"]
    api("examiner1").act(case, "review", **WELL)
    done = api("approver1").act(case, "decide", outcome="grant")
    assert (done["state"], clock(done, "legal")["state"], done["light"]) == ("granted", "missed", "red")


def test_a_licence_nobody_hands_over(api: Open) -> None:
    """Art. 44: ten working days from the grant."""
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    api("examiner1").act(case, "review", **WELL)
    case = api("approver1").act(case, "decide", outcome="grant")
    assert case["clocks"]["delivery"]["due_on"] == "2026-09-21"  # 09-20 is a working Sunday
    move("2026-09-22T00:00")
    assert clock(api("issuer1").view(case), "delivery")["state"] == "missed"


def test_a_building_permit_asks_its_questions_first(api: Open) -> None:
    """The scenario: unanswered, refused; a small works needs no permit; answered, the list is exact."""
    answer = api("enterprise1").post("/cases", _building({}))
    assert (answer.status, answer.fields) == (422, ["answers.Q1"])
    answer = api("enterprise1").post("/cases", _building({"Q1": "small"}))
    assert (answer.status, answer.code) == (409, "not-eligible")
    answers = {"Q1": "new", "Q2": "tender", "Q3": ["fire", "shelter"]}
    answer = api("enterprise1").post("/cases", _building(answers))
    assert answer.status == 201, answer
    codes = [row["code"] for row in answer.json["materials"]]
    assert {"M04", "M10", "M11"} <= set(codes) and not {"M05", "M09", "M12"} & set(codes)


def _building(answers: dict) -> dict:
    from tests.world import application

    return application(BUILDING, "enterprise1", answers=answers)
