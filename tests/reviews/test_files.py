"""File reviews: drawn once and checkable, read apart by outsiders, appealed once, frozen; and follow-up calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from onewindow.base import clock, facts
from onewindow.cases import queries as cases
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, RuleBroken, Stale
from onewindow.people import consents
from onewindow.reviews.models import Call, File, Rating, Round, Ticket
from onewindow.reviews.queries import files as file_queries
from onewindow.reviews.queries import rounds as round_queries
from onewindow.reviews.rules import sheets
from onewindow.reviews.services import calls, files, rounds
from tests.reviews.test_ratings import decided
from tests.world import HOUSING, MARKET, Api, actor, applicant, move

Open = Callable[..., Api]
ASKED = {"purpose": "file", "since": "2026-09-01", "until": "2026-09-08", "size": 2, "seed": "lot-7"}
CALLS = ASKED | {"purpose": "call"}


def city(api: Open, count: int = 3) -> list[str]:
    """So many cases decided on the 8th; the next day it is."""
    found = [decided(api)["case_no"] for _ in range(count)]
    move("2026-09-09T09:00")
    return found


def drawn(**more: Any) -> Round:
    return Round.objects.get(number=rounds.draw(actor("supervisor1"), ASKED | more, now=clock.now()))


def one(api: Open, **more: Any) -> File:
    city(api, 1)
    return File.objects.get(round=drawn(size=1, **more))


def sheet(*cost: tuple[str, int], idle: tuple[str, ...] = (), text: str = "") -> dict[str, Any]:
    return {
        "deducted": dict(cost), "reasons": {code: f"{code} 有缺" for code, _ in cost}, "idle": idle, "text": text,
    }  # fmt: skip


def read(who: str, file: File, *cost: tuple[str, int], **more: Any) -> str:
    seat = files.read(actor(who), file.round.number, file.case_no, sheet(*cost, **more), now=clock.now())
    file.refresh_from_db()
    return seat


def scored(api: Open) -> File:
    file = one(api)
    read("supervisor1", file, ("notice", 5))
    read("head2", file, ("notice", 10))
    return file


# ---------------------------------------------------------------- the draw


def test_the_draw_is_in_the_ledger_and_comes_out_again(api: Open) -> None:
    numbers = city(api, 5)
    row = drawn(size=3)
    ((_, type, _, who, _, data),) = facts.of_subject("round", row.pk)
    assert (type, who, data["seed"], data["population"]) == ("drawn", "supervisor1", "lot-7", 5)
    kept = set(File.objects.filter(round=row).values_list("case_no", flat=True))
    assert set(data["sample"]) == kept < set(numbers) and len(kept) == 3
    assert data["digest"] == row.population_digest and data["sheet"] == sheets.frozen(sheets.CRITERIA)
    assert round_queries.drawn_again(row) == {"population": True, "sample": True}
    File.objects.filter(round=row, case_no=min(kept)).update(case_no=min(set(numbers) - kept))
    assert round_queries.drawn_again(row) == {"population": True, "sample": False}
    Round.objects.filter(pk=row.pk).update(seed="another")
    assert not round_queries.drawn_again(Round.objects.get(pk=row.pk))["sample"]


def test_what_was_decided_after_the_draw_is_no_part_of_it(api: Open) -> None:
    city(api, 2)
    row = drawn()
    decided(api)
    assert round_queries.drawn_again(row)["population"]


def test_nobody_draws_again_unsaid(api: Open) -> None:
    city(api)
    first = drawn()
    for more in (
        {},
        {"since": "2026-09-08"},
        {"earlier": first.number},
        {"earlier": "PC1", "reason": "再来"},
    ):
        with pytest.raises(RuleBroken, match="drawn-before"):
            drawn(**more)
    second = drawn(earlier=first.number, reason="第一批有一份案卷借出", seed="lot-8")
    assert second.earlier_id == first.pk
    assert facts.of_subject("round", second.pk)[0][5]["earlier"] == first.number
    assert round_queries.one(first)["later"] == [second.number]
    assert round_queries.one(second)["reason"] == "第一批有一份案卷借出"
    drawn(purpose="call")  # a follow-up call is another draw


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"until": "2026-09-09"}, "until"), ({"since": "2026-09-09", "until": "2026-09-08"}, "until"),
        ({"size": 0}, "size"), ({"organ": "没有的"}, "organ"), ({"seed": "种 子"}, "seed"), ({"light": "blue"}, "light"),
        ({"by": ["region"]}, "by"), ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_draws_that_cannot_be(api: Open, more: dict[str, Any], field: str) -> None:
    city(api, 1)
    with pytest.raises(Invalid) as caught:
        drawn(**more)
    assert caught.value.fields[0].field.startswith(field)


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({}, 3), ({"organ": HOUSING}, 3), ({"organ": MARKET}, 0), ({"outcome": "deny"}, 0), ({"outcome": "grant"}, 3),
        ({"light": "green"}, 3), ({"light": "red"}, 0), ({"kind": "joint"}, 0), ({"until": "2026-09-07"}, 0),
    ],
)  # fmt: skip
def test_what_is_asked_for_bounds_the_population(api: Open, more: dict[str, Any], count: int) -> None:
    city(api)
    if count:
        assert drawn(**more).population == count
    else:
        with pytest.raises(RuleBroken, match="nothing-decided"):
            drawn(**more)


def test_who_draws_and_who_publishes(api: Open) -> None:
    city(api, 1)
    for who in ("manager1", "head1", "clerk1", "leader1", "auditor", "citizen1"):
        with pytest.raises(NotAllowed):
            rounds.draw(actor(who), ASKED, now=clock.now())
    row = drawn()
    for who in ("manager1", "head1", "leader1"):
        with pytest.raises(NotAllowed):
            rounds.publish(actor(who), row.number, now=clock.now())


# ---------------------------------------------------------------- the sheet

T = sheets.CRITERIA


def test_the_sheet_adds_up() -> None:
    assert sum(one.points for one in T) == 100 and len({one.code for one in T}) == len(T)
    assert all(one.label and one.look and one.basis for one in T)


@pytest.mark.parametrize(
    ("filled", "score"),
    [
        (sheet(), 1000),
        (sheet(("notice", 10)), 900),
        (sheet(("notice", 10), ("limits", 15)), 750),
        (sheet(idle=("rights", "once")), 1000),
        (sheet(("limits", 15), idle=("rights", "once")), 824),  # 70 of 85: 82.35 → 82.4
        (sheet(*((one.code, one.points) for one in T)), 0),
    ],
)
def test_scores(filled: dict[str, Any], score: int) -> None:
    told = sheets.SheetIn(**filled)
    sheets.checked(told, T)
    assert sheets.score(told, T) == score


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        (sheet(("notice", 11)), "deducted.notice"),
        (sheet(("nothing", 1)), "deducted.nothing"),
        (sheet(("notice", 1), idle=("notice",)), "deducted.notice"),
        (sheet() | {"deducted": {"notice": 1}}, "reasons.notice"),
        (sheet(idle=("nothing",)), "idle"),
        (sheet(idle=tuple(one.code for one in T)), "idle"),
    ],
)
def test_sheets_that_cannot_be_taken(filled: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        sheets.checked(sheets.SheetIn(**filled), T)
    assert field in [one.field for one in caught.value.fields]


@pytest.mark.parametrize(
    ("strata", "expected"),
    [
        ({}, None),
        ({1: (10, 0, 0)}, None),
        ({1: (10, 2, 1800)}, 900),
        ({1: (90, 1, 1000), 2: (10, 1, 500)}, 950),  # by population, not by sample
        ({1: (90, 3, 2999), 2: (10, 1, 500)}, 950),  # 999.67 * 0.9 + 50 = 949.7
    ],
)
def test_the_estimate_weighs_by_population(
    strata: dict[int, tuple[int, int, int]], expected: int | None
) -> None:
    assert sheets.weighted(strata) == expected


# ---------------------------------------------------------------- reading


def test_two_who_agree_make_the_score(api: Open) -> None:
    file = scored(api)
    assert (file.state, file.first_score, file.second_score, file.score) == ("scored", 950, 900, 925)
    assert (file.first_by, file.second_by) == ("supervisor1", "head2")
    assert [one[1] for one in facts.of_subject("file", file.pk)] == ["first", "second"]
    assert "有缺" not in str(facts.of_subject("file", file.pk))


def test_a_difference_beyond_the_bound_goes_to_the_manager(api: Open) -> None:
    file = one(api)
    read("head2", file)
    read("supervisor1", file, ("basis", 11))
    assert (file.state, file.score) == ("third", None)
    for who in ("head2", "supervisor1"):
        with pytest.raises(RuleBroken, match="read-already"):
            read(who, file)
    assert read("manager1", file, ("basis", 5)) == "third"
    assert (file.state, file.score, file.third_by) == ("scored", 950, "manager1")


def test_the_bound_itself_is_no_difference(api: Open) -> None:
    file = one(api, bound=10)
    read("head2", file)
    read("supervisor1", file, ("notice", 10))
    assert file.state == "scored"


def test_who_may_read(api: Open) -> None:
    """Nobody of the handling organ, nobody who handled it, nobody twice, nobody without the duty."""
    file = one(api)
    for who, code in (
        ("head1", "own-organ"), ("examiner1", "own-organ"), ("approver1", "handled-it"), ("clerk1", "handled-it"),
        ("manager1", "role-lacks-it"), ("clerk2", "role-lacks-it"), ("leader1", "role-lacks-it"),
        ("citizen1", "role-lacks-it"), ("auditor", "role-lacks-it"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            read(who, file)
        assert caught.value.code == code, who
    read("supervisor1", file)
    with pytest.raises(RuleBroken, match="read-already"):
        read("supervisor1", file)
    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(second_by="supervisor1")


def test_the_second_reads_without_the_first(api: Open) -> None:
    file = one(api)
    read("supervisor1", file, ("notice", 5))
    number, today = file.round.number, clock.today()
    assert file_queries.one(actor("head2"), number, file.case_no, today=today)["steps"] == []
    assert file_queries.one(actor("manager1"), number, file.case_no, today=today)["steps"] == []
    own = file_queries.one(actor("supervisor1"), number, file.case_no, today=today)["steps"]
    assert [(step["seat"], step["score"], step["text"]) for step in own] == [
        ("first", 950, "受理或不予受理有书面通知：notice 有缺")
    ]
    with pytest.raises(NotFound):  # the organ does not know yet that it was drawn
        file_queries.one(actor("head1"), number, file.case_no, today=today)
    assert file_queries.of_round(actor("head1"), file.round) == []
    read("head2", file)
    seen = file_queries.one(actor("head1"), number, file.case_no, today=today)
    assert [step["seat"] for step in seen["steps"]] == ["first", "second"]
    assert {step["by"] for step in seen["steps"]} == {""}  # who read is not for the organ


def test_a_file_tells_nothing_of_the_applicant(api: Open) -> None:
    file = one(api)
    seen = str(file_queries.one(actor("head2"), file.round.number, file.case_no, today=clock.today()))
    one_of = applicant()
    for secret in (one_of["name"], one_of["phone"], one_of["id_number"]):
        assert secret not in seen


def test_hints_stand_beside_and_score_nothing(api: Open) -> None:
    file = one(api)
    seen = file_queries.one(actor("head2"), file.round.number, file.case_no, today=clock.today())
    assert "还没有送达记录。" in [hint.text for hint in seen["hints"]]
    read("head2", file)
    assert file.first_score == 1000


# ---------------------------------------------------------------- appeal and end


def test_an_appeal_comes_from_the_head_once_and_in_time(api: Open) -> None:
    file = scored(api)
    key = (file.round.number, file.case_no)
    for who in ("head2", "examiner1", "supervisor1"):
        with pytest.raises(NotAllowed):
            files.appeal(actor(who), *key, text="不服", now=clock.now())
    with pytest.raises(Invalid):
        files.appeal(actor("head1"), *key, text=" ", now=clock.now())
    move("2026-09-17")
    with pytest.raises(RuleBroken, match="appeal-too-late"):
        files.appeal(actor("head1"), *key, text="晚了", now=clock.now())


def test_an_appeal_is_settled_by_somebody_else_and_is_the_end(api: Open) -> None:
    file = scored(api)
    key = (file.round.number, file.case_no)
    files.appeal(actor("head1"), *key, text="通知书在附卷里", now=clock.now())
    file.refresh_from_db()
    with pytest.raises(RuleBroken, match="read-already"):
        read("supervisor1", file, text="维持")
    with pytest.raises(Invalid):
        read("manager1", file)
    assert read("leader1", file, text="附卷里有，不扣") == "settle"
    assert (file.state, file.score) == ("final", 1000)
    with pytest.raises(RuleBroken, match="appealed-once"):
        files.appeal(actor("head1"), *key, text="再申诉", now=clock.now())
    with pytest.raises(RuleBroken, match="wrong-state"):
        read("manager1", file, text="再看")


def test_published_totals_stay(api: Open) -> None:
    file = scored(api)
    row, boss = file.round, actor("supervisor1")
    with pytest.raises(RuleBroken, match="not-settled"):
        rounds.publish(boss, row.number, now=clock.now())
    move("2026-09-17")
    rounds.publish(boss, row.number, now=clock.now())
    row.refresh_from_db()
    assert row.totals["all"] == {"read": 1, "estimate": 925, "lowest": 925}
    assert row.totals["organs"][0]["organ"] == HOUSING
    assert row.totals["costs"] == [{"code": "notice", "files": 1, "points": 10}]
    assert facts.of_subject("round", row.pk)[-1][5]["totals"] == row.totals
    with pytest.raises(RuleBroken, match="published"):
        rounds.publish(boss, row.number, now=clock.now())
    with pytest.raises(RuleBroken, match="published"):
        files.appeal(actor("head1"), row.number, file.case_no, text="晚", now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=row.pk).update(totals=None)


# ---------------------------------------------------------------- follow-up calls


def call(api: Open) -> Call:
    city(api, 1)
    return Call.objects.get(round=drawn(purpose="call"))


def note(who: str, row: Call, outcome: str, **more: Any) -> str | None:
    row.refresh_from_db()
    body = {"version": row.version, "outcome": outcome} | more
    told = calls.note(actor(who), row.round.number, row.case_no, body, now=clock.now())
    row.refresh_from_db()
    return told


def test_who_wants_no_calls_is_not_called(api: Open) -> None:
    row = call(api)
    consents.say(actor("citizen1"), "follow-up-call", is_given=False, way="page", now=clock.now())
    with pytest.raises(RuleBroken, match="call-refused"):
        calls.open_phone(actor("manager1"), row.round.number, row.case_no, reason="回访", now=clock.now())
    assert cases.looks(actor("citizen1"), row.case_no) == []
    assert note("manager1", row, "declined") is None


def test_the_number_is_opened_with_a_reason_and_the_applicant_sees_it(api: Open) -> None:
    row = call(api)
    key = (row.round.number, row.case_no)
    with pytest.raises(Invalid):
        calls.open_phone(actor("manager1"), *key, reason=" ", now=clock.now())
    for who in ("head1", "head2", "clerk1", "examiner1", "auditor"):
        with pytest.raises(NotAllowed):
            calls.open_phone(actor(who), *key, reason="回访", now=clock.now())
    told = calls.open_phone(actor("manager1"), *key, reason="九月跟踪回访", now=clock.now())
    assert told["phone"] == applicant()["phone"]
    (look,) = cases.looks(actor("citizen1"), row.case_no)
    assert (look["role"], look["reason"]) == ("manager", "九月跟踪回访")
    assert [one[1] for one in facts.of_subject("call", row.pk)] == ["phone-opened"]
    assert applicant()["phone"] not in str(facts.of_subject("call", row.pk))
    assert applicant()["phone"] not in str(file_queries.one_call(actor("manager1"), *key))


def test_the_handling_organ_calls_nobody(api: Open) -> None:
    row = call(api)
    Call.objects.filter(pk=row.pk).update(organ=actor("manager1").organ_id)
    with pytest.raises(NotAllowed, match="own-organ"):
        note("manager1", row, "reached", grade=5)


def test_a_good_answer(api: Open) -> None:
    row = call(api)
    assert note("manager1", row, "reached", grade=5) is None
    assert (row.state, row.grade, row.rating) == ("reached", 5, None)
    assert not Rating.objects.exists()
    with pytest.raises(RuleBroken, match="called-already"):
        note("manager1", row, "reached", grade=1, text="改")


def test_nothing_is_assumed(api: Open) -> None:
    row = call(api)
    for outcome, more in (
        ("reached", {}), ("reached", {"grade": 6}), ("reached", {"grade": 2}), ("unreached", {"grade": 5}),
        ("declined", {"as_rating": True}), ("reached", {"grade": 4, "problems": ["unknown"]}), ("maybe", {}),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            note("manager1", row, outcome, **more)
    with pytest.raises(Stale):
        note("manager1", row, "reached", grade=5, version=9)


def test_three_calls_in_vain_are_enough(api: Open) -> None:
    row = call(api)
    for _ in range(3):
        note("supervisor1", row, "unreached")
    with pytest.raises(RuleBroken, match="tried-enough"):
        note("supervisor1", row, "unreached")


def test_a_bad_answer_opens_a_ticket_when_the_person_wants_it(api: Open) -> None:
    row = call(api)
    note(
        "manager1",
        row,
        "reached",
        grade=1,
        problems=["extra-material"],
        text="多要了一份证明",
        as_rating=True,
    )
    rating = Rating.objects.get()
    assert (rating.way, rating.grade, rating.link, row.rating_id) == ("call", 1, "completion", rating.pk)
    assert Ticket.objects.get().state == "opened"
    told = round_queries.called(row.round)["all"]
    assert told == {
        "sample": 1,
        "reached": (100.0, 1, 1),
        "satisfied": (0.0, 0, 1),
        "mean": 1.0,
        "tickets": 1,
    }


def test_what_is_rated_already_stays_as_it_is(api: Open) -> None:
    case = decided(api)
    body = {"case_no": case["case_no"], "check": case["query_code"], "link": "completion", "grade": 5}
    api().post("/ratings", body | {"anonymous": True})
    move("2026-09-09T09:00")
    row = Call.objects.get(round=drawn(purpose="call"))
    assert note("manager1", row, "reached", grade=2, text="后来不满意", as_rating=True) == "already-rated"
    assert (row.grade, row.rating, Ticket.objects.count()) == (2, None, 0)


def test_the_organ_sees_figures_and_nobody_called(api: Open) -> None:
    row = call(api)
    note("manager1", row, "reached", grade=3)
    assert file_queries.calls_of(actor("head1"), row.round) == []
    with pytest.raises(NotFound):
        file_queries.one_call(actor("head1"), row.round.number, row.case_no)
    own = round_queries.called(row.round, organ_id=actor("head1").organ_id)
    assert own["all"]["satisfied"] == (100.0, 1, 1)
    other = round_queries.called(row.round, organ_id=actor("head2").organ_id)
    assert other["all"]["satisfied"] == (None, 0, 0)


def test_who_left_no_number_is_passed_over(api: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = city(api, 3)
    monkeypatch.setattr(rounds.population, "has_phone", lambda case_no: case_no != numbers[0])
    row = drawn(purpose="call", size=3)
    assert set(Call.objects.filter(round=row).values_list("case_no", flat=True)) == set(numbers[1:])
    assert facts.of_subject("round", row.pk)[0][5]["passed_over"] == 1
