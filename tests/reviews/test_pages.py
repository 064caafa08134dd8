"""Pages of ratings, tickets and complaints: who opens them, what they take, what they hide."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from onewindow.base import clock, tokens
from onewindow.base.models import Account
from onewindow.reviews import links
from onewindow.reviews.models import Complaint, Rating, Ticket
from onewindow.reviews.queries import ratings
from onewindow.ui import session
from tests.reviews.test_matters import bad, carry, file, walk
from tests.reviews.test_ratings import decided, said
from tests.world import FUND, SEWAGE, Api, applicant

Open = Callable[..., Api]


def client(username: str | None = None) -> Client:
    found = Client()
    if username:
        account = Account.objects.get(username=username)
        found.cookies[session.COOKIE] = tokens.issue(account, purpose="page", now=clock.real_now()).token
    return found


def opened(who: str | None, path: str, status: int = 200) -> str:
    answer = client(who).get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return html.unescape(answer.content.decode())


WATCHED = ("supervisor1", "manager1", "head1")
PAGES = [
    ("/supervision/ratings", WATCHED), ("/supervision/tickets", WATCHED), ("/supervision/complaints", WATCHED),
    ("/supervision/ratings.csv", WATCHED), ("/supervision/tickets.xlsx", WATCHED),
    ("/supervision/complaints.csv", WATCHED), ("/supervision/complaints/new", ("supervisor1", "manager1")),
    ("/supervision/terms", ("supervisor1",)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "may"), PAGES)
def test_who_opens_what(api: Open, path: str, may: tuple[str, ...]) -> None:
    for who in ("supervisor1", "manager1", "head1", "clerk1", "examiner1", "citizen1", "auditor", "catalog1"):
        assert client(who).get(path).status_code == (200 if who in may else 403), who
    assert client().get(path).status_code == 302


def test_the_door_leads_on(api: Open) -> None:
    assert client("head1").get("/supervision").headers["Location"] == "/supervision/board"


def grade(case: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "case_no": case["case_no"], "check": case["query_code"], "link": "acceptance", "grade": "4",
        "anonymous": "1", "at": "",
    } | more  # fmt: skip


def test_no_grade_is_chosen_for_anybody(api: Open) -> None:
    for path in ("/rate", "/kiosk/rate"):
        page = opened(None, path)
        grades = re.findall(r'<input type="radio" name="grade"[^>]*>', page)
        assert len(grades) == 5
        assert not any("checked" in one for one in grades)


@pytest.mark.parametrize(("path", "way"), [("/rate", "online"), ("/kiosk/rate", "kiosk")])
def test_rating_by_number_and_check(api: Open, path: str, way: str) -> None:
    case = decided(api)
    without = {name: value for name, value in grade(case).items() if name != "grade"}
    assert client().post(path, without).status_code == 422
    assert client().post(path, grade(case, check="0000")).status_code == 404
    assert client("clerk1").post(path, grade(case)).status_code == 403
    assert client().post(path, grade(case)).status_code == 200
    assert Rating.objects.get().way == way
    again = client().post(path, grade(case, grade="1"))
    assert again.status_code == 409 and "已经评价过" in again.content.decode()


def test_the_code_of_a_window_alone_asks_for_the_check(api: Open) -> None:
    case = decided(api)
    token = links.make(links.Link("qr", "", "acceptance", clock.today() + timedelta(days=1), 7))
    first = client().get(f"/r/{token}")
    assert first.headers["Location"].startswith("/rate?at=")
    assert client().post("/rate", grade(case, at=token)).status_code == 200
    row = Rating.objects.get()
    assert (row.way, row.window) == ("qr", 7)


def test_a_link_of_a_case_asks_for_nothing_and_works_once(api: Open) -> None:
    case = decided(api)
    token = ratings.link_of(case["case_no"], "completion", way="qr", today=clock.today(), window=3)
    page = opened(None, f"/r/{token}")
    assert case["item"]["name"] in page and 'name="check"' not in page
    assert applicant()["name"] not in page
    assert client("clerk1").post(f"/r/{token}", {"grade": "5", "anonymous": "1"}).status_code == 403
    assert client().post(f"/r/{token}", {"grade": "5", "anonymous": "1"}).status_code == 200
    assert client().post(f"/r/{token}", {"grade": "5", "anonymous": "1"}).status_code == 409
    assert Rating.objects.get().window == 3
    assert client().get("/r/nothing").status_code == 404


def test_the_clerk_shows_a_code_and_the_office_does_not(api: Open) -> None:
    case = api("citizen1").create(FUND)
    assert 'class="rate-code"' in opened("clerk1", f"/counter/cases/{case['case_no']}")
    assert 'class="rate-code"' not in opened("examiner1", f"/office/cases/{case['case_no']}")


def test_the_case_page_rates_tells_the_answer_and_rates_again(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    path = f"/my/cases/{case['case_no']}"
    assert f"{path}/rate/acceptance" in opened("citizen1", path)
    assert f"{path}/rate/completion" not in opened("citizen1", path)
    assert client("citizen2").get(f"{path}/rate/acceptance").status_code == 404
    sent = client("citizen1").post(f"{path}/rate/acceptance", {"grade": "1", "anonymous": "0"})
    assert sent.status_code == 200
    assert "您评价了：非常不满意" in opened("citizen1", path)
    ticket = walk(Ticket.objects.get(), "answered")
    page = opened("citizen1", path)
    assert "抱歉" in page
    again = re.search(r'href="(/r/[^"]+)"', page)
    assert again is not None
    assert client().post(again[1], {"grade": "5"}).status_code == 200
    ticket.refresh_from_db()
    assert ticket.second_grade == 5
    assert "再次评价：非常满意" in opened("citizen1", path)


def test_a_ticket_is_carried_on_its_page(api: Open) -> None:
    ticket = bad(api, anonymous=False, text="等了一下午")
    path = f"/supervision/tickets/{ticket.number}"
    page = opened("manager1", path)
    assert "等了一下午" in page and "接收" in page
    assert client("manager1").post(path, {"do": "receive", "version": "1"}).status_code == 302
    stale = client("manager1").post(path, {"do": "verify", "version": "1", "verdict": "real", "text": "x"})
    assert stale.status_code == 409 and "刚才有人处理过" in stale.content.decode()
    assert client("head2").get(path).status_code == 404
    assert client("manager1").post(path, {"do": "erase", "version": "2"}).status_code == 404
    shown = client("supervisor1").post(path, {"do": "open-rater", "text": "回访"})
    assert applicant()["phone"] in shown.content.decode()
    assert applicant()["phone"] not in opened("supervisor1", path)
    assert client("head1").post(path, {"do": "open-rater", "text": "想知道"}).status_code == 403


def test_a_head_sees_neither_case_nor_number_of_it_on_any_page(api: Open) -> None:
    case = decided(api)
    who = applicant()
    api().post("/ratings", said(case, 1, anonymous=False, text=f"{who['name']} {case['case_no']}"))
    ticket = Ticket.objects.get()
    complaint = file("citizen1", case_no=case["case_no"], text=f"林秋实 {case['case_no']} 没人管")
    carry("manager1", complaint, "accept")
    pages = [
        "/supervision/ratings", "/supervision/tickets", "/supervision/complaints",
        f"/supervision/tickets/{ticket.number}", f"/supervision/complaints/{complaint.number}",
    ]  # fmt: skip
    secrets = (case["case_no"], who["name"], who["phone"], "林秋实", "13700001234", "citizen1")
    for path in pages:
        page = opened("head1", path)
        assert not [one for one in secrets if one in page], path
    for path in ("/supervision/ratings.csv", "/supervision/tickets.csv", "/supervision/complaints.csv"):
        answer = client("head1").get(path)
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert len(text.splitlines()) == 2, path
        assert not [one for one in secrets if one in text], path
    assert case["case_no"] in opened("manager1", pages[3])


def test_complaining_on_the_portal(api: Open) -> None:
    form = {
        "organ": "区住建局", "about": "delay", "text": "三周没有答复", "anonymous": "1", "name": "", "phone": "",
        "case_no": "", "earlier": "",
    }  # fmt: skip
    made = client().post("/complain", form)
    page = made.content.decode()
    found = Complaint.objects.get()
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page)
    assert found.number in page and code is not None
    key = {"number": found.number, "code": code[0]}
    assert "待受理" in client().post("/complain/follow", key).content.decode()
    assert client().post("/complain/follow", key | {"code": "X"}).status_code == 404
    assert "已经撤回" in client().post("/complain/withdraw", key | {"reason": "好了"}).content.decode()
    assert client().post("/complain/withdraw", key).status_code == 409
    wrong = client().post("/complain", form | {"anonymous": "0"})
    assert wrong.status_code == 422 and "实名投诉请写姓名" in wrong.content.decode()
    client("citizen1").post("/complain", form | {"anonymous": "0", "name": "林秋实"})
    assert Complaint.objects.order_by("-pk")[0].number in opened("citizen1", "/complain")


def test_entering_a_call(api: Open) -> None:
    form = {
        "organ": "区住建局", "about": "fee", "text": "多收了一百元", "way": "phone", "name": "林秋实",
        "phone": "13700001234", "person": "", "case_no": "", "card_no": "HP-1", "earlier": "",
    }  # fmt: skip
    page = client("manager1").post("/supervision/complaints/new", form).content.decode()
    found = Complaint.objects.get()
    assert found.number in page and (found.way, found.entered_by, found.card_no) == (
        "phone",
        "manager1",
        "HP-1",
    )
    path = f"/supervision/complaints/{found.number}"
    assert "收费和吃拿卡要的投诉由电子监察人员办理" in opened("manager1", path)
    shown = client("supervisor1").post(path, {"do": "accept", "version": "1", "text": "多收了钱"})
    assert shown.status_code == 302


def test_terms_are_set_on_their_page(api: Open) -> None:
    names = (
        "receive",
        "verify",
        "appeal",
        "settle",
        "rectify",
        "reply",
        "call",
        "accept",
        "answer",
        "extend",
        "link",
    )
    form = dict.fromkeys(names, "4")
    assert client("supervisor1").post("/supervision/terms", form).status_code == 200
    ticket = walk(bad(api), "verified")
    assert str(ticket.rectify_due_on) == "2026-09-14"
    assert client("supervisor1").post("/supervision/terms", form | {"rectify": "0"}).status_code == 422
