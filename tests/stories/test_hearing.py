"""A denial after a hearing: neighbours told and heard, the hearing asked for online, the decision on its record."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.test import Client

from onewindow.cases import proof
from onewindow.documents import queries as documents
from onewindow.documents.models import Document
from tests.world import PASSWORD, SEWAGE, Api, move

Open = Callable[..., Api]
NEIGHBOUR = {"type": "person", "name": "邻家甲", "interest": "共用检查井", "phone": "13800000000"}
MEETING = {
    "matters": "接驳口设于共用检查井",
    "held_at": "2026-09-21T09:30:00+08:00",
    "place": "二楼会议室",
    "host": "approver1",
    "recorder": "dual1",
}
RECORD = {
    "ended_at": "2026-09-21T11:00:00+08:00",
    "attendees": [{"name": "邻家甲", "role": "利害关系人"}],
    "statements": [{"by": "邻家甲", "text": "雨季溢水"}],
    "result": "双方陈述完毕",
}


def papers(case: dict, kind: str) -> list[dict]:
    return [one for one in case["documents"] if one["kind"] == kind]


def content_of(document_no: str) -> dict:
    paper = Document.objects.get(document_no=document_no)
    return json.loads(documents.plain_of(paper) or b"{}")


def test_a_denial_after_a_hearing(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    examiner, head = api("examiner1"), api("head1")
    case = examiner.act(case, "judge-interest", touches=True, reason="接驳口与邻居共用")
    case = examiner.act(case, "register-party", **NEIGHBOUR)
    case = examiner.act(case, "invite-statements", matters="接驳口", answer_by="2026-09-14")
    assert len(papers(case, "statement-notice")) == 2
    mine = api("citizen1").view(case)
    assert len(papers(mine, "statement-notice")) == 1 and mine["parties"][1]["name"] != "邻家甲"
    hidden = papers(case, "statement-notice")[1]["document_no"]
    assert hidden not in [one["document_no"] for one in mine["documents"]]
    api("citizen1").act(mine, "record-statement", text="愿意另设接驳口")
    case = api("clerk1").act(case, "record-statement", party=1, text="不同意")
    assert [one["text"] for one in case["statements"]] == ["愿意另设接驳口", "不同意"]
    case = examiner.act(case, "tell-hearing-rights", matters="接驳口")
    move("2026-09-10")
    case = api("citizen1").act(api("citizen1").view(case), "request-hearing")
    assert case["hearing"]["organise_by"] == "2026-10-14"
    case = head.act(case, "arrange-hearing", **MEETING)
    assert (case["state"], case["light"]) == ("paused", "grey")
    kinds = [one["kind"] for one in case["documents"]]
    assert kinds.count("hearing-notice") == 2
    assert {"hearing-announcement", "special-procedure"} <= set(kinds)
    move("2026-09-21T11:30")
    case = api("approver1").act(case, "record-hearing", **RECORD)
    assert case["clocks"]["legal"]["used"] == 1  # 09-09: neither the 10th nor the 21st counts
    case = examiner.act(case, "review", opinion="影响共用检查井", **{"pass": False})
    case = api("dual1").act(case, "decide", outcome="deny", reason="影响他人排水")
    assert case["state"] == "denied"
    assert "邻家甲" not in str(api("citizen1").view(case)) and "雨季溢水" not in str(case["events"])
    assert list(proof.findings()) == []


def test_an_applicant_speaks_and_asks_for_a_hearing_online(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "invite-statements", matters="接驳口", answer_by="2026-09-14")
    case = api("examiner1").act(case, "tell-hearing-rights", matters="接驳口")
    citizen, address = Client(), f"/my/cases/{case['case_no']}"
    citizen.post("/login", {"username": "citizen1", "password": PASSWORD})
    page = citizen.get(address).content.decode()
    assert "要求听证" in page and 'name="text"' in page
    assert citizen.post(f"{address}/record-statement", {"text": "愿意另设"}).status_code == 303
    assert citizen.post(f"{address}/request-hearing").status_code == 303
    page = citizen.get(address).content.decode()
    assert "愿意另设" in page and "10月12日" in page
    assert citizen.post(f"{address}/request-hearing").status_code == 409
    notice = papers(case, "statement-notice")[0]["document_no"]
    assert citizen.get(f"{address}/papers/{notice}").status_code == 200


def test_the_record_is_named_in_the_decision(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("head1").act(case, "arrange-hearing", **MEETING | {"public": False})
    move("2026-09-21T11:30")
    case = api("approver1").act(case, "record-hearing", **RECORD)
    case = api("examiner1").act(case, "review", opinion="可以", **{"pass": True})
    case = api("dual1").act(case, "decide", outcome="grant")
    record = papers(case, "hearing-record")[0]["document_no"]
    content = content_of(papers(case, "grant")[0]["document_no"])
    assert record in content["facts"] and any("第四十八条" in one for one in content["basis"])


def test_a_hearing_is_announced_and_its_host_steps_down(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("head1").act(case, "arrange-hearing", **MEETING)
    page = Client().get("/hearings").content.decode()
    assert "接驳口设于共用检查井" in page and "二楼会议室" in page and "将举行" in page
    assert case["applicant"]["name"] not in page and case["case_no"] not in page
    (told,) = api().get("/hearings").json["results"]
    assert (told["state"], told["place"]) == ("announced", "二楼会议室") and "*" in told["applicant"]
    citizen, address = Client(), f"/my/cases/{case['case_no']}"
    citizen.post("/login", {"username": "citizen1", "password": PASSWORD})
    assert "申请回避" in citizen.get(address).content.decode()
    sent = {"seat": "host", "reason": "主持人是邻居的亲戚"}
    assert citizen.post(f"{address}/request-recusal", sent).status_code == 303
    case = api("examiner1").view(case)
    assert case["recusals"][0]["reason"] == "主持人是邻居的亲戚"
    assert "亲戚" not in json.dumps(case["events"], ensure_ascii=False)
    case = api("head1").act(case, "decide-recusal", granted=True, reason="情况属实", to="examiner1b")
    said = content_of(papers(case, "recusal")[0]["document_no"])
    assert (said["seat"], said["outcome"]) == ("听证主持人", "应当回避") and said["successor"]
    move("2026-09-21T11:30")
    wrong = api("approver1").post(
        f"/cases/{case['case_no']}/actions/record-hearing", {"version": case["version"], **RECORD}
    )
    assert wrong.code == "not-the-host"
    case = api("examiner1b").act(case, "record-hearing", **RECORD)
    assert "已举行" in Client().get("/hearings").content.decode()
    assert list(proof.findings()) == []


def test_an_examiner_steps_aside_and_another_examines_anew(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "review", opinion="可以", **{"pass": True})
    staff, address = Client(), f"/office/cases/{case['case_no']}"
    staff.post("/login", {"username": "examiner1", "password": PASSWORD})
    assert "自行回避" in staff.get(address).content.decode()
    sent = {"version": case["version"], "ground": "family-interest", "reason": "申请人是我姐姐"}
    assert staff.post(f"{address}/step-aside", sent).status_code == 302
    assert not any(one["allowed"] for one in api("examiner1").view(case)["actions"])
    assert api("approver1").try_(case, "decide", outcome="grant").code == "recusal-pending"
    waiting = api("head1").get("/inbox?role=head").json["results"]
    assert "recusal-pending" in next(one for one in waiting if one["case_no"] == case["case_no"])["flags"]
    case = api("head1").view(case)
    (told,) = case["recusals"]
    assert (told["seat"], told["own"], told["granted"]) == ("examiner", True, None)
    mine = api("citizen1").view(case)
    assert mine["recusals"][0]["reason"] is None and "姐姐" not in json.dumps(mine, ensure_ascii=False)
    case = api("head1").act(case, "decide-recusal", granted=True, reason="属实", to="examiner1b")
    assert case["holder"] == "examiner1b" and not papers(case, "recusal")
    assert api("approver1").try_(case, "decide", outcome="grant").code == "not-examined"
    case = api("examiner1b").act(case, "review", opinion="可以", **{"pass": True})
    assert api("approver1").act(case, "decide", outcome="grant")["state"] == "granted"
    assert list(proof.findings()) == []
