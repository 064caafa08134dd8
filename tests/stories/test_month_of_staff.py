"""A month's appraisal from facts: who came, what was seen, what was decided in time; published, appealed, kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from onewindow.base import calendars, clock
from onewindow.base.clock import SHANGHAI, start_of
from onewindow.supervision import services as supervision
from onewindow.supervision.staff import attending, proof, scheme
from onewindow.supervision.staff.models import Appraisal
from onewindow.ui import session
from tests.world import FUND, Answer, Api, actor, move

Open = Callable[..., Api]
PAGES = {
    "/supervision/attendance": "supervisor1 manager1 head1",
    "/supervision/attendance?by=person&month=2026-09": "supervisor1 manager1 head1",
    "/supervision/attendance?by=window&month=nonsense": "supervisor1 manager1 head1",
    "/supervision/attendance.csv?by=person": "supervisor1 manager1 head1",
    "/supervision/attendance.xlsx": "supervisor1 manager1 head1",
    "/supervision/attendance/hours": "manager1",
    "/supervision/conduct": "supervisor1 manager1 head1",
    "/supervision/conduct.csv": "supervisor1 manager1 head1",
    "/supervision/conduct/new": "supervisor1 manager1",
    "/supervision/appraisal?kind=person&period=2026-09": "supervisor1 manager1 head1",
    "/supervision/appraisal?kind=organ&period=2026": "supervisor1 manager1 head1",
    "/supervision/appraisal.csv?kind=town&period=2026-09": "supervisor1 manager1 head1",
    "/supervision/appraisal/titles?period=2026-09": "supervisor1 manager1 head1",
    "/supervision/appraisal/weights": "manager1",
    "/supervision/appraisal/evidence?kind=organ&key=1&figure=on_time&period=2026-09": "supervisor1 manager1",
    "/supervision/me": "clerk1 examiner1 approver1 head1 issuer1",
}
EVERYBODY = (
    "citizen1 clerk1 examiner1 approver1 head1 issuer1 supervisor1 manager1 leader1 sysadmin secadmin auditor"
)


def browser(api: Open, who: str) -> Client:
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:600]
    found: str = answer.content.decode()
    return found


def worked(username: str, day: date, came: str, went: str) -> None:
    for shift_came, shift_went in ((came, "12:00"), ("13:00", went)):
        hour, minute = map(int, shift_came.split(":"))
        attending.sign_in(actor(username), now=start_of(day) + timedelta(hours=hour, minutes=minute))
        hour, minute = map(int, shift_went.split(":"))
        attending.sign_out(actor(username), now=start_of(day) + timedelta(hours=hour, minutes=minute))


def test_a_months_appraisal_from_facts(api: Open) -> None:
    scheme.set_scheme(actor("manager1"), {"least_cases": 2}, now=clock.now())
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(30)]
    workdays = [day for day in days if calendars.table().is_workday(day)]
    for day in workdays:
        worked("clerk1", day, "09:20" if day == workdays[3] else "08:58", "17:00")
    for _ in range(3):
        case = api("clerk1").act(api("clerk1").create(FUND), "accept")
        api("approver1").act(case, "decide", outcome="grant")
    clerk, watcher, manager = browser(api, "clerk1"), browser(api, "supervisor1"), browser(api, "manager1")
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    picture.seek(0)
    picture.name = "window.png"
    written = watcher.post(
        "/supervision/conduct/new",
        {
            "kind": "manners", "person": "approver1", "place": "二楼", "observed_at": "2026-09-08T08:30", "text": "没有使用文明用语",
            "photos": picture,
        },
    )  # fmt: skip
    assert written.status_code == 303, written.content.decode()[:800]
    note = written.headers["Location"]
    assert "没有使用文明用语" in text(browser(api, "approver1").get(note))
    assert browser(api, "approver1").get(f"{note}/photos/1").status_code == 200
    assert browser(api, "approver2").get(note).status_code == 404
    assert browser(api, "clerk2").get(f"{note}/photos/1").status_code == 404
    move("2026-10-09")
    while supervision.follow(clock.now()):
        pass

    page = text(manager.get("/supervision/appraisal?kind=person&period=2026-09"))
    assert "还没有发布" in page
    done = manager.post("/supervision/appraisal?kind=person&period=2026-09", {"do": "publish"})
    assert done.status_code == 303
    held = Appraisal.objects.get()
    rows = {row["key"]: row for row in held.rows}
    expected = 2 * len(workdays)
    figures = rows["clerk1"]["figures"]
    assert (figures["attendance"]["numerator"], figures["attendance"]["denominator"]) == (
        expected - 1,
        expected,
    )
    figures = rows["approver1"]["figures"]
    assert (figures["on_time"]["value"], figures["on_time"]["denominator"]) == ("100.00", 3)
    assert figures["conduct"]["value"] == "98", "two points for manners"
    assert figures["ratings"]["value"] is None, "nobody rated: no data, not full marks"
    assert rows["approver1"]["rank"] == 1
    assert rows["issuer1"]["note"], "too little to be ranked is told"

    seen = text(
        watcher.get("/supervision/appraisal/evidence?kind=person&key=approver1&figure=on_time&period=2026-09")
    )
    assert seen.count("<tr>") == 1 + 3, "the figure opens its cases"
    assert "服务标兵" in text(watcher.get("/supervision/appraisal/titles?period=2026-09"))
    mine = text(clerk.get("/supervision/me"))
    assert "2026-09" in mine

    assert (
        clerk.post(
            "/supervision/me", {"do": "appeal", "period": "2026-09", "text": "那天读卡器坏了"}
        ).status_code
        == 303
    )
    again = clerk.post("/supervision/me", {"do": "appeal", "period": "2026-09", "text": "再说"})
    assert again.status_code == 409
    appeal = held.appeals.get()
    address = "/supervision/appraisal?kind=person&period=2026-09"
    assert manager.post(address, {"do": "uphold", "appeal": appeal.pk, "text": "成立"}).status_code == 403
    assert (
        watcher.post(address, {"do": "uphold", "appeal": appeal.pk, "text": "成立，请更正后重发"}).status_code
        == 303
    )

    day = workdays[3]
    fixed = manager.post(
        "/supervision/attendance/correct",
        {
            "username": "clerk1",
            "day": str(day),
            "shift": "morning",
            "in_at": "08:55",
            "out_at": "12:00",
            "reason": "读卡器故障",
        },
    )
    assert fixed.status_code == 303, fixed.content.decode()[:500]
    assert manager.post(address, {"do": "publish"}).status_code == 422, "a second version needs its reason"
    assert manager.post(address, {"do": "publish", "reason": "更正一次考勤"}).status_code == 303
    second = Appraisal.objects.get(version=2)
    new = {row["key"]: row for row in second.rows}["clerk1"]["figures"]["attendance"]
    assert new["numerator"] == expected
    assert Appraisal.objects.get(version=1).rows == held.rows, "what was published stays"
    assert list(proof.findings()) == []
    assert "第 1 版" in text(watcher.get(f"{address}&version=1"))


def test_the_desk_signs_in_and_out(api: Open) -> None:
    clerk = browser(api, "clerk1")
    assert "签到" in text(clerk.get("/counter"))
    back = clerk.post("/supervision/attendance/sign", {"do": "in", "next": "/counter"})
    assert (back.status_code, back.headers["Location"]) == (303, "/counter")
    assert "09:00 已签到" in text(clerk.get("/counter"))
    evil = clerk.post("/supervision/attendance/sign", {"do": "out", "next": "//evil.example"})
    assert evil.headers["Location"] == "/supervision/me"
    clock.move_to(clock.now().astimezone(SHANGHAI).replace(hour=20))
    told = clerk.post("/supervision/attendance/sign", {"do": "in"})
    assert told.status_code == 409
    assert "不在上班时间" in told.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_who_may_open_which_page(api: Open, address: str) -> None:
    allowed = PAGES[address].split()
    for who in EVERYBODY.split():
        status = Answer(browser(api, who).get(address)).status
        assert (status == 200) == (who in allowed), f"{who} {address}: {status}"
        assert status in (200, 403), f"{who} {address}: {status}"
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("who", "address", "body"),
    [
        ("manager1", "/supervision/attendance/correct", {"username": "\0", "day": "x", "shift": "'", "in_at": "99:99"}),
        ("manager1", "/supervision/attendance/hours", {"grace": "-1", "morning.start": "25:00"}),
        ("manager1", "/supervision/appraisal/weights", {"person.on_time": "NaN", "least_cases": "9" * 400}),
        ("manager1", "/supervision/appraisal?kind=person&period=9999-99", {"do": "publish"}),
        ("manager1", "/supervision/appraisal?kind=x&period=2026-08", {"do": "uphold", "appeal": "1;--", "text": "x"}),
        ("supervisor1", "/supervision/conduct/new", {"kind": "\0", "observed_at": "never", "window": "9" * 30}),
        ("clerk1", "/supervision/me", {"do": "away", "from": "0000-00-00", "until": "x", "kind": "x"}),
        ("clerk1", "/supervision/me", {"do": "back", "absence": "9" * 11}),
        ("clerk1", "/supervision/me", {"do": "appeal", "period": "\0", "text": "\0\0\0"}),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_page(api: Open, who: str, address: str, body: dict[str, str]) -> None:
    assert browser(api, who).post(address, body).status_code in (400, 404, 409, 422)
