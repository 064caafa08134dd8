"""Every listener hears of each fact until it has it; one that fails holds nobody up."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from onewindow.base import facts, outbox
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid
from tests import database

from .conftest import EXAMINER, START

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_listeners", {("case", "granted"): ("papers", "mail")})
    monkeypatch.setattr(outbox, "_handlers", {})


def grant(subject: int, **data: Any) -> None:
    facts.record("case", subject, "granted", at=START, actor=EXAMINER, data=data)


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_delivery")
        return int(cursor.fetchone()[0])


def test_each_listener_gets_each_fact_once() -> None:
    heard: list[tuple[str, int]] = []
    outbox.handle("papers", lambda fact: heard.append(("papers", fact.subject)))
    outbox.handle("mail", lambda fact: heard.append(("mail", fact.subject)))
    for subject in (1, 2, 3):
        grant(subject)
    assert outbox.deliver_due(START, limit=4) == 4
    assert outbox.deliver_due(START, limit=4) == 2
    assert outbox.deliver_due(START) == 0
    assert sorted(heard) == [(name, subject) for name in ("mail", "papers") for subject in (1, 2, 3)]


def test_the_fact_arrives_as_it_was_recorded() -> None:
    got: list[outbox.DeliveredFact] = []
    outbox.handle("papers", got.append)
    outbox.handle("mail", lambda fact: None)
    grant(7, conditions=["无"], number=5)
    outbox.deliver_due(START)
    (fact,) = got
    assert (fact.stream, fact.subject, fact.seq, fact.type, fact.at) == ("case", 7, 1, "granted", START)
    assert (fact.actor, fact.role, fact.organ) == ("examiner1", "examiner", 3)
    assert fact.data == {"conditions": ["无"], "number": 5}


def test_many_facts_are_written_as_few_are() -> None:
    """Beyond some number another statement writes them: the rows, their order and their deliveries are the same."""
    assert facts.FEW < 30
    for many in (3, 30):
        rows = [
            facts.row(
                ("case", "card")[number % 2],
                many + number // 2,
                seq=1,
                type="granted",
                at=START + timedelta(microseconds=number),
                actor=(EXAMINER, SYSTEM)[number % 3 == 0],
                role="examiner",
                data={"text": '引号"与\\', "number": number, "list": [None, True, {"深": 1}]},
            )
            for number in range(many)
        ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM base_fact")
            last = cursor.fetchone()[0]
            facts.write(rows)
            names = ", ".join(facts.COLUMNS).replace("data", "data::text")
            cursor.execute(f"SELECT {names} FROM base_fact WHERE id > %s ORDER BY id", [last])
            stored = [(*row[:8], json.loads(row[8]), bytes(row[9])) for row in cursor.fetchall()]
            cursor.execute(
                "SELECT f.stream, f.subject, listener, due_at FROM base_delivery d JOIN base_fact f ON f.id = d.fact_id"
                " WHERE f.id > %s ORDER BY 2, 3",
                [last],
            )
            told = cursor.fetchall()
        wanted = [facts.values_of(one) for one in rows]
        assert stored == [(*row[:8], json.loads(row[8]), row[9]) for row in wanted]
        assert told == [
            ("case", one.subject, name, one.at)
            for one in rows
            if one.stream == "case"
            for name in ("mail", "papers")
        ]


def test_nothing_is_delivered_of_a_deed_that_failed() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        grant(1)
        raise RuntimeError
    assert waiting() == 0


def test_one_that_fails_is_tried_again_later_and_holds_nobody_up() -> None:
    heard, tries = [], []

    def papers(fact: outbox.DeliveredFact) -> None:
        tries.append(fact.subject)
        if fact.subject == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        heard.append(fact.subject)

    outbox.handle("papers", papers)
    outbox.handle("mail", lambda fact: None)
    for subject in (1, 2, 3):
        grant(subject)
    outbox.deliver_due(START)
    assert {1, 3} <= set(heard)
    assert waiting() == 1
    count = len(tries)
    outbox.deliver_due(START + timedelta(seconds=1))
    assert len(tries) == count, "not before its time"
    outbox.deliver_due(START + timedelta(seconds=2))
    assert len(tries) > count


def test_what_a_failed_handler_wrote_is_undone() -> None:
    def papers(fact: outbox.DeliveredFact) -> None:
        facts.record("document", 1, "issued", at=START, actor=SYSTEM, data={})
        raise ValueError

    outbox.handle("papers", papers)
    outbox.handle("mail", lambda fact: None)
    grant(1)
    outbox.deliver_due(START)
    assert facts.of_subject("document", 1) == []


def test_given_up_after_many_tries_and_told_without_values() -> None:
    def papers(fact: outbox.DeliveredFact) -> None:
        raise ValueError("张三 51160219090101003X")

    outbox.handle("papers", papers)
    outbox.handle("mail", lambda fact: None)
    grant(1)
    now = START
    for _ in range(outbox.MOST_TRIES + 3):
        outbox.deliver_due(now)
        now += timedelta(hours=2)
    (one,) = outbox.dead()
    assert (one.listener, one.attempts, one.subject) == ("papers", outbox.MOST_TRIES, 1)
    assert one.error.startswith("ValueError at tests.base.test_outbox:")
    assert "张三" not in one.error
    healed: list[int] = []
    outbox.handle("papers", lambda fact: healed.append(fact.subject))
    with pytest.raises(Invalid):
        outbox.retry(SYSTEM, [one.id], reason=" ", now=now)
    assert outbox.retry(SYSTEM, [one.id], reason="短信网关恢复", now=now) == 1
    assert outbox.retry(SYSTEM, None, reason="再来", now=now) == 0
    (told,) = facts.of_subject("delivery", one.id)
    assert told[1] == "retried" and told[5] == {"count": 1, "all": False, "reason": "短信网关恢复"}
    outbox.deliver_due(now)
    assert (healed, outbox.dead(), waiting()) == ([1], [], 0)


def test_a_listener_without_a_handler_is_shown_to_a_person() -> None:
    outbox.handle("papers", lambda fact: None)
    grant(1)
    now = START
    for _ in range(outbox.MOST_TRIES):
        outbox.deliver_due(now)
        now += timedelta(hours=2)
    assert [one.listener for one in outbox.dead()] == ["mail"]


def test_two_workers_never_take_the_same_one(transactional_db: None) -> None:
    heard: list[int] = []
    outbox.handle("papers", lambda fact: heard.append(fact.subject))
    outbox.handle("mail", lambda fact: None)
    grant(1)
    with psycopg.connect(database.url(owner=False, name=database.NAME)) as other:
        other.execute("SELECT id FROM base_delivery FOR UPDATE SKIP LOCKED")
        assert outbox.deliver_due(START) == 0
        other.rollback()
    assert outbox.deliver_due(START) == 2
