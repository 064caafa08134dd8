"""The draft editor: saved part by part, findings at their place, nothing typed is lost, tables work by posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.http import QueryDict

from onewindow.catalog import queries
from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.editor import controls, layout, typed
from tests import world
from tests.faces.editor.conftest import CODE, Desk
from tests.faces.editor.test_controls import posted
from tests.faces.editor.test_items import begun

Desks = Callable[[str], Desk]


@pytest.fixture
def path(desk: Desks) -> str:
    """The address of a fresh draft of ``CODE``."""
    return begun(desk, "change").partition("?")[0]


def content(path: str) -> dict[str, Any]:
    change = queries.change(world.actor("catalog1"), path.split("/")[3])
    return change["targets"][0]["definition"]  # type: ignore[no-any-return]


def sent(path: str, slug: str, **changes: str) -> dict[str, Any]:
    """What a browser sends of a part as it stands, with some fields typed over."""
    post = QueryDict(mutable=True)
    known = controls.of(ItemDefinition)
    for name in layout.part(slug).elements:
        if name in known:
            value = content(path).get(name, known[name].default)
            posted(known[name], typed.of_value(known[name], _plain(value)), name, post)
    return {**dict(post.lists()), "end": "1", **changes}


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


@pytest.mark.parametrize("part", [one.slug for one in layout.PARTS])
def test_every_part_opens_and_is_saved_unchanged(desk: Desks, path: str, part: str) -> None:
    before = content(path)
    desk("catalog1").open(f"{path}?part={part}")
    answer = desk("catalog1").press(f"{path}?part={part}", **sent(path, part) | {"do": "next"})
    assert "done=saved" in answer.headers["Location"]
    assert content(path) == before


def test_a_part_is_saved_and_told_as_altered(desk: Desks, path: str) -> None:
    desk("catalog1").press(
        f"{path}?part=conditions", **sent(path, "conditions", **{"conditions.0": "排水户"})
    )
    assert content(path)["conditions"] == ("排水户",)
    assert "已改" in desk("catalog1").open(path)


def test_a_finding_stands_beside_its_field(desk: Desks, path: str) -> None:
    where = f"{path}?part=limits"
    desk("catalog1").press(where, **sent(path, "limits", **{"promised_limit.days": "30"}))
    page = desk("catalog1").open(where)
    field = page.split('name="promised_limit.days"')[1].split("</div>")[0]
    assert "规则 2.4-" in field


def test_what_cannot_be_read_is_kept(desk: Desks, path: str) -> None:
    fields = sent(path, "limits", **{"legal_limit.days": "二十天", "legal_note": "打了很久的说明"})
    page = desk("catalog1").press(f"{path}?part=limits", status=422, **fields).content.decode()
    assert "二十天" in page and "打了很久的说明" in page and "天数应当是整数" in page
    assert "legal_note" not in content(path)


def test_rows_are_added_without_saving(desk: Desks, path: str) -> None:
    fields = sent(path, "materials", **{"do": "add:materials", "materials.0.name": "改了名的申请表"})
    page = desk("catalog1").press(f"{path}?part=materials", status=200, **fields).content.decode()
    assert "改了名的申请表" in page and 'name="materials.1.code" value="M02"' in page
    assert "还没有保存" in page and len(content(path)["materials"]) == 1


def test_a_stale_draft_is_told_and_can_be_saved_again(desk: Desks, path: str) -> None:
    where = f"{path}?part=conditions"
    old = sent(path, "conditions", **{"conditions.0": "第一个窗口"}) | {"version": "1"}
    desk("catalog1").send(where, old)
    page = desk("catalog1").send(where, old | {"conditions.0": "第二个窗口"}, 409).content.decode()
    assert "第二个窗口" in page and "刚才有人处理过" in page and 'name="version" value="2"' in page
    assert content(path)["conditions"] == ("第一个窗口",)
    desk("catalog1").send(where, old | {"conditions.0": "第二个窗口", "version": "2"})
    assert content(path)["conditions"] == ("第二个窗口",)


def test_a_submitted_change_is_not_edited(desk: Desks, path: str) -> None:
    change = path.partition("/draft/")[0]
    desk("catalog1").press(change, do="submit")
    answer = desk("catalog1").client.get(path)
    assert answer.status_code == 302 and answer.headers["Location"] == change
    assert desk("catalog1").client.get(f"{change}/draft/{CODE}x").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"do": ":"},
        {"do": "drop:materials:-1"},
        {"do": "up:materials:99999999999"},
        {"do": "add:fee.items"},
        {"do": "save", "rows:materials": "9999999"},
        {"do": "save", "rows:materials": "1", "materials.0.name": "x", "materials.0.need": "fly"},
        {"do": "save", "rows:materials": "1", "materials.0.name": "\x00"},
    ],
)
def test_bent_forms_are_told_not_broken(desk: Desks, path: str, fields: dict[str, str]) -> None:
    answer = desk("catalog1").client.post(f"{path}?part=materials", fields | {"version": "1", "end": "1"})
    assert answer.status_code in (200, 302, 422)
    cut = desk("catalog1").client.post(f"{path}?part=materials", {"do": "save", "version": "1"})
    assert cut.status_code == 422 and "没有收全" in cut.content.decode()


def test_rows_that_did_not_arrive_are_not_deleted(desk: Desks, path: str) -> None:
    before = content(path)
    desk("catalog1").send(f"{path}?part=materials", {"do": "save", "version": "1"}, 422)
    assert content(path) == before
