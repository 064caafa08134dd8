"""A licence from the check on the spot to its end: two go and write down, the grant says the number, it is revoked."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from onewindow.base import clock
from onewindow.base.models import Fact
from onewindow.cases import proof
from onewindow.documents import queries as documents
from onewindow.documents.models import Document
from onewindow.org import queries as organs
from onewindow.org import services as org
from tests.world import HOUSING, PASSWORD, SEWAGE, Api, actor, move

Open = Callable[..., Api]
CHECK = {
    "meets_at": "2026-09-10T14:00:00+08:00",
    "place": "示范区滨河路 18 号",
    "checkers": ["examiner1", "dual1"],
    "points": ["隔油池的容积", "雨污是否分流"],
}
FORM = {
    "checked_at": "2026-09-10T14:05",
    "ended_at": "2026-09-10T15:00",
    "finding-0": "2 立方米",
    "conforms-0": "true",
    "finding-1": "已分流",
    "conforms-1": "true",
    "result": "conforms",
    "opinion": "与申请材料一致",
    "present": "李四",
    "present_as": "店长",
    "signature": "refused",
    "remark": "李四拒绝签名，社区工作人员在场",
    "captions": "隔油池全景",
}
REVOKE = {
    "ground": "fraud",
    "facts": "检测报告系伪造",
    "reason": "以欺骗手段取得许可",
    "public_interest": "撤销不损害公共利益",
    "answer_by": "2026-09-25",
}


def content_of(case: dict, kind: str) -> dict:
    number = next(one["document_no"] for one in case["documents"] if one["kind"] == kind)
    return json.loads(documents.plain_of(Document.objects.get(document_no=number)) or b"{}")


def photo(colour: int) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("L", (40, 30), colour).save(out, "PNG")
    return SimpleUploadedFile("现场.png", out.getvalue(), "image/png")


def in_pieces(client: Client, file: SimpleUploadedFile, purpose: str) -> str:
    """A file sent before the form, as the script of the page does it; the name of the upload."""
    content = file.read()
    key = client.post("/uploads", {"name": file.name, "size": len(content), "purpose": purpose}).json()[
        "upload_id"
    ]
    client.generic(
        "PATCH", f"/uploads/{key}", content, "application/octet-stream", headers={"Upload-Offset": "0"}
    )
    return str(key)


def desk(username: str) -> Client:
    client = Client()
    client.post("/login", {"username": username, "password": PASSWORD})
    return client


def checked(api: Open) -> dict:
    """Arranged over the API, written down at the desk with two photos; the record refuses nobody's name a place."""
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "arrange-site-check", **CHECK)
    mine = api("citizen1").view(case)
    assert mine["site_checks"][0]["place"] == CHECK["place"] and mine["site_checks"][0]["photos"] == []
    assert "滨河路" not in json.dumps(case["events"], ensure_ascii=False)
    page = desk("citizen1").get(f"/my/cases/{case['case_no']}").content.decode()
    assert "隔油池的容积" in page and "示范区滨河路 18 号" in page
    move("2026-09-10T15:30")
    office, address = desk("examiner1"), f"/office/cases/{case['case_no']}"
    assert 'name="finding-1"' in office.get(address).content.decode()
    sent = FORM | {"version": str(case["version"]), "photos": [photo(90), photo(180)]}
    half = office.post(f"{address}/record-site-check", sent | {"finding-1": ""})
    assert half.status_code == 422 and "2 立方米" in half.content.decode()
    sent["photos"] = [photo(180)]
    sent["upload.photos"] = in_pieces(office, photo(90), f"site-check/{case['case_no']}")
    assert office.post(f"{address}/record-site-check", sent).status_code == 302
    return api("examiner1").view(case)


def granted(api: Open) -> dict:
    case = api("examiner1").act(checked(api), "review", opinion="可以", **{"pass": True})
    blocked = api("dual1").post(
        f"/cases/{case['case_no']}/actions/decide", {"version": case["version"], "outcome": "grant"}
    )
    assert blocked.code == "same-person"
    number = {"licence_no": "示排水2026第0125号", "validity": "2031-09-14"}
    case = api("approver1").act(case, "decide", outcome="grant", **number)
    case = api("head1").act(case, "produce")
    return api("issuer1").act(case, "deliver", method="window", receipt="李四")


def test_two_went_and_what_they_found_is_kept(api: Open) -> None:
    case = checked(api)
    check = case["site_checks"][0]
    assert check["result"] == "conforms" and len(check["photos"]) == 2
    record = content_of(case, "site-check")
    assert [one["name"] for one in record["checkers"]] == check["checkers"] and len(record["checkers"]) == 2
    assert record["place"] == CHECK["place"] and record["signature"] == "拒绝签名"
    assert record["photos"] == ["隔油池全景", "现场照片"]
    fact = Fact.objects.get(stream="case", type="site-checked", data__documents__isnull=False)
    assert len(fact.data["files"]) == 2 and all(len(one["sha256"]) == 64 for one in fact.data["files"])
    assert "李四" not in json.dumps(fact.data, ensure_ascii=False)
    office = desk("examiner1")
    assert office.get(f"/office/cases/{case['case_no']}?tab=p-1").status_code == 200
    seen = office.get(f"/office/cases/{case['case_no']}/files/{check['photos'][0]}")
    assert seen.status_code == 200 and seen.headers["Content-Type"] == "image/png"
    assert api("examiner2").get(f"/files/{check['photos'][0]}").status == 404
    assert list(proof.findings()) == []


def test_the_grant_says_the_licence_and_what_became_of_it_is_public(api: Open) -> None:
    housing = organs.find_organ(name=HOUSING)
    assert housing is not None
    org.set_paper_names(
        actor("manager1"), housing.id, official_name="示范区住房和城乡建设局",
        reconsideration_organ="示范区人民政府", court="示范区人民法院", now=clock.now(),
    )  # fmt: skip
    case = granted(api)
    said = content_of(case, "grant")
    assert said["organ"]["name"] == "示范区住房和城乡建设局"
    assert said["licence_no"] == "示排水2026第0125号" and said["validity"] == "2026年9月10日至2031年9月14日"
    assert content_of(case, "delivery")["licence"]["number"] == "示排水2026第0125号"
    case = api("examiner1").act(case, "revoke-licence", **REVOKE)
    told = content_of(case, "statement-notice")
    assert told["ending"] == "撤销行政许可" and told["licence"]["licence_no"] == "示排水2026第0125号"
    early = api("head1").post(
        f"/cases/{case['case_no']}/actions/revoke-licence", {"version": case["version"]}
    )
    assert early.code == "statement-term-runs"
    citizen, address = desk("citizen1"), f"/my/cases/{case['case_no']}"
    assert "拟撤销这个许可" in citizen.get(address).content.decode()
    assert citizen.post(f"{address}/record-statement", {"text": "报告不是我造的"}).status_code == 303
    case = api("examiner1").view(case)
    assert [one["text"] for one in case["statements"]] == ["报告不是我造的"]
    page = desk("head1").get(f"/office/cases/{case['case_no']}").content.decode()
    assert "确认撤销许可" in page and "检测报告系伪造" in page
    case = api("head1").act(case, "revoke-licence")
    assert (case["state"], case["licence"]["standing"]) == ("delivered", "revoked")
    decision = content_of(case, "revocation")
    assert "第六十九条第二款" in decision["basis"][0] and "不受保护" in decision["consequences"]
    assert "示范区人民政府" in decision["remedies"][0] and "示范区人民法院" in decision["remedies"][1]
    (line,) = api().get("/decisions").json["results"]
    assert line["standing"] == "revoked" and line["validity"] == "2031-09-14"
    assert line["licence_no"] == "示排水2026第0125号"
    assert "已撤销" in Client().get("/decisions").content.decode()
    paper = Document.objects.get(case_no=case["case_no"], kind="grant")
    checked = api().get(f"/verify/{quote(paper.document_no)}?code={paper.code}").json
    assert (checked["state"], checked["standing"]) == ("valid", "revoked"), "genuine, and no longer in force"
    shown = Client().get(f"/verify/{quote(paper.document_no)}?code={paper.code}").content.decode()
    assert "后来被撤销，不再有效" in shown
    case = api("examiner1").act(case, "cancel-licence", ground="revoked", reason="许可已被撤销")
    case = api("approver1").act(case, "cancel-licence")
    assert api().get("/decisions").json["results"][0]["standing"] == "cancelled"
    assert documents.verify(paper.document_no, paper.code)["standing"] == "cancelled"
    assert "已注销" in citizen.get(address).content.decode()
    assert list(proof.findings()) == []


def test_a_neighbour_is_told_of_a_revocation_heard_and_told_what_came_of_it(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    examiner = api("examiner1")
    case = examiner.act(case, "judge-interest", touches=True, reason="共用检查井")
    neighbour = {"type": "person", "name": "邻家甲", "interest": "共用检查井"}
    case = examiner.act(case, "register-party", **neighbour)
    case = examiner.act(case, "invite-statements", matters="接驳口", answer_by="2026-09-09")
    case = examiner.act(case, "tell-hearing-rights", matters="接驳口")
    move("2026-09-16")
    case = examiner.act(case, "review", opinion="可以", **{"pass": True})
    case = api("approver1").act(case, "decide", outcome="grant")
    case = examiner.act(case, "revoke-licence", **REVOKE)
    said = [one for one in case["documents"] if one["kind"] == "statement-notice"][-1]
    content = json.loads(documents.plain_of(Document.objects.get(document_no=said["document_no"])) or b"{}")
    assert content["addressee"]["name"] == "邻家甲" and content["ending"] == "撤销行政许可"
    assert "第三十六条" in content["basis"][0]
    mine = api("citizen1").view(case)
    assert said["document_no"] not in [one["document_no"] for one in mine["documents"]]
    case = api("citizen1").act(mine, "record-statement", text="报告不是我造的")
    head = api("head1")
    assert head.try_(head.view(case), "revoke-licence").code == "statement-term-runs"
    case = api("clerk1").act(head.view(case), "record-statement", party=1, text="请撤销")
    assert case["licence"]["proposed"]["parties_heard"] == [1]
    assert (
        "利害关系人 1 人，1 人已陈述意见"
        in desk("head1").get(f"/office/cases/{case['case_no']}").content.decode()
    )
    case = head.act(case, "revoke-licence")
    ended = content_of(case, "licence-ended")
    assert ended["addressee"]["name"] == "邻家甲" and len(ended["remedies"]) == 2
    number = next(one["document_no"] for one in case["documents"] if one["kind"] == "licence-ended")
    case = api("issuer1").act(case, "serve", document_no=number, method="courier", receipt="SF1")
    assert [one["remedy"] for one in case["services"][-1]["terms"]] == ["reconsideration", "suit"]
    mine = api("citizen1").view(case)
    assert "licence-ended" not in [one["kind"] for one in mine["documents"]]
    told = json.dumps(mine, ensure_ascii=False)
    assert "邻家甲" not in told and "请撤销" not in told
    assert list(proof.findings()) == []
