"""Articles 36 and 45 to 48 of the Licensing Law: third parties are heard, hearings asked for, held, decided on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from onewindow.cases.rules import serving
from onewindow.cases.rules.acting import Paper
from onewindow.cases.rules.acting import refusal as refusal_of
from onewindow.cases.rules.decide import act_named
from onewindow.cases.rules.state import Life
from onewindow.kernel.errors import Invalid, Refusal
from tests.cases.bench import CAST, WELL, Bench, at

PARTY = {"type": "person", "name": "某人", "interest": "共用检查井"}
INVITE = {"matters": "接驳口", "answer_by": "2026-09-15"}
RIGHTS = {"matters": "接驳口"}
MEETING = {
    "matters": "接驳口",
    "held_at": "2026-09-17T09:30:00+08:00",  # the seventh working day after 09-08
    "place": "二楼",
    "host": "examiner2",
    "recorder": "clerk",
}
RECORD = {
    "ended_at": "2026-09-17T11:00:00+08:00",
    "attendees": [{"name": "某人", "role": "利害关系人"}],
    "statements": [{"by": "某人", "text": "不同意"}],
    "result": "听证结束",
}


def refusal(bench: Bench, who: str, action: str, **body: Any) -> str:
    """The code of the refusal (of the field where a field is at fault), empty when the deed was done."""
    try:
        bench.act(who, action, **body)
    except Invalid as found:
        return found.fields[0].code
    except Refusal as found:
        return found.code
    return ""


def touched() -> Bench:
    """Accepted on 09-08, found to touch one third party; examined."""
    bench = Bench().act("clerk", "accept").act("examiner", "judge-interest", touches=True, reason="相邻")
    return bench.act("examiner", "register-party", **PARTY)


def heard() -> Bench:
    bench = touched().act("examiner", "invite-statements", **INVITE)
    for no in (0, 1):
        bench.act("examiner", "record-statement", party=no, text="没有意见")
    return bench


def told() -> Bench:
    return heard().act("examiner", "tell-hearing-rights", **RIGHTS)


def arranged(**changes: Any) -> Bench:
    return told().act("applicant", "request-hearing").act("head", "arrange-hearing", **MEETING | changes)


def decide(bench: Bench) -> str:
    bench.act("examiner", "review", **WELL)
    return refusal(bench, "approver", "decide", outcome="deny", reason="影响他人")


ROLES = {
    "judge-interest": {"examiner"},
    "register-party": {"examiner"},
    "invite-statements": {"examiner"},
    "record-statement": {"applicant", "clerk", "examiner"},
    "tell-hearing-rights": {"examiner"},
    "request-hearing": {"applicant", "clerk", "examiner"},
    "waive-hearing": {"applicant", "clerk", "examiner"},
    "arrange-hearing": {"head"},
    "record-hearing": {"examiner", "approver", "head"},
    "cancel-hearing": {"head"},
    "serve": {"clerk", "issuer"},
}


@pytest.mark.parametrize("action", ROLES)
def test_each_deed_is_for_its_roles_alone(action: str) -> None:
    bench = Bench().act("clerk", "accept")
    for who, actor in CAST.items():
        lacks = refusal_of(act_named(action), bench.state, bench.context(who))
        plays = bool(ROLES[action] & (actor.roles | ({"applicant"} if who == "applicant" else set())))
        assert (lacks is not None and lacks.code == "role-lacks-it") != plays, (who, action)


# Article 36


def test_a_decision_waits_for_those_whom_it_touches() -> None:
    bench = Bench().act("clerk", "accept").act("examiner", "judge-interest", touches=True, reason="相邻")
    assert decide(bench) == "no-third-party"
    bench.act("examiner", "register-party", **PARTY)
    assert refusal(bench, "approver", "decide", outcome="grant") == "third-party-untold"
    bench.act("examiner", "invite-statements", **INVITE).act(
        "examiner", "record-statement", party=1, text="否"
    )
    assert refusal(bench, "approver", "decide", outcome="grant") == "third-party-unheard"
    bench.act("applicant", "record-statement", text="同意")
    assert refusal(bench, "approver", "decide", outcome="grant") == "hearing-untold"


@pytest.mark.parametrize(
    ("day", "code"), [("2026-09-15", "third-party-unheard"), ("2026-09-16", "hearing-untold")]
)
def test_silence_counts_when_the_term_is_over(day: str, code: str) -> None:
    bench = touched().act("examiner", "invite-statements", **INVITE).move(day)
    assert decide(bench) == code


def test_a_case_that_touches_nobody_is_decided_as_ever() -> None:
    assert decide(Bench().act("clerk", "accept")) == ""
    bench = Bench().act("clerk", "accept").act("examiner", "judge-interest", touches=False, reason="无关")
    assert decide(bench) == ""


def test_who_was_registered_later_is_told_alone() -> None:
    bench = heard().act("examiner", "register-party", **PARTY)
    before = len(bench.told)
    bench.act("examiner", "invite-statements", **INVITE)
    assert [one.data["party"] for one in bench.told[before:]] == [2]


@pytest.mark.parametrize(
    ("who", "action", "body", "code"),
    [
        ("examiner", "register-party", PARTY, ""),
        ("examiner", "invite-statements", INVITE | {"answer_by": "2026-09-08"}, "out-of-range"),
        ("examiner", "invite-statements", INVITE | {"answer_by": "2026-12-08"}, "out-of-range"),
        ("examiner", "record-statement", {"party": 1, "text": "早"}, "not-invited"),
        ("applicant", "register-party", PARTY, "role-lacks-it"),
    ],
)
def test_what_may_be_done_about_third_parties(who: str, action: str, body: dict[str, Any], code: str) -> None:
    assert refusal(touched(), who, action, **body) == code


def test_an_applicant_speaks_for_nobody_else() -> None:
    bench = touched().act("examiner", "invite-statements", **INVITE)
    assert refusal(bench, "applicant", "record-statement", party=1, text="x") == "not-your-word"
    assert refusal(bench, "clerk", "record-statement", party=2, text="x") == "unknown-party"


def test_who_was_registered_later_is_told_of_the_hearing_too() -> None:
    bench = told().act("examiner", "register-party", **PARTY).act("examiner", "invite-statements", **INVITE)
    bench.act("clerk", "record-statement", party=2, text="否")
    assert decide(bench) == "hearing-untold"
    assert refusal(bench, "examiner", "tell-hearing-rights", **RIGHTS) == ""
    assert refusal(bench, "examiner", "tell-hearing-rights", **RIGHTS) == "already-told"


def test_no_name_and_no_word_stands_in_a_fact() -> None:
    said = msgspec.json.encode([one.data for one in heard().told]).decode()
    assert "某人" not in said and "共用检查井" not in said and "没有意见" not in said


# Article 47


@pytest.mark.parametrize(
    ("day", "code"), [("2026-09-08", ""), ("2026-09-15", ""), ("2026-09-16", "past-due")]
)
def test_a_hearing_is_asked_for_within_five_working_days(day: str, code: str) -> None:
    assert refusal(told().move(day), "applicant", "request-hearing") == code


@pytest.mark.parametrize(
    ("served", "method", "last"),
    [
        ("2026-09-08", "window", "2026-09-15"),  # on the day it was made out
        ("2026-09-10", "window", "2026-09-17"),
        ("2026-09-24", "courier", "2026-10-09"),  # after the term printed on it; holidays lie between
        ("2026-09-10", "public-notice", "2026-10-16"),  # counts after thirty days, on 10-10
    ],
)
def test_the_five_days_run_from_the_service_of_the_notice(served: str, method: str, last: str) -> None:
    bench = told().move(served)
    notice = Paper("D1", "hearing-rights", "听证权利告知书", 1)
    bench.tell([serving.served(notice, method, bench.context("clerk"), {"receipt": ""})], "clerk")
    bench.act("examiner", "review", **WELL).move(f"{last}T23:00")
    assert refusal(bench, "approver", "decide", outcome="grant") == "hearing-term-runs"
    unasked = bench.state
    assert refusal(bench, "clerk", "request-hearing", party=1) == ""
    bench.state, bench.now = unasked, bench.now + timedelta(hours=1)
    assert refusal(bench, "clerk", "request-hearing", party=1) == "past-due"


def test_the_decision_waits_until_the_term_is_over_or_all_waive() -> None:
    bench = told()
    assert decide(bench) == "hearing-term-runs"
    assert refusal(bench.move("2026-09-15"), "approver", "decide", outcome="grant") == "hearing-term-runs"
    assert refusal(bench.move("2026-09-16"), "approver", "decide", outcome="grant") == ""
    bench = told().act("applicant", "waive-hearing")
    assert decide(bench) == "hearing-term-runs"
    bench.act("clerk", "waive-hearing", party=1)
    assert refusal(bench, "approver", "decide", outcome="grant") == ""


def test_twenty_working_days_from_the_request() -> None:
    bench = told().act("applicant", "request-hearing")
    assert bench.state.life.hearing is not None
    assert bench.state.life.hearing.organise_by == date(2026, 10, 12)
    assert decide(bench) == "hearing-not-held"
    assert "hearing-overdue" not in bench.move("2026-10-12T23:00").types()
    assert bench.move("2026-10-13").types().count("hearing-overdue") == 1


# Article 48


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"held_at": "2026-09-16T09:30:00+08:00"}, "too-early"),
        ({"held_at": "2026-10-12T09:30:00+08:00"}, ""),
        ({"held_at": "2026-10-13T09:30:00+08:00"}, "too-late"),
        ({"held_at": "2026-09-17T09:30:00"}, "no-zone"),
        ({"host": "examiner"}, "same-person"),
        ({"host": "clerk"}, "same-person"),  # who writes does not preside
        ({"host": "nobody"}, "unknown-person"),
    ],
)
def test_when_and_by_whom_a_hearing_is_held(changes: dict[str, Any], code: str) -> None:
    bench = told().act("applicant", "request-hearing")
    assert refusal(bench, "head", "arrange-hearing", **MEETING | changes) == code


def test_an_examiner_of_the_case_does_not_preside_nor_the_host_examine() -> None:
    bench = told().act("applicant", "request-hearing").act("examiner2", "review", **WELL)
    assert refusal(bench, "head", "arrange-hearing", **MEETING) == "same-person"
    bench = arranged().move("2026-09-17T11:30").act("examiner2", "record-hearing", **RECORD)
    assert refusal(bench, "examiner2", "review", **WELL) == "same-person"


def test_the_time_of_the_hearing_is_not_counted() -> None:
    """Article 45. Asked for and arranged on 09-08; held on 09-17: neither day counts, nor those between."""
    bench = arranged()
    assert bench.state.state == "paused" and bench.light == "grey"
    bench.move("2026-09-17T11:30").act("examiner2", "record-hearing", **RECORD)
    assert (bench.state.state, bench.clock("legal").used) == ("in_review", 0)
    assert [(stop.procedure, stop.end) for stop in bench.state.life.stops] == [("hearing", date(2026, 9, 17))]


def test_the_clock_goes_on_by_the_record_or_by_calling_off_alone() -> None:
    bench = arranged()
    assert refusal(bench, "examiner", "resume", result="算了") == "hearing-pending"
    bench.act("head", "cancel-hearing", reason="改期")
    assert bench.state.state == "in_review" and decide(bench) == "hearing-not-held"
    bench.act("head", "arrange-hearing", **MEETING).act(
        "head", "cancel-hearing", reason="撤回要求", withdrawn=True
    )
    assert refusal(bench, "approver", "decide", outcome="grant") == ""


def test_the_record_comes_from_the_bench_after_the_hearing() -> None:
    bench = arranged()
    assert refusal(bench, "examiner2", "record-hearing", **RECORD) == "not-yet"
    bench.move("2026-09-17T11:30")
    assert refusal(bench, "examiner", "record-hearing", **RECORD) == "not-the-host"
    late = RECORD | {"ended_at": "2026-09-17T12:00:00+08:00"}
    assert refusal(bench, "examiner2", "record-hearing", **late) == "out-of-range"
    assert refusal(bench, "examiner2", "record-hearing", **RECORD) == ""
    assert "不同意" not in msgspec.json.encode([one.data for one in bench.told]).decode()


def test_an_opinion_from_before_the_record_decides_nothing() -> None:
    bench = told().act("examiner", "review", **WELL).act("applicant", "request-hearing")
    bench.act("head", "arrange-hearing", **MEETING).move("2026-09-17T11:30")
    bench.act("examiner2", "record-hearing", **RECORD)
    assert refusal(bench, "approver", "decide", outcome="deny", reason="r") == "not-examined"
    assert decide(bench) == ""


def test_a_hearing_that_was_late_is_held_as_soon_as_it_may() -> None:
    bench = told().act("applicant", "request-hearing").move("2026-10-14")
    soonest = MEETING | {"held_at": "2026-10-23T09:30:00+08:00"}
    assert (
        refusal(bench, "head", "arrange-hearing", **MEETING | {"held_at": "2026-10-26T09:30:00+08:00"})
        == "too-late"
    )
    assert refusal(bench, "head", "arrange-hearing", **soonest) == ""


def test_what_a_case_remembers_of_it_survives_its_row() -> None:
    life = arranged().state.life
    assert msgspec.json.decode(msgspec.json.encode(life), type=Life) == life
    assert life.hearing is not None and life.hearing.meets_at == at("2026-09-17T09:30")


def test_the_hearing_of_the_organs_own_motion_needs_no_request() -> None:
    """Article 46: a matter of the public interest is announced and heard without anybody asking."""
    bench = Bench().act("clerk", "accept").act("head", "arrange-hearing", **MEETING)
    assert bench.state.state == "paused" and CAST["head"].username == bench.told[-1].actor
