"""The office and the issue desk in a real browser, and who may open what."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import world
from tests.faces.workbench.conftest import Open, serious, shoot

pytestmark = pytest.mark.browser
World = tuple[str, dict[str, str]]


def test_inbox_groups_filters_and_batch_claim(open_as: Open) -> None:
    page = open_as("examiner1", "/office")
    assert not serious(page)
    shoot(page, "office-inbox-desk")
    expect(page.locator("tr.day").first).to_contain_text("已超期")
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-number]")).to_have_text("2")
    page.keyboard.press("c")
    page.wait_for_url("**claimed=2**")
    page.goto(page.url.split("?")[0] + "?mine=1")
    expect(page.locator("table.cases tbody tr:not(.day)")).to_have_count(2)
    page.click(".side details summary")
    page.fill("#fname", "我手上的")
    page.keyboard.press("Enter")
    expect(page.locator(".side .kept a")).to_have_text("我手上的")
    page.goto(page.url.split("?")[0] + "?light=red")
    expect(page.locator("table.cases .light--over").first).to_be_visible()


def test_next_page_by_cursor(open_as: Open) -> None:
    page = open_as("examiner1", "/office?limit=3")
    first = page.locator("table.cases .what small").all_inner_texts()
    page.click("text=下一页")
    page.wait_for_url("**cursor=**")
    second = page.locator("table.cases .what small").all_inner_texts()
    assert len(first) == 3 and second and not set(first) & set(second)


def test_export_is_a_table(open_as: Open) -> None:
    page = open_as("examiner1", "/office")
    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = page.request.get(page.url.split("/office")[0] + f"/office/export.{form}")
        assert answer.status == 200 and answer.body().startswith(start)


def test_case_page_shows_the_clock_and_reveals_only_on_demand(open_as: Open, desks: World) -> None:
    page = open_as("examiner1", f"/office/cases/{desks[1]['resumed']}")
    assert not serious(page)
    shoot(page, "office-case-desk", whole=True)
    expect(page.locator(".strip .pause").first).to_be_visible()
    expect(page.locator(".pause-note")).to_contain_text("专家评审")
    expect(page.locator(".facts-col")).to_contain_text("****")
    page.click("text=显示（记入日志）")
    page.click('form.inline button:has-text("显示")')
    expect(page.locator(".facts-col")).to_contain_text("已记入日志")
    expect(page.locator(".facts-col .kv").first).not_to_contain_text("*")
    page.goto(f"{desks[0]}/office/cases/{desks[1]['resumed']}")
    expect(page.locator(".facts-col")).to_contain_text("****")


def test_two_people_pause_a_case_and_the_reason_stands_beside(open_as: Open, desks: World) -> None:
    address = f"/office/cases/{desks[1]['proposed']}"
    mine = open_as("examiner1", address)
    expect(mine.locator(".acts")).to_contain_text("已经提出")
    page = open_as("approver1", address)
    shoot(page, "office-confirm-desk")
    page.click("#act-pause button")
    page.wait_for_url("**?done=pause")
    expect(page.locator(".marks")).to_contain_text("停钟中")


def test_a_refusal_keeps_what_was_typed(open_as: Open, desks: World) -> None:
    page = open_as("head1", f"/office/cases/{desks[1]['ready']}")
    if page.locator("#act-extend summary").count():
        page.click("#act-extend summary")
    page.fill("#f-extend-days", "60")
    page.fill("#f-extend-reason", "现场复杂，需补充检测")
    page.locator("#act-extend button").click()
    expect(page.locator("#summary")).to_be_visible()
    expect(page.locator("#f-extend-reason")).to_have_value("现场复杂，需补充检测")


def test_decide_then_produce_then_hand_over(open_as: Open, desks: World) -> None:
    case_no = desks[1]["ready"]
    page = open_as("approver1", f"/office/cases/{case_no}")
    page.locator('#act-decide button[value="grant"]').click()
    page.wait_for_url("**?done=decide")
    page.locator("#act-produce button").first.click()
    page.wait_for_url("**?done=produce")
    issuer = open_as("issuer1", "/issue")
    assert not serious(issuer)
    shoot(issuer, "issue-list-desk")
    issuer.fill("#q", case_no)
    issuer.keyboard.press("Enter")
    issuer.wait_for_url("**/issue/handover/**")
    assert not serious(issuer)
    shoot(issuer, "issue-handover-desk")
    issuer.fill("#check", "0000")
    issuer.keyboard.press("F8")
    expect(issuer.locator("#summary")).to_contain_text("后四位")
    issuer.fill("#check", world.person(205)["id_number"][-4:])
    issuer.keyboard.press("F8")
    issuer.wait_for_url("**?done=1")
    expect(issuer.locator("main")).to_contain_text("送达回证")


def test_a_paper_opens_as_pdf_and_another_case_does_not_give_it(open_as: Open, desks: World) -> None:
    base = f"{desks[0]}/office/cases/{desks[1]['resumed']}"
    page = open_as("examiner1", f"/office/cases/{desks[1]['resumed']}?tab=d-x")
    link = page.locator(".tabs a", has_text="受理通知书")
    number = re.search(r"tab=d-(.+)", link.get_attribute("href") or "")[1]  # type: ignore[index]
    found = page.request.get(f"{base}/papers/{number}")
    assert found.status == 200 and found.body().startswith(b"%PDF")
    assert "object-src" in found.headers["content-security-policy"]
    other = f"{desks[0]}/office/cases/{desks[1]['late']}/papers/{number}"
    assert page.request.get(other).status == 404


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("examiner1", "/counter", 403),
        ("clerk1", "/office", 403),
        ("citizen1", "/office", 403),
        ("issuer1", "/counter/visits/1", 403),
        ("examiner1", "/console/system", 403),
        ("examiner2", "/office/cases/{resumed}", 404),
        ("examiner1", "/office/cases/{food}", 404),
        ("clerk1", "/counter/visits/1", 404),
        ("examiner1", "/office/cases/nonsense", 404),
    ],
)
def test_who_may_open_what(open_as: Open, desks: World, username: str, path: str, status: int) -> None:
    page = open_as(username, "/password")
    found = page.goto(desks[0] + path.format(**desks[1]))
    assert found is not None and found.status == status
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "wall"])
def test_other_sizes(open_as: Open, desks: World, size: str) -> None:
    page = open_as("examiner1", "/office", size=size)
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"office-inbox-{size}")
    page.goto(f"{desks[0]}/office/cases/{desks[1]['resumed']}")
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"office-case-{size}")
