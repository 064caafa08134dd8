"""A change from proposal to the citizen's guide through the pages; who is refused, and what is told."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from django.test import Client

from onewindow.base import clock
from onewindow.catalog import queries, services
from onewindow.catalog.definition import Limit
from onewindow.catalog.services import Target
from tests import world
from tests.faces.editor.conftest import CODE, Desk, said

Desks = Callable[[str], Desk]
NEW = "从事工业、建筑、餐饮、医疗活动并排放污水的排水户"


def drafted(**changes: object) -> str:
    """A draft of catalog1 that rewrites the conditions; gives its address."""
    before = queries.current(CODE)
    after = msgspec.structs.replace(before, **({"conditions": (NEW,)} | changes))  # type: ignore[arg-type]
    target = Target(task_code=CODE, action="publish", definition=after, base_version=before.version)
    made = services.propose(
        world.actor("catalog1"),
        kind="change",
        title="写明受理条件",
        reason="原来的说法太宽",
        basis="《城镇排水与污水处理条例》",
        targets=[target],
        now=clock.now(),
    )
    return f"/editor/changes/{made['number']}"


def test_from_draft_to_the_guide(desk: Desks) -> None:
    path = drafted()
    page = desk("catalog1").open(path)
    assert "原来的说法太宽" in page and "<ins>" in page and "≠" in page
    assert NEW not in said(Client().get(f"/items/{CODE}").content.decode())
    desk("catalog1").press(path, do="submit")
    for who in ("establishment1", "legal1"):
        assert "写明受理条件" in desk(who).open("/editor/changes").split('id="all"')[0]
        desk(who).press(path, do="agree", text="同意")
        assert "写明受理条件" not in desk(who).open("/editor/changes").split('id="all"')[0]
    assert "写明受理条件" in desk("leader1").open("/editor/changes").split('id="all"')[0]
    desk("leader1").press(path, do="approve")
    assert "已生效" in said(desk("catalog1").open(path))
    assert NEW in said(Client().get(f"/items/{CODE}").content.decode())


def test_a_returned_change_comes_back_to_its_author(desk: Desks) -> None:
    path = drafted()
    desk("catalog1").press(path, do="submit")
    told = desk("legal1").press(path, do="return", text="", status=422).content.decode()
    assert "不同意或退回要写明理由" in told
    desk("legal1").press(path, do="return", text="缺少条款号")
    first = desk("catalog1").open("/editor/changes").split('id="all"')[0]
    assert "写明受理条件" in first and "已退回" in first
    assert "缺少条款号" in desk("catalog1").open(path)


@pytest.mark.parametrize(
    ("who", "do", "status"),
    [
        ("legal1", "submit", 404),  # a draft is its author's
        ("catalog1", "agree", 403),
        ("catalog1", "approve", 403),
        ("catalog1", "fly", 404),
    ],
)
def test_roles_are_refused(desk: Desks, who: str, do: str, status: int) -> None:
    path = drafted()
    desk(who).send(path, {"do": do, "version": "1", "text": "看法"}, status)
    assert queries.change(world.actor("catalog1"), path.rsplit("/", 1)[1])["state"] == "to-submit"


@pytest.mark.parametrize("who", ["clerk1", "citizen1", "examiner1"])
def test_others_stay_outside(desk: Desks, who: str) -> None:
    desk(who).open("/editor/changes", status=403)


def test_a_stale_version_is_told_and_nothing_is_lost(desk: Desks) -> None:
    path = drafted()
    desk("catalog1").press(path, do="submit")
    typed = {"do": "disagree", "text": "这段话打了很久", "version": "1"}
    page = desk("establishment1").send(path, typed, 409).content.decode()
    assert "刚才有人处理过" in page and "这段话打了很久" in page


def test_what_is_sent_twice_is_done_once(desk: Desks) -> None:
    path = drafted()
    desk("catalog1").press(path, do="submit")
    fields = {"do": "agree", "version": "2"}
    desk("legal1").send(path, fields)
    assert "没有办成" in desk("legal1").send(path, fields, 409).content.decode()
    desk("establishment1").send(path, fields)
    assert len(queries.change(world.actor("catalog1"), path.rsplit("/", 1)[1])["opinions"]) == 2


def test_a_broken_rule_is_told_with_its_number(desk: Desks) -> None:
    path = drafted(promised_limit=Limit(30))
    page = desk("catalog1").open(path)
    assert "更正后才能提交" in page
    told = desk("catalog1").press(path, do="submit", status=422).content.decode()
    assert "规则 2.4-" in said(told)


def test_the_reason_is_not_lost_when_the_name_is_missing(desk: Desks) -> None:
    path = drafted()
    fields = {"do": "saved", "title": " ", "reason": "打好的理由", "basis": "", "effective_on": ""}
    page = desk("catalog1").press(path, status=422, **fields).content.decode()
    assert "打好的理由" in page
    desk("catalog1").press(path, **fields | {"title": "新名称", "effective_on": "2026-10-08"})
    assert "10月8日" in desk("catalog1").open(path)


def test_a_proposal_is_moved_onto_a_newer_version(desk: Desks) -> None:
    path = drafted()
    moved = msgspec.structs.replace(
        queries.current(CODE), conditions=("别人先改的条件",), aliases=("排污证",), version=2
    )
    services.publish(moved, actor=services.SYSTEM, now=clock.now())
    assert "现行版本已经变了" in desk("catalog1").open(path)
    told = desk("catalog1").press(path, do="submit", status=409).content.decode()
    assert "按现行版本更新" in told
    answer = desk("catalog1").press(path, do="rebase")
    page = said(desk("catalog1").open(answer.headers["Location"]))
    assert f"{CODE} conditions" in page and "基于第 2 版" in page and "别人先改的条件" in page
    desk("catalog1").press(path, do="submit")


def test_pages_speak_english(desk: Desks) -> None:
    page = desk("catalog1").client.get(drafted(), headers={"Accept-Language": "en"}).content.decode()
    assert '<th scope="col">Before</th>' in page and "变更前" not in page
