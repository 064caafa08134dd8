"""From the pages: an item is split, several are merged, the basic catalogue is begun, rewritten and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onewindow.catalog import directory, queries, services
from onewindow.catalog.definition import Material
from onewindow.faces.editor import restructuring
from onewindow.kernel.actor import SYSTEM
from tests import world
from tests.catalog.items import sound
from tests.faces.editor.conftest import CODE, Desk, said
from tests.faces.editor.test_items import ITEM, WHY, organ_id

Desks = Callable[[str], Desk]
OTHER = CODE.replace("487", "488")
NEW = [CODE.replace("487", number) for number in ("591", "592", "593")]
BASIC = "000114001000"


def change(answer: Any) -> dict[str, Any]:
    number = answer.headers["Location"].partition("?")[0].split("/")[3]
    return queries.change(world.actor("catalog1"), number)


def carried(desk: Desks, location: str) -> None:
    path = location.partition("?")[0].partition("/draft/")[0]
    desk("catalog1").press(path, do="submit")
    for who, do in (("legal1", "agree"), ("establishment1", "agree"), ("leader1", "approve")):
        desk(who).press(path, do=do)


def put_other() -> None:
    item = sound(OTHER, organ_id=organ_id(world.HOUSING), name="另一许可")
    services.publish(item, actor=SYSTEM, now=world.OPENED)


def test_an_item_is_split(desk: Desks) -> None:
    assert f"{ITEM}/propose/split" in desk("catalog1").open(ITEM)
    page = desk("catalog1").open(f"{ITEM}/propose/split")
    assert page.count('name="new.task_code"') == 2
    rows = {"new.name": ["甲许可", "乙许可"], "new.task_code": NEW[:2]}
    page = desk("catalog1").press(f"{ITEM}/propose/split", 200, do="more", **rows, **WHY).content.decode()
    assert page.count('name="new.task_code"') == 3 and "甲许可" in page and "有依据" in page
    answer = desk("catalog1").press(f"{ITEM}/propose/split", **rows, **WHY)
    made = change(answer)
    assert made["kind"] == "split"
    assert [(one["task_code"], one["action"]) for one in made["targets"]] == [
        (CODE, "cancel"), (NEW[0], "publish"), (NEW[1], "publish"),
    ]  # fmt: skip
    assert made["targets"][2]["definition"]["name"] == "乙许可"
    again = desk("catalog1").press(f"{ITEM}/propose/split", **rows, **WHY)
    assert "done=had" in again.headers["Location"]
    carried(desk, answer.headers["Location"])
    assert queries.standing(CODE).state == "cancelled" and queries.current(NEW[1]).name == "乙许可"


def test_items_are_merged_with_the_materials_of_all(desk: Desks) -> None:
    put_other()
    fields = WHY | {"others": f"{OTHER}\n{CODE}", "new.name": ["合并许可"], "new.task_code": [NEW[0]]}
    answer = desk("catalog1").press(f"{ITEM}/propose/merge", **fields)
    made = change(answer)
    assert [(one["task_code"], one["action"]) for one in made["targets"]] == [
        (CODE, "cancel"), (OTHER, "cancel"), (NEW[0], "publish"),
    ]  # fmt: skip
    assert len(made["targets"][2]["definition"]["materials"]) == 1
    carried(desk, answer.headers["Location"])
    assert queries.standing(OTHER).state == "cancelled" and queries.current(NEW[0]).name == "合并许可"


@pytest.mark.parametrize(
    ("kind", "fields", "status", "told"),
    [
        ("split", {"new.name": ["甲"], "new.task_code": [NEW[0]]}, 422, "至少两个"),
        ("split", {"new.name": ["甲", "乙"], "new.task_code": [NEW[0], ""]}, 422, "编码和名称都要写"),
        ("split", {"new.name": ["甲", "乙"], "new.task_code": [NEW[0], NEW[0]]}, 422, "只能出现一次"),
        ("split", {"new.name": ["甲", "乙"], "new.task_code": [NEW[0], CODE]}, 422, "只能出现一次"),
        ("merge", {"others": "", "new.name": ["甲"], "new.task_code": [NEW[0]]}, 422, "与哪些事项合并"),
        ("merge", {"others": "没有这个", "new.name": ["甲"], "new.task_code": [NEW[0]]}, 404, "没有"),
    ],
)
def test_what_cannot_be_done_is_told(
    desk: Desks, kind: str, fields: dict[str, Any], status: int, told: str
) -> None:
    page = desk("catalog1").press(f"{ITEM}/propose/{kind}", status, **WHY, **fields).content.decode()
    assert told in said(page) and "有依据" in page


def test_the_basic_catalogue_from_its_pages(desk: Desks) -> None:
    fields = WHY | {"catalog_code": BASIC, "name": "排水许可", "type": "01"}
    lacking = desk("catalog1").press("/editor/catalogue/new", 422, **fields | {"name": ""}).content.decode()
    assert "请填写" in lacking and BASIC in lacking
    answer = desk("catalog1").press("/editor/catalogue/new", **fields)
    draft = answer.headers["Location"].partition("?")[0]
    assert "申请表" in desk("catalog1").open(draft) and "情形引导" not in desk("catalog1").open(draft)
    carried(desk, draft)
    assert directory.current(BASIC).name == "排水许可"
    where = f"/editor/catalogue/{BASIC}"
    assert BASIC in desk("leader1").open("/editor/catalogue?q=排水")
    assert "没有这样的事项" in said(desk("leader1").open("/editor/catalogue?q=没有的"))
    assert f"{where}/propose/change" in desk("catalog1").open(where)
    assert f"{where}/propose/change" not in desk("leader1").open(where)
    rewritten = desk("catalog1").press(f"{where}/propose/change", **WHY).headers["Location"]
    desk("catalog1").press(
        rewritten.partition("?")[0] + "?part=limits", end="1", **{"legal_limit.days": "20"}
    )
    carried(desk, rewritten)
    assert directory.current(BASIC).version == 2
    carried(desk, desk("catalog1").press(f"{where}/propose/cancel", **WHY).headers["Location"])
    assert BASIC not in desk("leader1").open("/editor/catalogue")
    desk("catalog1").open(f"{where}/propose/fly", 404)


def test_joined_materials_keep_one_code_each() -> None:
    first = sound("A", organ_id=1, materials=(Material("M01", "甲"), Material("M02", "乙")))
    second = sound("B", organ_id=1, materials=(Material("M01", "丙"), Material("M07", "乙")))
    assert [(row.code, row.name) for row in restructuring.joined([first, second])] == [
        ("M01", "甲"), ("M02", "乙"), ("M03", "丙"),
    ]  # fmt: skip
