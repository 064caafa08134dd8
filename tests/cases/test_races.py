"""What needs commits of its own: people at the same instant, a request twice at once, a new calendar."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from onewindow.base import calendars
from onewindow.base.answers import Repeat
from onewindow.cases import proof, queries, services
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import RuleBroken, Stale
from onewindow.kernel.notice import parse_notice
from tests import world
from tests.world import SEWAGE, START, actor, application

NOW = START


@pytest.fixture(scope="module", autouse=True)
def _leave_the_city_as_it_was(_city: None, django_db_blocker: Any) -> Iterator[None]:
    """What these tests write is committed: the city is built anew for those that follow."""
    yield
    with django_db_blocker.unblock():
        world.rebuild()


def create() -> dict[str, Any]:
    return services.create(actor("clerk1"), application(SEWAGE, channel="window"), now=NOW)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Every deed in a thread of its own, let go at once: what each gave or refused."""
    gate, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = deed()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_two_who_act_at_once(open_city: None) -> None:
    """One gets through, the other hears that somebody acted in between; nothing is lost or doubled."""
    case = create()
    clerk = actor("clerk1")
    deeds = [
        lambda: services.act(clerk, case["case_no"], "accept", {"version": 1}, now=NOW),
        lambda: services.act(
            clerk, case["case_no"], "refuse-acceptance",
            {"version": 1, "ground": "not-required", "reason": "不需要"}, now=NOW,
        ),
        lambda: services.change(clerk, case["case_no"], {"materials": [{"code": "M01", "medium": "copy"}]}, now=NOW),
    ]  # fmt: skip
    found = together(*deeds)
    good = [one for one in found if isinstance(one, dict)]
    assert len(good) >= 1 and all(isinstance(one, dict | Stale | RuleBroken) for one in found), found
    after = queries.view(clerk, case["case_no"], now=NOW)
    assert [event["seq"] for event in after["events"]] == list(range(1, after["version"] + 1))
    assert after["version"] == 1 + len(good)


def test_one_request_sent_eight_times_at_once_makes_one_case(open_city: None) -> None:
    clerk, body = actor("clerk2"), application(SEWAGE, "citizen2", channel="window")
    repeat = Repeat.of(clerk.account_id, "POST /api/v1/cases", "eight", b"body")
    found = together(*[lambda: services.create(clerk, body, now=NOW, repeat=repeat)] * 8)
    assert len({one["case_no"] for one in found}) == 1, found


def test_one_act_sent_four_times_at_once_is_done_once(open_city: None) -> None:
    case, clerk = create(), actor("clerk1")
    repeat = Repeat.of(clerk.account_id, "POST accept", "four", b"body")
    deed = lambda: services.act(clerk, case["case_no"], "accept", {"version": 1}, now=NOW, repeat=repeat)  # noqa: E731
    found = together(*[deed] * 4)
    assert all(isinstance(one, dict) and one["version"] == 2 for one in found), found


def test_a_later_notice_moves_what_is_running_and_tells_it(open_city: None) -> None:
    """The year's calendar arrives: due dates move, each move is a fact; what is done stays."""
    running, done = _accepted(), _accepted()
    services.act(actor("citizen1"), done["case_no"], "withdraw", {"version": 2, "reason": "不办"}, now=NOW)
    found = queries.view(actor("clerk1"), running["case_no"], now=NOW)
    assert found["clocks"]["promised"]["due_on"] == date(2026, 9, 17)
    later = NOW + timedelta(hours=1)
    calendars.import_notice(parse_notice(_NOTICE, "2026.json"), now=later, actor=SYSTEM)
    seen = queries.view(actor("clerk1"), running["case_no"], now=later)
    assert seen["clocks"]["promised"]["due_on"] == date(2026, 9, 18)
    told = seen["events"][-1]
    assert (told["type"], told["actor"]) == ("due-moved", "system")
    assert told["data"]["moves"]["due_on"] == {"from": "2026-09-17", "until": "2026-09-18"}
    row = queries.find(actor("clerk1"), q=running["case_no"], now=later)["results"][0]
    assert row["due_on"] == date(2026, 9, 18)
    assert queries.view(actor("clerk1"), done["case_no"], now=later)["events"][-1]["type"] == "withdrawn"
    assert services.move_dues(later) == 0
    assert list(proof.findings()) == []


def _accepted() -> dict[str, Any]:
    case = create()
    return services.act(actor("clerk1"), case["case_no"], "accept", {"version": 1}, now=NOW)


# 2026 anew, as if the feast of the moon had been given to a Wednesday as well.
_NOTICE = """{"year": 2026, "papers": ["通知"], "days": [
 {"name": "中秋节", "date": "2026-09-16", "isOffDay": true},
 {"name": "中秋节", "date": "2026-09-25", "isOffDay": true}]}"""
