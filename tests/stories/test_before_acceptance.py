"""Before acceptance: drafts, the one notice, silence on either side, refusal, return, withdrawal."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from onewindow.documents import queries
from onewindow.documents.models import Document
from tests.world import FOOD, GAS, SEWAGE, Api, application, move

Open = Callable[..., Api]
LACKS = [{"material": "M04", "problem": "缺水质检测报告", "standard": "六个月内的报告"}]


def test_a_draft_is_kept_changed_and_submitted(api: Open) -> None:
    citizen = api("citizen1")
    case = citizen.create(SEWAGE, submit=False, form={}, given=0)
    assert (case["state"], case["received_at"], case["clocks"]) == ("draft", None, {})
    assert api("clerk1").get(f"/cases/{case['case_no']}").status == 404
    answer = citizen.try_(case, "submit")
    assert answer.status == 422 and "form.drainer_name" in answer.fields
    whole = application(SEWAGE)
    answer = citizen(
        "PATCH", f"/cases/{case['case_no']}", {"form": whole["form"], "materials": whole["materials"]}
    )
    assert answer.status == 200, answer
    move("2026-09-10")
    case = citizen.act(case, "submit")
    assert case["state"] == "received" and case["received_at"].startswith("2026-09-10")
    assert case["documents"][0]["kind"] == "receipt"


def test_errors_are_put_right_on_the_spot(api: Open) -> None:
    case = api("clerk1").create(SEWAGE, given=3)
    assert [row["state"] for row in case["materials"]] == ["submitted"] * 3 + ["missing"]
    assert api("clerk1").try_(case, "accept").code == "materials-missing"
    body = {"materials": [{"code": "M04", "medium": "copy"}]}
    case = api("clerk1")("PATCH", f"/cases/{case['case_no']}", body).json
    assert case["materials"][3]["state"] == "submitted"
    case = api("clerk1").act(case, "accept")
    assert api("clerk1")("PATCH", f"/cases/{case['case_no']}", body).code == "wrong-state"


def test_told_once_and_corrected(api: Open) -> None:
    """Everything is told once; what comes back is accepted; the five days run anew from then."""
    case = api("citizen1").create(SEWAGE, given=3)
    move("2026-09-10")
    case = api("clerk1").act(case, "notify-correction", items=LACKS, answer_by="2026-09-18")
    assert (case["state"], case["disposition"]) == ("correcting", "supplement")
    assert "correction" in {paper["kind"] for paper in case["documents"]}
    move("2026-09-16")
    case = api("citizen1").act(case, "resubmit", materials=[{"code": "M04", "medium": "original"}])
    assert case["state"] == "received"
    assert case["clocks"]["correction"]["due_on"] == "2026-09-22"  # 09-20 is a working Sunday
    answer = api("clerk1").try_(case, "notify-correction", items=LACKS, answer_by="2026-09-30")
    assert (answer.status, answer.code) == (409, "already-notified")
    assert "第三十二条" in answer.json["basis"]
    case = api("clerk1").act(case, "accept")
    assert (case["state"], case["accepted_on"]) == ("accepted", "2026-09-16")


@pytest.mark.parametrize("answer_by", ["2026-09-08", "2026-09-07", "2026-10-30"])
def test_the_time_to_answer_lies_within_thirty_working_days(api: Open, answer_by: str) -> None:
    case = api("citizen1").create(SEWAGE, given=3)
    answer = api("clerk1").try_(case, "notify-correction", items=LACKS, answer_by=answer_by)
    assert (answer.status, answer.fields) == (422, ["answer_by"])


def test_corrected_badly_and_refused(api: Open) -> None:
    case = api("citizen1").create(SEWAGE, given=2)
    early = api("clerk1").try_(case, "refuse-acceptance", ground="not-corrected", reason="没有补正")
    assert early.status == 409
    api("clerk1").act(case, "notify-correction", items=LACKS, answer_by="2026-09-18")
    api("citizen1").act(case, "resubmit", materials=[{"code": "M03", "medium": "original"}])
    case = api("examiner1").act(case, "refuse-acceptance", ground="not-corrected", reason="仍缺检测报告")
    assert case["state"] == "refused_acceptance"
    assert "refusal" in {paper["kind"] for paper in case["documents"]}


def test_refused_with_the_competent_organ_named(api: Open) -> None:
    case = api("citizen1").create(FOOD)
    answer = api("clerk1").try_(case, "refuse-acceptance", ground="not-competent", reason="不归本局管")
    assert (answer.status, answer.fields) == (422, ["competent_organ"])
    case = api("clerk1").act(
        case, "refuse-acceptance", ground="not-competent", reason="不归本局管", competent_organ="市市场监管局"
    )
    assert case["state"] == "refused_acceptance"
    assert case["events"][-1]["data"]["competent_organ"] == "市市场监管局"
    assert all(not one["allowed"] for one in case["actions"] if one["name"] not in ("note", "reveal"))


def test_five_days_of_silence_are_acceptance(api: Open) -> None:
    """Art. 32: accepted on the day the materials were received, with a red mark."""
    case = api("citizen1").create(SEWAGE)
    move("2026-09-15T23:59")
    assert api("clerk1").view(case)["state"] == "received"
    move("2026-09-16T00:00")
    case = api("clerk1").view(case)
    assert (case["state"], case["deemed"], case["accepted_on"]) == ("accepted", True, "2026-09-08")
    assert case["clocks"]["correction"]["state"] == "missed"
    assert case["clocks"]["legal"]["due_on"] == "2026-10-12"
    assert case["light"] == "red"
    assert case["events"][-1]["actor"] == "system"
    number = next(paper["document_no"] for paper in case["documents"] if paper["kind"] == "acceptance")
    said = json.loads(queries.plain_of(Document.objects.get(document_no=number)) or b"{}")
    assert said["phone"] and said["contact"][3:7] == "****", "whom to ask, and how the applicant is reached"
    assert api("examiner1").act(case, "review", opinion="可以", **{"pass": True})["state"] == "in_review"


def test_silence_after_correction_counts_from_the_last_materials(api: Open) -> None:
    case = api("citizen1").create(SEWAGE, given=3)
    api("clerk1").act(case, "notify-correction", items=LACKS, answer_by="2026-09-30")
    move("2026-09-14")
    api("citizen1").act(case, "resubmit", materials=[{"code": "M04", "medium": "original"}])
    move("2026-10-08")
    case = api("clerk1").view(case)
    assert (case["state"], case["deemed"], case["accepted_on"]) == ("accepted", True, "2026-09-14")


def test_returned_by_two_people(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    assert api("approver1").try_(case, "return", reason="不符合").status in (403, 409)
    case = api("clerk1").act(case, "return", reason="选址不符合条件")
    assert case["state"] == "received"
    row = next(one for one in api("approver1").view(case)["actions"] if one["name"] == "return")
    assert row["allowed"] and "approver" in row["awaits"]
    assert api("clerk2").try_(case, "return", reason="再提").status == 409
    case = api("approver1").act(case, "return")
    assert (case["state"], case["disposition"]) == ("returned", "return")
    assert case["events"][-1]["data"]["reason"] == "选址不符合条件"
    assert set(case["events"][-1]["data"]["copies"]) == {"center", "organ"}
    assert "return" in {paper["kind"] for paper in case["documents"]}


def test_a_proposal_lapses_when_the_case_moves_on(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    api("clerk1").act(case, "return", reason="想退")
    api("clerk2").act(case, "accept")
    assert api("head1").try_(case, "return").code == "wrong-state"
    pause = {"procedure": "expert-review", "reason": "评审", "expected_days": 3}
    api("examiner1").act(case, "pause", **pause)
    api("examiner1b").act(case, "review", opinion="不必评审", **{"pass": True})
    assert api("approver1").try_(case, "pause").code == "not-proposed"


def test_returned_by_silence_of_the_applicant(api: Open) -> None:
    case = api("citizen1").create(SEWAGE, given=3)
    api("clerk1").act(case, "notify-correction", items=LACKS, answer_by="2026-09-18")
    move("2026-09-18T23:00")
    assert api("citizen1").view(case)["state"] == "correcting"
    move("2026-09-19T00:00")
    case = api("citizen1").view(case)
    assert (case["state"], case["disposition"]) == ("returned", "return")
    assert case["events"][-1]["actor"] == "system"
    late = api("citizen1").try_(case, "resubmit", materials=[{"code": "M04"}])
    assert late.code == "wrong-state"


@pytest.mark.parametrize("until", ["draft", "received", "correcting", "accepted", "in_review", "paused"])
def test_withdrawn_at_any_time_before_the_decision(api: Open, until: str) -> None:
    citizen = api("citizen1")
    case = citizen.create(SEWAGE, submit=until != "draft")
    if until == "correcting":
        api("clerk1").act(case, "notify-correction", items=LACKS, answer_by="2026-09-18")
    if until in ("accepted", "in_review", "paused"):
        api("clerk1").act(case, "accept")
    if until == "in_review":
        api("examiner1").act(case, "review", opinion="可以", **{"pass": True})
    if until == "paused":
        api("examiner1").act(case, "pause", procedure="expert-review", reason="评审", expected_days=3)
        api("approver1").act(case, "pause")
    assert citizen.view(case)["state"] == until
    assert citizen.act(case, "withdraw", reason="不办了")["state"] == "withdrawn"
    assert citizen.try_(case, "withdraw", reason="再撤").status == 409


def test_a_missing_paper_does_not_block_receipt(api: Open) -> None:
    case = api("clerk1").create(GAS, who="enterprise1", given=0)
    assert case["state"] == "received"
    assert {row["state"] for row in case["materials"]} == {"missing"}
    refused = api("clerk1").try_(case, "accept", deferred=[{"material": "M06", "promised_on": "2026-09-15"}])
    assert (refused.status, refused.code) == (409, "materials-missing")
