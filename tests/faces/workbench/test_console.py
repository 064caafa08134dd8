"""The console in a real browser: each administrator sees their own part and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.faces.workbench.conftest import Open, serious, shoot

pytestmark = pytest.mark.browser
World = tuple[str, dict[str, str]]
PAGES = [
    ("sysadmin", "/console/system", "console-system"),
    ("sysadmin", "/console/calendar", "console-calendar"),
    ("sysadmin", "/console/messages", ""),
    ("secadmin", "/console/accounts", "console-accounts"),
    ("secadmin", "/console/accounts/examiner2", "console-account"),
    ("auditor", "/console/log", "console-log"),
    ("auditor", "/console/ledger", "console-ledger"),
    ("supervisor1", "/console/cases", "console-cases"),
    ("catalog1", "/console/items?q=排水", "console-items"),
]


@pytest.mark.parametrize(("username", "path", "name"), PAGES)
def test_pages(open_as: Open, username: str, path: str, name: str) -> None:
    page = open_as(username, path)
    expect(page.locator("h1")).to_be_visible()
    assert not serious(page)
    if name:
        shoot(page, f"{name}-desk")


def test_three_administrators_stay_apart(open_as: Open, desks: World) -> None:
    for username, path in (
        ("sysadmin", "/console/accounts"),
        ("secadmin", "/console/log"),
        ("auditor", "/console/system"),
        ("supervisor1", "/console/log"),
    ):
        page = open_as(username, "/password")
        found = page.goto(desks[0] + path)
        assert found is not None and found.status == 403


def test_duty_absence_and_lock(open_as: Open, desks: World) -> None:
    page = open_as("secadmin", "/console/accounts/examiner1b")
    page.click("text=授予岗位")
    page.select_option("#role", "approver")
    page.fill("#reason", "调岗通知")
    page.click('button[value="appoint"]')
    expect(page.locator(".done")).to_contain_text("另一名安全管理员")
    other = open_as("secadmin2", "/console/accounts/examiner1b")
    other.click('button[value="confirm"]')
    expect(other.locator("main")).to_contain_text("审批")
    page.reload()
    page.click("text=登记缺勤")
    page.fill("#from", "2026-09-28")
    page.fill("#to", "2026-09-29")
    page.click('button[value="absence"]')
    expect(page.locator("main")).to_contain_text("9月28日")
    page.click('button[value="close"]')
    expect(page.locator(".kv")).to_contain_text("已停用")
    page.click('button[value="open"]')
    page.click('button[value="reset"]')
    expect(page.locator(".secret")).not_to_be_empty()


def test_the_ledger_is_verified_on_demand(open_as: Open) -> None:
    page = open_as("auditor", "/console/ledger")
    page.click("text=现在核验全部记录")
    expect(page.locator(".done")).to_contain_text("全部相符", timeout=60_000)


def test_a_broken_notice_is_refused_with_its_lines(open_as: Open) -> None:
    page = open_as("sysadmin", "/console/calendar")
    content = "date,is_workday,name\n2027-13-45,0,元旦\n".encode()
    page.set_input_files("#notice", {"name": "notice.csv", "mimeType": "text/csv", "buffer": content})
    page.click('button[value="try"]')
    expect(page.locator("main")).to_contain_text("没有导入")


def test_watchers_see_cases_masked_and_cannot_act(open_as: Open, desks: World) -> None:
    page = open_as("supervisor1", f"/console/cases/{desks[1]['late']}")
    assert not serious(page)
    assert page.locator("main form").count() == 0
    expect(page.locator("main")).to_contain_text("超期")


def test_english(open_as: Open, desks: World) -> None:
    page = open_as("supervisor1", "/console/cases", size="phone", language="en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert not serious(page)
