"""Notices of cards: whom a card tells what, once; terms that end soon; what an organ owes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from onewindow.base import outbox
from onewindow.base.models import Account
from onewindow.notices import handlers, queries, settings
from onewindow.notices.models import Message
from onewindow.supervision import services, telling
from onewindow.supervision.models import Card
from onewindow.supervision.queries import awaiting
from onewindow.supervision.queries import cards as card_queries
from tests.supervision.test_cards import late_case
from tests.supervision.test_following import midnight
from tests.world import actor

NOW = midnight("2026-09-18") + timedelta(hours=9)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The messages whose sending was ordered."""
    ids: list[int] = []
    monkeypatch.setattr(handlers.send, "defer", lambda **given: ids.append(given["message_id"]))
    yield ids


@pytest.fixture
def card(city: None) -> Card:
    """A yellow card of the housing bureau, nobody told yet."""
    return Card.objects.get(case_no=late_case()["case_no"], rule="2")


def deliver(now: datetime = NOW) -> None:
    while outbox.deliver_due(now + timedelta(minutes=1)):
        pass
    assert not outbox.dead()


def told(who: str, prefix: str = "card-") -> list[dict[str, Any]]:
    """The card messages of somebody, oldest first."""
    found = queries.messages_of(actor(who), limit=50)["results"]
    return [one for one in reversed(found) if one["kind"].startswith(prefix)]


def do(card: Card, who: str, action: str, now: datetime = NOW, **more: Any) -> None:
    services.act(actor(who), card.card_no, action, {"reason": "当天系统停机，已经核对。"} | more, now=now)


def test_a_card_tells_those_whom_it_concerns(card: Card) -> None:
    deliver()
    yellow = told("head1")[-1]
    assert (yellow["kind"], yellow["path"]) == ("card-raised", f"/supervision/cards/{card.card_no}")
    assert (
        "黄牌" in yellow["title"]
        and "2026年9月21日前说明情况" in yellow["text"]
        and "%" not in yellow["text"]
    )
    assert card.case_no in yellow["text"]
    assert [one["kind"] for one in told("clerk1")][-1] == "card-raised"  # the person on the card
    for stranger in ("head2", "examiner2", "supervisor1", "citizen1"):
        assert told(stranger) == [], stranger


def test_every_turn_of_a_card_is_told_as_it_was_then(card: Card) -> None:
    do(card, "supervisor1", "inquire", answer_by="2026-09-25")
    do(card, "head1", "explain")
    do(card, "supervisor1", "uphold")
    do(card, "head1", "appeal")
    do(card, "manager1", "uphold")
    deliver()  # all of it late, in one go
    mine = [one for one in told("head1") if card.card_no in one["text"]]
    assert [one["kind"] for one in mine] == [
        "card-reminder",
        "card-raised",
        "card-inquired",
        "card-upheld",
        "card-final",
    ]
    assert "督办函" in mine[2]["title"] and "2026年9月25日前" in mine[2]["title"]
    assert "2026年9月24日前申诉一次" in mine[3]["text"] and "当天系统停机" in mine[3]["text"]


def test_nobody_is_told_twice(card: Card) -> None:
    do(card, "head1", "explain")  # is ordered below as well, and nobody's news
    deliver()
    before = Message.objects.count()
    outbox.order("card-notices", stream="card", begun_by=["system"], now=NOW)
    deliver()
    assert Message.objects.count() == before


def test_a_withdrawn_card_is_told(card: Card) -> None:
    do(card, "head1", "explain")
    do(card, "supervisor1", "withdraw")
    deliver()
    assert told("head1")[-1]["kind"] == told("clerk1")[-1]["kind"] == "card-withdrawn"


def test_a_term_that_ends_tomorrow_is_told_once(card: Card) -> None:
    do(card, "supervisor1", "inquire", answer_by="2026-09-23")
    deliver()
    sunday = midnight("2026-09-20") + timedelta(hours=9)  # a make-up day: the explanation is due on Monday
    assert telling.sweep(NOW) == 0
    assert telling.sweep(sunday) == 1
    near = told("head1", "card-explanation")
    assert len(near) == 1 and "2026年9月21日" in near[0]["text"]
    assert telling.sweep(sunday + timedelta(hours=1)) == telling.sweep(sunday + timedelta(days=1)) == 0
    assert telling.sweep(midnight("2026-09-22") + timedelta(hours=9)) == 1  # the letter, on the eve
    assert "2026年9月23日" in told("head1", "card-letter")[0]["text"]
    assert telling.sweep(midnight("2026-09-23")) == 0 and len(told("head1", "card-explanation")) == 1


def test_what_was_answered_is_not_called_for(card: Card) -> None:
    do(card, "head1", "explain")
    assert telling.sweep(midnight("2026-09-20")) == 0


@pytest.mark.parametrize(
    ("ways", "channels"),
    [("email,sms", {"portal", "email", "sms"}), ("sms", {"portal", "sms"}), ("none", {"portal"})],
)
def test_ways_are_the_operators(card: Card, sent: list[int], ways: str, channels: set[str]) -> None:
    head = actor("head1").account_id
    Account.objects.filter(pk=head).update(email="head@example.org")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_staff SET phone = '13900000000' WHERE account_id = %s", [head])
    from onewindow.base import generations

    generations.bump("org")
    with override_settings(ONEWINDOW_STAFF_NOTICES=ways):
        deliver()
    generations.bump("org")
    kinds = Message.objects.filter(account_id=head, kind="card-raised")
    assert set(kinds.values_list("channel", flat=True)) == channels
    assert len(sent) >= len(channels) - 1
    reminders = Message.objects.filter(account_id=head, kind="card-reminder")
    assert "sms" not in set(reminders.values_list("channel", flat=True))  # a reminder wakes nobody


def test_a_misspelt_way_stops_the_start() -> None:
    with (
        override_settings(ONEWINDOW_STAFF_NOTICES="email,fax"),
        pytest.raises(ImproperlyConfigured, match="fax"),
    ):
        settings.staff_ways()


def test_what_an_organ_owes(card: Card) -> None:
    head, other = actor("head1"), actor("head2")
    owed = awaiting.of(head)
    assert owed.count == 1 and owed.card_no == card.card_no and owed.due_on is not None
    assert owed.due_on.isoformat() == "2026-09-21" and awaiting.of(other).count == 0
    do(card, "head1", "explain")
    assert awaiting.of(head).count == 0
    do(card, "supervisor1", "inquire", answer_by="2026-09-25")
    found = awaiting.of(head)
    assert found.due_on is not None and found.due_on.isoformat() == "2026-09-25"
    listed = card_queries.listing(actor("supervisor1"), is_awaiting=True)["results"]
    assert [one["card_no"] for one in listed] == [card.card_no]
    do(card, "head1", "answer")
    assert awaiting.of(head).count == 0


def test_what_is_owed_is_found_by_its_index(card: Card) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT 1 FROM supervision_card WHERE organ_id = ANY('{{1}}') AND {awaiting.OWED}"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "supervision_card_owed" in plan
