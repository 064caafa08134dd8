"""Scanning a material in a real browser: a camera that draws its own picture, keys, dragging, files, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.faces.workbench.conftest import Open, serious
from tests.faces.workbench.test_counter import add, begin

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Pages go through the intake one after the other: on a busy machine that takes its time."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files whose names order as people count: 9 comes before 10."""
    folder = tmp_path_factory.mktemp("scans")
    found = [folder / f"扫描{number}.jpg" for number in (10, 9)]
    for path, colour in zip(found, ("navy", "maroon"), strict=True):
        Image.new("RGB", (300, 400), colour).save(path)
    return found


def to_sheet(page: Page, number: int) -> None:
    """A visit with one item, and from its first row to scanning."""
    begin(page, number)
    add(page, "排水许可", 1)
    page.locator("[data-row]").first.focus()
    page.keyboard.press("s")
    page.wait_for_url(re.compile("/sheets/1/"))


def tiles(page: Page) -> Locator:
    return page.locator("[data-tile]")


def keys(page: Page) -> list[str]:
    return tiles(page).evaluate_all("all => all.map(one => one.dataset.tile)")


def shoot_pages(page: Page, count: int) -> None:
    """One press of the space bar a page, without waiting for the one before."""
    expect(page.locator("[data-shoot]")).to_be_enabled()
    for _ in range(count):
        page.keyboard.press("Space")
    expect(tiles(page)).to_have_count(count)


def test_pages_by_camera_in_order_turned_and_bound(open_as: Open, photos: list[Path]) -> None:
    page = open_as("clerk2", "/counter")
    to_sheet(page, 520)
    policy = page.request.get(page.url).headers["permissions-policy"]
    assert policy.startswith("camera=(self), microphone=()")
    shoot_pages(page, 3)
    assert page.evaluate("JSON.parse(localStorage['counter-camera']).device")
    first, second, third = keys(page)
    # By keyboard: the last page is chosen; forward twice, turned right.
    page.keyboard.press("[")
    expect(tiles(page).nth(1)).to_have_attribute("data-tile", third)
    page.keyboard.press("[")
    expect(tiles(page).first).to_have_attribute("data-tile", third)
    page.keyboard.press("r")
    expect(tiles(page).first).to_have_attribute("data-turn", "90")
    expect(tiles(page).first.locator("img.turn-90")).to_be_visible()
    # By dragging: the last one to the front.
    tiles(page).nth(2).locator(".no").drag_to(tiles(page).nth(0).locator(".no"))
    expect(tiles(page).first).to_have_attribute("data-tile", second)
    # A page again, in its place.
    tiles(page).nth(1).focus()
    page.keyboard.press("t")
    expect(page.locator("[data-again]")).to_be_visible()
    page.keyboard.press("Space")
    expect(tiles(page).nth(1)).not_to_have_attribute("data-tile", third)
    assert [keys(page)[0], keys(page)[2]] == [second, first]
    # Files at once, as people count them; one removed.
    page.set_input_files("#page", photos)
    expect(tiles(page)).to_have_count(5)
    expect(page.locator("[data-sending]")).to_be_hidden()
    page.keyboard.press("Delete")
    expect(tiles(page)).to_have_count(4)
    assert not serious(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/counter/visits/\d+#it-1"))
    expect(page.locator("[data-row]").first).to_contain_text("已扫 1 个文件")
    expect(page.locator("[data-row]").first.locator('[data-mark="1"]')).to_be_checked()


def test_a_lost_connection_loses_and_doubles_no_page(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    to_sheet(page, 521)
    lost = []

    def carry(route: object) -> None:
        if not lost:  # it reaches the server, the answer is lost
            lost.append(route.fetch())  # type: ignore[attr-defined]
            route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route(
        "**/sheets/**", lambda route: carry(route) if route.request.method == "POST" else route.continue_()
    )
    shoot_pages(page, 2)
    expect(page.locator("[data-sending]")).to_be_hidden()
    page.unroute_all()
    page.reload()
    expect(tiles(page)).to_have_count(2)


def test_half_scanned_pages_are_told_in_the_visit(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    to_sheet(page, 522)
    shoot_pages(page, 1)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/counter/visits/\d+"))
    expect(page.locator("#out")).to_contain_text("扫了 1 页，还没合成")
    assert not serious(page)
    page.locator("#out").get_by_role("button", name="去合成").click()
    expect(tiles(page)).to_have_count(1)


def test_without_a_script_files_are_chosen_and_buttons_pressed(open_as: Open, photos: list[Path]) -> None:
    page = open_as("clerk2", "/counter")
    to_sheet(page, 523)
    address, context = page.url, page.context
    plain = context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=context.storage_state(), locale="zh-CN"
    )
    page = plain.new_page()
    page.goto(address)
    page.set_input_files("#page", photos)
    page.get_by_role("button", name="放进去").last.click()
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="第 2 页往前").click()
    page.get_by_role("button", name="第 1 页左转").click()
    expect(tiles(page).first).to_have_attribute("data-turn", "270")
    page.get_by_role("button", name="合成一份 PDF").click()
    page.wait_for_url(re.compile(r"/counter/visits/\d+"))
    expect(page.locator("[data-row]").first).to_contain_text("已扫 1 个文件")
    plain.close()
