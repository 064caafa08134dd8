"""Supervision behind the deeds: each fact once, time to the instant, and all of it made anew from the facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from onewindow.base.clock import SHANGHAI
from onewindow.base.ledger import sequencer
from onewindow.cases import services as cases
from onewindow.supervision import services, store
from onewindow.supervision.models import Card, Matter, Position
from tests.world import SEWAGE, START, actor, application

NOW = START
LATER = NOW + timedelta(days=60)


def create(**more: Any) -> dict[str, Any]:
    return cases.create(actor("clerk1"), application(SEWAGE, channel="window"), now=NOW, **more)


def act(case: dict[str, Any], who: str, action: str, *, now: datetime = NOW, **body: Any) -> dict[str, Any]:
    return cases.act(actor(who), case["case_no"], action, {"version": case["version"]} | body, now=now)


def settle(now: datetime) -> None:
    """Everything that the worker does, until nothing is left."""
    while cases.sweep_until(now) + sequencer.catch_up() + services.sweep(now):
        pass


def cards(case: dict[str, Any]) -> list[tuple[str, str, datetime]]:
    found = Card.objects.filter(case_no=case["case_no"]).order_by("id")
    return [(card.rule, card.level, card.raised_at.astimezone(SHANGHAI)) for card in found]


def midnight(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00").replace(tzinfo=SHANGHAI)


def test_a_case_is_known_as_its_facts_tell_it(city: None) -> None:
    case = act(create(), "clerk1", "accept")
    settle(NOW)
    known = Matter.objects.get(case_no=case["case_no"])
    assert (known.state, known.is_open, known.accepted_on, known.accepted_by) == (
        "accepted",
        True,
        date(2026, 9, 8),
        "clerk1",
    )
    assert (known.task_code, known.channel, known.used_days) == (SEWAGE, "window", None)
    assert known.promised_due_on == case["clocks"]["promised"]["due_on"]
    case = act(case, "examiner1", "review", opinion="合格", **{"pass": True}, now=NOW + timedelta(days=1))
    act(case, "approver1", "decide", outcome="grant", now=NOW + timedelta(days=2))
    settle(NOW + timedelta(days=2))
    known.refresh_from_db()
    assert (known.state, known.is_open, known.decided_by, known.used_days) == (
        "granted",
        False,
        "approver1",
        2,
    )


def test_a_limit_that_comes_near_and_passes_gives_one_card_that_rises(city: None) -> None:
    case = act(create(), "clerk1", "accept")
    due = case["clocks"]["promised"]["due_on"]
    for day in range(60):
        settle(NOW + timedelta(days=day))
    found = Card.objects.get(case_no=case["case_no"], rule="2")
    assert found.level == "red"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, (data ->> 'level') FROM base_fact WHERE stream = 'card' AND subject = %s ORDER BY seq",
            [found.id],
        )
        told = cursor.fetchall()
    assert [one for one in told if one[1]] == [
        ("issued", "reminder"),
        ("raised", "yellow"),
        ("raised", "red"),
    ]
    assert due == date(2026, 9, 17)
    # Over from the first instant of the 18th, still open three working days later: Sunday the 20th is one.
    assert found.raised_at.astimezone(SHANGHAI) == midnight("2026-09-23")


def test_silence_for_five_days_is_found_at_its_instant(city: None) -> None:
    case = create()
    settle(LATER)
    assert ("9", "red", midnight("2026-09-16")) in cards(case)


def test_nothing_is_told_twice_and_what_is_thrown_away_is_made_anew(city: None) -> None:
    made = [create(), act(create(), "clerk1", "accept")]
    for day in range(0, 60, 7):
        settle(NOW + timedelta(days=day))
    ids = list(Matter.objects.values_list("case_id", flat=True))
    known, issued = store.matters(ids), [cards(case) for case in made]
    assert all(issued)
    Matter.objects.all().delete()
    Position.objects.all().delete()
    before = Card.objects.count()
    settle(NOW + timedelta(days=56))
    assert store.matters(ids) == known
    assert [cards(case) for case in made] == issued and Card.objects.count() == before


@pytest.mark.parametrize("many", [1, 12])
def test_following_takes_few_statements_whatever_the_number(
    city: None, many: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(many):
        create()
    sequencer.catch_up()
    with django_assert_max_num_queries(16):
        assert services.follow(NOW) >= many
    assert services.follow(NOW) == 0
