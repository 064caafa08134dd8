"""A citizen finds a matter, applies, makes mistakes, and gets a receipt; with scripts and without."""

import re
from pathlib import Path

from playwright.sync_api import expect

from onewindow.site.demo import people
from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance


def test_found_by_everyday_words_read_and_applied_for(visit: Visit, paper: Path, instance: Instance) -> None:
    page = visit("citizen2", width=390, height=844)
    page.goto("/")
    page.locator("#q").press_sequentially("污水接进管网")
    page.wait_for_selector("#suggest a")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#suggest a").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("城镇污水排入排水管网许可")
    facts = page.locator(".facts").inner_text()
    assert (
        "7" in facts
        and "20" in facts
        and "不收费" in facts
        and "4" in page.locator("#count-fact").inner_text()
    )

    page.locator(".bar .btn--go").click()
    page.wait_for_url("**/who")
    page.fill("#phone", "12")
    steps.go_on(page)
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    page.locator("#summary a").first.click()
    expect(page.locator("#phone")).to_be_focused()
    page.fill("#phone", people.phone(2))
    steps.go_on(page)
    page.wait_for_url("**/form")  # nothing depends on a situation: that step is passed over

    wrong = steps.FORMS[steps.DRAINAGE] | {"outlets": "许多", "site_address": ""}
    steps.fill(page, wrong)
    steps.go_on(page)
    expect(page.locator("#summary")).to_be_focused()
    assert page.locator("#summary li").count() == 2
    assert page.locator(".field--bad").count() == 2
    expect(page.locator('[name="f.outlets"]')).to_have_value("许多")
    told = page.locator('[name="f.outlets"]').get_attribute("aria-describedby") or ""
    expect(page.locator("#" + told.split()[-1])).to_be_visible()
    steps.fill(page, steps.FORMS[steps.DRAINAGE])
    steps.go_on(page)
    page.wait_for_url("**/materials")

    page.locator("main .end a.btn").click()  # back: nothing that was typed is lost
    page.wait_for_url("**/form")
    expect(page.locator('[name="f.drainer_name"]')).to_have_value("示范汽车美容店")
    steps.go_on(page)
    steps.upload(page, "M01", paper)
    broken = paper.with_name("坏的.pdf")
    broken.write_bytes(b"%PDF-1.7 nothing in here")
    page.set_input_files("#u-M02", broken)
    expect(page.locator("#e-M02")).to_contain_text("坏的.pdf")
    for code in ("M02", "M03", "M04"):
        steps.upload(page, code, paper)
    expect(page.locator("h1")).to_have_text("材料齐了")
    steps.go_on(page)

    page.wait_for_url("**/confirm")
    steps.go_on(page)
    expect(page.locator("#summary")).to_contain_text("真实性")
    before = len(_cases(instance))
    number = steps.confirm(page, twice=True)
    assert len(_cases(instance)) == before + 1

    said = page.inner_text("main")
    assert "9月14日" in said and "9月16日" in said, said  # 5 working days to answer; 7 from acceptance
    assert "查询码" in said and "为什么是" in said
    link = page.locator("a", has_text="打开收件凭证").get_attribute("href")
    found = page.request.get(instance.address + str(link))
    assert found.status == 200 and found.body().startswith(b"%PDF")
    page.goto("/my")
    expect(page.locator(f'a[href="/my/cases/{number}"]')).to_be_visible()


def _cases(instance: Instance) -> list[dict[str, object]]:
    found: list[dict[str, object]] = instance.call("citizen2", "GET", "/cases?limit=100")["results"]
    return found


def test_scenario_questions_shorten_the_list_on_the_spot(visit: Visit) -> None:
    page = visit()
    page.goto(f"/items/{steps.CONSTRUCTION}")
    for code in ("a-Q1-new", "a-Q2-tender", "a-Q3-none"):
        page.locator(f"#{code}").check()
        page.wait_for_selector(f"#{code}:checked")
    expect(page.locator("#h-ask")).to_have_text("您的情形")
    expect(page.locator("#answer .cnt")).to_contain_text("减去")
    count = page.locator("#answer .mats .mat").count()
    page.locator("#a-Q3-none").uncheck()
    page.locator("#a-Q3-fire").check()
    expect(page.locator("#answer .mats .mat")).to_have_count(count + 1)


def test_an_agent_applies_under_a_mandate(visit: Visit, paper: Path, instance: Instance) -> None:
    page = visit("citizen1")
    page.goto(f"/items/{steps.FUND}")
    page.locator(".go .btn--go").click()
    page.wait_for_url(re.compile("/apply/"))
    page.goto(page.url.rsplit("/", 1)[0] + "/who")
    principal = people.person(77)
    page.check('[name="behalf"][value="agent"]')
    page.fill("#w-p_name", principal.name)
    page.fill("#w-p_id_number", principal.id_number[:-1] + ("0" if principal.id_number[-1] != "0" else "1"))
    page.fill("#w-p_phone", principal.phone)
    page.fill("#w-until", "2026-12-31")
    steps.go_on(page)
    expect(page.locator("#w-p_id_number")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#w-p_name")).to_have_value(principal.name)
    page.fill("#w-p_id_number", principal.id_number)
    steps.go_on(page)
    expect(page.locator("#summary")).to_contain_text("委托书")
    page.set_input_files("#w-mandate", paper)
    steps.go_on(page)
    number = steps.apply(page, steps.FUND, paper, materials=1, start=False)
    case = instance.call("citizen1", "GET", f"/cases/{number}")
    assert case["applicant"]["name"] == principal.name
    assert case["agent"]["name"] == people.person(1).name
    page.goto(f"/my/cases/{number}")
    expect(page.locator("h1")).to_contain_text("住宅专项维修资金查询")


def test_the_whole_portal_without_scripts(visit: Visit, paper: Path, instance: Instance) -> None:
    page = visit("citizen2", script=False)
    page.goto("/")
    page.fill("#q", "维修资金查询")
    page.click(".search button")
    page.locator(".hits a").first.click()
    page.locator(".go .btn--go").click()
    steps.go_on(page)
    steps.go_on(page)
    page.fill('[name="f.house_address"]', "示范区云栖里 3 幢")
    steps.go_on(page)
    page.set_input_files("#u-M01", paper)
    page.click("#m-M01 .drop button")
    expect(page.locator("#m-M01 .files")).to_contain_text(paper.name)
    steps.go_on(page)
    number = steps.confirm(page)
    code = instance.call("citizen2", "GET", f"/cases/{number}")["query_code"]
    page.goto("/track")
    page.fill("#case_no", number)
    page.fill("#check", code)
    page.click("main form button")
    expect(page.locator("h1")).to_contain_text("住宅专项维修资金查询")
    page.goto(f"/items/{steps.CONSTRUCTION}")
    page.check("#a-Q1-new")
    page.click("#answer noscript button, #answer .ask button")
    expect(page.locator("#h-ask")).to_contain_text("2")
