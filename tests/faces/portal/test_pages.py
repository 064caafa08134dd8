"""The portal on a real database: every page answers, an application goes through, nobody sees another's."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.test import Client

from onewindow.base import accounts, clock
from onewindow.cases import queries as cases
from onewindow.catalog import demonstration
from onewindow.catalog import queries as catalog
from onewindow.intake.models import Draft
from onewindow.site import demo
from onewindow.ui import session

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2026, 9, 24, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
DRAIN = "511A0148600000-511602000000-000-11511301008778255F-1-00"
BUILD = "511A0126300000-511602000000-000-11511301008778255F-1-00"
FOOD = "513A0102900001-511602000000-000-11511301MB051073XA-1-00"
PASSWORD = "Window-2026-Demo"


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: NOW.date())
    catalog.flush()
    demo.load_people(password=PASSWORD, now=NOW)
    demonstration.load(now=NOW)


def signed_in(username: str) -> Client:
    client = Client()
    answer = client.post("/login", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[:400]
    return client


def pdf() -> BytesIO:
    made = BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(made)
    made.seek(0)
    made.name = "材料.pdf"
    return made


def filled() -> dict[str, str]:
    schema = catalog.current(DRAIN).form_schema
    form = {}
    for name in schema["required"]:
        part = schema["properties"][name]
        form[f"f.{name}"] = str((part.get("examples") or part.get("enum") or ["示范路 1 号"])[0])
    return form


def test_the_portal(city: None) -> None:
    _public_pages_answer()
    _guide_answers_and_shortens()
    _wrong_password_is_told()
    client = signed_in("citizen1")
    case_no = _one_applies(client)
    _what_is_known_is_shown_to_be_checked(client)
    _own_pages(client, case_no)
    _others_see_nothing(case_no)
    _anyone_tracks(case_no)
    _one_withdraws(client, case_no)
    _staff_have_no_portal_space()


def _public_pages_answer() -> None:
    for path in (
        "/",
        "/search",
        "/search?q=kaifandian",
        "/suggest?q=paishui",
        "/track",
        "/verify",
        "/register",
    ):
        assert Client().get(path).status_code == 200, path
    assert Client().get("/items/nothing").status_code == 404
    assert Client().get("/verify/x?code=y").status_code == 404
    assert "没有找到" in Client().get("/search?q=zzzzqqqq&organ=无").content.decode()
    assert Client().get("/my").headers["Location"] == "/login?next=/my"
    english = Client(headers={"accept-language": "en"}).get("/").content.decode()
    assert 'lang="en"' in english


def _guide_answers_and_shortens() -> None:
    page = Client().get(f"/items/{DRAIN}").content.decode()
    assert "法定 20 个工作日" in page and "在线申请" in page
    assert "style=" not in page and "<script>" not in page  # the content policy allows neither
    question = catalog.current(BUILD).questions[0]
    part = Client().get(f"/items/{BUILD}/materials", {f"a.{question.code}": question.options[0].code})
    assert part.status_code == 200 and "<html" not in part.content.decode()
    assert Client().get(f"/items/{BUILD}", {"a.nothing": "x"}).status_code == 200


def _wrong_password_is_told() -> None:
    answer = Client().post("/login", {"username": "citizen1", "password": "wrong"})
    assert answer.status_code == 401 and 'role="alert"' in answer.content.decode()
    assert session.COOKIE not in answer.cookies


def _one_applies(client: Client) -> str:
    start = client.get(f"/items/{DRAIN}/apply")
    key = re.match(r"/apply/([^/]+)/who", start.headers["Location"])[1]  # type: ignore[index]
    assert client.get(f"/items/{DRAIN}/apply").headers["Location"].startswith(f"/apply/{key}/")
    bad = client.post(f"/apply/{key}/who", {"behalf": "self", "phone": "1"})
    assert bad.status_code == 422 and "电话" in bad.content.decode()
    good = client.post(f"/apply/{key}/who", {"behalf": "self", "phone": "13800000000"})
    assert good.headers["Location"] == f"/apply/{key}/form"  # nothing depends on a situation
    assert client.get(f"/apply/{key}/situation").status_code == 200
    wrong = client.post(f"/apply/{key}/form", filled() | {"f.outlets": "many"})
    assert wrong.status_code == 422 and 'id="summary"' in wrong.content.decode()
    assert "many" in client.get(f"/apply/{key}/form").content.decode()  # what was typed is kept
    assert client.post(f"/apply/{key}/form", filled()).status_code == 303
    _give_materials(client, key)
    unsigned = client.post(f"/apply/{key}/confirm", {"method": "window"})
    assert unsigned.status_code == 422
    sent = client.post(f"/apply/{key}/confirm", {"method": "window", "promise": "1"})
    again = client.post(f"/apply/{key}/confirm", {"method": "window", "promise": "1"})
    assert sent.headers["Location"] == again.headers["Location"]  # a double click is one case
    assert signed_in("citizen2").get(f"/apply/{key}/who").status_code == 404
    assert Draft.objects.get(key=key).case_no in sent.headers["Location"]
    return sent.headers["Location"].split("/")[3]


def _what_is_known_is_shown_to_be_checked(client: Client) -> None:
    key = re.match(r"/apply/([^/]+)/who", client.get(f"/items/{FOOD}/apply").headers["Location"])[1]  # type: ignore[index]
    client.post(f"/apply/{key}/who", {"behalf": "self", "phone": "13800000000"})
    asked = client.get(f"/apply/{key}/form").content.decode()
    assert asked.count("来自上次申请，请核对") == 2  # the name and the place of the first application
    assert Draft.objects.get(key=key).step == "form"
    client.post(f"/apply/{key}/form", {"f.shop_name": "另一家面馆"})
    typed = client.get(f"/apply/{key}/form").content.decode()
    assert "另一家面馆" in typed and "来自上次申请" not in typed and "示范路 1 号" not in typed


def _give_materials(client: Client, key: str) -> None:
    codes = [row.code for row in catalog.current(DRAIN).materials]
    for code in codes:
        assert client.post(f"/apply/{key}/files/{code}", {"file": pdf()}).status_code == 303
    text = BytesIO(b"#!/bin/sh\necho")
    text.name = "x.pdf"
    client.post(f"/apply/{key}/files/{codes[0]}", {"file": text})
    assert "x.pdf" in client.get(f"/apply/{key}/materials").content.decode()  # the refusal names the file
    assert client.post(f"/apply/{key}/files/nothing", {"file": pdf()}).status_code == 404


def _own_pages(client: Client, case_no: str) -> None:
    for path in ("/my", "/my/messages", f"/my/cases/{case_no}", f"/my/cases/{case_no}/receipt"):
        assert client.get(path).status_code == 200, path
    receipt = client.get(f"/my/cases/{case_no}/receipt").content.decode()
    assert case_no in receipt and "10月12日" in receipt  # 7 working days from 24 September, holidays skipped
    assert client.get(f"/my/cases/{case_no}/nothing").status_code == 405
    assert client.post(f"/my/cases/{case_no}/accept", {"version": "1"}).status_code == 404


def _others_see_nothing(case_no: str) -> None:
    other = signed_in("citizen2")
    assert other.get(f"/my/cases/{case_no}").status_code == 404
    assert other.post(f"/my/cases/{case_no}/withdraw", {"version": "1", "reason": "x"}).status_code == 404


def _anyone_tracks(case_no: str) -> None:
    assert Client().post("/track", {"case_no": case_no, "check": "wrong"}).status_code == 404
    actor: Any = accounts.actor_of(accounts.login("citizen1", PASSWORD, address="127.0.0.1").token)
    code = cases.view(actor, case_no, now=NOW)["query_code"]
    page = Client().post("/track", {"case_no": case_no, "check": code})
    assert page.status_code == 200 and "已收到申请" in page.content.decode()
    assert actor.name not in page.content.decode()


def _one_withdraws(client: Client, case_no: str) -> None:
    stale = client.post(f"/my/cases/{case_no}/withdraw", {"version": "99", "reason": "不办了"})
    assert stale.status_code == 409
    done = client.post(f"/my/cases/{case_no}/withdraw", {"version": "1", "reason": "不办了"})
    assert done.status_code == 303, done.content.decode()[:2000]
    assert "已撤回" in client.get(f"/my/cases/{case_no}").content.decode()


def _staff_have_no_portal_space() -> None:
    assert signed_in("clerk1").get("/my").status_code == 403
