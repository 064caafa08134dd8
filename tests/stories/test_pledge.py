"""Granted on a promise: signed, decided at once, checked, ordered to correct, broken, barred and repaired."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from onewindow.cases import proof
from onewindow.cases.queries import pledges
from tests.documents.test_papers import text_of
from tests.documents.test_signatures import run
from tests.stories.test_licence_ends import CHECK, content_of, desk
from tests.world import BUILDING, FORMS, SEWAGE, Api, applicant, application, move

Open = Callable[..., Api]
SIGNED = {"promises": [1, 2, 3], "signature": "示范建设有限公司"}
ANSWERS = {"Q1": "new", "Q2": "tender", "Q3": ["demolition"]}
GIVEN = ("M01", "M02", "M03", "M04", "M06", "M08")
UNMET = {
    "method": "data",
    "result": "unmet",
    "findings": "资金监管账户余额不足",
    "requirements": ["补足建设资金", "提交银行出具的凭证"],
    "correct_by": "2026-10-15",
}


def applied(api: Open, **more: Any) -> dict[str, Any]:
    body = {"answers": ANSWERS, "materials": [{"code": code, "medium": "electronic"} for code in GIVEN]}
    return api("enterprise1").create(BUILDING, **body, **({"pledge": SIGNED} | more))


def granted(api: Open) -> dict[str, Any]:
    case = api("clerk1").act(applied(api), "accept")
    return api("approver1").act(case, "decide", outcome="grant")


def test_from_the_promise_to_the_order_and_its_end(api: Open) -> None:
    case = applied(api)
    assert {row["code"]: row["need"] for row in case["materials"]}["M07"] == "optional"
    assert case["pledge"] | {"covers": ["M07", "M09"], "standing": "signed", "days": 60} == case["pledge"]
    said = content_of(case, "commitment")
    assert said["stands_for"] == ["建设资金已经落实的承诺书", "房屋征收或者拆迁进度符合施工要求的证明"]
    assert said["signature"] == SIGNED["signature"] and len(said["duties"]) == 5
    assert "示范建设" not in json.dumps([one["data"] for one in case["events"]], ensure_ascii=False)
    case = api("clerk1").act(case, "accept")
    case = api("approver1").act(case, "decide", outcome="grant")
    assert (case["state"], case["pledge"]["standing"]) == ("granted", "due")
    assert str(case["pledge"]["due_on"]) == "2026-11-07"
    case = api("examiner1").act(case, "check-pledge", **UNMET)
    order = content_of(case, "rectification")
    assert (
        order["requirements"] == UNMET["requirements"] and order["licence"]["title"] == "准予行政许可决定书"
    )
    assert order["correct_by_on"] == "2026-10-15" and order["remedies"]
    move("2026-10-16T09:00")
    case = api("examiner1b").act(case, "check-pledge", **UNMET | {"requirements": [], "correct_by": None})
    assert (case["pledge"]["standing"], case["pledge"]["breach"]) == ("breached", "unmet")
    assert list(proof.findings()) == []


def test_a_broken_promise_bars_until_it_is_repaired(api: Open) -> None:
    case = api("examiner1").act(
        granted(api), "check-pledge", method="data", result="false", findings="凭证系伪造"
    )
    assert case["pledge"]["breach"] == "false" and case["pledge"]["breached_on"]
    body = application(BUILDING, "enterprise1", answers=ANSWERS, given=0, pledge=SIGNED)
    barred = api("enterprise1").post("/cases", body)
    assert (barred.status, barred.code) == (409, "credit-not-repaired") and "国办发" in barred.json["basis"]
    assert api("enterprise1").post("/cases", body | {"pledge": None}).status == 201
    # The right to speak and the revocation go as ever.
    case = api("examiner1").act(
        case, "revoke-licence", ground="fraud", facts="凭证系伪造", reason="以虚假承诺取得许可",
        public_interest="撤销不损害公共利益", answer_by="2026-09-25",
    )  # fmt: skip
    assert content_of(case, "statement-notice")["ending"] == "撤销行政许可"
    office = desk("head1").get("/office/pledges?standing=breached").content.decode()
    assert case["case_no"] in office and "承诺虚假" in office
    refused = api("examiner1").try_(case, "repair-credit", reason="x")
    assert refused.code == "role-lacks-it"
    case = api("head1").act(case, "repair-credit", reason="已经更正并补交凭证")
    assert case["pledge"]["repaired_on"]
    assert api("enterprise1").post("/cases", body).status == 201
    assert case["case_no"] not in desk("head1").get("/office/pledges?standing=breached").content.decode()
    assert list(proof.findings()) == []


def test_what_cannot_be_promised_is_refused(api: Open) -> None:
    body = application(BUILDING, "enterprise1", answers=ANSWERS, given=0)
    half = api("enterprise1").post("/cases", body | {"pledge": SIGNED | {"promises": [1, 3]}})
    assert half.fields == ["pledge.promises"]
    other = api("citizen1").post("/cases", application(SEWAGE, pledge=SIGNED))
    assert other.code == "no-pledge-offered"


def test_a_draft_is_signed_and_papered_when_it_is_sent(api: Open) -> None:
    case = applied(api, submit=False)
    assert case["documents"] == [] and case["pledge"]["standing"] == "signed"
    case = api("enterprise1").act(case, "submit")
    assert [one["kind"] for one in case["documents"]] == ["receipt", "commitment"]


def test_two_go_to_check_on_the_spot(api: Open) -> None:
    case = api("examiner1").act(granted(api), "arrange-site-check", **CHECK)
    assert any(one["kind"] == "site-check-notice" for one in case["documents"])
    early = api("examiner1b").try_(case, "check-pledge", method="data", result="kept", findings="x")
    assert early.code == "site-check-pending"


def test_chosen_and_signed_in_the_portal(api: Open) -> None:
    client = desk("enterprise1")
    guide = client.get(f"/items/{BUILDING}").content.decode()
    assert "可以告知承诺办理" in guide and "建设资金已经落实的承诺书" in guide
    address = client.get(f"/items/{BUILDING}/apply").headers["Location"].rpartition("/")[0]
    firm = client.get(f"{address}/who").content.decode()
    code = firm.split('value="mandate-')[1].split('"')[0]
    client.post(f"{address}/who", {"behalf": f"mandate-{code}", "phone": "12000000051"})
    client.post(f"{address}/situation", {"a.Q1": "new", "a.Q2": "tender", "a.Q3": "demolition"})
    client.post(f"{address}/form", {f"f.{name}": value for name, value in FORMS[BUILDING].items()})
    before = client.get(f"{address}/materials").content.decode()
    assert "两种办法，选一种" in before and before.count(">以承诺代替<") == 0
    assert client.post(f"{address}/materials", {"way": "pledge"}).status_code == 303
    after = client.get(f"{address}/materials").content.decode()
    assert after.count(">以承诺代替<") == 2
    form = {"method": "window", "promise": "1", "pledge-1": "1", "pledge-2": "1"}
    half = client.post(f"{address}/confirm", form)
    assert half.status_code == 422 and "每一项承诺都要确认" in half.content.decode()
    assert "请写上您的姓名" in half.content.decode()
    sent = client.post(f"{address}/confirm", form | {"pledge-3": "1", "signature": "李四"})
    assert sent.status_code in (302, 303), sent.content.decode()
    (case,) = api("enterprise1").get("/cases").json["results"]
    case = api("enterprise1").view(case)
    assert content_of(case, "commitment")["signature"] == "李四"
    page = client.get(f"/my/cases/{case['case_no']}").content.decode()
    assert "您是以承诺代替一部分材料申请的" in page


def test_chosen_at_the_window(api: Open) -> None:
    client = desk("clerk1")
    visit = client.post("/counter/begin", {"code": applicant("enterprise1")["id_number"]}).headers["Location"]
    who = {"name": applicant("enterprise1")["name"], "id_number": applicant("enterprise1")["id_number"]}
    who |= {"id_type": "uscc", "phone": "12000000051"}
    client.post(visit, who | {"add": BUILDING})
    typed: dict[str, Any] = who | {"q-1-Q1": "new", "q-1-Q2": "tender", "q-1-Q3": ["demolition"]}
    typed |= {f"f1.{name}": value for name, value in FORMS[BUILDING].items()}
    typed |= {f"m-1-{code}": "got" for code in GIVEN}
    for _ in range(3):  # a question at a time
        client.post(visit, typed | {"do": "save"})
    without = client.post(visit, typed | {"pledge-shown-1": "1", "do": "accept:1"})
    assert without.status_code == 409
    done = client.post(visit, typed | {"pledge-shown-1": "1", "pledge-1": "1", "do": "accept:1"})
    assert done.status_code == 302, done.content.decode()
    (case,) = (
        api("clerk1")
        .get(
            "/cases",
        )
        .json["results"]
    )
    case = api("clerk1").view(case)
    assert (case["state"], case["pledge"]["covers"]) == ("accepted", ["M07", "M09"])
    said = content_of(case, "commitment")
    assert said["signature"] is None and said["stands_for"][0] == "建设资金已经落实的承诺书"


def test_the_list_of_the_office_and_the_desk(api: Open) -> None:
    case = granted(api)
    office = desk("examiner1")
    due = office.get("/office/pledges").content.decode()
    assert case["case_no"] in due and "建筑工程施工许可证核发" in due
    (line,) = api("examiner1").get("/pledges").json["results"]
    assert (line["case_no"], line["light"], line["days"]) == (case["case_no"], "green", 60)
    assert api("examiner2").get("/pledges").json["results"] == []
    assert (
        api("clerk1").get("/pledges").status == 403 and api("head1").get("/pledges?standing=x").status == 422
    )
    address = f"/office/cases/{case['case_no']}"
    assert 'name="correct_by"' in office.get(address).content.decode()
    form = {"version": str(case["version"]), "method": "data", "result": "unmet", "findings": "余额不足"}
    short = office.post(f"{address}/check-pledge", form)
    assert short.status_code == 422 and "写明要改正什么" in short.content.decode()
    form |= {"requirements": "补足建设资金\n提交凭证", "correct_by": "2026-10-15"}
    assert office.post(f"{address}/check-pledge", form).status_code == 302
    assert case["case_no"] in office.get("/office/pledges?standing=rectifying").content.decode()
    assert (
        case["case_no"] not in desk("examiner2").get("/office/pledges?standing=rectifying").content.decode()
    )
    mine = desk("enterprise1").get(f"/my/cases/{case['case_no']}").content.decode()
    assert "责令改正通知书" in mine and "按期改正" in mine
    assert Client().get("/office/pledges").status_code in (302, 303)


def test_both_papers_are_whole_signed_files(api: Open, tmp_path: Path) -> None:
    """What the applicant opens: read back by programs that are not ours."""
    case = api("examiner1").act(granted(api), "check-pledge", **UNMET)
    said, mine = {}, desk("enterprise1")
    for kind in ("commitment", "rectification"):
        number = next(one["document_no"] for one in case["documents"] if one["kind"] == kind)
        opened = mine.get(f"/my/cases/{case['case_no']}/papers/{number}")
        assert opened.status_code == 200
        path = tmp_path / f"{kind}.pdf"
        path.write_bytes(b"".join(opened.streaming_content))
        told = run("pdfsig", path).stdout.decode()
        assert "Signature is Valid" in told and "Total document signed" in told
        said[kind] = text_of(path)
    assert "建设资金已经落实的承诺书" in said["commitment"] and "60日内" in said["commitment"]
    assert SIGNED["signature"] in said["commitment"]
    assert "补足建设资金" in said["rectification"] and "2026年10月15日" in said["rectification"]


def test_the_list_reads_its_own_index(api: Open) -> None:
    values = ("'{1}'", "'due'", "'due'", "200")
    sql = pledges._LIST
    for value in values:
        sql = sql.replace("%s", value, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "cases_case_pledge" in plan, plan
