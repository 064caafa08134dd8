"""What the hot deeds may cost: statements counted, and the inbox's plan without a Sort."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from onewindow.base import clock
from onewindow.cases import queries, services
from onewindow.kernel.actor import Actor
from tests.world import FOOD, SEWAGE, START, actor, application

NOW = START


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block sends, savepoints aside."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def create(task: str = SEWAGE, **changes: Any) -> dict[str, Any]:
    return services.create(actor("clerk1"), application(task, channel="window", **changes), now=NOW)


def act(who: Actor, case: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
    return services.act(who, case["case_no"], action, {"version": case["version"], **body}, now=NOW)


def test_creating_costs_at_most_four_statements(city: None) -> None:
    create()  # caches are warm, as in a process at work
    clerk, body = actor("clerk1"), application(SEWAGE, channel="window")
    with counted() as sent:
        services.create(clerk, body, now=NOW)
    assert len(sent) <= 4, sent


DEEDS: list[tuple[str, str, dict[str, Any]]] = [
    ("clerk1", "accept", {}),
    ("examiner1", "review", {"opinion": "可以", "pass": True}),
    ("examiner1", "pause", {"procedure": "expert-review", "reason": "评审", "expected_days": 3}),
    ("head1", "pause", {}),
    ("examiner1", "resume", {"result": "通过"}),
    ("head1", "extend", {"days": 2, "reason": "复杂"}),
    ("approver1", "decide", {"outcome": "grant"}),
    ("head1", "produce", {}),
    ("issuer1", "deliver", {"method": "window"}),
]


def test_every_step_of_a_case_costs_at_most_four_statements(city: None) -> None:
    case = create()
    for who, action, body in DEEDS:
        someone = actor(who)
        with counted() as sent:
            case = act(someone, case, action, **body)
        assert len(sent) <= 4, (action, sent)
    assert case["state"] == "delivered"


def test_looking_costs_one_or_two_statements(city: None) -> None:
    case, clerk = create(), actor("clerk1")
    looks: list[Callable[[], Any]] = [
        lambda: queries.view(clerk, case["case_no"], now=NOW),
        lambda: queries.inbox(clerk, now=NOW),
        lambda: queries.inbox(clerk, light="red", stage="received", mine=True, now=NOW),
        lambda: queries.find(clerk, q=case["case_no"], now=NOW),
    ]
    for look in looks:
        look()
        with counted() as sent:
            look()
        assert len(sent) <= 2, sent


@pytest.mark.parametrize("who", ["clerk1", "issuer1", "examiner1", "approver1"])
def test_the_inbox_is_read_in_the_order_of_an_index(city: None, who: str) -> None:
    """Whatever the planner prefers on a small table, with the index at hand it needs no Sort."""
    create()
    with counted() as sent:
        queries.inbox(actor(who), now=NOW)
    text = _with_values(sent[-1], who)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {text}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Sort" not in plan, plan
    assert "cases_case_hall" in plan or "cases_case_office" in plan, plan


def _with_values(sql: str, who: str) -> str:
    sql = re.sub(r"organ_id = \$\d+", f"organ_id = {actor(who).organ_id}", sql)
    return re.sub(r"\$\d+", "21", sql)


def test_the_inbox_shows_the_earliest_due_first(city: None) -> None:
    late = create()
    services.sweep(NOW)
    early = services.create(actor("clerk1"), application(FOOD, channel="window"), now=NOW - timedelta(days=3))
    rows = queries.inbox(actor("clerk1"), now=NOW)["results"]
    assert [row["case_no"] for row in rows] == [early["case_no"], late["case_no"]]
    assert rows[0]["due_on"] < rows[1]["due_on"]
    row = {
        "case_no", "version", "state", "kind", "item", "organ", "region", "applicant", "received_at",
        "accepted_on", "due_on", "light", "remaining", "stage", "flags", "claimed_by", "waits_for",
    }  # fmt: skip
    assert rows[0].keys() >= row


@pytest.mark.parametrize(("days", "light"), [(0, "green"), (6, "yellow"), (7, "yellow"), (30, "red")])
def test_a_row_of_the_inbox_and_its_case_show_the_same_light(city: None, days: int, light: str) -> None:
    case = create()
    then = NOW + timedelta(days=days)
    while services.sweep(then):
        pass
    seen = queries.view(actor("clerk1"), case["case_no"], now=then)
    row = queries.find(actor("clerk1"), q=case["case_no"], now=then)["results"][0]
    assert row["light"] == seen["light"]
    shown = queries.inbox(actor("clerk1"), light=light, now=then)["results"]
    if seen["state"] == "received":
        assert seen["light"] == light and [one["case_no"] for one in shown] == [case["case_no"]]
    assert clock.day_of(then) >= clock.day_of(NOW)
