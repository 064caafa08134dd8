"""Uploads of some size: progress, pause, a connection that breaks off, a reload, and no scripts at all."""

import json
import os
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.conftest import Visit


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of 3.2 MB, so that it goes in four pieces."""
    path = tmp_path_factory.mktemp("scan") / "现场照片.pdf"
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        made.Root.Extra = made.make_indirect(pikepdf.Stream(made, os.urandom(3_200_000)))
        made.save(path, compress_streams=False)
    return path


class Line:
    """The connection of one page: notes the offsets of the pieces, breaks once at an offset, or is away."""

    def __init__(self, page: Page, *, cut_at: int) -> None:
        self.offsets: list[int] = []
        self.cuts = 0
        self.is_away = False
        self._cut_at = cut_at
        page.route("**/uploads/*", self._carry)

    def _carry(self, route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        offset = int(route.request.headers["upload-offset"])
        if (offset == self._cut_at and not self.cuts) or (offset and self.is_away):
            self.cuts += 1
            route.abort("connectionreset")
            return
        self.offsets.append(offset)
        route.continue_()


def _materials(page: Page) -> None:
    page.goto(f"/items/{steps.GAS}/apply")
    page.goto(page.url.rsplit("/", 1)[0] + "/materials")


def test_a_broken_connection_goes_on_where_it_stopped(visit: Visit, scan: Path) -> None:
    page = visit("citizen3")
    _materials(page)
    line = Line(page, cut_at=1_000_000)
    row = page.locator("#m-M01")
    with page.expect_navigation():
        row.locator("input[type=file]").set_input_files(scan)
    expect(row.locator(".files li")).to_contain_text("现场照片.pdf")
    assert line.cuts == 1 and line.offsets == [0, 1_000_000, 2_000_000, 3_000_000]

    # Away after the first piece, paused, then left for good: after a reload the same file goes on where it stopped.
    line.is_away = True
    row = page.locator("#m-M02")
    row.locator("input[type=file]").set_input_files(scan)
    expect(row.locator("[data-told]")).to_have_text("网络断了，恢复后自动接着传")
    row.locator("[data-pause]").click()
    expect(row.locator("[data-told]")).to_have_text("已暂停")
    page.reload()
    told = page.locator("#m-M02 [data-told]")
    expect(told).to_contain_text("“现场照片.pdf”上次没有传完")
    kept = page.evaluate("Object.entries(localStorage).find(([key]) => key.startsWith('upload:'))[1]")
    before = page.request.get(f"/uploads/{json.loads(kept)['id']}").json()["offset"]
    assert before == 1_000_000
    line.is_away = False
    line.offsets.clear()
    with page.expect_navigation():
        page.locator("#m-M02 input[type=file]").set_input_files(scan)
    expect(page.locator("#m-M02 .files li")).to_have_count(1)
    assert line.offsets[0] == before and not page.evaluate("localStorage.length")


def test_without_scripts_the_plain_form_takes_it(visit: Visit, scan: Path) -> None:
    page = visit("citizen3", script=False)
    _materials(page)
    row = page.locator("#m-M03")
    row.locator("input[type=file]").set_input_files(scan)
    row.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("#m-M03 .files li")).to_have_count(1)


def test_what_is_supplied_to_a_case_goes_in_pieces_too(visit: Visit, scan: Path, paper: Path) -> None:
    """A form with several inputs: each is sent when it is chosen, and the form names what was sent."""
    page = visit("citizen3")
    number = steps.apply(page, steps.DRAINAGE, paper, materials=3)
    page.goto(f"/my/cases/{number}")
    line = Line(page, cut_at=1_000_000)
    row = page.locator("section:has(> #supply)")
    box = row.locator("[data-resumable-field]").first
    name = box.locator("input[type=file]").get_attribute("name")
    box.locator("input[type=file]").set_input_files(scan)
    expect(box.locator("[data-told]")).to_have_text("已经传好，提交以后才算交上。")
    assert line.cuts == 1 and line.offsets == [0, 1_000_000, 2_000_000, 3_000_000]
    expect(box.locator("ul li")).to_have_text("现场照片.pdf")
    expect(box.locator(f"input[type=hidden][name='upload.{name}']")).to_have_count(1)
    with page.expect_navigation():
        row.locator("button.btn--go").last.click()
    expect(page.get_by_text("已更正。")).to_be_visible()
