"""Tickets and complaints: who may do what, verdicts that take a rating out, terms, sweeps, identities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from onewindow.base import clock, facts, worker
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, RuleBroken, Stale, TooFast
from onewindow.reviews.models import Complaint, Rating, Ticket
from onewindow.reviews.queries import complaints as complaint_queries
from onewindow.reviews.queries import ratings as rating_queries
from onewindow.reviews.rules import complaints as complaint_rules
from onewindow.reviews.rules import tickets as ticket_rules
from onewindow.reviews.services import complaints, settings, tickets
from tests import world
from tests.reviews.test_ratings import decided, said
from tests.world import FUND, HOUSING, MARKET, OFFICE, Api, actor, move

Open = Callable[..., Api]


def bad(api: Open, **more: Any) -> Ticket:
    api().post("/ratings", said(decided(api), 1, **more))
    return Ticket.objects.order_by("-pk")[0]


def do(who: str, ticket: Ticket, name: str, **body: Any) -> None:
    ticket.refresh_from_db()
    tickets.act(actor(who), ticket.number, name, {"version": ticket.version} | body, now=clock.now())
    ticket.refresh_from_db()


def refused(kind: type[Refusal], who: str, ticket: Ticket, name: str, **body: Any) -> str:
    with pytest.raises(kind) as caught:
        do(who, ticket, name, **body)
    return caught.value.code


WHO = [
    ("opened", "receive", {}, {"manager1", "supervisor1"}),
    ("received", "verify", {"verdict": "real", "text": "属实"}, {"manager1", "supervisor1"}),
    ("verified", "appeal", {"text": "不服"}, {"head1"}),
    ("verified", "rectify", {"text": "改了"}, {"head1"}),
    ("appealed", "settle", {"verdict": "real", "text": "维持"}, {"supervisor1"}),  # manager1 verified
    ("rectified", "answer", {"text": "抱歉"}, {"head1"}),
    ("answered", "call", {"outcome": "satisfied", "text": "好"}, {"manager1", "supervisor1"}),
    ("called", "close", {}, {"manager1", "supervisor1"}),
]
PATH = [
    ("opened", "manager1", "receive", {}),
    ("received", "manager1", "verify", {"verdict": "real", "text": "属实"}),
    ("verified", "head1", "rectify", {"text": "改了"}),
    ("rectified", "head1", "answer", {"text": "抱歉"}),
    ("answered", "manager1", "call", {"outcome": "unsatisfied", "text": "不满意"}),
]


def walk(ticket: Ticket, to: str) -> Ticket:
    for before, who, name, body in PATH:
        if before == to:
            break
        if to == "appealed" and before == "verified":
            do("head1", ticket, "appeal", text="不服")
            break
        do(who, ticket, name, **body)
    assert ticket.state == to
    return ticket


@pytest.mark.parametrize(
    ("state", "name", "body", "may"), WHO, ids=lambda one: one if isinstance(one, str) else ""
)
def test_who_does_what(api: Open, state: str, name: str, body: dict[str, Any], may: set[str]) -> None:
    for who in ("manager1", "supervisor1", "head1", "head2", "clerk1", "examiner1", "citizen1", "auditor"):
        ticket = walk(bad(api, anonymous=False), state)
        if who in may:
            do(who, ticket, name, **body)
        else:
            refused(Refusal, who, ticket, name, **body)


def test_every_act_is_in_the_table_of_who() -> None:
    assert {name for _, name, _, _ in WHO} | {"reopen"} == ticket_rules.ACTS.keys()


@pytest.mark.parametrize("verdict", ["mistaken", "malicious"])
def test_a_rating_that_was_none_leaves_the_figures_but_not_the_list(api: Open, verdict: str) -> None:
    ticket = walk(bad(api), "received")
    assert api("manager1").get("/ratings/summary").json["count"] == 1
    do("manager1", ticket, "verify", verdict=verdict, text="打错了分")
    assert (ticket.state, ticket.verdict) == ("closed", verdict)
    assert api("manager1").get("/ratings/summary").json["count"] == 0
    assert [one["standing"] for one in api("manager1").get("/ratings").json["results"]] == [verdict]


def test_an_appeal_that_succeeds_takes_it_out_too(api: Open) -> None:
    ticket = walk(bad(api), "appealed")
    do("supervisor1", ticket, "settle", verdict="mistaken", text="申诉成立")
    assert ticket.state == "closed" and Rating.objects.get().standing == "mistaken"


def test_an_appeal_comes_within_its_days(api: Open) -> None:
    ticket = walk(bad(api), "verified")
    assert str(ticket.appeal_by) == "2026-09-11"
    move("2026-09-12")
    assert refused(RuleBroken, "head1", ticket, "appeal", text="晚了") == "appeal-too-late"


def test_what_is_anonymous_is_closed_without_a_call(api: Open) -> None:
    ticket = walk(bad(api), "answered")
    assert refused(RuleBroken, "manager1", ticket, "call", outcome="satisfied", text="好") == "anonymous"
    do("manager1", ticket, "close")
    named = walk(bad(api, anonymous=False), "answered")
    assert refused(RuleBroken, "manager1", named, "close") == "not-called"


def test_an_unsatisfied_rater_sends_it_back_once(api: Open) -> None:
    ticket = walk(bad(api, anonymous=False), "called")
    do("manager1", ticket, "reopen", text="没有改到位")
    assert (ticket.state, ticket.round, ticket.rectified_on) == ("verified", 2, None)
    for _, who, name, body in PATH[2:]:
        do(who, ticket, name, **body)
    assert refused(RuleBroken, "manager1", ticket, "reopen", text="又没有") == "reopened-once"


def test_words_and_versions_are_asked_for(api: Open) -> None:
    ticket = walk(bad(api), "received")
    assert refused(Invalid, "manager1", ticket, "verify", verdict="real") == "invalid-fields"
    assert refused(Invalid, "manager1", ticket, "verify", verdict="maybe", text="x") == "invalid-fields"
    assert refused(NotFound, "manager1", ticket, "erase") == "no-action"
    with pytest.raises(Stale):
        tickets.act(
            actor("manager1"),
            ticket.number,
            "verify",
            {"version": 1, "verdict": "real", "text": "x"},
            now=clock.now(),
        )
    do("manager1", ticket, "verify", verdict="real", text="属实")
    assert refused(RuleBroken, "manager1", ticket, "verify", verdict="real", text="x") == "wrong-state"


def test_nobody_judges_their_own_organ(api: Open) -> None:
    ticket = bad(api)
    Ticket.objects.filter(pk=ticket.pk).update(organ=actor("manager1").organ_id)
    assert refused(NotAllowed, "manager1", ticket, "receive") == "own-organ"


def test_who_rated_is_told_to_a_supervisor_with_a_reason_and_recorded(api: Open) -> None:
    ticket = bad(api, anonymous=False)
    now = clock.now()
    for who, reason, kind in (
        ("supervisor1", " ", Invalid), ("manager1", "看看", NotAllowed), ("head1", "看看", NotAllowed),
        ("head2", "看看", NotFound), ("examiner1", "看看", NotFound),
    ):  # fmt: skip
        with pytest.raises(kind):
            tickets.open_rater(actor(who), ticket.number, reason=reason, now=now)
    assert tickets.open_rater(actor("supervisor1"), ticket.number, reason="回访", now=now)["name"]
    assert facts.of_subject("ticket", ticket.pk)[-1][1:2] + facts.of_subject("ticket", ticket.pk)[-1][3:4] == (
        "rater-opened", "supervisor1",
    )  # fmt: skip
    with pytest.raises(RuleBroken):
        tickets.open_rater(actor("supervisor1"), bad(api).number, reason="回访", now=now)


def test_the_second_rating_waits_for_the_answer_and_comes_once(api: Open) -> None:
    ticket = walk(bad(api), "rectified")
    token = rating_queries.second_link(ticket.number, today=clock.today())
    with pytest.raises(RuleBroken, match="not-answered-yet"):
        tickets.rate_again(token, 5, now=clock.now())
    do("head1", ticket, "answer", text="抱歉")
    with pytest.raises(NotAllowed):
        tickets.rate_again(token, 5, actor=actor("head1"), now=clock.now())
    tickets.rate_again(token, 5, now=clock.now())
    with pytest.raises(RuleBroken, match="rated-twice"):
        tickets.rate_again(token, 1, now=clock.now())
    assert Ticket.objects.get(pk=ticket.pk).second_grade == 5


def test_a_step_past_its_day_is_marked_once(api: Open) -> None:
    ticket = bad(api)
    move("2026-09-09T23:00")
    assert not Ticket.objects.get().is_overdue
    move("2026-09-10T00:01")
    assert Ticket.objects.get().is_overdue
    worker.settle(clock.now())
    assert [one[1] for one in facts.of_subject("ticket", ticket.pk)] == ["opened", "overdue"]
    assert len(api("head1").get("/tickets?overdue=true").json["results"]) == 1
    do("manager1", ticket, "receive")
    assert not ticket.is_overdue


def test_terms_are_settings(api: Open) -> None:
    new = {"rectify": 5}
    with pytest.raises(NotAllowed):
        settings.set_terms(actor("manager1"), new, now=clock.now())
    with pytest.raises(Invalid):
        settings.set_terms(actor("supervisor1"), {"rectify": 0}, now=clock.now())
    settings.set_terms(actor("supervisor1"), new, now=clock.now())
    ticket = walk(bad(api), "verified")
    assert str(ticket.rectify_due_on) == "2026-09-15"
    assert facts.of_subject("review-terms", 1)[0][5]["rectify"] == 5


# ---------------------------------------------------------------- complaints

TOLD = {"organ": HOUSING, "about": "delay", "text": "三周没有答复，打电话没人接"}
NAMED = TOLD | {"name": "林秋实", "phone": "13700001234"}


def file(who: str | None = "citizen1", **more: Any) -> Complaint:
    made = complaints.file(NAMED | more, actor=actor(who) if who else None, now=clock.now())
    found = Complaint.objects.get(number=made["number"])
    found.told_code = made["code"]  # type: ignore[attr-defined]
    return found


def carry(who: str, complaint: Complaint, name: str, **body: Any) -> None:
    complaint.refresh_from_db()
    told = {"version": complaint.version} | body
    complaints.act(actor(who), complaint.number, name, told, now=clock.now())
    complaint.refresh_from_db()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"organ": "no"}, "organ"), ({"about": "no"}, "about"), ({"text": "短"}, "text"), ({"way": "pigeon"}, "way"),
        ({"person": "nobody"}, "person"), ({"case_no": "20260908-000001-1"}, "case_no"), ({"name": ""}, "name"),
        ({"earlier": "TS1"}, "earlier"), ({"who": "me"}, "who"),
    ],
)  # fmt: skip
def test_a_complaint_that_cannot_be_taken(api: Open, change: dict[str, Any], field: str) -> None:
    answer = api("citizen1").post("/complaints", NAMED | change)
    assert (answer.status, answer.fields) == (422, [field])


def test_an_anonymous_complaint_keeps_nobody(api: Open) -> None:
    found = file(None, anonymous=True, name="林秋实")
    assert not hasattr(found, "complainant") and found.is_anonymous
    assert complaint_queries.follow(found.number, found.told_code)["state"] == "filed"  # type: ignore[attr-defined]


def test_the_complained_of_learns_nothing_anywhere(api: Open) -> None:
    """Every list, record, search and page of every actor of the organ: no name, no number, no case."""
    case = api("citizen1").create(FUND)
    found = file("citizen1", case_no=case["case_no"], text=f"林秋实 13700001234 {case['case_no']} 没人管")
    carry("manager1", found, "accept")
    now = clock.now()
    for who in ("head1", "examiner1", "approver1", "dual1"):
        for path in (f"/complaints/{found.number}", "/complaints", f"/complaints?state={found.state}"):
            answer = api(who).get(path)
            for secret in ("林秋实", "13700001234", case["case_no"], "citizen1"):
                assert secret not in answer.content.decode(), (who, path, secret)
        with pytest.raises(Refusal):
            complaints.open_complainant(actor(who), found.number, reason="想知道", now=now)
    told = str(facts.of_subject("complaint", found.pk))
    for secret in ("林秋实", "13700001234", "citizen1", "没人管"):
        assert secret not in told
    stored = str(Complaint.objects.filter(pk=found.pk).values()[0])
    assert "林秋实" not in stored and "没人管" not in stored
    opened = complaints.open_complainant(actor("manager1"), found.number, reason="回电话", now=now)
    assert opened == {"name": "林秋实", "phone": "13700001234"}


def test_a_person_releases_the_words(api: Open) -> None:
    found = file(text="穿红衣服的我等了三周")
    carry("manager1", found, "accept", text="等了三周")
    assert complaint_queries.one(actor("head1"), found.number)["text"] == "等了三周"
    assert complaint_queries.one(actor("manager1"), found.number)["text"] == "穿红衣服的我等了三周"


def test_a_complaint_of_the_office_is_for_supervision_and_without_the_name(api: Open) -> None:
    found = file(organ=OFFICE, person="clerk1")
    with pytest.raises(NotAllowed, match="own-organ"):
        carry("manager1", found, "accept")
    carry("supervisor1", found, "accept")
    with pytest.raises(NotAllowed, match="not-yours-to-know"):
        complaints.open_complainant(actor("supervisor1"), found.number, reason="想知道", now=clock.now())


def test_fees_and_gain_are_for_supervision(api: Open) -> None:
    found = file(about="gain")
    with pytest.raises(NotAllowed, match="for-supervision"):
        carry("manager1", found, "accept")
    carry("supervisor1", found, "accept")


def test_nobody_handles_or_enters_a_complaint_of_oneself(api: Open) -> None:
    found = file(organ=OFFICE, person="supervisor1")
    with pytest.raises(NotFound):
        carry("supervisor1", found, "accept")
    assert complaint_queries.listing(actor("supervisor1"))["results"] == []
    with pytest.raises(NotAllowed, match="complained-of"):
        file("clerk1", way="visit", organ=OFFICE, person="clerk1")
    with pytest.raises(NotAllowed, match="role-lacks-it"):
        file("citizen1", way="phone")


def test_refused_with_a_ground_and_withdrawn_before_the_end(api: Open) -> None:
    first = file()
    carry("manager1", first, "refuse", ground="too-vague", text="请写明时间和事情")
    told = complaint_queries.follow(first.number, first.told_code)  # type: ignore[attr-defined]
    assert told["state"] == "refused" and told["steps"][-1]["text"] == "请写明时间和事情"
    with pytest.raises(RuleBroken):
        complaints.withdraw(first.number, first.told_code, now=clock.now())  # type: ignore[attr-defined]
    assert complaint_queries.listing(actor("head1"))["results"] == []


def test_extended_once(api: Open) -> None:
    found = file()
    carry("manager1", found, "accept")
    due = found.due_on
    carry("manager1", found, "extend", text="要到现场核实")
    assert found.due_on is not None and due is not None and found.due_on > due
    with pytest.raises(RuleBroken, match="extended-once"):
        carry("manager1", found, "extend", text="再延")


def test_a_code_that_is_guessed_locks(api: Open) -> None:
    found = file()
    for _ in range(5):
        with pytest.raises(NotFound):
            complaint_queries.follow(found.number, "0" * 10)
    with pytest.raises(TooFast):
        complaint_queries.follow(found.number, found.told_code)  # type: ignore[attr-defined]


def test_repeats_are_linked_by_account_and_by_hand(api: Open) -> None:
    first, second = file(), file(text="还是没有答复，第二次投诉")
    assert second.earlier_id == first.pk
    assert file("citizen2").earlier_id is None
    assert file(organ=MARKET).earlier_id is None
    assert file(None, anonymous=True, earlier=first.number).earlier_id == first.pk
    assert complaint_queries.one(actor("manager1"), first.number)["repeats"][0] == second.number
    assert [one["number"] for one in complaint_queries.mine(actor("citizen1"))][-1] == first.number
    assert complaint_queries.mine(actor("clerk1")) == []


def test_a_complaint_past_its_day_is_marked_once(api: Open) -> None:
    found = file()
    move("2026-09-12T00:01")
    worker.settle(clock.now())
    assert Complaint.objects.get(pk=found.pk).is_overdue
    assert [one[1] for one in facts.of_subject("complaint", found.pk)] == ["filed", "overdue"]
    today = clock.today()
    totals = complaint_queries.totals(since=today - timedelta(days=9), until=today)
    assert (totals["count"], totals["overdue"], totals["upheld"]) == (1, 1, (None, 0, 0))


def test_every_complaint_act_has_words_for_pages() -> None:
    for act in (*ticket_rules.ACTS.values(), *complaint_rules.ACTS.values()):
        assert act.label and (act.hint or not act.needs_text)
        assert isinstance(world.START, datetime)
