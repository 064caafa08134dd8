"""Items from proposal to application: new, cancelled under a running case, delegated, refused, compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from onewindow.base import clock, worker
from onewindow.catalog import queries, services
from onewindow.catalog.changes import drafting
from onewindow.catalog.changes.target import Target
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition, Limit, Option, Question
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid
from onewindow.kernel.identifiers import uscc
from onewindow.org import queries as org_queries
from onewindow.org import services as org
from tests.catalog.items import sound
from tests.world import HOUSING, SEWAGE, Api, actor, applicant, application, move

Open = Callable[..., Api]
WELL = {"opinion": "材料齐全，符合条件。", "pass": True}
BASIC = "510117002011"


def _uscc(seventeen: str) -> str:
    return seventeen + uscc.check_character(seventeen)


CITY_BODY, TOWN_BODY = _uscc("11511600MB0000001"), _uscc("11511602MB0000002")
CITY_CODE = f"{CITY_BODY}3{BASIC}"


def _housing() -> int:
    found = org_queries.find_organ(name=HOUSING)
    assert found is not None
    return found.id


def _propose(*targets: Target, kind: str, effective_on: date | None = None) -> dict[str, Any]:
    return services.propose(
        actor("catalog1"),
        kind=kind,
        title="事项调整",
        reason="依据修订的办法",
        basis="《示范市事项管理办法》第八条",
        targets=targets,
        effective_on=effective_on,
        now=clock.now(),
    )


def _submit(change: dict[str, Any]) -> dict[str, Any]:
    return services.submit(actor("catalog1"), change["number"], version=change["version"], now=clock.now())


def _through(change: dict[str, Any]) -> dict[str, Any]:
    """Both offices and the leader agree."""
    for who in ("establishment1", "legal1"):
        change = services.examine(
            actor(who), change["number"], version=change["version"], verdict="agree", now=clock.now()
        )
    return services.approve(actor("leader1"), change["number"], version=change["version"], now=clock.now())


def _apply(code: str, who: str = "citizen1") -> dict[str, Any]:
    return {
        "task_code": code,
        "applicant": applicant(who),
        "form": {"site_address": "示范区滨河路 18 号"},
        "materials": [{"code": "M01", "medium": "original"}],
        "channel": "portal",
        "submit": True,
    }


def test_a_new_item_from_proposal_to_the_first_application(api: Open) -> None:
    """It is not there until four people have agreed and its day has come; then a citizen applies at once."""
    code = "A-100000-001-STORY1"
    item = sound(code, organ_id=_housing(), name="临时排水许可")
    change = _propose(
        Target(task_code=code, action="publish", definition=item), kind="new", effective_on=date(2026, 9, 10)
    )
    change = _through(_submit(change))
    assert change["in_force_at"] is None
    assert api().get(f"/items/{code}").status == 404
    assert api("citizen1").post("/cases", _apply(code)).status == 404
    move("2026-09-10T08:00")
    worker.settle(clock.now())
    guide = api().get(f"/items/{code}")
    assert guide.status == 200 and guide.json["effective_on"] == "2026-09-10"
    assert [row["task_code"] for row in api().get("/items?q=临时排水许可").json["results"]][:1] == [code]
    case = api("citizen1").post("/cases", _apply(code))
    assert case.status == 201 and case.json["item"] == {
        "task_code": code,
        "version": 1,
        "name": "临时排水许可",
    }


def test_a_running_case_outlives_its_item(api: Open) -> None:
    """Cancelled: gone from the search, told on its page with date and reason; the case goes on to its end."""
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    draft = api("citizen1").post("/cases", {**_draft(), "submit": False})
    assert draft.status == 201, draft
    move("2026-09-09")
    _through(_submit(_propose(Target(task_code=SEWAGE, action="cancel"), kind="cancel")))
    assert SEWAGE not in {row["task_code"] for row in api().get("/items?q=排水许可").json["results"]}
    guide = api().get(f"/items/{SEWAGE}").json
    assert (guide["state"], guide["handled"], guide["state_reason"]) == ("cancelled", False, "依据修订的办法")
    page = api().client.get(f"/items/{SEWAGE}").content.decode()
    assert "2026-09-09 取消" in page and "依据修订的办法" in page and "在线申请" not in page
    for answer in (
        api("citizen1").post("/cases", _draft()),
        api("citizen1").post("/cases", {**_draft(), "version": 1}),
        api("citizen1").try_(draft.json, "submit"),
    ):
        assert (answer.status, answer.code) in ((404, "no-item"), (409, "item-cancelled")), answer
    assert api("citizen1").try_(draft.json, "submit").code == "item-cancelled"
    seen = api("citizen1").view(case)
    assert seen["item"]["version"] == 1
    api("examiner1").act(case, "review", **WELL)
    case = api("approver1").act(case, "decide", outcome="grant")
    case = api("head1").act(case, "produce", validity="2031-09-14")
    assert api("issuer1").act(case, "deliver", method="window")["state"] == "delivered"
    assert api("citizen1").client.get(f"/items/{SEWAGE}?version=1").status_code == 200


def _draft() -> dict[str, Any]:
    return application(SEWAGE)


def test_nobody_applies_for_a_suspended_item_until_it_is_resumed(api: Open) -> None:
    _through(_submit(_propose(Target(task_code=SEWAGE, action="suspend"), kind="suspend")))
    refused = api("citizen1").post("/cases", _draft())
    assert (refused.status, refused.code) == (409, "item-suspended")
    assert "2026-09-08" in refused.json["detail"] and "依据修订的办法" in refused.json["detail"]
    at_window = api("clerk1").post("/cases", {**_draft(), "channel": "window"})
    assert at_window.code == "item-suspended"
    assert api().get(f"/items/{SEWAGE}").json["state"] == "suspended"
    assert "暂停办理" in api().client.get(f"/items/{SEWAGE}").content.decode()
    _through(_submit(_propose(Target(task_code=SEWAGE, action="resume"), kind="resume")))
    assert api("citizen1").post("/cases", _draft()).status == 201


def test_a_delegated_item_is_handled_in_a_town(api: Open) -> None:
    """The town gets the item with a code of its own; its own people handle it, the city's do not see it."""
    now = clock.now()
    city = sound(
        CITY_CODE, organ_id=_housing(), name="户外排水备案", type="01", level="市级", catalog_code=BASIC
    )
    services.publish(city, actor=SYSTEM, now=now)
    town = org.ensure_organ(code="TOWN", name="示范镇人民政府", uscc=TOWN_BODY, region="511602", now=now)
    staff = {
        role: _hire(f"town-{role}", town.id, role) for role in ("clerk", "examiner", "approver", "issuer")
    }
    lower = drafting.delegated(
        queries.current(CITY_CODE),
        organ_id=town.id,
        organ_name=town.name,
        organ_uscc=TOWN_BODY,
        region="511602",
        level="镇级",
    )
    assert lower.task_code == f"{TOWN_BODY}5{BASIC}"
    target = Target(task_code=lower.task_code, action="publish", definition=lower, source=CITY_CODE)
    change = _through(_submit(_propose(target, kind="delegate")))
    assert change["state"] == "passed" and change["in_force_at"]
    assert api().get(f"/items/{lower.task_code}").json["organ"] == "示范镇人民政府"
    case = api("citizen1").post("/cases", _apply(lower.task_code)).json
    case = api(staff["clerk"]).act(case, "accept")
    assert api("examiner1").get(f"/cases/{case['case_no']}").status == 404
    api(staff["examiner"]).act(case, "review", **WELL)
    assert api(staff["approver"]).act(case, "decide", outcome="grant")["state"] == "granted"


def _hire(username: str, organ_id: int, role: str) -> str:
    staff_id = org.hire(
        SYSTEM, username=username, name=f"镇{role}", organ_id=organ_id, password_hash="!", now=clock.now()
    )
    org.appoint(SYSTEM, staff_id, role=role, organ_id=organ_id, from_on=date(2020, 1, 1), now=clock.now())
    return username


def test_a_district_that_lengthens_a_promise_is_refused(api: Open) -> None:
    """The catalogue binds: what is promised in 7 days for all may be done in 5, never in 9."""
    item = sound("A-100000-001-STORY2", organ_id=_housing(), catalog_code=BASIC)
    services.publish(item, actor=SYSTEM, now=clock.now())
    common = CommonElements(
        catalog_code=BASIC, name=item.name, type="01", basis=item.basis, legal_limit=Limit(20),
        promised_limit=Limit(7), visits=0, materials=item.materials, steps=item.steps,
    )  # fmt: skip
    directory = Target(task_code=BASIC, action="publish", common=common)
    _through(_submit(_propose(directory, kind="directory")))
    change = _propose(_rewritten(item.task_code, promised_limit=Limit(9)), kind="change")
    assert any(one["rule"].startswith("2.5") and one["level"] == "error" for one in change["findings"])
    with pytest.raises(Invalid) as refused:
        _submit(change)
    assert any(error.code.startswith("2.5") for error in refused.value.fields), refused.value.fields
    assert api().get(f"/items/{item.task_code}").json["promised_limit"]["days"] == 7
    shorter = _rewritten(item.task_code, promised_limit=Limit(5))
    change = services.amend(
        actor("catalog1"), change["number"], version=change["version"], targets=[shorter], now=clock.now()
    )
    _through(_submit(change))
    assert api().get(f"/items/{item.task_code}").json["promised_limit"]["days"] == 5


def _rewritten(code: str, **changes: Any) -> Target:
    found: ItemDefinition = queries.current(code)
    return Target(
        task_code=code,
        action="publish",
        definition=msgspec.structs.replace(found, **changes),
        base_version=found.version,
    )


def test_a_scenario_tree_shortens_a_checklist(api: Open) -> None:
    """A tree is proposed; the way without a required material is refused, mended, and spares an applicant a row."""
    found = queries.current(SEWAGE)
    last = found.materials[-1].code
    everything = tuple(row.code for row in found.materials)
    answers = (Option("a", "接入市政管网"), Option("b", "自建设施", drops=everything))
    bare = _rewritten(SEWAGE, questions=(Question("Q1", "接到哪里？", answers),), start_question="Q1")
    with pytest.raises(Invalid) as refused:
        _submit(_propose(bare, kind="change"))
    assert "2.6-7" in str([str(field.message) + str(field.params) for field in refused.value.fields])
    sparing = (answers[0], msgspec.structs.replace(answers[1], drops=(last,)))
    sound_tree = _rewritten(SEWAGE, questions=(Question("Q1", "接到哪里？", sparing),), start_question="Q1")
    _through(_submit(_propose(sound_tree, kind="change")))
    lists = {
        code: [
            row["code"]
            for row in api().post(f"/items/{SEWAGE}/checklist", {"answers": {"Q1": code}}).json["materials"]
        ]
        for code in "ab"
    }
    assert lists == {"a": list(everything), "b": list(everything[:-1])}


def test_two_versions_side_by_side(api: Open) -> None:
    """Whoever examines sees what changes and nothing else; afterwards both versions can be read."""
    found = queries.current(SEWAGE)
    fewer = found.materials[:-1]
    target = _rewritten(SEWAGE, promised_limit=Limit(6), materials=fewer)
    change = _propose(target, kind="change")
    shown = queries.change(actor("catalog1"), change["number"])
    (side_by_side,) = [one["differences"] for one in shown["targets"]]
    last = found.materials[-1]
    assert [(one["element"], one["kind"]) for one in side_by_side] == [
        ("promised_limit", "changed"),
        (f"materials.{last.code}", "removed"),
    ]
    assert (side_by_side[0]["before"], side_by_side[0]["after"]) == ("7 个工作日", "6 个工作日")
    assert last.name in side_by_side[1]["before"]
    assert api().get(f"/items/{SEWAGE}").json["promised_limit"]["days"] == 7
