"""Attendance, conduct notes and appraisal: their rules, what they refuse, and that nothing of it changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base import clock, facts
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, RuleBroken
from onewindow.org import services as org
from onewindow.site import grants
from onewindow.supervision.staff import (
    attending,
    conduct,
    evidence,
    hours,
    noted,
    proof,
    published,
    publishing,
    scheme,
    sheets,
)
from onewindow.supervision.staff.models import Appraisal, Note, Stamp
from onewindow.supervision.staff.ranking import Entry, Figure, ranked, score, winners
from tests.world import START, actor

DAY = START.date()


def at(text: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{text}:00+08:00")


def statuses(username: str, day: date = DAY, *, now: datetime) -> dict[str, str]:
    return {
        one.presence.shift: one.presence.status
        for one in sheets.day_sheet(day, now=now)
        if one.person.username == username
    }


# ---------------------------------------------------------------- attendance


@pytest.mark.parametrize(
    ("came", "went", "status"),
    [
        ("08:55", "12:01", "present"),
        ("09:05", "11:55", "present"),
        ("09:06", "12:00", "late"),
        ("09:00", "11:54", "early"),
        ("10:30", "11:00", "late-early"),
    ],
)
def test_a_shift_is_judged_by_the_halls_hours(city: None, came: str, went: str, status: str) -> None:
    who = actor("clerk1")
    attending.sign_in(who, now=at(came))
    attending.sign_in(who, now=at(came) + timedelta(minutes=1))
    assert Stamp.objects.count() == 1, "once per shift"
    attending.sign_out(who, now=at(went))
    attending.sign_out(who, now=at(went) + timedelta(minutes=1))
    assert statuses("clerk1", now=at("20:00"))["morning"] == status
    assert statuses("clerk1", now=at("20:00"))["afternoon"] == "absent"
    assert [type for _, type, *_ in facts.of_subject("attendance", who.account_id)] == [
        "signed-in",
        "signed-out",
    ]


def test_forgotten_sign_outs_are_closed_and_marked(city: None) -> None:
    attending.sign_in(actor("clerk1"), now=at("09:00"))
    assert attending.sweep(at("13:59")) == 0
    assert attending.sweep(at("14:00")) == 1
    assert attending.sweep(at("14:01")) == 0
    assert statuses("clerk1", now=at("20:00"))["morning"] == "forgotten"
    assert sheets.state(actor("clerk1").account_id) is None


def test_the_next_shift_closes_a_forgotten_one(city: None) -> None:
    attending.sign_in(actor("clerk1"), now=at("09:00"))
    attending.sign_in(actor("clerk1"), now=at("12:50"))
    assert statuses("clerk1", now=at("13:10")) == {"morning": "forgotten", "afternoon": "on-duty"}


@pytest.mark.parametrize(
    ("username", "when", "code"),
    [
        ("supervisor1", "09:00", "keeps-no-hours"),
        ("clerk1", "07:59", "no-shift"),
        ("clerk1", "17:00", "no-shift"),
    ],
)
def test_who_may_not_sign_in(city: None, username: str, when: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        attending.sign_in(actor(username), now=at(when))
    assert caught.value.code == code
    assert not Stamp.objects.exists()


def test_nobody_was_absent_before_attendance_began(city: None) -> None:
    attending.sign_in(actor("clerk1"), now=at("09:00"))
    before = sheets.month_sheet("person", DAY - timedelta(days=7), DAY - timedelta(days=1), now=at("20:00"))
    assert before == []
    assert set(statuses("clerk2", now=at("20:00")).values()) == {"absent"}


def test_signing_out_needs_having_come(city: None) -> None:
    with pytest.raises(RuleBroken, match="not-in"):
        attending.sign_out(actor("clerk1"), now=at("12:00"))


def test_the_deputy_comes_for_who_is_away(city: None) -> None:
    one, deputy = actor("examiner1"), actor("examiner1b")
    org.set_absence(one, one.account_id, from_on=DAY, until_on=DAY, kind="sick", now=at("08:00"))
    with pytest.raises(RuleBroken, match="away"):
        attending.sign_in(one, now=at("09:00"))
    attending.sign_in(deputy, now=at("09:00"))
    (line,) = [row for row in sheets.day_sheet(DAY, now=at("12:00")) if row.person.username == "examiner1b"]
    assert line.presence.stands_in_for == (one.account_id,)
    with pytest.raises(Invalid):
        org.set_absence(one, one.account_id, from_on=DAY, until_on=DAY, kind="fishing", now=at("08:00"))


def test_an_absence_is_no_fault(city: None) -> None:
    one = actor("clerk1")
    org.set_absence(one, one.account_id, from_on=DAY, until_on=DAY, kind="business", now=at("08:00"))
    assert set(statuses("clerk1", now=at("20:00")).values()) == {"business"}
    (row,) = [row for row in sheets.month_sheet("person", DAY, DAY, now=at("20:00")) if row.key == "clerk1"]
    assert (row.expected, row.kept) == (0, 0)


def test_a_correction_is_a_second_fact_of_another_person(city: None) -> None:
    attending.sign_in(actor("clerk1"), now=at("10:00"))
    attending.sweep(at("14:00"))
    body = {
        "username": "clerk1", "day": DAY, "shift": "morning", "in_at": at("09:00"), "out_at": at("12:00"),
        "reason": "读卡器坏了，值班记录在册",
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        attending.correct(actor("clerk1"), body, now=at("15:00"))
    attending.correct(actor("manager1"), body, now=at("15:00"))
    assert statuses("clerk1", now=at("20:00"))["morning"] == "present"
    kinds = list(Stamp.objects.order_by("id").values_list("kind", "by"))
    assert kinds == [("in", "clerk1"), ("closed", "system"), ("corrected", "manager1")], "nothing was edited"
    attending.correct(actor("manager1"), body | {"in_at": None, "out_at": None}, now=at("15:01"))
    assert statuses("clerk1", now=at("20:00"))["morning"] == "absent"


@pytest.mark.parametrize(
    "change",
    [
        {"username": "manager1"}, {"username": "nobody"}, {"shift": "night"}, {"reason": " "}, {"in_at": None},
        {"out_at": at("08:00")}, {"out_at": at("16:00")}, {"day": date(2026, 9, 7)}, {"in_at": datetime(2026, 9, 8, 9)},
        {"more": 1},
    ],
)  # fmt: skip
def test_corrections_that_are_refused(city: None, change: dict) -> None:
    body = {
        "username": "clerk1",
        "day": DAY,
        "shift": "morning",
        "in_at": at("09:00"),
        "out_at": at("12:00"),
        "reason": "补",
    }
    with pytest.raises((Invalid, NotAllowed, NotFound)):
        attending.correct(actor("manager1"), body | change, now=at("15:00"))
    assert not Stamp.objects.exists()


def test_hours_are_settings(city: None) -> None:
    told = {"shifts": [{"code": "whole", "start": "08:30", "end": "16:30"}], "grace": 0}
    with pytest.raises(NotAllowed):
        hours.set_hours(actor("head1"), told, now=START)
    hours.set_hours(actor("manager1"), told, now=START)
    attending.sign_in(actor("clerk1"), now=at("08:31"))
    assert statuses("clerk1", now=at("09:00")) == {"whole": "on-duty"}
    assert Stamp.objects.get().late_minutes == 1
    for shifts in ([], [{"code": "a", "start": "12:00", "end": "09:00"}], [{"code": "a", "start": "9:00", "end": "12:00"}],
                   [{"code": "a", "start": "09:00", "end": "12:00"}, {"code": "b", "start": "11:00", "end": "13:00"}]):  # fmt: skip
        with pytest.raises(Invalid):
            hours.set_hours(actor("manager1"), {"shifts": shifts}, now=START)


# ---------------------------------------------------------------- conduct


def note(**changes: object) -> str:
    body = {
        "kind": "left-post", "place": "一楼 3 号窗口", "observed_at": at("10:00"), "text": "十点整窗口无人，等候 12 人",
        "person": "clerk1",
    }  # fmt: skip
    return conduct.write(actor("supervisor1"), body | changes, now=at("11:00"))


def test_a_note_is_answered_and_ruled_on_by_another(city: None) -> None:
    number = note(is_covert=True)
    told = noted.one(actor("clerk1"), number)
    assert told["text"] == "十点整窗口无人，等候 12 人"
    assert told["by"] == "", "who came unseen stays unseen"
    assert noted.one(actor("manager1"), number)["by"]
    with pytest.raises(NotFound):
        conduct.answer(actor("clerk2"), number, "不是我", now=at("12:00"))
    conduct.answer(actor("clerk1"), number, "在二楼协助老人办事", now=at("12:00"))
    with pytest.raises(RuleBroken):
        conduct.answer(actor("clerk1"), number, "再说一次", now=at("12:00"))
    with pytest.raises(NotAllowed):
        conduct.rule(actor("supervisor1"), number, is_upheld=False, text="属实", now=at("13:00"))
    conduct.rule(actor("manager1"), number, is_upheld=False, text="录像证实", now=at("13:00"))
    with pytest.raises(RuleBroken):
        conduct.rule(actor("manager1"), number, is_upheld=True, text="改", now=at("13:00"))
    (line,) = noted.of_person(actor("clerk1"))
    assert (line["state"], line["counts"]) == ("withdrawn", False), (
        "it stays to be read and counts for nothing"
    )
    types = [type for _, type, *_ in facts.of_subject("conduct-note", Note.objects.get().pk)]
    assert types == ["written", "answered", "withdrawn"]
    told = str(facts.of_subject("conduct-note", Note.objects.get().pk))
    assert "窗口无人" not in told


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "whatever"},
        {"observed_at": at("12:00")},
        {"text": "x"},
        {"person": "nobody"},
        {"person": ""},
        {"place": ""},
    ],
)
def test_notes_that_are_refused(city: None, change: dict) -> None:
    with pytest.raises(Invalid):
        note(**change)
    assert not Note.objects.exists()


def test_whom_a_note_concerns(city: None) -> None:
    number = note()
    for who in ("clerk2", "head2", "examiner1", "citizen1"):
        with pytest.raises(NotFound):
            noted.one(actor(who), number)
    for who in ("clerk1", "clerk2", "head1"):
        with pytest.raises(NotAllowed):
            conduct.write(actor(who), {}, now=START)


# ---------------------------------------------------------------- appraisal


def entry(key: str, value: str | None, sample: int = 20) -> Entry:
    figure = Figure(None if value is None else Decimal(value), 0, 0)
    return Entry(key, key, None, {"on_time": figure}, sample)


WHOLE = {"on_time": Decimal(1)}


def test_ranks_with_ties_and_small_samples() -> None:
    found = ranked(
        [
            entry("a", "90"),
            entry("b", "95"),
            entry("c", "90"),
            entry("d", "80"),
            entry("e", "100", 3),
            entry("f", None),
        ],
        WHOLE,
        least=10,
    )
    assert [(one.entry.key, one.rank, one.note) for one in found] == [
        ("b", 1, ""), ("a", 2, ""), ("c", 2, ""), ("d", 4, ""), ("e", None, "small-sample"), ("f", None, "no-data"),
    ]  # fmt: skip


def test_what_has_no_data_is_left_out_and_too_little_gives_no_score() -> None:
    weights = {"on_time": Decimal("0.5"), "ratings": Decimal("0.3"), "cards": Decimal("0.2")}
    known = {
        "on_time": Figure(Decimal(80), 8, 10),
        "ratings": Figure(None, 0, 0),
        "cards": Figure(Decimal(100), 0, 0),
    }
    assert score(known, weights) == (Decimal("85.71"), Decimal("0.7"))  # (40 + 20) / 0.7
    assert score({"cards": known["cards"]}, weights) == (None, Decimal("0.2"))


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 40)), max_size=30))
def test_ranks_follow_scores(rows: list[tuple[int, int]]) -> None:
    found = ranked(
        [entry(str(n), str(Decimal(v) / 100), s) for n, (v, s) in enumerate(rows)], WHOLE, least=10
    )
    in_rank = [one for one in found if one.rank is not None]
    for one in in_rank:
        assert one.rank == 1 + sum((other.score or 0) > (one.score or 0) for other in in_rank)
    assert all((one.rank is None) == (one.entry.sample < 10) for one in found)


def test_titles_go_to_the_best_share_that_nothing_bars() -> None:
    places = [
        ("a", 1, Decimal(99), True),
        ("b", 2, Decimal(90), False),
        ("c", 2, Decimal(90), False),
        ("d", None, Decimal(100), False),
    ]
    assert winners(places, share=50, least=85) == ["b", "c"]
    assert winners(places, share=50, least=95) == []


@pytest.mark.parametrize(
    "weights",
    [
        {"on_time": "0.9"},
        {"on_time": "0.6", "early": "0.6"},
        {"charm": "1"},
        {"on_time": "-1"},
        {"on_time": "1e0"},
        {"on_time": 1},
        {},
    ],
)
def test_weights_must_sum_to_one(city: None, weights: dict) -> None:
    body = {"weights": scheme.WEIGHTS | {"person": weights}}
    with pytest.raises(Invalid):
        scheme.set_scheme(actor("manager1"), body, now=START)
    with pytest.raises(NotAllowed):
        scheme.set_scheme(actor("supervisor1"), body, now=START)
    assert scheme.current() == scheme.Scheme()
    for told in scheme.WEIGHTS.values():
        assert sum(map(Decimal, told.values())) == 1


def test_a_published_result_never_changes(city: None) -> None:
    with pytest.raises(RuleBroken):
        publishing.publish(actor("manager1"), "person", "2026-09", now=START)
    with pytest.raises(NotAllowed):
        publishing.publish(actor("supervisor1"), "person", "2026-08", now=START)
    assert publishing.publish(actor("manager1"), "person", "2026-08", now=START) == 1
    with pytest.raises(Invalid):
        publishing.publish(actor("manager1"), "person", "2026-08", now=START)
    assert publishing.publish(actor("manager1"), "person", "2026-08", reason="漏算一天", now=START) == 2
    assert list(proof.findings()) == []
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Appraisal.objects.filter(version=1).update(rows=[])
    one = Appraisal.objects.get(version=1)
    Appraisal.objects.create(
        kind="organ",
        period="2026-08",
        version=1,
        scheme=one.scheme,
        rows=[],
        digest=one.digest,
        by="x",
        at=START,
    )  # put in behind the platform's back
    assert [one.code for one in proof.findings()] == ["appraisal-changed"]


@pytest.mark.parametrize("period", ["2026-13", "26", "2026-9", "x", "2026-08-01", "二〇二六"])
def test_periods_that_are_none(city: None, period: str) -> None:
    with pytest.raises(Invalid):
        published.result(actor("manager1"), "person", period, now=START)


def test_one_appeal_and_its_ruling_by_another(city: None) -> None:
    publishing.publish(actor("manager1"), "person", "2026-08", now=START)
    with pytest.raises(NotFound):
        publishing.appeal(actor("clerk2"), "person", "2026-08", "clerk1", "替他申诉", now=START)
    publishing.appeal(actor("clerk1"), "person", "2026-08", "clerk1", "读卡器坏了", now=START)
    with pytest.raises(RuleBroken):
        publishing.appeal(actor("clerk1"), "person", "2026-08", "clerk1", "再来", now=START)
    with pytest.raises(RuleBroken):
        publishing.appeal(
            actor("clerk2"), "person", "2026-08", "clerk2", "迟了", now=START + timedelta(days=30)
        )
    (told,) = published.result(actor("supervisor1"), "person", "2026-08", now=START)["appeals"]
    with pytest.raises(NotAllowed):
        publishing.settle(actor("manager1"), told["id"], is_upheld=False, text="不成立", now=START)
    publishing.settle(actor("supervisor1"), told["id"], is_upheld=True, text="成立，请重算", now=START)
    with pytest.raises(RuleBroken):
        publishing.settle(actor("supervisor1"), told["id"], is_upheld=False, text="再改", now=START)


def test_evidence_is_for_whom_it_concerns(city: None) -> None:
    for figure in scheme.FIGURES:
        for kind, key in (("person", "clerk1"), ("organ", "1"), ("town", "511602"), ("window", "1")):
            heads, lines = evidence.of_figure(actor("manager1"), kind, key, figure, "2026-08", now=START)
            assert all(len(line) == len(heads) for line in lines)
    evidence.of_figure(actor("clerk1"), "person", "clerk1", "cards", "2026-08", now=START)
    for who, key in (("clerk1", "clerk2"), ("head2", "examiner1"), ("examiner1", "examiner1b")):
        with pytest.raises(NotAllowed):
            evidence.of_figure(actor(who), "person", key, "cards", "2026-08", now=START)


def test_the_platforms_role_may_only_add(city: None) -> None:
    assert {
        "supervision_stamp",
        "supervision_note",
        "supervision_notestep",
        "supervision_appraisal",
    } <= grants.append_only_tables()


def test_a_month_of_sheets_takes_few_statements(city: None, django_assert_max_num_queries: object) -> None:
    who: Actor = actor("manager1")
    clock.move_to(at("20:00"))
    published.result(who, "person", "2026-09", now=at("20:00"))
    for kind in scheme.KINDS:
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            published.result(who, kind, "2026-09", now=at("20:00"))
    assert connection.vendor == "postgresql"
