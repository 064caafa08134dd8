"""Articles 26, 38, 42, 44 and 45 of the Licensing Law: limits, pauses, one extension, decision, delivery."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onewindow.cases.rules.decide import act_named
from onewindow.catalog.definition import Limit, Step, TypeRules
from tests.cases.bench import INSTANT, PAUSE, WELL, Bench, item
from tests.cases.test_rules_acceptance import places, refused

KINDS_OF_45 = (
    "hearing",
    "tender",
    "auction",
    "inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert-review",
)


def accepted(**changes: Any) -> Bench:
    return Bench(item(**changes)).act("clerk", "accept")


def paused(bench: Bench, start: str, end: str | None = None) -> Bench:
    bench.move(start).act("examiner", "pause", **PAUSE).act("head", "pause")
    return bench if end is None else bench.move(end).act("examiner", "resume", result="通过")


@pytest.mark.parametrize(
    ("stops", "used", "due_on"),
    [
        ([], 15, "2026-10-12"),
        ([("2026-09-14", "2026-09-29")], 3, "2026-10-28"),
        ([("2026-09-14", "2026-09-14")], 14, "2026-10-13"),
        ([("2026-09-14", "2026-09-15"), ("2026-09-16", "2026-09-17")], 11, "2026-10-16"),
        ([("2026-09-12", "2026-09-13")], 15, "2026-10-12"),  # a weekend costs nothing
        ([("2026-09-08", "2026-09-08")], 15, "2026-10-12"),  # the day of acceptance was never counted
        ([("2026-09-14", "2026-09-16"), ("2026-09-16", "2026-09-18")], 10, "2026-10-19"),
    ],
)
def test_time_of_article_45_is_not_counted(stops: list[tuple[str, str]], used: int, due_on: str) -> None:
    """Accepted 09-08, 20 working days, looked at on 09-29: neither the first nor the last day counts."""
    bench = accepted()
    for start, end in stops:
        paused(bench, start, end)
    bench.move("2026-09-29")
    legal = bench.clock("legal")
    assert (legal.used, str(legal.due_on), legal.used + legal.remaining) == (used, due_on, 20)


def test_an_open_pause_stops_the_clock_and_shows_grey() -> None:
    bench = paused(accepted(), "2026-09-14")
    for day in ("2026-09-14", "2026-09-21", "2026-10-30"):
        bench.move(day)
        assert (bench.clock("legal").used, bench.clock("legal").state, bench.light) == (3, "paused", "grey")
    assert [type for type in bench.types() if type == "overdue"] == []


def test_an_overrun_is_flagged_once_and_nothing_resumes_by_itself() -> None:
    bench = paused(accepted(), "2026-09-14").move("2026-09-20T23:59")
    assert "pause-overrun" not in bench.types()
    bench.move("2026-09-21T00:00")  # 15 16 17 18 and the working Sunday 20 were the five days
    assert bench.types().count("pause-overrun") == 1
    assert bench.move("2026-12-01").state.state == "paused"
    assert bench.types().count("pause-overrun") == 1


@pytest.mark.parametrize("kind", KINDS_OF_45)
def test_the_eight_kinds_need_their_basis_unless_the_item_lists_them(kind: str) -> None:
    body = PAUSE | {"procedure": kind}
    if kind == "expert-review":
        assert accepted().act("examiner", "pause", **body).state.life.proposal.body["basis"] == "第四十五条"
    else:
        assert places(refused(accepted(), "examiner", "pause", **body)) == ["basis"]
        accepted().act("examiner", "pause", **body, basis="某法第一条")


@pytest.mark.parametrize("kind", ["publicity", "site-visit", "waiting", "公示", "Hearing", ""])
def test_no_other_kind_stops_the_clock(kind: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"version": 1} | PAUSE | {"procedure": kind}, act_named("pause").body)


@pytest.mark.parametrize("name", ["procedure", "reason", "expected_days"])
def test_a_proposal_says_what_why_and_how_long(name: str) -> None:
    body = {key: value for key, value in PAUSE.items() if key != name}
    assert name in places(refused(accepted(), "examiner", "pause", **body))


def test_a_pause_takes_two_people_and_stands_as_proposed() -> None:
    bench = accepted()
    assert refused(bench, "head", "pause", **PAUSE).code == "not-proposed"
    bench.act("dual", "pause", **PAUSE)
    assert (bench.state.state, bench.state.life.proposal.by) == ("accepted", "dual")
    assert refused(bench, "dual", "pause").code == "same-person"
    assert refused(bench, "examiner", "pause", **PAUSE).code == "already-proposed"
    bench.move("2026-09-10").act("approver", "pause", procedure="hearing", expected_days=99)
    stop = bench.state.life.stops[-1]
    assert (stop.procedure, str(stop.start), str(stop.expected_on)) == (
        "expert-review",
        "2026-09-10",
        "2026-09-17",
    )


@pytest.mark.parametrize("between", ["review", "withdraw", "terminate"])
def test_a_proposal_lapses_when_the_case_moves_on(between: str) -> None:
    acts = {
        "review": ("examiner2", WELL),
        "withdraw": ("applicant", {"reason": "r"}),
        "terminate": ("head", {"ground": "g", "reason": "r"}),
    }
    bench = accepted(steps=(Step("一审", "examiner"), Step("二审", "examiner"))).act(
        "examiner", "review", **WELL
    )
    who, body = acts[between]
    bench.act("examiner", "pause", **PAUSE).act(who, between, **body)
    assert bench.state.life.proposal is None


@pytest.mark.parametrize(
    ("on", "is_good"), [("2026-09-08", True), ("2026-10-12T23:59", True), ("2026-10-13T00:00", False)]
)
def test_one_extension_up_to_and_on_the_due_date(on: str, is_good: bool) -> None:
    """Art. 42: once, by the head, reasons told; the promise does not move."""
    bench = accepted().move(on)
    if not is_good:
        assert refused(bench, "head", "extend", days=1, reason="r").code == "past-due"
        return
    promised = bench.clock("promised")
    bench.act("head", "extend", days=10, reason="复杂")
    assert (str(bench.clock("legal").due_on), bench.clock("promised")) == ("2026-10-26", promised)
    again = refused(bench, "head", "extend", days=1, reason="再延")
    assert (again.code, "第四十二条" in again.basis) == ("already-extended", True)


@pytest.mark.parametrize(
    ("definition", "kind", "who", "most"),
    [
        ({}, "commitment", "head", 10),
        ({"legal_extension": Limit(5)}, "commitment", "head", 5),
        ({"legal_extension": None}, "commitment", "head", 10),  # the law's own where the item says nothing
        ({"legal_extension": None, "type_rules": TypeRules(extension_days=20)}, "commitment", "head", 20),
        ({"legal_extension": None}, "joint", "leader", 15),
    ],
)
def test_how_long_an_extension_may_be(definition: dict[str, Any], kind: str, who: str, most: int) -> None:
    make = lambda: Bench(item(**definition), kind=kind).act("clerk", "accept")  # noqa: E731
    assert places(refused(make(), who, "extend", days=most + 1, reason="r")) == ["days"]
    assert make().act(who, "extend", days=most, reason="r").state.life.extension == most


@pytest.mark.parametrize(
    ("kind", "who", "code"), [("commitment", "leader", "needs-head"), ("joint", "head", "needs-leader")]
)
def test_who_approves_an_extension(kind: str, who: str, code: str) -> None:
    """Art. 42(2): of joint handling the head of the government."""
    assert refused(Bench(kind=kind).act("clerk", "accept"), who, "extend", days=1, reason="r").code == code


def test_what_has_no_legal_limit_is_not_extended() -> None:
    assert refused(accepted(legal_limit=None), "head", "extend", days=1, reason="r").code == "no-legal-limit"


def test_every_examiner_s_step_is_walked_in_order() -> None:
    steps = (
        Step("受理", "clerk"),
        Step("资料审查", "examiner"),
        Step("现场核查", "examiner"),
        Step("决定", "approver"),
    )
    bench = accepted(steps=steps)
    assert places(refused(bench, "examiner", "review", **WELL, step="现场核查")) == ["step"]
    bench.act("examiner", "review", **WELL, step="资料审查")
    assert refused(bench, "approver", "decide", outcome="grant").code == "not-examined"
    bench.act("examiner", "review", **WELL, step=2)
    assert bench.act("approver", "decide", outcome="grant").state.state == "granted"


def test_a_negative_opinion_ends_the_examination_but_not_with_a_grant() -> None:
    bench = accepted(steps=(Step("一", "examiner"), Step("二", "examiner")))
    bench.act("examiner", "review", opinion="不符", **{"pass": False})
    assert refused(bench, "approver", "decide", outcome="grant").code == "review-not-passed"
    assert places(refused(bench, "approver", "decide", outcome="deny")) == ["reason"]
    assert bench.act("approver", "decide", outcome="deny", reason="不符").state.state == "denied"


@pytest.mark.parametrize(
    ("done", "who", "action", "body"),
    [
        ([("examiner", "dual")], "dual", "decide", {"outcome": "grant"}),
        ([("examiner", "examiner"), ("examiner", "dual")], "dual", "decide", {"outcome": "grant"}),
    ],
)
def test_who_examined_does_not_decide(
    done: list[tuple[str, str]], who: str, action: str, body: dict[str, Any]
) -> None:
    bench = accepted()
    for _, examiner in done:
        bench.act(examiner, "review", **WELL)
    assert refused(bench, who, action, **body).code == "same-person"


def test_an_instant_item_is_decided_at_once_by_whoever_may() -> None:
    bench = Bench(INSTANT).act("clerk", "accept")
    assert bench.clock("promised").due_on == bench.state.accepted_on
    assert refused(bench, "examiner", "pause", **PAUSE).code == "instant-item"
    assert bench.act("approver", "decide", outcome="grant").state.state == "granted"
    both = (
        Bench(INSTANT)
        .act("clerk", "accept")
        .act("dual", "review", **WELL)
        .act("dual", "decide", outcome="grant")
    )
    assert both.state.state == "granted"


def test_an_instant_item_not_done_today_is_late_tomorrow() -> None:
    bench = Bench(INSTANT).act("clerk", "accept")
    assert bench.move("2026-09-08T23:59").light == "yellow"
    assert bench.move("2026-09-09T00:00").light == "red"


def test_ten_days_to_deliver_a_grant_and_none_for_a_denial() -> None:
    bench = Bench().to("granted")
    assert (bench.clock("delivery").remaining, str(bench.clock("delivery").due_on)) == (10, "2026-09-21")
    bench.act("head", "produce").move("2026-09-22T00:00")
    assert (bench.clock("delivery").state, bench.types()[-1]) == ("missed", "overdue")
    assert bench.act("issuer", "deliver", method="locker").clock("delivery").state == "missed"
    with pytest.raises(KeyError):
        Bench().to("denied").clock("delivery")


@pytest.mark.parametrize(
    ("day", "light", "remaining", "state"),
    [
        ("2026-09-08", "green", 7, "running"),
        ("2026-09-15", "green", 2, "running"),
        ("2026-09-16", "yellow", 1, "running"),
        ("2026-09-17T23:59", "yellow", 0, "running"),
        ("2026-09-18T00:00", "red", -1, "missed"),
    ],
)
def test_lights_of_the_promise(day: str, light: str, remaining: int, state: str) -> None:
    promised = accepted().move(day).clock("promised")
    assert (promised.light, promised.remaining, promised.state) == (light, remaining, state)


def test_no_clock_where_the_limit_is_null() -> None:
    bench = accepted(legal_limit=None, promised_limit=None)
    with pytest.raises(KeyError):
        bench.clock("legal")
    assert bench.move("2027-12-01").types() == ["received", "accepted"]


def test_forwarding_ends_the_own_clock_until_the_answer() -> None:
    bench = accepted().move("2026-09-10").act("clerk", "forward", to="市局", reason="报批")
    assert (bench.state.kind, bench.clock("promised").state) == ("forward", "met")
    assert refused(bench, "clerk", "forward", to="省厅", reason="r").code == "already-forwarded"
    assert refused(bench, "examiner", "review", **WELL).code == "awaits-superior"
    assert bench.move("2026-11-20").types().count("overdue") == 0
    bench.act("examiner", "answer", result="同意")
    assert refused(bench, "examiner", "answer", result="又").code == "nothing-forwarded"
    assert (
        bench.act("examiner", "review", **WELL).act("approver", "decide", outcome="grant").state.state
        == "granted"
    )


@pytest.mark.parametrize(
    ("action", "who", "body"),
    [("withdraw", "applicant", {"reason": "r"}), ("terminate", "head", {"ground": "g", "reason": "r"})],
)
def test_an_end_before_the_decision_ends_the_clocks(action: str, who: str, body: dict[str, str]) -> None:
    bench = accepted().act(who, action, **body)
    assert (bench.clock("legal").state, bench.clock("promised").state) == ("ended", "ended")
    assert bench.move("2027-01-01").types()[-1] in ("withdrawn", "terminated")


def test_what_time_tells_comes_in_order_and_once() -> None:
    bench = Bench(given=("M1",)).act(
        "clerk", "accept", deferred=[{"material": "M3", "promised_on": "2026-09-10"}]
    )
    bench.move("2026-12-01").move("2027-06-01")
    told = [(one.type, one.data.get("clock") or one.data.get("material")) for one in bench.told[2:]]
    assert told == [("deferral-missed", "M3"), ("overdue", "promised"), ("overdue", "legal")]
    assert [str(one.day) for one in bench.told[2:]] == ["2026-09-11", "2026-09-18", "2026-10-13"]


def test_an_extension_after_the_limit_was_told_is_watched_again() -> None:
    bench = accepted().move("2026-10-12").act("head", "extend", days=2, reason="r")
    bench.move("2026-10-14T23:59")
    assert [one.data["clock"] for one in bench.told if one.type == "overdue"] == ["promised"]
    bench.move("2026-10-15T00:00")
    assert [one.data["clock"] for one in bench.told if one.type == "overdue"] == ["promised", "legal"]


def test_nobody_acts_in_the_past() -> None:
    """A deed is never older than the fact before it, whatever the caller's clock says."""
    bench = accepted().move("2026-09-15")
    bench.act("examiner", "review", **WELL)
    bench.now = bench.now.replace(day=9)
    bench.act("approver", "decide", outcome="grant")
    assert bench.told[-1].at == bench.told[-2].at
