"""The counter in a real browser: the usual case by keyboard, the notice, double clicks, the online list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from onewindow.site.demo import people
from tests import world
from tests.faces.workbench.conftest import Open, serious, shoot

pytestmark = pytest.mark.browser
MOST_KEYS = 12
COUNT_KEYS = """
addEventListener('keydown', (event) => {
  const typing = event.target.matches('textarea, select') || (event.target.matches('input') && !['radio','checkbox'].includes(event.target.type));
  const isData = typing && event.key.length === 1;
  if (!isData) localStorage.setItem('pressed', Number(localStorage.getItem('pressed') || 0) + 1);
}, true);
"""


def begin(page: Page, number: int) -> None:
    """Receive the fictional person ``number``: card, name, telephone; ends in the search for items."""
    who = people.person(number)
    page.keyboard.type(who.id_number)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/counter/visits/"))
    page.keyboard.type(who.name)
    page.keyboard.press("Enter")
    page.keyboard.type(people.phone(number))
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_focused()


def add(page: Page, words: str, key: int) -> None:
    """Add the first item found for ``words``."""
    page.keyboard.type(words)
    page.wait_for_selector("#found button")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#it-{key}")


def fill_form(page: Page, key: int, task: str) -> None:
    """Type the form's data into item ``key``."""
    for name, value in world.FORMS[task].items():
        field = page.locator(f'[name="f{key}.{name}"]')
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def settled(page: Page, text: str) -> None:
    """Wait until the result column says ``text``."""
    expect(page.locator("#out")).to_contain_text(text)


def test_a_usual_case_takes_under_twelve_keys_besides_the_data(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    page.context.add_init_script(COUNT_KEYS)
    page.reload()
    page.evaluate("localStorage.setItem('pressed', 0)")
    begin(page, 500)
    add(page, "维修资金查询", 1)
    page.keyboard.press("F4")
    page.keyboard.type("示范区云栖里 3 幢 2 单元")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    settled(page, "可以受理")
    page.keyboard.press("F8")
    settled(page, "已受理")
    with page.context.expect_event("response", lambda one: "/papers/" in one.url) as paper:
        page.keyboard.press("F9")
    assert paper.value.status == 200
    assert paper.value.headers["content-type"] == "application/pdf"
    page.bring_to_front()
    page.keyboard.press("F2")
    page.wait_for_url("**/counter?finished=1")
    pressed = int(page.evaluate("localStorage.getItem('pressed')"))
    assert 5 <= pressed < MOST_KEYS, pressed


def test_several_items_and_a_notice_from_the_missing_rows(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    begin(page, 501)
    add(page, "维修资金查询", 1)
    page.keyboard.press("+")
    add(page, "排水许可", 2)
    fill_form(page, 1, world.FUND)
    fill_form(page, 2, world.SEWAGE)
    page.locator('[data-row^="1:"]').first.focus()
    page.keyboard.press("a")
    page.keyboard.press("Tab")
    expect(page.locator('[data-row^="2:"]').first).to_be_focused()
    for key in ("1", "1", "2"):
        page.keyboard.press(key)
    page.keyboard.type("平面图没有标出排放口")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    settled(page, "平面图没有标出排放口")
    assert not serious(page)
    shoot(page, "counter-visit-desk")
    page.keyboard.press("F6")
    settled(page, "已一次性告知补正")
    page.keyboard.press("F8")
    settled(page, "已受理")
    shoot(page, "counter-done-desk")
    number = page.locator('[data-result="2"] .why').first.inner_text()
    page.goto(page.url.split("/counter")[0] + f"/counter/cases/{number}")
    expect(page.locator("main")).to_contain_text("等补正")
    expect(page.locator("main")).to_contain_text("平面图没有标出排放口")


def test_two_items_ask_the_name_and_the_address_once(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    begin(page, 505)
    add(page, "排水许可", 1)
    page.keyboard.press("+")
    add(page, "小经营店", 2)
    expect(page.locator('[name="f2.shop_name"], [name="f2.shop_address"]')).to_have_count(0)
    fill_form(page, 1, world.SEWAGE)
    form = page.locator("#it-2 .formpart")
    expect(form).to_contain_text("示范汽车美容店")
    expect(form).to_contain_text("示范区滨河路 18 号")
    page.locator('[name="f2.business_kind"]').select_option("餐饮服务")
    page.locator('[name="f2.area"]').fill("35")
    page.locator('button[value="untie:2:shop_address"]').click()
    page.locator('[name="f2.shop_address"]').fill("示范区南门口 5 号")
    shoot(page, "counter-asked-once-desk")
    for key in (1, 2):
        page.locator(f'[data-row^="{key}:"]').first.focus()
        page.keyboard.press("a")
        page.keyboard.press("F8")
        expect(page.locator(f"#it-{key}")).to_have_attribute("data-done", "")
    number = page.locator("#it-2 a").first.inner_text()
    page.goto(page.url.split("/counter")[0] + f"/counter/cases/{number}")
    for said in ("示范汽车美容店", "示范区南门口 5 号", "表单第 1 版"):
        expect(page.locator("main")).to_contain_text(said)


def test_a_double_click_makes_one_case(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    begin(page, 502)
    add(page, "维修资金查询", 1)
    fill_form(page, 1, world.FUND)
    page.locator('[data-row^="1:"]').first.focus()
    page.keyboard.press("a")
    settled(page, "可以受理")
    post = """async () => {
      const data = new FormData(document.getElementById('visit')); data.set('do', 'accept:1');
      const send = () => fetch(location.href, {method: 'POST', body: data});
      const answers = await Promise.all([send(), send()]);
      return answers.map((one) => one.status);
    }"""
    assert set(page.evaluate(post)) == {200}
    page.reload()
    number = page.locator('[data-result="1"] .why').last.inner_text()
    page.goto(page.url.split("/counter")[0] + "/counter/search?q=" + people.person(502).id_number)
    expect(page.locator("table.cases tbody tr")).to_have_count(1)
    expect(page.locator("table.cases")).to_contain_text(number)


def test_a_wrong_check_digit_is_told_at_once(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    number = people.person(503).id_number
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/counter/visits/"))
    page.fill("#id_number", wrong)
    page.keyboard.press("Enter")
    expect(page.locator("#id-check")).to_have_class("error")
    page.fill("#id_number", number)
    page.keyboard.press("Enter")
    expect(page.locator("#id-check")).to_contain_text("校验码正确")


# A scanner's keys come in one burst, faster than a driver over a wire can send them on a busy machine.
SCAN = """(code) => {
  const field = document.activeElement;
  const press = (key) => field.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
  for (const key of code) if (press(key)) field.value += key;
  press("Enter");
}"""


def test_a_scanned_number_goes_to_its_field_wherever_the_cursor_is(open_as: Open) -> None:
    page = open_as("clerk2", "/counter")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/counter/visits/"))
    page.focus("#find")
    number = people.person(504).id_number
    page.evaluate(SCAN, number)
    expect(page.locator("#id_number")).to_have_value(number)
    expect(page.locator("#find")).to_have_value("")


def test_the_list_of_online_applications_and_acceptance(
    open_as: Open, desks: tuple[str, dict[str, str]]
) -> None:
    page = open_as("clerk1", "/counter")
    assert not serious(page)
    shoot(page, "counter-home-desk")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.wait_for_url("**/counter/waiting")
    page.goto(f"{desks[0]}/counter/search?q={desks[1]['lacking']}")
    page.wait_for_url("**/counter/cases/**")
    assert not serious(page)
    shoot(page, "counter-case-desk")
    expect(page.locator(".act--first h3")).to_have_text("一次性告知补正")
    page.goto(f"{desks[0]}/counter/cases/{desks[1]['received231']}")
    page.locator("#act-accept button").click()
    page.wait_for_url("**?done=accept")
    expect(page.locator(".marks")).to_contain_text("已受理")


def test_without_scripts_the_visit_works_by_plain_posts(
    browser: object, desks: tuple[str, dict[str, str]]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{desks[0]}/login?next=/counter")
    page.fill("#username", "clerk2")
    page.fill("#password", world.PASSWORD)
    page.click("form button.btn--go")
    page.fill("#code", people.person(505).id_number)
    page.click(".search button")
    page.fill("#name", people.person(505).name)
    page.fill("#phone", people.phone(505))
    page.fill("#find", "维修资金查询")
    page.click('button[value="find"]')
    page.click("#found button")
    page.locator('[name="m-1-M01"][value="got"]').check(force=True)
    page.fill('[name="f1.house_address"]', "示范区云栖里 3 幢")
    page.locator('button[value="save"]').evaluate("one => one.click()")
    page.click('button[value="accept:1"]')
    settled(page, "已受理")
    context.close()


@pytest.mark.parametrize("size", ["phone", "wall"])
def test_other_sizes(open_as: Open, size: str) -> None:
    page = open_as("clerk1", "/counter/waiting", size=size)
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"counter-waiting-{size}")


def test_a_mandate_goes_in_pieces_when_it_is_large(open_as: Open, tmp_path: Path) -> None:
    """A small one with the form, a large one before it; the pages of the rows keep their own progress."""
    page = open_as("clerk1", "/counter")
    begin(page, 530)
    small, large = tmp_path / "小.png", tmp_path / "大.png"
    Image.new("RGB", (40, 40), "white").save(small)
    Image.effect_noise((1200, 1000), 80).save(large)
    page.locator("details.agent summary").click()
    for paper, pieces in ((small, 0), (large, 2)):
        sent: list[str] = []
        page.on("request", lambda one, sent=sent: one.method == "PATCH" and sent.append(one.url))
        with page.expect_navigation():
            page.set_input_files("#mandate", paper)
        assert len(sent) == pieces, paper.name
        expect(page.locator("label[for=mandate]")).to_contain_text("已扫描")
        if not page.locator("#mandate").is_visible():
            page.locator("details.agent summary").click()
