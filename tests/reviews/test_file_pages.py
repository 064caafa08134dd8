"""Pages of file review and follow-up calls, the posters of windows, and what a stranger can ask of complaints."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from onewindow.base import clock
from onewindow.cases.queries.reviewing import is_number
from onewindow.org import queries as org
from onewindow.org import services as org_services
from onewindow.org.models import Region
from onewindow.reviews import links
from onewindow.reviews.models import Complaint, Rating, Round, Ticket
from onewindow.reviews.queries import ratings
from tests.reviews.test_files import call, drawn, one, scored
from tests.reviews.test_pages import client, opened
from tests.reviews.test_ratings import decided
from tests.world import HOUSING, OFFICE, Api, applicant, move

Open = Callable[..., Api]
WATCHED = ("supervisor1", "manager1", "head1")


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/supervision/files", (*WATCHED, "leader1")), ("/supervision/files/{file}", (*WATCHED, "leader1")),
        ("/supervision/files/{file}.csv", (*WATCHED, "leader1")), ("/supervision/files/{file}.xlsx", WATCHED[:1]),
        ("/supervision/calls", WATCHED), ("/supervision/calls/{call}", WATCHED),
        ("/supervision/calls/{call}.csv", ("supervisor1", "manager1")),
        ("/supervision/calls/{call}/{case}", ("supervisor1", "manager1")),
        ("/supervision/ratings/windows", ("supervisor1", "manager1")),
    ],
)  # fmt: skip
def test_who_opens_what(api: Open, path: str, may: tuple[str, ...]) -> None:
    file = one(api)
    calling = drawn(purpose="call", size=1)
    address = path.format(file=file.round.number, call=calling.number, case=file.case_no)
    for who in ("supervisor1", "manager1", "head1", "leader1", "clerk1", "examiner1", "citizen1", "auditor"):
        if path.endswith("xlsx") and who not in may:
            continue
        assert client(who).get(address).status_code == (200 if who in may else 403), who
    assert client().get(address).status_code == 302


def test_the_form_draws(api: Open) -> None:
    decided(api)
    move("2026-09-09T09:00")
    form = {"since": "2026-09-08", "until": "2026-09-08", "size": "5", "bound": "10", "by": ["light"]}
    assert "抽一批" in opened("supervisor1", "/supervision/files")
    assert "抽一批" not in opened("manager1", "/supervision/files")
    answer = client("supervisor1").post("/supervision/files", form)
    row = Round.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == f"/supervision/files/{row.number}"
    assert row.layers[0][0][2] == "green"
    again = client("supervisor1").post("/supervision/files", form)
    assert again.status_code == 409 and row.number in again.content.decode()
    assert client("supervisor1").post("/supervision/files", form | {"size": "many"}).status_code == 422
    assert "总体和名单都一样" in opened("supervisor1", f"/supervision/files/{row.number}?again=1")


def test_a_sheet_is_filled_on_the_page(api: Open) -> None:
    file = one(api)
    path = f"/supervision/files/{file.round.number}/{file.case_no}"
    page = opened("head2", path)
    assert page.count('type="number"') == 9 and "还没有送达记录" in page
    assert applicant()["name"] not in page and applicant()["phone"] not in page
    bad = client("head2").post(path, {"do": "read", "d-notice": "3"})
    assert bad.status_code == 422 and "扣分要写理由" in bad.content.decode()
    assert 'value="3"' in bad.content.decode()  # what was typed stays
    good = {"do": "read", "d-notice": "3", "r-notice": "没有日期", "idle": ["rights"], "text": "总体完整"}
    assert client("head2").post(path, good).status_code == 302
    file.refresh_from_db()
    assert (file.state, file.first_score, file.first_by) == ("first", 968, "head2")  # 92 of 95
    assert "没有日期" not in opened("supervisor1", path)
    assert client("head1").get(path).status_code == 404


def test_an_appeal_on_the_page_and_the_published_round(api: Open) -> None:
    file = scored(api)
    path = f"/supervision/files/{file.round.number}/{file.case_no}"
    assert 'value="appeal"' in opened("head1", path) and 'value="appeal"' not in opened("head2", path)
    assert client("head1").post(path, {"do": "appeal", "text": "通知书在附卷"}).status_code == 302
    assert "通知书在附卷" in opened("leader1", path)
    assert client("leader1").post(path, {"do": "read", "text": "附卷里有"}).status_code == 302
    round = f"/supervision/files/{file.round.number}"
    assert client("supervisor1").post(round, {"do": "publish"}).status_code == 302
    page = opened("head2", round)
    assert "公布的结果" in page and "100.0" in page and HOUSING in page
    body = b"".join(client("head2").get(f"{round}.csv").streaming_content).decode()
    assert f"{file.case_no},{HOUSING}" in body and "100.0" in body


def test_a_call_on_the_page(api: Open) -> None:
    row = call(api)
    path = f"/supervision/calls/{row.round.number}/{row.case_no}"
    page = opened("manager1", path)
    assert applicant()["phone"] not in page
    assert not re.search(r'name="(grade|outcome)"[^>]*checked', page)
    told = client("manager1").post(path, {"do": "open-phone", "text": "九月回访"})
    assert applicant()["phone"] in told.content.decode()
    assert applicant()["phone"] not in opened("manager1", path)
    form = {
        "do": "note", "version": "1", "outcome": "reached", "grade": "2", "problems": ["several-trips"],
        "text": "跑了三趟", "as_rating": "1",
    }  # fmt: skip
    assert client("manager1").post(path, form | {"grade": ""}).status_code == 422
    assert client("manager1").post(path, form).status_code == 302
    assert Ticket.objects.get().rating.tags == ["several-trips"]
    assert "跑了三趟" in opened("manager1", path)
    head = opened("head1", f"/supervision/calls/{row.round.number}")
    assert row.case_no not in head and "只看得到本部门的数字" in head


def test_the_poster_of_a_window_leads_to_the_rating_at_it(api: Open) -> None:
    Region.objects.create(code="511602", name="示范区", level="district")
    office = org.find_organ(name=OFFICE)
    assert office is not None
    hall = org_services.ensure_center(
        code="1", name="一号大厅", region="511602", office_id=office.id, now=clock.now()
    )
    id = org_services.ensure_window(
        center_id=hall, code="A1", name="综合一窗", kind="integrated", now=clock.now()
    )
    page = opened("manager1", f"/supervision/ratings/windows?window={id}")
    assert page.count("<figure><svg") == 2 and "综合一窗" in page
    token = ratings.window_link(id, "completion", today=clock.today())
    assert links.read(token, now=clock.now()).window == id
    at = client().get(f"/r/{token}").headers["Location"]
    assert at.startswith("/rate?at=")
    case = decided(api)
    form = {
        "case_no": case["case_no"], "check": case["query_code"], "link": "completion", "grade": "4",
        "anonymous": "1", "at": token,
    }  # fmt: skip
    assert client().post("/rate", form).status_code == 200
    rating = Rating.objects.get()
    assert (rating.way, rating.window) == ("qr", id)


def complaint(**more: str) -> dict[str, str]:
    return {"organ": HOUSING, "about": "delay", "text": "三周没有答复", "anonymous": "1"} | more


def test_a_stranger_learns_no_case_number_from_a_complaint(api: Open) -> None:
    case = decided(api)["case_no"]
    nobody = case[:-1] + ("1" if case[-1] != "1" else "2")
    absent = next(
        one for one in (f"{case[:9]}{n:06d}-{d}" for n in (987654,) for d in range(10)) if is_number(one)
    )
    for number, status in ((case, 200), (absent, 200), (nobody, 422), ("abc", 422)):
        assert client().post("/complain", complaint(case_no=number)).status_code == status, number
    assert client("citizen1").post("/complain", complaint(case_no=case)).status_code == 200
    pages = [client("citizen2").post("/complain", complaint(case_no=number)) for number in (case, absent)]
    assert [page.status_code for page in pages] == [422, 422]  # another's and nobody's look alike


def test_complaints_of_one_address_or_account_are_bounded(api: Open) -> None:
    for _ in range(20):
        assert client().post("/complain", complaint()).status_code == 200
    assert client().post("/complain", complaint()).status_code == 429
    assert api("citizen1").post("/complaints", complaint() | {"anonymous": True}).status == 201
    for _ in range(19):
        api("citizen1").post("/complaints", {"organ": "no"})
    answer = api("citizen1").post("/complaints", complaint() | {"anonymous": True})
    assert (answer.status, answer.code) == (429, "too-many-at-once")
    assert Complaint.objects.count() == 21
    assert client("manager1").get("/supervision/complaints").status_code == 200
