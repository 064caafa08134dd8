"""The same request twice, time before people, the sweep, the replay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection

from onewindow.base.answers import Repeat
from onewindow.cases import proof, queries, services
from onewindow.catalog import queries as catalog
from onewindow.catalog.services import publish
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid, Refusal, RuleBroken, Stale
from tests.world import SEWAGE, START, actor, application

NOW = START


def create(**more: Any) -> dict[str, Any]:
    return services.create(actor("clerk1"), application(SEWAGE, channel="window"), now=NOW, **more)


def accept(case: dict[str, Any], **more: Any) -> dict[str, Any]:
    return services.act(
        actor("clerk1"), case["case_no"], "accept", {"version": case["version"]}, now=NOW, **more
    )


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(city: None) -> None:
    clerk = actor("clerk1")
    repeat = Repeat.of(clerk.account_id, "POST /api/v1/cases", "k", b"one")
    first = create(repeat=repeat)
    again = create(repeat=repeat)
    assert again["case_no"] == first["case_no"]
    with pytest.raises(Invalid) as caught:
        create(repeat=Repeat.of(clerk.account_id, "POST /api/v1/cases", "k", b"two"))
    assert caught.value.code == "key-reused"
    someone_else = Repeat.of(clerk.account_id + 1, "POST /api/v1/cases", "k", b"two")
    assert create(repeat=someone_else)["case_no"] != first["case_no"]


def test_a_version_that_was_replaced_is_not_applied_for(city: None) -> None:
    """What is published is what is handled; a draft is no case yet and does not outlive its version either."""
    at = catalog.current(SEWAGE)
    body = application(SEWAGE, channel="window") | {"version": at.version}
    running = services.create(actor("clerk1"), body, now=NOW)
    draft = services.create(actor("clerk1"), body | {"submit": False}, now=NOW)
    publish(msgspec.structs.replace(at, summary="改写"), actor=SYSTEM, now=NOW)
    with pytest.raises(RuleBroken) as caught:
        services.create(actor("clerk1"), body, now=NOW)
    assert (caught.value.code, caught.value.params["current"]) == ("item-version-replaced", at.version + 1)
    with pytest.raises(RuleBroken) as caught:
        services.act(actor("clerk1"), draft["case_no"], "submit", {"version": draft["version"]}, now=NOW)
    assert caught.value.code == "item-version-replaced"
    assert accept(running)["item"]["version"] == at.version
    new = services.create(actor("clerk1"), body | {"version": at.version + 1}, now=NOW)
    assert new["item"]["version"] == at.version + 1


def test_what_time_has_ended_nobody_does_before_the_sweep_comes(city: None) -> None:
    """At midnight after the fifth day the case is accepted by silence, even when no sweep has run yet."""
    case = create()
    midnight = NOW.replace(hour=0) + timedelta(days=8)
    clerk, number = actor("clerk1"), case["case_no"]
    with pytest.raises(Stale):
        services.act(
            clerk,
            number,
            "refuse-acceptance",
            {"version": 1, "ground": "not-required", "reason": "r"},
            now=midnight,
        )
    seen = queries.view(clerk, number, now=midnight)
    assert (seen["state"], seen["deemed"], seen["accepted_on"].isoformat()) == (
        "accepted",
        True,
        "2026-09-08",
    )
    with pytest.raises(Refusal) as caught:
        services.change(clerk, number, {"materials": [{"code": "M01", "medium": "copy"}]}, now=midnight)
    assert caught.value.code == "wrong-state"


def test_a_limit_that_passed_is_told_before_the_deed_and_hinders_nobody(city: None) -> None:
    case = accept(create())
    late = NOW + timedelta(days=11)
    body = {"version": 2, "opinion": "迟了", "pass": True}
    done = services.act(actor("examiner1"), case["case_no"], "review", body, now=late)
    assert [event["type"] for event in done["events"]] == ["received", "accepted", "overdue", "reviewed"]


def test_a_sweep_does_everything_in_order_and_once(city: None) -> None:
    made = [
        services.create(actor("clerk1"), application(SEWAGE, channel="window"), now=NOW + timedelta(days=day))
        for day in (2, 0, 1)
    ]
    then = NOW + timedelta(days=60)
    assert services.sweep_until(then) > 0
    assert services.sweep_until(then) == 0 and services.sweep(then) == 0
    for case in made:
        seen = queries.view(actor("clerk1"), case["case_no"], now=then)
        assert [event["type"] for event in seen["events"]] == ["received", "accepted", "overdue", "overdue"]
        stamps = [event["at"] for event in seen["events"]]
        assert stamps == sorted(stamps)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.at FROM base_fact f WHERE f.stream = 'case' AND f.actor = 'system' ORDER BY f.id"
        )
        stamps = [row[0] for row in cursor.fetchall()]
    assert stamps == sorted(stamps)


def test_replay_finds_nothing_in_an_honest_record_and_each_changed_row(city: None) -> None:
    first, second = create(), accept(create())
    services.sweep_until(NOW + timedelta(days=40))
    assert list(proof.findings()) == []
    for change in (
        "state = 'withdrawn'",
        "due_on = due_on + 1",
        "applicant_mask = '某'",
        "is_deemed = NOT is_deemed",
        "holder = 'x'",
    ):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT honest")
            cursor.execute(f"UPDATE cases_case SET {change} WHERE case_no = %s", [second["case_no"]])
            found = {one.code for one in proof.findings()}
            cursor.execute("ROLLBACK TO SAVEPOINT honest")
        assert found, change
    assert list(proof.findings()) == []
    assert first["case_no"] != second["case_no"]
