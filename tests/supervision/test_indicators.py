"""Indicators on their pages and side by side; the assessment's weights; ratings as indicators."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import msgspec
import pytest
from django.db import connection

from onewindow.base import clock
from onewindow.base.ledger import sequencer
from onewindow.base.models import Fact
from onewindow.cases import services as cases
from onewindow.reviews.models import Rating, Ticket
from onewindow.reviews.queries import ratings
from onewindow.supervision import services
from onewindow.supervision.models import Matter
from onewindow.supervision.queries import indicators
from onewindow.supervision.queries.cuts import Cut
from onewindow.supervision.rules import dimensions
from onewindow.supervision.rules.indicators import INDICATORS
from tests.supervision.test_desk import page, text_of
from tests.world import FOOD, FUND, HOUSING, SEWAGE, START, Api, actor, application, move

SINCE, UNTIL = date(2026, 9, 1), date(2026, 9, 30)


@pytest.fixture
def rated(city: None) -> None:
    """Two decided cases and one received; one rated well and badly, the bad rating made good a day late."""
    clerk, examiner, approver = Api("clerk1"), Api("examiner1"), Api("approver1")
    for _ in range(2):
        case = clerk.act(clerk.create(SEWAGE), "accept")
        case = examiner.act(case, "review", opinion="合格", **{"pass": True})
        approver.act(case, "decide", outcome="grant")
    clerk.create(SEWAGE)
    while sequencer.catch_up() + services.sweep(START):
        pass
    case_id = Matter.objects.order_by("case_id").values_list("case_id", "organ_id", "region")[0]
    told = {
        "is_anonymous": True,
        "way": "api",
        "rated_on": START.date(),
        "at": START,
        "task_code": SEWAGE,
        "received_on": START.date(),
    }
    told |= {"case_id": case_id[0], "organ_id": case_id[1], "region": case_id[2]}
    Rating.objects.create(link="acceptance", grade=5, **told)
    bad = Rating.objects.create(link="completion", grade=1, **told)
    Ticket.objects.create(
        number="CP1", rating=bad, organ_id=case_id[1], state="answered", verdict="real", opened_at=START,
        rectify_due_on=START.date(), rectified_on=START.date() + timedelta(days=1),
    )  # fmt: skip


def value(name: str, **cut: Any) -> tuple[Decimal | None, int, int | None]:
    found = indicators.value(name, cut=Cut(**cut), since=SINCE, until=UNTIL, today=clock.today())
    return found.value, found.numerator, found.denominator


def test_ratings_are_indicators(rated: None) -> None:
    assert value("good_rating_rate") == (Decimal("50.00"), 1, 2)
    assert value("rating_participation") == (Decimal("33.33"), 1, 3)
    assert value("bad_rating_rectified_on_time") == (Decimal("0.00"), 0, 1)
    assert value("good_rating_rate", task_code=FOOD) == (None, 0, 0)
    told = ratings.summary(since=SINCE, until=UNTIL)
    assert (told["good_rate"], told["participation"]) == (50.0, 33.33)


def from_facts(
    since: date, until: date, organ: int | None = None, window: int | None = None
) -> tuple[int, int]:
    """Participation by the definition alone: (cases with a valid rating by the end, cases of the period)."""
    received: dict[int, date] = {}
    days: dict[int, set[date]] = {}
    first: dict[int, date] = {}
    for one in Fact.objects.filter(stream__in=("case", "rating")).order_by("id"):
        day = clock.day_of(one.at)
        if one.stream == "rating":
            first.setdefault(one.data["case"], day)
        elif one.type == "received":
            if organ in (None, one.data["organ_id"]) and window in (None, one.data.get("window")):
                received[one.subject] = day
                days.setdefault(one.subject, set()).add(day)
        elif one.type in ("granted", "denied"):
            days.setdefault(one.subject, set()).add(day)
    population = [id for id in received if any(since <= day <= until for day in days[id])]
    return sum(1 for id in population if id in first and first[id] <= until), len(population)


def at_window(number: int) -> dict[str, Any]:
    """A case that somebody at this window took in."""
    clerk = msgspec.structs.replace(actor("clerk1"), window_id=number)
    return cases.create(clerk, application(FUND, channel="window"), now=clock.now())


def test_participation_is_what_the_facts_tell(city: None) -> None:
    """Received and decided on several days, at the window and online, rated early, late, twice and not at all."""
    clerk, citizen, approver = Api("clerk1"), Api("citizen1"), Api("approver1")

    def rate(case: dict[str, Any], link: str) -> None:
        body = {
            "case_no": case["case_no"],
            "check": case["query_code"],
            "link": link,
            "grade": 4,
            "anonymous": True,
        }
        assert Api().post("/ratings", body).status == 201

    earlier = [clerk.act(at_window(number), "accept") for number in (1, 2, 2)]
    online = citizen.create(SEWAGE)
    rate(earlier[0], "acceptance")
    before = approver.act(clerk.act(at_window(1), "accept"), "decide", outcome="grant")
    move("2026-09-10")
    for case in earlier[:2]:
        approver.act(case, "decide", outcome="grant")
    rate(earlier[1], "completion")
    rate(before, "completion")
    rate(online, "acceptance")
    both = approver.act(clerk.act(at_window(2), "accept"), "decide", outcome="grant")
    rate(both, "acceptance")
    rate(both, "completion")
    clerk.create(FOOD)
    move("2026-09-14")
    late = approver.act(earlier[2], "decide", outcome="grant")
    rate(late, "acceptance")
    while sequencer.catch_up() + services.sweep(clock.now()):
        pass
    organs = {row["organ_id"] for row in Matter.objects.values("organ_id")}
    seen = set()
    for since, until in ((8, 8), (9, 10), (8, 10), (10, 30), (14, 14), (15, 30)):
        for cut in ({}, *({"organ_id": id} for id in organs), *({"window_id": id} for id in (1, 2))):
            span = date(2026, 9, since), date(2026, 9, until)
            found = indicators.value(
                "rating_participation", cut=Cut(**cut), since=span[0], until=span[1], today=clock.today()
            )
            facts_tell = from_facts(*span, cut.get("organ_id"), cut.get("window_id"))
            assert (found.numerator, found.denominator) == facts_tell, (since, until, cut)
            seen.add(facts_tell)
    assert len(seen) > 4
    by_clerk = indicators.value(
        "rating_participation", cut=Cut(person="clerk1"), since=SINCE, until=UNTIL, today=clock.today()
    )
    assert by_clerk.denominator and by_clerk.numerator <= by_clerk.denominator


def test_old_ratings_are_given_the_receipt_of_their_case(city: None) -> None:
    for case in (at_window(3), Api("citizen1").create(SEWAGE)):
        body = {"case_no": case["case_no"], "check": case["query_code"], "link": "acceptance", "grade": 4}
        assert Api().post("/ratings", body | {"anonymous": True}).status == 201
    columns = ("received_on", "received_window")
    written = list(Rating.objects.order_by("id").values_list(*columns))
    Rating.objects.update(received_on=date(2020, 1, 1), received_window=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("onewindow.reviews.migrations.0004_receipt")._FILL)
    assert list(Rating.objects.order_by("id").values_list(*columns)) == written
    assert written == [(START.date(), 3), (START.date(), None)]


def test_a_mean_of_days_is_not_the_rate_of_the_whole(rated: None) -> None:
    assert value("same_day_closure_rate") == (Decimal("100.00"), 2, 2)
    assert value("same_day_closure_rate_daily_mean") == (Decimal("100.00"), 1_000_000, 1)
    assert value("half_promise_rate") == (Decimal("100.00"), 2, 2)


def test_organs_stand_side_by_side(rated: None) -> None:
    asked: dict[str, Any] = {"since": SINCE, "until": UNTIL, "today": clock.today()}
    for name in ("completion_rate", "good_rating_rate"):
        sides = indicators.compared(name, "organ", cut=Cut(), **asked)
        for key, one in sides.items():
            assert one == indicators.value(name, cut=Cut(organ_id=int(key)), **asked)
    by_person = indicators.compared("same_day_closure_rate", "person", cut=Cut(), **asked)
    assert by_person["approver1"].value == 100 and by_person["clerk1"].value is None


def test_comparing_organs_is_one_statement(rated: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        indicators.compared("on_time_rate", "organ", cut=Cut(), since=SINCE, until=UNTIL, today=clock.today())


def test_the_page_shows_every_indicator_with_its_definition(rated: None) -> None:
    client = page("supervisor1")
    html = client.get(f"/supervision/indicators?from={SINCE}&to={UNTIL}").content.decode()
    for one in INDICATORS.values():
        assert f'id="{one.name}"' in html and one.formula in html
        answer = client.get(f"/supervision/indicators/{one.name}?from={SINCE}&to={UNTIL}")
        assert answer.status_code == 200 and one.population in answer.content.decode()
    assert "无数据" in text_of(
        client.get("/supervision/indicators?from=2020-01-01&to=2020-01-31").content.decode()
    )
    got = client.get(f"/supervision/indicators.csv?from={SINCE}&to={UNTIL}")
    lines = b"".join(got.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == len(INDICATORS) + 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("indicators?from=x", 422),
        ("indicators?from=2026-09-02&to=2026-09-01", 422),
        ("indicators/nothing", 404),
        ("indicators.pdf", 404),
        ("indicators?organ=%E6%97%A0", 422),
    ],
)
def test_addresses_that_name_nothing(city: None, path: str, status: int) -> None:
    assert page("supervisor1").get(f"/supervision/{path}").status_code == status


def test_a_head_sees_the_own_organ_alone(rated: None) -> None:
    client = page("head2")
    html = text_of(
        client.get(f"/supervision/indicators/completion_rate?from={SINCE}&to={UNTIL}").content.decode()
    )
    assert HOUSING not in html.partition("并排比较")[2]


def test_weights_sum_to_one() -> None:
    assert sum(one.weight for one in dimensions.DIMENSIONS) == 1
    four = dimensions.weighted(dict.fromkeys(dimensions.FOUR, "0.25"))
    assert [one.name for one in four] == list(dimensions.FOUR)
    for wrong in ({"ways": "0.5"}, {"nothing": "1"}, {"ways": "2", "effect": "-1"}):
        with pytest.raises(ValueError, match=r"weights|dimension"):
            dimensions.weighted(wrong)


def test_a_score_is_the_mean_of_what_is_known() -> None:
    values: dict[str, Decimal | None] = {"online_share_items": Decimal(80), "entry_rate": Decimal(101)}
    scores = dimensions.scores(dimensions.DIMENSIONS, values)
    assert (scores[0].score, scores[0].weighted) == (Decimal("90.00"), Decimal("18.00"))
    assert scores[1].score is None and dimensions.total(scores) is None
    assert dimensions.total(scores[:1]) == Decimal("18.00")


def test_every_proxy_is_a_rate_that_exists() -> None:
    for one in dimensions.DIMENSIONS:
        assert one.proxies
        assert all(INDICATORS[name].unit == "%" for name in one.proxies)
