"""Cases in every state for the desks' tests, made in the small city by the rooms' own deeds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from onewindow.base import clock
from onewindow.cases import queries, services
from tests.world import FOOD, FUND, SEWAGE, START, actor, application, person

TODAY = datetime(2026, 9, 24, 10, 0, tzinfo=clock.SHANGHAI)


def create(task: str, number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    """A case of the fictional person ``number``, received at the window."""
    body = application(task, applicant=person(number), channel="window", **changes)
    return services.create(actor("clerk1"), body, now=at)


def act(case: dict[str, Any], who: str, action: str, at: datetime, **rest: Any) -> dict[str, Any]:
    """One act on the newest version of a case."""
    someone = actor(who)
    services.sweep(at)  # what time made due comes before any deed
    version = queries.view(someone, case["case_no"], now=at)["version"]
    return services.act(someone, case["case_no"], action, {"version": version, **rest}, now=at)


def accepted(task: str, number: int, at: datetime) -> dict[str, Any]:
    """A case accepted at once."""
    return act(create(task, number, at), "clerk1", "accept", at + timedelta(minutes=1))


def cases() -> dict[str, str]:
    """Cases in the states that the desks show, name -> number; the pages' clock stands at ``TODAY``."""
    day = START
    found: dict[str, str] = {}
    paused = accepted(SEWAGE, 201, day)
    act(
        paused,
        "examiner1",
        "review",
        day + timedelta(days=2),
        opinion="形式齐全，提请专家评审。",
        **{"pass": True},
    )
    pause = {"procedure": "expert-review", "reason": "预处理工艺需专家评审", "expected_days": 5}
    act(paused, "examiner1", "pause", day + timedelta(days=6), **pause)
    act(paused, "approver1", "pause", day + timedelta(days=6, hours=1))
    act(paused, "examiner1", "resume", day + timedelta(days=14), result="修改后通过")
    act(paused, "examiner1", "note", day + timedelta(days=15), text="专家意见第 2 条已落实，见隔油池图。")
    found["resumed"] = paused["case_no"]
    stopped = accepted(SEWAGE, 202, day + timedelta(days=1))
    act(stopped, "examiner1", "pause", day + timedelta(days=8), **pause)
    act(stopped, "approver1", "pause", day + timedelta(days=9))
    found["paused"] = stopped["case_no"]
    proposed = accepted(SEWAGE, 203, day + timedelta(days=10))
    act(proposed, "examiner1", "pause", day + timedelta(days=13), **pause)
    found["proposed"] = proposed["case_no"]
    late = accepted(SEWAGE, 204, day + timedelta(days=2))
    found["late"] = late["case_no"]
    ready = accepted(SEWAGE, 205, day + timedelta(days=8))
    act(
        ready,
        "examiner1",
        "review",
        day + timedelta(days=13),
        opinion="现场与图纸一致，合格。",
        **{"pass": True},
    )
    found["ready"] = ready["case_no"]
    for number in range(206, 212):
        at = day + timedelta(days=9 + (number - 206), minutes=number)
        found[f"fresh{number}"] = accepted(SEWAGE, number, at)["case_no"]
    granted = accepted(FUND, 220, TODAY - timedelta(days=1))
    act(
        granted,
        "examiner1",
        "review",
        TODAY - timedelta(hours=23),
        opinion="账户与产权一致。",
        **{"pass": True},
    )
    act(granted, "approver1", "decide", TODAY - timedelta(hours=22), outcome="grant")
    act(granted, "approver1", "produce", TODAY - timedelta(hours=21))
    found["produced"] = granted["case_no"]
    denied = accepted(SEWAGE, 221, day + timedelta(days=7))
    act(
        denied,
        "examiner1",
        "review",
        day + timedelta(days=9),
        opinion="排放口位置不符合规划。",
        **{"pass": False},
    )
    act(
        denied,
        "approver1",
        "decide",
        day + timedelta(days=10),
        outcome="deny",
        reason="排放口位置不符合规划。",
    )
    found["denied"] = denied["case_no"]
    for number in range(230, 234):
        found[f"received{number}"] = create(SEWAGE, number, TODAY - timedelta(days=2, hours=number - 229))[
            "case_no"
        ]
    lacking = create(SEWAGE, 240, TODAY - timedelta(hours=3), given=3)
    found["lacking"] = lacking["case_no"]
    found["food"] = accepted(FOOD, 250, TODAY - timedelta(hours=2))["case_no"]
    services.sweep(TODAY)
    return found
