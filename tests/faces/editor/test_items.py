"""The library's pages: every state is found, an item is shown whole, each change is begun from its button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from onewindow.base import clock
from onewindow.catalog import library, queries, services
from onewindow.kernel.errors import Invalid
from onewindow.org import queries as org
from tests import world
from tests.faces.editor.conftest import CODE, Desk, said

Desks = Callable[[str], Desk]
TOWN = "511A0148700000-511602000000-000-11511301MB051073XA-1-00"
ITEM = f"/editor/items/{CODE}"
WHY = {"title": "改一改", "reason": "有依据", "basis": "", "effective_on": ""}


def organ_id(name: str) -> int:
    found = org.find_organ(name=name)
    assert found is not None
    return found.id


def begun(desk: Desks, kind: str, **fields: Any) -> str:
    """The address of a change of ``kind`` begun at the item's page."""
    answer = desk("catalog1").press(f"{ITEM}/propose/{kind}", **WHY | fields)
    return str(answer.headers["Location"])


def carried(desk: Desks, kind: str, **fields: Any) -> None:
    """The whole way through the pages."""
    path = begun(desk, kind, **fields).partition("?")[0].partition("/draft/")[0]
    desk("catalog1").press(path, do="submit")
    desk("legal1").press(path, do="agree")
    desk("establishment1").press(path, do="agree")
    desk("leader1").press(path, do="approve")


def test_the_list_finds_every_state(desk: Desks) -> None:
    page = desk("catalog1").open("/editor/items?q=排水许可")
    assert CODE in page
    carried(desk, "suspend")
    assert CODE in desk("leader1").open("/editor/items?state=suspended")
    assert CODE not in desk("leader1").open("/editor/items?state=in-use")
    carried(desk, "cancel")
    assert CODE in desk("leader1").open("/editor/items?q=排水许可&state=cancelled")
    page = said(desk("catalog1").open(ITEM))
    assert "已取消" in page and "排水申请表" in page and "修改内容" not in page


def test_filters_and_pages(desk: Desks) -> None:
    every, following = library.items()
    assert following is None and len(every) == 8
    first, following = library.items(limit=5)
    rest, _none = library.items(limit=5, cursor=following)
    assert [one.task_code for one in [*first, *rest]] == [one.task_code for one in every]
    market = organ_id(world.MARKET)
    assert {one.organ_id for one in library.items(organ_id=market)[0]} == {market}
    assert CODE not in {one.task_code for one in library.items(lacks="设定依据")[0]}
    assert all("设定依据" in one.lacks for one in library.items(lacks="设定依据")[0])
    assert library.items("100%_")[0] == []
    with pytest.raises(Invalid):
        library.items(state="gone")
    desk("catalog1").open("/editor/items?state=gone", status=422)
    desk("catalog1").open("/editor/items?organ=x&handled=maybe")


def test_an_item_is_shown_whole(desk: Desks) -> None:
    page = said(desk("establishment1").open(ITEM))
    for words in ("排水申请表", "《城镇排水与污水处理条例》", "从事工业", "0826-0000001", "第 1 版"):
        assert words in page
    assert "修改内容" not in page
    desk("catalog1").open("/editor/items/nothing", status=404)


def test_two_versions_are_compared(desk: Desks) -> None:
    before = queries.current(CODE)
    after = msgspec.structs.replace(before, conditions=("新的条件，写得很清楚",), version=2)
    services.publish(after, actor=services.SYSTEM, now=clock.now())
    page = desk("legal1").open(f"{ITEM}/compare?from=1&to=2")
    assert "新的条件，写得很清楚" in said(page) and "从事工业" in page and "设定依据" not in said(page)
    desk("legal1").open(f"{ITEM}/compare?from=1&to=9", status=404)
    desk("legal1").open(f"{ITEM}/compare?from=x&to=1", status=404)
    made = begun(desk, "restore?version=1")
    assert "从事工业" in desk("catalog1").open(made)


@pytest.mark.parametrize("kind", ["change", "suspend", "cancel", "delegate"])
def test_nothing_is_begun_twice(desk: Desks, kind: str) -> None:
    more = (
        {"organ": organ_id(world.MARKET), "level": "镇级", "task_code": "NEW-1"} if kind == "delegate" else {}
    )
    first = begun(desk, kind, **more)
    answer = desk("catalog1").client.post(f"{ITEM}/propose/{kind}", WHY | more)
    number = first.partition("?")[0].split("/")[3]
    assert answer.status_code == 302 and number in answer.headers["Location"]
    mine = queries.changes(world.actor("catalog1"), state="to-submit", mine=True, limit=100)[0]
    assert len([one for one in mine if one["kind"] == kind]) == 1


def test_suspend_and_resume(desk: Desks) -> None:
    carried(desk, "suspend", reason="设备检修")
    assert "设备检修" in said(desk("catalog1").open(ITEM))
    carried(desk, "resume")
    assert queries.standing(CODE).state == "in-use"


def test_a_new_item_begins_with_its_draft(desk: Desks) -> None:
    fields = WHY | {"name": "夜市占道许可", "task_code": "", "type": "01", "organ": organ_id(world.MARKET)}
    page = desk("catalog1").press("/editor/items/new", status=422, **fields).content.decode()
    assert "夜市占道许可" in page
    answer = desk("catalog1").press("/editor/items/new", **fields | {"task_code": "NIGHT-1", "level": "县级"})
    assert "夜市占道许可" in desk("catalog1").open(answer.headers["Location"])
    desk("catalog1").press("/editor/items/new", status=409, **fields | {"task_code": CODE})


@pytest.mark.parametrize(
    "path", [f"{ITEM}/propose/change", "/editor/items/new", "/editor/changes/BG1/draft/x"]
)
def test_only_editors_begin(desk: Desks, path: str) -> None:
    desk("legal1").open(path, status=403)
    desk("catalog1").open(f"{ITEM}/propose/fly", status=404)


def test_a_delegated_item_stands_and_is_taken_back(desk: Desks) -> None:
    fields = {"organ": organ_id(world.MARKET), "level": "县级", "power": "上级下放", "task_code": TOWN}
    carried(desk, "delegate", **fields)
    assert queries.current(TOWN).organ_name == world.MARKET
    assert "收回" in desk("catalog1").open(f"/editor/items/{TOWN}")
    assert "收回" not in said(desk("catalog1").open(ITEM)).partition("涉及这个事项的变更")[2]
    answer = desk("catalog1").press(f"/editor/items/{TOWN}/propose/take-back", **WHY)
    assert "取消" in desk("catalog1").open(answer.headers["Location"])
