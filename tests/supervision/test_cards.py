"""Cards against time, restarts, bending and wishes: none twice, none lost, none changed unseen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from onewindow.base import facts, worker
from onewindow.base.ledger import sequencer
from onewindow.cases import queries as case_queries
from onewindow.cases.services import travelling
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid, NotAllowed
from onewindow.supervision import conventions, proof, services, settings, store
from onewindow.supervision.models import Card, Matter
from onewindow.supervision.rules.scores import Counted, bonus, compression, score
from onewindow.supervision.rules.watching import Hit
from onewindow.supervision.services import following
from tests.supervision.test_following import NOW, act, cards, create, midnight, settle
from tests.world import actor

WELL = {"opinion": "可以", "pass": True}


def late_case(until: str = "2026-09-18T09:00") -> dict[str, Any]:
    """A case past its promise, with its cards."""
    case = act(create(), "clerk1", "accept")
    settle(midnight("2026-09-16"))
    settle(midnight(until[:10]) + timedelta(hours=9))
    return case


def limit_card(case: dict[str, Any]) -> Card:
    return Card.objects.get(case_no=case["case_no"], rule="2")


def test_a_watch_that_was_off_for_days_tells_everything_once_with_a_whole_term(city: None) -> None:
    case = act(create(), "clerk1", "accept")
    settle(NOW)
    off_until = midnight("2026-09-22") + timedelta(hours=9)
    settle(off_until)
    card = limit_card(case)
    assert (card.level, card.raised_at) == ("yellow", midnight("2026-09-18"))
    assert card.reply_due_on == date(2026, 9, 24)  # two working days from when the organ could know
    before = Card.objects.count()
    settle(off_until)
    assert Card.objects.count() == before and limit_card(case).version == card.version


def test_a_moved_clock_tells_each_at_its_own_instant(city: None) -> None:
    case = act(create(), "clerk1", "accept")
    services.settle(midnight("2026-10-01"))
    card = limit_card(case)
    told = facts.of_subject("card", card.id)
    assert [
        (type, at.astimezone(midnight("2026-09-01").tzinfo).strftime("%m-%d")) for _, type, at, *_ in told
    ] == [
        ("issued", "09-16"),
        ("raised", "09-18"),
        ("term-missed", "09-22"),
        ("raised", "09-23"),
        ("term-missed", "09-29"),
    ]


def test_a_calendar_that_changes_moves_the_instants(city: None) -> None:
    case = act(create(), "clerk1", "accept")
    settle(NOW)
    first = Matter.objects.get(case_no=case["case_no"]).look_at
    assert store.look_again(NOW) >= 1
    services.look(NOW)
    assert Matter.objects.get(case_no=case["case_no"]).look_at == first


def test_what_cannot_be_read_does_not_hold_up_the_rest(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    case = act(create(), "clerk1", "accept")
    settle(NOW)
    monkeypatch.setattr(following, "life_of", lambda *rest: None)
    assert services.look(midnight("2026-12-01")) >= 1
    assert services.look(midnight("2026-12-01")) == 0
    assert cards(case) == []


def test_the_supervisor_switches_the_convention(city: None) -> None:
    with pytest.raises(NotAllowed):
        services.change(actor("head1"), {"profile": "yellow-red"}, now=NOW)
    for wrong in (
        {"profile": "x"},
        {"near_days": -1},
        {"off": ["24"]},
        {"levels": {"2/over": "blue"}},
        {"opens": 22},
    ):
        with pytest.raises(Invalid):
            services.change(actor("supervisor1"), wrong, now=NOW)
    case = act(create(), "clerk1", "accept")
    settle(NOW)
    services.change(actor("supervisor1"), {"profile": "yellow-red", "near_days": 3, "off": ["3"]}, now=NOW)
    services.change(actor("supervisor1"), {"profile": "yellow-red", "near_days": 3, "off": ["3"]}, now=NOW)
    settle(midnight("2026-09-14") + timedelta(hours=1))
    assert cards(case) == [("2", "yellow", midnight("2026-09-14"))]
    told = facts.of_subject("supervision", 0)
    assert [(type, who) for _, type, _, who, *_ in told] == [("convention-set", "supervisor1")]
    assert conventions.current().near_days == 3


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"profile":"x"}', '{"near":1}', '{"levels":{"2/over":"blue"}}', '{"off":["0"]}']
)
def test_a_wrong_setting_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ONEWINDOW_SUPERVISION"):
        settings.read(text)


def test_a_setting_of_the_operator_holds(city: None, settings: Any) -> None:
    settings.ONEWINDOW_SUPERVISION = '{"reply_days": 4, "levels": {"2/over": "red"}}'
    assert (conventions.current().reply_days, conventions.current().level("2", "over")) == (4, "red")


BENT = (
    "UPDATE supervision_card SET level = 'reminder' WHERE id = %s",
    "UPDATE supervision_card SET state = 'withdrawn' WHERE id = %s",
    "UPDATE supervision_card SET person = 'nobody' WHERE id = %s",
    "UPDATE supervision_card SET evidence = '[]' WHERE id = %s",
    "UPDATE supervision_card SET raised_at = raised_at + interval '1 day' WHERE id = %s",
    """UPDATE supervision_card SET life = '{"letters": []}' || jsonb_build_object('missed', '["explanation"]'::jsonb) WHERE id = %s""",
)


@pytest.mark.parametrize("statement", BENT)
def test_a_bent_card_shows(city: None, statement: str) -> None:
    card = limit_card(late_case())
    assert list(proof.findings()) == []
    with connection.cursor() as cursor:
        cursor.execute(statement, [card.id])
    assert {one.code for one in proof.findings()} == {"card-changed", "card-row-changed"}


def test_nobody_deletes_a_card_and_a_lost_one_shows(city: None) -> None:
    card = limit_card(late_case())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM supervision_card WHERE id = %s", [card.id])
    facts.record("card", 10**9, "issued", at=NOW, actor=SYSTEM, data={})
    assert [(one.code, one.where) for one in proof.findings()] == [("card-lost", "card 1000000000")]


def test_every_way_of_a_card_is_the_fold_of_its_facts(city: None) -> None:
    card = limit_card(late_case())
    now = midnight("2026-09-18") + timedelta(hours=10)
    for who, action, reason in (
        ("supervisor1", "inquire", "请书面说明。"),
        ("head1", "answer", "已经说明。"),
        ("approver1", "explain", "人手不足。"),
        ("supervisor1", "uphold", "予以维持。"),
        ("head1", "appeal", "请求复核。"),
        ("manager1", "uphold", "维持原处理。"),
    ):
        now += timedelta(minutes=5)
        services.act(actor(who), card.card_no, action, {"reason": reason}, now=now)
        assert list(proof.findings()) == []
    card.refresh_from_db()
    assert (card.state, card.version) == ("upheld", 8)


def test_another_room_can_tell_of_a_breach_again_and_again(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = create()
    settle(NOW)
    known = Matter.objects.get(case_no=case["case_no"]).case_id
    hit = Hit(rule="19", mark="ticket:1", degree="over", at=NOW, why="差评没有处理。")
    monkeypatch.setattr(following, "sources", [lambda now: [(known, hit), (10**12, hit)]])
    for _ in range(3):
        services.sweep(NOW)
    assert ("19", "yellow", NOW) in cards(case) and Card.objects.filter(rule="19").count() == 1


def test_taking_supervision_out_leaves_cases_working(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unwired, no statement of a whole life and of time's own deeds touches a table of supervision."""
    monkeypatch.setattr(worker, "sweeps", [])
    monkeypatch.setattr(travelling, "also", [])
    with CaptureQueriesContext(connection) as seen:
        case = act(create(), "clerk1", "accept")
        case = act(case, "examiner1", "review", **WELL, now=NOW + timedelta(days=1))
        case = act(case, "approver1", "decide", outcome="grant", now=NOW + timedelta(days=2))
        case = act(case, "head1", "produce", now=NOW + timedelta(days=2))
        late = create()
        travelling.move_clock(NOW + timedelta(days=30))
        sequencer.catch_up()
    assert len(seen.captured_queries) > 10
    assert not [one["sql"] for one in seen.captured_queries if "supervision_" in one["sql"]]
    assert case["state"] == "produced"
    assert case_queries.view(actor("clerk1"), late["case_no"], now=NOW)["deemed"] is True


def test_scores_by_the_published_table() -> None:
    cards = [
        Counted("red", False),
        Counted("yellow", False),
        Counted("yellow", True),
        Counted("reminder", False),
    ]
    found = score(cards, [(20, 7), (10, 5)])
    assert (found.deducted, found.withdrawn, found.bonus, found.total) == (7, 1, 6, 99)
    assert str(found.compression) == "60.00"
    assert score([Counted("red", False)] * 30).total == 0 and compression([]) is None


@pytest.mark.parametrize(
    ("share", "points"), [(None, 0), ("29.99", 0), ("30", 3), ("39.99", 3), ("40", 4), ("60", 6), ("100", 10)]
)
def test_a_promise_much_shorter_than_the_law_earns_points(share: str | None, points: int) -> None:
    assert bonus(None if share is None else Decimal(share)) == points


def test_a_sweep_finds_what_is_due_by_an_index(city: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + following._DUE, [NOW, 2000])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "supervision_matter_look" in plan
