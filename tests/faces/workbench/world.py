"""A city with its cast and some cases in every state, built by the rooms' own deeds, for the desks' tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from onewindow.base import accounts, clock
from onewindow.base.models import Account
from onewindow.cases import queries, services
from onewindow.catalog import demonstration
from onewindow.kernel.actor import Actor
from onewindow.site import demo
from onewindow.site.demo import people

PASSWORD = "desk tests only 7"
START = datetime(2026, 9, 7, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = datetime(2026, 9, 24, 10, 0, tzinfo=clock.SHANGHAI)

SEWAGE = "511A0148600000-511602000000-000-11511301008778255F-1-00"
FUND = "512B0110100006-511602000000-000-11511301008778255F-1-00"
GAS = "511A0024800004-511602000000-000-11511301008778255F-1-00"
BUILDING = "511A0126300000-511602000000-000-11511301008778255F-1-00"
FOOD = "513A0102900001-511602000000-000-11511301MB051073XA-1-00"
FORMS: dict[str, dict[str, Any]] = {
    SEWAGE: {
        "drainer_name": "示范汽车美容店",
        "site_address": "示范区滨河路 18 号",
        "industry": "洗车",
        "outlets": 1,
        "daily_volume": 12.5,
        "start_on": "2026-10-20",
    },
    FUND: {"house_address": "示范区云栖里 3 幢 2 单元"},
    GAS: {
        "business_type": "瓶装燃气",
        "site_address": "示范区北站路 2 号",
        "gas_kind": "液化石油气",
        "storage_volume": 60,
        "manager_name": "高启明",
    },
    FOOD: {
        "shop_name": "示范区晓岚面馆",
        "shop_address": "示范区南门口 5 号",
        "business_kind": "餐饮服务",
        "area": 35,
    },
}
MATERIALS = {SEWAGE: 4, FUND: 1, GAS: 5, FOOD: 4}


def build() -> dict[str, str]:
    """The whole world; answers name -> case number of the cases that tests look for."""
    demo.load_people(password=PASSWORD, now=START)
    demonstration.load(now=START)
    return cases()


def actor(username: str) -> Actor:
    """The actor of a member of the cast."""
    account = Account.objects.get(username=username)
    return accounts.tokens.build_actor(account)


def body(task: str, number: int, *, given: int | None = None, channel: str = "window") -> dict[str, Any]:
    """An application of the fictional person (or, for gas, firm) ``number``."""
    is_firm = task == GAS
    person = people.person(number)
    name, code = people.firm(number)
    applicant = {
        "type": "organisation" if is_firm else "person",
        "name": name if is_firm else person.name,
        "id_type": "uscc" if is_firm else "id_card",
        "id_number": code if is_firm else person.id_number,
        "phone": people.phone(number),
    }
    count = MATERIALS[task] if given is None else given
    return {
        "task_code": task,
        "applicant": applicant,
        "form": FORMS[task],
        "materials": [{"code": f"M{n:02d}", "medium": "original"} for n in range(1, count + 1)],
        "channel": channel,
        "submit": True,
    }


def create(task: str, number: int, at: datetime, *, given: int | None = None) -> dict[str, Any]:
    """A case received at the window."""
    return services.create(actor("clerk1"), body(task, number, given=given), now=at)


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
    """Cases in the states that the desks show; the clock of the pages stands at ``TODAY``."""
    day = START.replace(day=8)
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
