"""The pages of words, themes and plain wording: what an editor presses is in force on the portal and touch screens."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from onewindow.base import clock, facts
from onewindow.catalog import rewording
from onewindow.catalog.changes import store
from onewindow.catalog.editorial import missed, themes
from onewindow.catalog.models import Change
from onewindow.faces.portal import doors
from tests import world
from tests.catalog.test_rewording import Stand
from tests.catalog.test_rewording import said as answering
from tests.faces.editor.conftest import CODE, Desk, said

Open = Callable[[str], Desk]
SEARCH, SUGGEST = "/search", "/suggest"


@pytest.fixture(autouse=True)
def _nothing_gathered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(doors, "region_names", list)  # the small city knows no divisions
    missed.forget()
    yield
    missed.forget()


def visit(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, (path, said(answer.content.decode())[:400])
    return answer.content.decode()


def first_hit(q: str) -> str:
    found = re.search(r'<ul class="hits">.*?<h2><a[^>]*>([^<]*)', visit(f"{SEARCH}?q={q}"), re.DOTALL)
    return html.unescape(found[1]) if found else ""


def test_a_search_in_vain_becomes_a_synonym(desk: Open) -> None:
    editor = desk("catalog1")
    for _ in range(3):
        visit(SEARCH + "?q=火锅底料倒哪里")
    visit(SEARCH + "?q=火锅底料倒哪里&type=01")  # narrowed: says nothing of the words
    visit(SEARCH + "?q=张三13800138000")
    missed.write()
    page = editor.open("/editor/words")
    assert "火锅底料倒哪里" in said(page) and "13800138000" not in page
    row = re.search(r"<tr><td[^>]*><b>火锅底料倒哪里</b>.*?</tr>", page, re.DOTALL)
    assert row and ">3<" in row[0]
    form = editor.open("/editor/words?text=火锅底料倒哪里")
    assert ">火锅底料倒哪里</textarea>" in form
    typed = {"text": "火锅底料倒哪里", "everyday": "火锅底料 倒", "official": world.ITEMS[world.SEWAGE][0]}
    before = first_hit("火锅底料倒哪里")
    tried = said(editor.send("/editor/words", typed | {"do": "preview"}, status=200).content.decode())
    assert "保存以后" in tried and world.ITEMS[world.SEWAGE][0] in tried.split("保存以后")[1]
    assert first_hit("火锅底料倒哪里") == before
    editor.send("/editor/words", typed | {"do": "save"})
    assert first_hit("火锅底料倒哪里") == world.ITEMS[world.SEWAGE][0]
    page = editor.open("/editor/words")
    assert "没有待处理的词" in page and "火锅底料 倒" in said(page)


def test_a_bent_synonym_keeps_what_was_typed(desk: Open) -> None:
    answer = desk("catalog1").send(
        "/editor/words", {"do": "save", "everyday": "13800138000", "official": ""}, status=422
    )
    page = answer.content.decode()
    assert ">13800138000</textarea>" in page and "请写正式的说法或事项编码" in page


@pytest.mark.parametrize("username", ["clerk1", "supervisor1", "leader1"])
@pytest.mark.parametrize(
    "path", ["/editor/words", "/editor/themes", "/editor/themes/birth", "/editor/themes/new"]
)
def test_only_editors_come_in(desk: Open, username: str, path: str) -> None:
    person = desk(username)
    person.open(path, status=403)
    person.send(path, {"do": "save"}, status=403)


@pytest.mark.parametrize(
    "query", ["id=0", "id=99999999999", "before=x", "kind=x", "text=%00", "id=-1", "retired"]
)
def test_bent_addresses_break_nothing(desk: Open, query: str) -> None:
    desk("catalog1").open(f"/editor/words?{query}")


def test_a_theme_reaches_portal_and_touch_screen(desk: Open) -> None:
    editor = desk("catalog1")
    fields = {"audience": "person", "label": "排污水", "label_en": "Waste water", "position": "1", "icon": "drop",
              "items": world.SEWAGE, "is_shown": "1"}  # fmt: skip
    editor.send("/editor/themes/new", fields)
    home = visit("/")
    key = next(one.key for one in themes.all_themes() if one.label == "排污水")
    assert f"event={key}" in home and "排污水" in home
    assert world.ITEMS[world.SEWAGE][0] in visit(f"{SEARCH}?audience=person&event={key}")
    assert "排污水" in visit("/kiosk/person/themes")
    assert world.ITEMS[world.SEWAGE][0] in visit(f"/kiosk/person/items?event={key}")
    assert Client().get(SEARCH + "?event=nothing").status_code == 404
    english = Client().get("/", headers={"Accept-Language": "en"}).content.decode()
    assert "Waste water" in english
    del fields["is_shown"]
    editor.send(f"/editor/themes/{key}", fields)
    assert "排污水" not in visit("/")
    refused = editor.send("/editor/themes/new", fields | {"label": "", "position": "many"}, status=422)
    assert "次序应当是 0 到 999 的整数" in refused.content.decode()


def test_a_pin_stands_on_the_home_page_and_the_pages_cost_no_statement(desk: Open) -> None:
    editor = desk("catalog1")
    editor.send("/editor/themes", {"task_code": CODE, "mark": "pin", "position": "0"})
    home = visit("/")
    hot = re.search(r'<p class="hot">.*?</p>', home, re.DOTALL)
    assert hot and hot[0].index(CODE) < hot[0].index(world.SEWAGE) if world.SEWAGE in hot[0] else hot
    assert CODE in visit("/kiosk")
    for path in ("/", "/kiosk", "/kiosk/person/themes", SUGGEST + "?q=排水", SEARCH + "?q=排水"):
        visit(path)
        with CaptureQueriesContext(connection) as again:
            visit(path)
        assert len(again) == 0, path
    editor.send("/editor/themes", {"task_code": CODE, "mark": "block"})
    assert CODE not in re.search(r'<p class="hot">.*?</p>', visit("/"), re.DOTALL)[0]  # type: ignore[index]
    editor.send("/editor/themes", {"task_code": "no-such", "mark": "pin"}, status=404)


def test_suggestions_are_read_out_and_hold_nothing_but_links(desk: Open) -> None:
    fragment = visit(SUGGEST + "?q=排水")
    assert re.search(r'<p role="presentation" data-told="\d+ 条建议', fragment)
    ids = re.findall(r'<a [^>]*id="([^"]+)"', fragment)
    assert ids and len(ids) == len(set(ids))
    assert visit(SUGGEST + "?q=").strip() == ""
    assert "<script" not in visit(SUGGEST + "?q=<script>alert(1)</script>")


# ---------------------------------------------------------------- plain wording


@pytest.fixture
def stand() -> Iterator[Stand]:
    found = Stand()
    with override_settings(
        ONEWINDOW_WORDING_URL=found.url, ONEWINDOW_WORDING_KEY="k", ONEWINDOW_WORDING_MODEL="plain-1",
        ONEWINDOW_WORDING_SECONDS=5,
    ):  # fmt: skip
        yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def draft(desk: Open) -> str:
    """The number of a draft of ``CODE`` in the hands of catalog1."""
    fields = {"title": "改指南", "reason": "写得更明白", "basis": ""}
    answer = desk("catalog1").press(f"/editor/items/{CODE}/propose/change", **fields)
    found = re.search(r"/editor/changes/(BG\w+)", answer.headers["Location"])
    assert found
    return found[1]


def wording_facts(number: str) -> list[tuple[str, dict[str, Any]]]:
    found = facts.of_subject("item-change", Change.objects.get(number=number).pk)
    return [(fact[1], fact[5]) for fact in found if fact[1].startswith("wording")]


def version(number: str) -> str:
    return str(Change.objects.get(number=number).version)


def held(number: str) -> rewording.Passage:
    target = store.targets_of(Change.objects.get(number=number))[0]
    assert target.definition is not None
    return rewording.passage(target.definition, "conditions.0")


def test_without_an_endpoint_nothing_is_offered(desk: Open, draft: str) -> None:
    editor = desk("catalog1")
    assert "通俗稿" not in editor.open(f"/editor/changes/{draft}/draft/{CODE}")
    editor.open(f"/editor/changes/{draft}/wording/{CODE}", status=404)


def test_a_proposal_is_shown_told_and_taken_over_by_the_editor(desk: Open, draft: str, stand: Stand) -> None:
    editor, path = desk("catalog1"), f"/editor/changes/{draft}/wording/{CODE}"
    assert path in editor.open(f"/editor/changes/{draft}/draft/{CODE}")
    original = held(draft).text
    stand.answer = answering("您要在 99 个工作日里办好。")
    page = editor.press(path, status=200, do="ask", element="conditions.0").content.decode()
    assert stand.asked[-1]["messages"][1] == {"role": "user", "content": original}
    assert "机器生成" in page and "您要在 99 个工作日里办好。" in page and "99 个工作日</b>" in page
    assert held(draft).text == original  # a proposal only
    (asked, told), (proposed, answer) = wording_facts(draft)
    assert (asked, proposed) == ("wording-asked", "wording-proposed")
    assert told["text"] == store.text_digest(original) and told["element"] == "conditions.0"
    assert answer["text"] == store.text_digest("您要在 99 个工作日里办好。")
    editor.press(path, version=version(draft), do="take", element="conditions.0", text="有固定的排水口。")
    assert held(draft).text == "有固定的排水口。"
    assert Change.objects.get(number=draft).state == "to-submit"
    stale = editor.send(
        path, {"do": "take", "element": "conditions.0", "text": "另一句", "version": "1"}, status=409
    )
    assert "另一句" in stale.content.decode() and held(draft).text == "有固定的排水口。"


def test_a_failing_endpoint_is_told_and_leaves_the_draft(desk: Open, draft: str, stand: Stand) -> None:
    editor, path = desk("catalog1"), f"/editor/changes/{draft}/wording/{CODE}"
    stand.answer = answering("<img src=x onerror=alert(1)>")
    page = editor.press(path, status=503, do="ask", element="conditions.0").content.decode()
    assert "网页代码" in page and "onerror" not in page
    assert [type for type, _ in wording_facts(draft)] == ["wording-asked"]
    editor.press(path, status=404, do="ask", element="conditions.77")


def test_personal_numbers_do_not_leave_the_house(desk: Open, draft: str, stand: Stand) -> None:
    editor, path = desk("catalog1"), f"/editor/changes/{draft}/wording/{CODE}"
    editor.press(
        path, version=version(draft), do="take", element="conditions.0", text="请找张三 13800138000 办理"
    )
    page = editor.press(path, status=422, do="ask", element="conditions.0").content.decode()
    assert "不能送出去" in page and stand.asked == [] and wording_facts(draft) == []


def test_another_editor_or_a_handed_in_draft_gets_nothing(desk: Open, draft: str, stand: Stand) -> None:
    path = f"/editor/changes/{draft}/wording/{CODE}"
    for username in ("clerk1", "establishment1"):
        desk(username).open(path, status=403)
    change = Change.objects.get(number=draft)
    change.state, change.submitted_at = "in-approval", clock.now()
    change.save()
    answer = desk("catalog1").send(path, {"do": "ask", "element": "conditions.0"})
    assert answer.headers["Location"] == f"/editor/changes/{draft}" and stand.asked == []
