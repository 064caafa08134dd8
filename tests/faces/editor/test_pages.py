"""The editor's pages in a real browser, on a desk and on a phone: nothing serious for axe, nothing too wide."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from onewindow.base import clock, tokens
from onewindow.base.models import Account
from onewindow.catalog import queries, services
from onewindow.catalog.definition import Limit
from onewindow.catalog.elements import Material
from onewindow.catalog.services import Target
from onewindow.ui import session
from tests import world
from tests.chromium import launch
from tests.faces.editor.conftest import CODE, put_sound_item
from tests.faces.workbench.conftest import SIZES, serious, shoot

pytestmark = pytest.mark.browser
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the tests' thread


def rewritten(before: Any, **changes: Any) -> Target:
    after = msgspec.structs.replace(before, **changes)
    return Target(task_code=CODE, action="publish", definition=after, base_version=before.version)


@pytest.fixture(scope="module")
def site(_city: None, django_db_blocker: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, name → path): one change in approval, one draft with a broken rule; cookies by user name."""
    with django_db_blocker.unblock():
        clock.move_to(world.START)
        put_sound_item()
        before, editor, now = queries.current(CODE), world.actor("catalog1"), clock.now()
        first = rewritten(
            before,
            conditions=("从事工业、建筑、餐饮、医疗活动并向管网排放污水的排水户", "已经接通市政管网"),
            promised_limit=Limit(5),
            materials=(*before.materials, Material("M02", "排水管网接入图", basis="《排水条例》第二十二条")),
            faq=(),
        )
        made = services.propose(
            editor, kind="change", title="按新条例改排水许可的条件和材料", reason="省里修订了条例，原条件太宽。",
            basis="《城镇排水与污水处理条例》第二十一条", targets=[first], now=now,
        )  # fmt: skip
        services.submit(editor, made["number"], version=made["version"], now=now)
        legal = world.actor("legal1")
        services.examine(legal, made["number"], version=2, verdict="agree", text="依据充分。", now=now)
        map_row = Material("M02", "排水管网接入图", basis="《排水条例》第二十二条")
        second = rewritten(
            before, promised_limit=Limit(30), visits=3, materials=(*before.materials, map_row),
            conditions=("排水户应当符合有关规定，并提交其他材料",),
        )  # fmt: skip
        draft = services.propose(
            editor, kind="change", title="放宽承诺", reason="人手不够", targets=[second], now=now
        )
        server = LiveServer("127.0.0.1")
        change, draft_path = (f"/editor/changes/{one['number']}" for one in (made, draft))
        yield server.url, {"change": change, "draft": draft_path, "sheet": f"{draft_path}/draft/{CODE}"}
        server.stop()
        world.rebuild()


@pytest.fixture(scope="module")
def browser(site: tuple[str, dict[str, str]]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def opened(browser: Browser, address: str, username: str, path: str, size: str, language: str) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
    account = Account.objects.get(username=username)
    token = tokens.issue(account, purpose="page", now=clock.real_now()).token
    context.add_cookies([{"name": session.COOKIE, "value": token, "url": address}])
    page = context.new_page()
    page.goto(address + path)
    return page


PAGES = [
    ("establishment1", "/editor/changes", "editor-changes"),
    ("establishment1", "{change}", "editor-change"),
    ("catalog1", "{draft}", ""),
    ("catalog1", "{sheet}?part=limits", ""),
    ("catalog1", "{sheet}?part=materials", "editor-draft-materials"),
    ("catalog1", "{sheet}?part=scenario", ""),
    ("catalog1", "{sheet}?part=form", ""),
    ("catalog1", "{sheet}?part=conditions", "editor-draft-vague"),
    ("catalog1", f"/editor/items/{CODE}/propose/split", "editor-split"),
    ("catalog1", "/editor/catalogue", ""),
    ("catalog1", "/editor/catalogue/new", ""),
    ("catalog1", "/editor/items", ""),
    ("catalog1", f"/editor/items/{CODE}", "editor-item"),
    ("catalog1", f"/editor/items/{CODE}/propose/delegate", ""),
    ("manager1", "/editor/quality", "editor-quality"),
    ("catalog1", "/editor/sheets", "editor-sheets"),
    ("catalog1", "/editor/bulk", "editor-bulk"),
    ("leader1", "/editor/comparison", ""),
    ("leader1", "/editor/compression?set=example&percent=15", "editor-compression"),
]


@pytest.mark.parametrize(("username", "path", "name"), PAGES)
def test_pages(
    browser: Browser, site: tuple[str, dict[str, str]], username: str, path: str, name: str
) -> None:
    page = opened(browser, site[0], username, path.format(**site[1]), "desk", "zh-CN")
    assert page.locator("h1").is_visible()
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name:
        shoot(page, f"{name}-desk", whole=True)
    width, height = SIZES["phone"]
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not serious(page)
    page.context.close()


def test_a_tree_is_built_previewed_and_saved(browser: Browser, site: tuple[str, dict[str, str]]) -> None:
    """Two questions without a word of JSON; the preview shortens the checklist before anything is saved."""
    page = opened(browser, site[0], "catalog1", site[1]["sheet"] + "?part=scenario", "desk", "zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.get_by_role("button", name="添一个问题").click()
    page.fill("#e-questions-0-t", "接到哪里？")
    page.fill("#e-questions-0-0-t", "市政管网")
    page.fill("#e-questions-0-1-t", "自建设施")
    page.select_option("#e-questions-0-0-n", "+")
    page.fill("#e-questions-1-t", "有预处理设施吗？")
    page.fill("#e-questions-1-0-t", "有")
    page.fill("#e-questions-1-1-t", "没有")
    assert page.input_value("#e-questions-0-t") == "接到哪里？"
    assert "Q2 有预处理设施吗？" in page.inner_text("#e-questions-0-0-n")
    page.click("#who-1 summary")
    page.check('[name="drops.1"][value="0.1"]')
    page.wait_for_selector("#who-1 .when:has-text('除了选了“自建设施”（Q1）的，都要交')")
    assert page.inner_text("#left") == "2"
    page.locator("#preview").get_by_label("自建设施").check()
    page.wait_for_selector("#left:text-is('1')")
    assert "全部 2 份，按回答减去 1 份" in page.inner_text("#preview")
    assert not serious(page)
    shoot(page, "editor-scenario-desk", whole=True)
    page.click("#who-0 summary")
    page.check('[name="drops.0"][value="0.1"]')
    page.wait_for_selector("#preview .bare:has-text('接到哪里？ → 自建设施')")
    page.click("#preview .finding a")
    assert page.evaluate("document.activeElement.id") == "e-questions-0-1-t"
    assert page.locator("#e-questions-0-1.is-told").count() == 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not serious(page)
    shoot(page, "editor-scenario-phone", whole=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.uncheck('[name="drops.0"][value="0.1"]')
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url("**done=saved")
    assert page.input_value("#e-questions-1-t") == "有预处理设施吗？"
    assert "共 3 种走法" in page.inner_text("#preview") and not errors
    page.context.close()


def test_a_form_is_built_without_json(browser: Browser, site: tuple[str, dict[str, str]]) -> None:
    page = opened(browser, site[0], "catalog1", site[1]["sheet"] + "?part=form", "desk", "zh-CN")
    rows = "e-form_schema-fields"
    add = page.locator(f"#{rows} > button")
    add.click()
    page.fill(f"#{rows}-1-title", "所属行业")
    assert not page.locator(f"#{rows}-1-choices").is_visible()
    page.select_option(f"#{rows}-1-kind", "choice")
    page.fill(f"#{rows}-1-choices", "工业\n餐饮")
    add.click()
    page.wait_for_selector(f"#{rows}-2-title")
    page.fill(f"#{rows}-2-title", "排放口")
    page.select_option(f"#{rows}-2-kind", "rows")
    page.locator(f"#{rows}-2-parts > button").click()
    page.fill(f"#{rows}-2-parts-0-title", "位置")
    assert page.input_value(f"#{rows}-1-choices") == "工业\n餐饮"
    assert not serious(page)
    shoot(page, "editor-form-desk", whole=True)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, "editor-form-phone", whole=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url("**done=saved")
    assert page.input_value(f"#{rows}-2-parts-0-title") == "位置"
    page.context.close()


def test_a_slider_asks_at_once(browser: Browser, site: tuple[str, dict[str, str]]) -> None:
    page = opened(browser, site[0], "leader1", "/editor/compression?set=example", "desk", "zh-CN")
    page.locator("#days").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.wait_for_selector("text=358 → 32 天（91.06%）")
    assert page.locator("#o-days").inner_text() == "2"
    assert page.locator(".facts").inner_text().count("82.12%") == 1
    page.context.close()
