"""The clock of a training instance: never back, and what becomes due runs in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from onewindow.base import clock
from tests.world import SEWAGE, START, Api, move

Open = Callable[..., Api]


def test_the_sandbox_clock(api: Open) -> None:
    admin = api("sysadmin")
    assert api("citizen1").get("/sandbox/clock").json["now"].startswith("2026-09-08T09:00")
    ahead = (START + timedelta(days=1)).isoformat()
    assert api("clerk1")("PUT", "/sandbox/clock", {"now": ahead}).status == 403
    assert api()("PUT", "/sandbox/clock", {"now": ahead}).status == 401
    answer = admin("PUT", "/sandbox/clock", {"now": ahead})
    assert answer.json["now"].startswith("2026-09-09T09:00")
    back = admin("PUT", "/sandbox/clock", {"now": START.isoformat()})
    assert (back.status, back.code) == (409, "clock-never-back")
    assert clock.now() >= START + timedelta(days=1)
    for wrong in (
        "2026-09-30",
        "2026-13-01T00:00:00+08:00",
        "2026-09-30T10:00:00",
        5,
        None,
        "9999-12-31T23:59:59+08:00",
        "0001-01-01T00:00:00+08:00",
    ):
        answer = admin("PUT", "/sandbox/clock", {"now": wrong})
        assert answer.status in (422, 409), wrong
    assert admin("PUT", "/sandbox/clock", {}).fields == ["now"]


def test_moving_the_clock_runs_what_became_due_in_order(api: Open) -> None:
    """A week of silence: the first case is deemed accepted before the second, each at its own instant."""
    first = api("citizen1").create(SEWAGE)
    move("2026-09-09")
    second = api("citizen2").create(SEWAGE)
    move("2026-09-30")
    times = [api("clerk1").view(case)["events"][1]["at"] for case in (first, second)]
    assert times == ["2026-09-16T00:00:00+08:00", "2026-09-17T00:00:00+08:00"]
