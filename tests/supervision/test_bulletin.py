"""Bulletins: composed figures against a count by hand, freezing and revision, who reads what, what is hidden."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from onewindow.base import clock, facts
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import queries as org
from onewindow.reviews import services as reviews
from onewindow.site import grants
from onewindow.supervision import services
from onewindow.supervision.bulletin import (
    composing,
    content,
    printing,
    proof,
    published,
    publishing,
    spans,
    suppression,
)
from onewindow.supervision.bulletin.models import Bulletin
from tests.world import FOOD, FUND, HOUSING, MARKET, SEWAGE, START, Api, actor

OCTOBER = datetime(2026, 10, 9, 9, 0, tzinfo=clock.SHANGHAI)
GRADES = (5, 5, 5, 4, 2)


@pytest.fixture
def september(city: None) -> Iterator[None]:
    """Housing: four queries answered at once, one permit after two days, one permit open and late; five ratings,
    one bad; one complaint. Market: one case received, one rating of none."""
    clerk, examiner, approver = Api("clerk1"), Api("examiner1"), Api("approver1")
    queries = [clerk.act(clerk.create(FUND), "accept") for _ in range(4)]
    permit = clerk.act(clerk.create(SEWAGE), "accept")
    clerk.act(clerk.create(SEWAGE), "accept")
    Api("clerk2").create(FOOD)
    done = [approver.act(one, "decide", outcome="grant") for one in queries]
    clock.move_to(START + timedelta(days=2))
    permit = examiner.act(permit, "review", opinion="合格", **{"pass": True})
    done.append(approver.act(permit, "decide", outcome="grant"))
    for case, grade in zip(done, GRADES, strict=True):
        rate(case, grade)
    complain("区市监局")
    move_on(OCTOBER)
    yield


def rate(case: dict[str, Any], grade: int) -> None:
    body = {
        "case_no": case["case_no"], "check": case["applicant"]["id_number"][-4:], "link": "completion",
        "grade": grade, "anonymous": True,
    }  # fmt: skip
    answer = Api().post("/ratings", body)
    assert answer.status == 201, answer


def complain(organ: str) -> None:
    body = {"organ": organ, "about": "attitude", "text": "窗口工作人员态度生硬", "anonymous": True}
    answer = Api("citizen2").post("/complaints", body)
    assert answer.status == 201, answer


def move_on(now: datetime) -> None:
    clock.move_to(now)
    reviews.sweep(now)
    services.settle(now)


def city_of(period: str = "2026-09", now: datetime = OCTOBER) -> content.Content:
    return composing.of_city(composing.gathered(spans.span(period), now=now))


def measure(told: content.Content, name: str) -> tuple[Any, Any, Any]:
    one = next(one for one in told.measures if one.name == name).now
    return one.value, one.numerator, one.denominator


# ---------------------------------------------------------------- composing


def test_a_month_counted_by_hand(september: None) -> None:
    told = city_of()
    assert told.flow == content.Flow(received=7, accepted=6, closed=5, granted=5)
    assert (told.previous, told.last_year) == (None, None), "nothing is known of the time before"
    assert measure(told, "completion_rate") == ("83.33", 5, 6)
    assert measure(told, "same_day_closure_rate") == ("80.00", 4, 5)
    assert measure(told, "on_time_rate") == ("100.00", 5, 5)
    assert measure(told, "good_rating_rate") == ("80.00", 4, 5)
    assert measure(told, "bad_rating_rectified_on_time") == (None, 0, 0), "nobody has verified it: no data"
    late = told.overdue
    assert (late.closed_over_promise, late.closed_over_law) == (0, 0)
    assert (late.on_hand, late.open_over_promise, late.as_of) == (2, 1, "2026-10-09")
    assert [(one.task_code, one.received, one.closed) for one in told.items] == [
        (FUND, 4, 4), (SEWAGE, 2, 1), (FOOD, 1, 0),
    ]  # fmt: skip
    assert (told.ratings.count, told.ratings.good_rate, told.ratings.mean) == (5, "80.00", "4.20")
    assert told.ratings.shrunk_mean == "4.20", "one organ alone is its own prior"
    assert (told.complaints.count, told.complaints.in_term.denominator) == (1, 1), "nobody answered in term"
    assert told.complaints.in_term.value == "0.00"
    assert told.months == (content.Month("2026-09", 7, 5),), "months without a record are not drawn as zero"


def test_organs_side_by_side_and_alone(september: None) -> None:
    base = composing.gathered(spans.span("2026-09"), now=OCTOBER)
    places = {one.name: one for one in composing.of_city(base).organs}
    assert set(places) == {HOUSING, MARKET}
    housing, market = places[HOUSING], places[MARKET]
    assert (housing.flow.received, housing.flow.closed, housing.rank) == (6, 5, 1)
    assert (market.flow.received, market.flow.closed, market.rank) == (1, 0, None)
    assert market.on_time.value is None, "0/0 is no data"
    alone = composing.of_organ(base, int(housing.key))
    assert (alone.organ, alone.flow) == (HOUSING, housing.flow)
    assert measure(alone, "completion_rate") == ("83.33", 5, 6)
    assert measure(alone, "good_rating_rate") == ("80.00", 4, 5)
    assert {one.organ for one in alone.card_lines} == {HOUSING}
    assert sum(one.raised for one in alone.cards) == len(alone.card_lines) > 0

    told = content.plain(composing.of_city(base))
    assert told["card_lines"] and all(
        set(one) == {"card_no", "organ", "rule", "rule_label", "level", "state"} for one in told["card_lines"]
    )
    assert "王" not in str(told["card_lines"]) and "clerk1" not in str(told)


def test_the_month_after_is_compared(september: None) -> None:
    told = city_of("2026-10", datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI))
    assert told.flow.received == 0 and told.previous == content.Flow(7, 6, 5, 5)
    completion = next(one for one in told.measures if one.name == "completion_rate")
    assert completion.now.value is None and completion.previous is not None
    assert (completion.previous.value, completion.last_year) == ("83.33", None)


def test_a_year_is_its_months(september: None) -> None:
    told = city_of("2026", datetime(2027, 1, 4, 9, tzinfo=clock.SHANGHAI))
    assert told.flow.received == 7 and told.last_year is None
    assert [(one.name, one.received) for one in told.months] == [
        ("2026-09", 7), ("2026-10", 0), ("2026-11", 0), ("2026-12", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "2026-13", "2026-9", "26-09", "٢٠٢٦", "2026-09-01", "1949", "2026\n"])
def test_what_is_no_period(name: str) -> None:
    with pytest.raises(Invalid):
        spans.span(name)


@pytest.mark.parametrize(
    ("name", "until", "before", "year_before"),
    [
        ("2024-02", "2024-02-29", "2024-01", "2023-02"),
        ("2026-01", "2026-01-31", "2025-12", "2025-01"),
        ("2026", "2026-12-31", "2025", None),
    ],
)
def test_spans(name: str, until: str, before: str, year_before: str | None) -> None:
    one = spans.span(name)
    earlier = spans.year_before(one)
    assert (one.until.isoformat(), spans.before(one).name) == (until, before)
    assert (earlier and earlier.name) == year_before


# ---------------------------------------------------------------- publishing


def test_a_month_is_frozen_and_revised(september: None) -> None:
    watcher = actor("supervisor1")
    assert publishing.publish(watcher, "2026-09", now=OCTOBER) == 1
    first = published.shown("2026-09")
    Api("clerk1").create(FUND, who="citizen2")
    later = OCTOBER + timedelta(days=1)
    move_on(later)
    assert published.shown("2026-09") == first, "what happens later changes nothing"
    with pytest.raises(Invalid):
        publishing.publish(watcher, "2026-09", now=later)
    assert publishing.publish(watcher, "2026-09", reason="更正超期件数", now=later) == 2
    second = published.shown("2026-09")
    assert (second.edition.number, second.edition.reason, second.edition.editions) == (2, "更正超期件数", 2)
    assert published.shown("2026-09", edition=1).figures == first.figures
    told = next(iter(published.listing()))
    assert (told.period, told.number, told.editions) == ("2026-09", 2, 2)
    assert content.digest(first.whole) == facts_of(1)["figures"], "anybody can check the digest"


def facts_of(edition: int) -> dict[str, Any]:
    row = Bulletin.objects.get(edition=edition)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM base_fact WHERE stream = 'bulletin' AND subject = %s", [row.pk])
        found: dict[str, Any] = cursor.fetchone()[0]
    return found if isinstance(found, dict) else json.loads(found)


def test_what_is_not_published(september: None) -> None:
    refused: list[tuple[str, str, type[Exception]]] = [
        *((who, "2026-09", NotAllowed) for who in ("manager1", "head1", "clerk1", "citizen1")),
        *(("supervisor1", period, RuleBroken) for period in ("2026-10", "2026", "2026-08")),
        ("supervisor1", "nonsense", Invalid),
    ]
    for who, period, refusal in refused:
        with pytest.raises(refusal):
            publishing.publish(actor(who), period, now=OCTOBER)
        with pytest.raises((NotFound, Invalid)):
            published.shown(period)
    assert published.listing() == []


def test_verification_finds_a_bent_bulletin(september: None) -> None:
    publishing.publish(actor("supervisor1"), "2026-09", now=OCTOBER)
    assert list(proof.findings()) == []
    row = Bulletin.objects.get()
    told = Bulletin(
        period="2026-09", edition=2, city=row.city, organs=row.organs, reason="x", digest=row.digest,
        figures=row.figures | {"period": "2026-08"}, by="supervisor1", at=row.at,
    )  # fmt: skip
    told.save(force_insert=True)
    assert [one.code for one in proof.findings()] == ["bulletin-changed"]
    facts.record("bulletin", 10**9, "published", at=OCTOBER, actor=actor("supervisor1"), data={"row": "0"})
    assert sorted(one.code for one in proof.findings()) == ["bulletin-changed", "bulletin-lost"]


@pytest.mark.django_db
def test_a_bulletin_is_never_changed() -> None:
    assert "supervision_bulletin" in grants.append_only_tables()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Bulletin.objects.update(reason="x")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Bulletin.objects.all().delete()


# ---------------------------------------------------------------- who reads


def test_who_reads_which_bulletin(september: None) -> None:
    housing, market = (org.find_organ(name=name).id for name in (HOUSING, MARKET))  # type: ignore[union-attr]
    for is_published in (False, True):
        if is_published:
            publishing.publish(actor("supervisor1"), "2026-09", now=OCTOBER)
        for who in ("supervisor1", "manager1", "leader1"):
            assert published.one(actor(who), "2026-09", organ_id=None, now=OCTOBER).content.organ == ""
            told = published.one(actor(who), "2026-09", organ_id=market, now=OCTOBER)
            assert told.content.organ == MARKET and (told.edition is not None) == is_published
        own = published.one(actor("head1"), "2026-09", organ_id=None, now=OCTOBER)
        assert own.content.organ == HOUSING and own.content.organs == ()
        for who, organ_id in (("head2", housing), ("clerk1", None), ("citizen1", None)):
            with pytest.raises(NotAllowed):
                published.one(actor(who), "2026-09", organ_id=organ_id, now=OCTOBER)


# ---------------------------------------------------------------- suppression


@pytest.mark.parametrize(
    ("cells", "keys", "total"),
    [
        ({"a": 50, "b": 60}, "", False),
        ({"a": 0, "b": 60}, "", False),
        ({"a": 3, "b": 60, "c": 9}, "ac", False),  # 9 too: else 3 is the total less the rest
        ({"a": 1, "b": 1, "c": 60}, "abc", False),  # 2 together are still told apart from the total
        ({"a": 4, "b": 4, "c": 60}, "ab", False),
        ({"a": 3}, "a", True),
        ({"a": 3, "b": 0}, "a", True),
        ({"a": 1, "b": 2}, "ab", True),
        ({}, "", False),
    ],
)
def test_hidden_cells(cells: dict[str, int], keys: str, total: bool) -> None:
    found = suppression.hidden_of(cells)
    assert ("".join(sorted(found.keys)), found.total) == (keys, total)


def test_a_year_hides_what_its_months_hide() -> None:
    months = [{"a": 3, "b": 9, "c": 40}, {"a": 30, "b": 20, "c": 40}]
    found = suppression.hidden_of({"a": 33, "b": 29, "c": 80}, months)
    assert found == suppression.Hidden(frozenset("ab"), False)
    assert suppression.hidden_of({"a": 20}, [{"a": 2}, {"a": 18}]).total


def test_the_public_reads_nothing_that_leads_to_a_person(september: None) -> None:
    told = suppression.public(city_of())
    assert told.has_hidden and told.card_lines == () and told.windows == ()
    assert told.items == (), "of no item did five apply"
    assert told.ratings.count == 5 and told.tickets.is_hidden and told.complaints.is_hidden
    places = {one.name: one for one in told.organs}
    assert places[MARKET].complaints is not None and places[MARKET].complaints.is_hidden
    assert measure(told, "good_rating_rate") == ("80.00", 4, 5)
    assert measure(told, "completion_rate") == ("83.33", 5, 6)


def test_four_ratings_are_not_told(city: None) -> None:
    clerk, approver = Api("clerk1"), Api("approver1")
    for grade in (5, 4, 4, 1):
        rate(approver.act(clerk.act(clerk.create(FUND), "accept"), "decide", outcome="grant"), grade)
    move_on(OCTOBER)
    publishing.publish(actor("supervisor1"), "2026-09", now=OCTOBER)
    told = published.shown("2026-09").figures
    assert told.ratings == suppression.NO_VOICES and told.organs[0].ratings == suppression.NO_VOICES
    for name in ("good_rating_rate", "rating_participation"):
        assert next(one.now for one in told.measures if one.name == name) == suppression.HIDDEN
    held = published.one(actor("supervisor1"), "2026-09", organ_id=None, now=OCTOBER).content
    assert (held.ratings.count, held.ratings.good_rate) == (4, "75.00"), "the offices read them all"


# ---------------------------------------------------------------- forms


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace(" ", "")


def test_the_paper_says_what_was_counted(september: None) -> None:
    watcher = actor("supervisor1")
    draft = printing.pdf(published.one(watcher, "2026-09", organ_id=None, now=OCTOBER), now=OCTOBER)
    assert "试编稿" in text_of(draft)
    publishing.publish(watcher, "2026-09", now=OCTOBER)
    found = published.one(watcher, "2026-09", organ_id=None, now=OCTOBER)
    made = printing.pdf(found, now=OCTOBER)
    assert made == printing.pdf(found, now=OCTOBER + timedelta(days=9)), (
        "what is published stays the same paper"
    )
    text = text_of(made).replace("\n", "")
    for part in (
        "2026年9月政务服务运行情况", "2026年第9期", "第1版", "共收件7件，受理6件，办结5件", "83.33%", "按时办结率100.00%",
        HOUSING, MARKET, "无数据", "受理当日办结的办件", found.edition.digest if found.edition else "",
    ):  # fmt: skip
        assert part.replace(" ", "") in text, part
    assert "试编稿" not in text and "示范汽车" not in text
    fonts = subprocess.run(["pdffonts", "-"], input=made, capture_output=True, check=True).stdout.decode()
    assert "OneWindow" in fonts and all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:])
