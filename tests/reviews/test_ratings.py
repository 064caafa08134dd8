"""Ratings through the API: possible or not, once, anonymous, never by the office, and their figures."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from onewindow.base import clock, facts
from onewindow.reviews.models import Rater, Rating, Ticket
from onewindow.reviews.queries import ratings
from onewindow.reviews.services import rating
from tests import world
from tests.world import FOOD, FUND, HOUSING, MARKET, SEWAGE, Api, applicant, move

Open = Callable[..., Api]


def said(case: dict[str, Any], grade: int = 5, link: str = "acceptance", **more: Any) -> dict[str, Any]:
    return {
        "case_no": case["case_no"], "check": case["query_code"], "link": link, "grade": grade, "anonymous": True,
    } | more  # fmt: skip


def decided(api: Open, item: str = FUND) -> dict[str, Any]:
    case = api("clerk1").act(api("clerk1").create(item), "accept")
    return api("approver1").act(case, "decide", outcome="grant")


def test_a_rating_is_taken_once_for_each_link(api: Open) -> None:
    case = decided(api)
    assert api().post("/ratings", said(case)).status == 201
    again = api().post("/ratings", said(case, 1))
    assert (again.status, again.code) == (409, "already-rated")
    done = api().post("/ratings", said(case, 4, "completion"))
    assert done.status == 201
    assert done.json == {"link": "completion", "grade": 4, "at": done.json["at"], "ticket": False}
    assert Rating.objects.count() == 2


def test_the_last_four_of_the_id_number_prove_as_well(api: Open) -> None:
    case = decided(api)
    assert api().post("/ratings", said(case, check=applicant()["id_number"][-4:])).status == 201


def test_what_has_not_happened_cannot_be_rated(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    early = api().post("/ratings", said(case, link="completion"))
    assert (early.status, early.code) == (409, "not-yet-rateable")
    assert api().post("/ratings", said(case)).status == 201


def test_a_draft_cannot_be_rated(api: Open) -> None:
    draft = api("citizen1").create(SEWAGE, submit=False)
    assert api().post("/ratings", said(draft)).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"grade": 0}, "grade"), ({"grade": 6}, "grade"), ({"grade": None}, "grade"), ({"grade": 4.5}, "grade"),
        ({"grade": True}, "grade"), ({"link": "review"}, "link"), ({"anonymous": None}, "anonymous"),
        ({"tags": ["no-such"]}, "tags.0"), ({"tags": "quick"}, "tags"), ({"text": "长" * 501}, "text"),
        ({"stars": 5}, "stars"), ({"text": "a\0b"}, "text"), ({"case_no": ""}, "case_no"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(api: Open, change: dict[str, Any], field: str) -> None:
    answer = api().post("/ratings", said(decided(api)) | change)
    assert (answer.status, answer.fields) == (422, [field])
    assert not Rating.objects.exists()


def test_no_grade_is_no_rating(api: Open) -> None:
    body = said(decided(api))
    del body["grade"]
    answer = api().post("/ratings", body)
    assert (answer.status, answer.fields) == (422, ["grade"])


def test_a_wrong_check_is_like_no_case_and_locks_the_number(api: Open) -> None:
    case = decided(api)
    answers = [api().post("/ratings", said(case, check="0000")).status for _ in range(6)]
    assert answers == [404] * 5 + [429]
    locked = api().post("/ratings", said(case))
    assert locked.status == 429 and int(locked.response.headers["Retry-After"]) > 0
    assert api().get(f"/track?case_no={case['case_no']}&check={case['query_code']}").status == 429


@pytest.mark.parametrize("who", ["clerk1", "examiner1", "manager1", "head1"])
def test_the_office_never_rates(api: Open, who: str) -> None:
    answer = api(who).post("/ratings", said(decided(api)))
    assert (answer.status, answer.code) == (403, "staff-cannot-rate")


def test_of_an_anonymous_rating_nothing_personal_is_kept(api: Open) -> None:
    case = decided(api)
    api().post("/ratings", said(case, text="很好"))
    assert not Rater.objects.exists()
    row = Rating.objects.get()
    assert "很好" not in bytes(row.text_sealed).decode("latin-1")


def test_the_record_tells_neither_who_nor_what_was_said(api: Open) -> None:
    case = decided(api)
    who = applicant()
    api().post("/ratings", said(case, 1, anonymous=False, text=f"我叫{who['name']}，等了很久"))
    rating, ticket = Rating.objects.get(), Ticket.objects.get()
    told = json.dumps(
        [[*one[1:2], *one[3:]] for stream, id in (("rating", rating.pk), ("ticket", ticket.pk)) for one in facts.of_subject(stream, id)],
        ensure_ascii=False, default=str,
    )  # fmt: skip
    assert '"rated"' in told and '"opened"' in told
    for secret in (who["name"], who["phone"], who["id_number"], "等了很久", "citizen1"):
        assert secret not in told
    assert who["phone"] not in bytes(Rater.objects.get().sealed).decode("latin-1")


def test_rating_twice_at_the_same_moment_counts_once(_city: None, django_db_blocker: Any) -> None:
    """On real connections: the constraint, not a look beforehand, keeps it to one."""
    with django_db_blocker.unblock():
        clock.move_to(world.START)
        case = decided(Api)
        outcomes: list[str] = []

        def go() -> None:
            try:
                rating.rate(said(case, 1), now=clock.now())
                outcomes.append("taken")
            except Exception as error:
                outcomes.append(getattr(error, "code", repr(error)))
            finally:
                connection.close()

        threads = [threading.Thread(target=go) for _ in range(6)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(outcomes) == ["already-rated"] * 5 + ["taken"]
        assert Ticket.objects.count() == 1
        world.rebuild()


def test_the_summary(api: Open) -> None:
    assert api("manager1").get("/ratings/summary").json == {
        "count": 0, "good_rate": None, "mean": None, "shrunk_mean": None, "participation": None,
    }  # fmt: skip
    for grade in (5, 4, 3, 2):
        api().post("/ratings", said(decided(api), grade))
    decided(api)
    api("citizen1").create(FOOD)  # another organ, not rated
    found = api("citizen1").get(f"/ratings/summary?organ={HOUSING}&from=2026-09-08&to=2026-09-08").json
    assert found == {
        "count": 4, "good_rate": 75.0, "mean": 3.5, "shrunk_mean": 3.5, "participation": 80.0,
    }  # fmt: skip
    assert api("manager1").get("/ratings/summary").json["participation"] == 66.67
    market = api("manager1").get(f"/ratings/summary?organ={MARKET}").json
    assert market == {"count": 0, "good_rate": None, "mean": None, "shrunk_mean": None, "participation": 0.0}
    assert api("manager1").get("/ratings/summary?to=2026-09-07").json["count"] == 0
    assert api("manager1").get("/ratings/summary?organ=no").status == 422
    assert api("manager1").get("/ratings/summary?from=x").status == 422


def test_a_small_organ_is_drawn_to_all(api: Open) -> None:
    for grade in (5, 5, 5, 4, 4, 3):
        api().post("/ratings", said(decided(api), grade))
    case = api("citizen1").create(FOOD)
    api().post("/ratings", said(case, 1))
    small = api("manager1").get(f"/ratings/summary?organ={MARKET}").json
    assert small["mean"] == 1.0
    # All: 27/7; with weight 10: (1 + 10 · 27/7) / 11
    assert small["shrunk_mean"] == round((1 + 10 * 27 / 7) / 11, 2)
    today = clock.today()
    assert [one.organ for one in ratings.ranking(since=today, until=today)] == [HOUSING, MARKET]


def test_the_rated_sees_neither_case_nor_name_nor_instant(api: Open) -> None:
    who = applicant()
    case = decided(api)
    text = f"我叫{who['name']}，电话{who['phone']}，办件{case['case_no']}，要我多跑一趟"
    api().post("/ratings", said(case, 2, anonymous=False, text=text, tags=["several-trips"]))
    listed = api("head1").get("/ratings?bad=true")
    assert listed.json["results"][0]["grade"] == 2
    assert "要我多跑一趟" in listed.json["results"][0]["text"]
    ticket = api("head1").get("/tickets").json["results"][0]
    record = api("head1").get(f"/tickets/{ticket['number']}")
    for answer in (listed, api("head1").get("/tickets"), record):
        told = answer.content.decode()
        for secret in (who["name"], who["phone"], who["id_number"], case["case_no"], case["query_code"]):
            assert secret not in told
    assert api("head2").get("/ratings").json["results"] == []
    assert api("head2").get(f"/tickets/{ticket['number']}").status == 404
    assert record.json["may_open_rater"] is False


def test_pages_of_a_list_follow_each_other(api: Open) -> None:
    for grade in (5, 4, 3):
        api().post("/ratings", said(decided(api), grade))
    first = api("manager1").get("/ratings?limit=2").json
    assert [one["grade"] for one in first["results"]] == [3, 4]
    rest = api("manager1").get(f"/ratings?limit=2&cursor={first['next']}").json
    assert ([one["grade"] for one in rest["results"]], rest["next"]) == ([5], None)
    assert api("manager1").get("/ratings?cursor=zzz").status == 422


def test_the_message_after_the_decision_carries_a_link_that_works_once(api: Open) -> None:
    case = decided(api)
    today = clock.today()
    token = ratings.link_of(case["case_no"], "completion", way="sms", today=today)
    said_now = rating.Said(link="acceptance", grade=5)
    rating.rate_linked(token, said_now, now=clock.now())
    row = Rating.objects.get()
    assert (row.link, row.way) == ("completion", "sms")  # the link decides, not the form
    with pytest.raises(Exception, match="already-rated"):
        rating.rate_linked(token, said_now, now=clock.now())
    move("2026-12-31")
    with pytest.raises(Exception, match="link-ended"):
        rating.rate_linked(token, said_now, now=clock.now())
