"""Hand-over lists in a real browser: a hand scanner's speed, colours and words, the other side, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.faces.workbench.conftest import Open, serious

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Pages go through the intake one after the other: on a busy machine that takes its time."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def scan(page: Page, code: str) -> None:
    """As a hand scanner types: at once, with Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_a_pile_is_scanned_handed_over_and_counted(open_as: Open, desks: tuple[str, dict[str, str]]) -> None:
    numbers = [desks[1][name] for name in ("fresh206", "fresh207", "food")]
    page = open_as("clerk1", "/counter/handovers")
    for number in (*numbers, numbers[0]):  # without waiting; the last one was scanned before
        scan(page, number.replace("-", ""))
    expect(page.locator("#said")).to_have_attribute("data-tone", "near")
    scan(page, "20260908-999999-0")
    expect(page.locator("#said")).to_have_attribute("data-tone", "stop")
    expect(page.locator(".bundles")).to_have_count(2)
    assert not serious(page)
    page.get_by_role("button", name="移交，打印交接单").first.click()
    page.wait_for_url(re.compile(r"/counter/handovers/\d+\?made=1"))
    printed = page.request.get(page.url.partition("?")[0] + "/print")
    assert printed.headers["content-type"] == "application/pdf" and printed.body().startswith(b"%PDF")
    listed = page.locator("h1").inner_text()

    other = open_as("examiner1", "/office/handovers")
    scan(other, listed)
    other.wait_for_url(re.compile(r"/office/handovers/\d+$"))
    scan(other, numbers[0])
    expect(other.locator("tr.is-there")).to_have_count(1)
    expect(other.get_by_role("button", name="签收，缺 1 件")).to_be_visible()
    scan(other, numbers[1])
    expect(other.locator("tr.is-there")).to_have_count(2)
    assert not serious(other)
    other.keyboard.press("F8")
    expect(other.locator("form dl.kv")).to_contain_text("签收")
    expect(other.get_by_role("button", name="都清点了，签收")).to_have_count(0)
    page.reload()
    expect(page.locator("form dl.kv dd").last).to_contain_text("2026年")


def test_the_lists_work_without_a_script(open_as: Open, desks: tuple[str, dict[str, str]]) -> None:
    known = open_as("clerk2", "/counter/handovers")
    plain = known.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=known.context.storage_state(), locale="zh-CN"
    )
    page = plain.new_page()
    page.goto(known.url)
    page.fill("#code", desks[1]["fresh208"])
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("上单")
    page.get_by_role("button", name="去掉").click()
    expect(page.locator(".empty")).to_contain_text("还没有扫件")
    plain.close()


def sign(page: Page, board: Locator) -> None:
    """A stroke on the pad."""
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 30, steps=4)
    page.mouse.move(box["x"] + 220, box["y"] + 70, steps=4)
    page.mouse.up()


def test_an_original_is_borrowed_and_given_back_with_signatures(
    open_as: Open, desks: tuple[str, dict[str, str]]
) -> None:
    number = desks[1]["produced"]
    page = open_as("clerk1", f"/counter/cases/{number}/originals")
    page.get_by_role("button", name="借下，出借用单").click()  # nobody has signed yet
    expect(page.locator(".pad.is-empty [data-state]")).to_have_text("还没有签")
    page.fill("#sheets", "2")
    sign(page, page.locator("[data-board]").last)
    expect(page.locator("#signature")).to_have_attribute("data-drawn", "1")
    page.keyboard.press("F8")
    expect(page.locator(".done")).to_contain_text("已借")
    assert not serious(page)
    slip = page.request.get(desks[0] + (page.locator(".done a").get_attribute("href") or ""))
    assert slip.headers["content-type"] == "application/pdf" and slip.body().startswith(b"%PDF")

    issue = open_as("issuer1", f"/issue/handover/{number}")
    expect(issue.locator(".note--stop")).to_contain_text("原件还没归还")
    issue.locator(".note--stop a").click()
    issue.wait_for_url(re.compile("/originals$"))
    sign(issue, issue.locator(".lent [data-board]"))
    expect(issue.locator(".lent input[type=file]")).to_have_attribute("data-drawn", "1")
    issue.get_by_role("button", name="归还，双方留签字").click()
    expect(issue.locator(".done")).to_contain_text("已归还")
    page.goto(page.url.partition("/counter")[0] + "/counter/originals")
    expect(page.locator("main")).not_to_contain_text(number)
