"""The page of the question tree: written by plain posts, previewed from what is not saved, kept with the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.http import QueryDict

from onewindow.catalog.definition import ItemDefinition, Question
from onewindow.catalog.rules import checklist
from onewindow.faces.editor import tree
from onewindow.faces.editor.tree import Asked, Choice
from tests.faces.editor.conftest import CODE, Desk, said
from tests.faces.editor.test_controls import posted_tree
from tests.faces.editor.test_drafts import content
from tests.faces.editor.test_items import begun

Desks = Callable[[str], Desk]


@pytest.fixture
def path(desk: Desks) -> str:
    """The address of the scenario of a fresh draft of ``CODE`` with the materials M01 and M02."""
    draft = begun(desk, "change").partition("?")[0]
    rows = {"rows:materials": "2", "end": "1"}
    for place, name in enumerate(("排水申请表", "管网接入图")):
        row = f"materials.{place}."
        rows |= {row + "code": f"M0{place + 1}", row + "name": name, row + "need": "required"}
        rows |= {row + "basis": "《排水条例》第二十一条", row + "source": "applicant", row + "copies": "1"}
    desk("catalog1").press(f"{draft}?part=materials", do="save", **rows)
    assert [row["code"] for row in content(draft)["materials"]] == ["M01", "M02"]
    return f"{draft}?part=scenario"


def fields(asked: tree.Tree, start: str = "Q1", **more: Any) -> dict[str, Any]:
    """What a browser sends of the page."""
    post = QueryDict(mutable=True)
    posted_tree(asked, "questions", post)
    post.setlist("tree-row", ["M01", "M02"])
    for place, code in enumerate(("M01", "M02")):
        for name in ("adds", "drops"):
            cells = [f"{at}.{on}" for at, _q, on, one in tree.choices_of(asked) if code in getattr(one, name)]
            post.setlist(f"{name}.{place}", cells)
    return {**dict(post.lists()), "start_question": start, "end": "1", **more}


def two(**second: Any) -> tree.Tree:
    return [
        Asked("Q1", "接到哪里？", choices=[Choice("a", "市政管网", next="Q2"), Choice("b", "自建设施", drops=["M02"])]),
        Asked("Q2", "有预处理设施吗？", choices=[Choice("a", "有"), Choice("b", "没有", **second)]),
    ]  # fmt: skip


def test_a_tree_is_built_by_buttons_alone(desk: Desks, path: str) -> None:
    editor = desk("catalog1")
    page = editor.press(path, status=200, **fields([], "", do="add:questions")).content.decode()
    assert 'name="questions.0.code" value="Q1"' in page and "还没有保存" in page
    first = [Asked("Q1", "接到哪里？", choices=[Choice("a", "市政管网", next="+"), Choice("b", "自建设施")])]
    page = editor.press(path, status=200, **fields(first, do="add:questions.0")).content.decode()
    assert 'name="questions.1.code" value="Q2"' in page and 'name="questions.0.2.code" value="c"' in page
    assert "questions" not in content(path)
    editor.press(path, **fields(two(), do="save"))
    saved = content(path)
    wanted = msgspec.convert(tree.value(two(), "", []), tuple[Question, ...])
    assert saved["start_question"] == "Q1"
    assert msgspec.convert(saved["questions"], tuple[Question, ...]) == wanted


def test_the_preview_is_of_what_is_typed(desk: Desks, path: str) -> None:
    where = path.replace("?", "/preview?")
    answer = desk("catalog1").client.post(where, fields(two(), **{"a.Q1": "b"}))
    page = said(answer.content.decode())
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "共 3 种走法" in page and "1 份材料" in page and "全部 2 份，按回答减去 1 份" in page
    assert "每个问题都能问到" in page and "questions" not in content(path)
    whole = desk("catalog1").press(path, status=200, **fields(two(), do="preview:", **{"a.Q1": "b"}))
    assert "全部 2 份，按回答减去 1 份" in said(whole.content.decode())


@pytest.mark.parametrize(
    ("asked", "told", "target"),
    [
        (two(drops=["M01", "M02"]), "没有任何必要材料", "e-questions-1-1"),
        ([*two(), Asked("Q3", "孤", choices=[Choice("a", "甲")])], "Q3 无法到达", "e-questions-2"),
        ([*two(next="Q3"), Asked("Q3", "空")], "Q3 没有选项", "e-questions-2"),
        (two(next="Q1"), "绕回自身", "e-questions-0"),
        (two(adds=["M9"]), "不存在的材料", "e-questions-1-1"),
    ],
)
def test_what_is_wrong_is_told_with_a_link_to_its_place(
    desk: Desks, path: str, asked: tree.Tree, told: str, target: str
) -> None:
    post = fields(asked)
    if "M9" in asked[1].choices[1].adds:
        post |= {"tree-row": ["M01", "M02", "M9"], "adds.2": ["1.1"]}
    page = desk("catalog1").client.post(path.replace("?", "/preview?"), post).content.decode()
    link = next(part for part in page.split("<li") if told in part)
    assert f'href="#{target}"' in link
    page = desk("catalog1").press(path, status=200, **post, do="preview:").content.decode()
    assert f'id="{target}"' in page


def test_the_bare_way_is_shown_and_walked(desk: Desks, path: str) -> None:
    post = fields(two(drops=["M01", "M02"]))
    where = path.replace("?", "/preview?")
    page = desk("catalog1").client.post(where, post).content.decode()
    assert "这样回答，一份必要材料也没有： 接到哪里？ → 市政管网 有预处理设施吗？ → 没有" in said(page)
    walked = desk("catalog1").client.post(where, post | {"do": 'walk:[["Q1",["a"]],["Q2",["b"]]]'})
    assert "0 份材料" in said(walked.content.decode())


def test_what_lacks_is_told_and_nothing_typed_is_lost(desk: Desks, path: str) -> None:
    asked = [Asked("Q1", "", choices=[Choice("a", "打了很久的字"), Choice("b", "", rejected="不归这里管")])]
    page = desk("catalog1").press(path, status=422, **fields(asked, do="save")).content.decode()
    assert "请填写问题" in page and "请填写选项" in page
    assert "打了很久的字" in page and "不归这里管" in page and "questions" not in content(path)


def test_the_saved_tree_shortens_the_list(desk: Desks, path: str) -> None:
    desk("catalog1").press(path, **fields(two(), do="save"))
    item = msgspec.convert(content(path), ItemDefinition)
    assert [row.code for row in checklist(item, {"Q1": "b"}).materials] == ["M01"]
    assert len(checklist(item, {"Q1": "a", "Q2": "a"}).materials) == len(item.materials) == 2


def test_only_the_editor_of_a_draft_sees_its_preview(desk: Desks, path: str) -> None:
    where = path.replace("?", "/preview?")
    assert desk("leader1").client.post(where, fields(two())).status_code in (403, 404)
    assert desk("catalog1").client.get(where).status_code == 405
    assert desk("catalog1").client.post(where.replace(CODE, "X"), fields(two())).status_code == 404
    desk("catalog1").press(where.partition("/draft/")[0], do="submit")
    assert desk("catalog1").client.post(where, fields(two())).status_code == 404
