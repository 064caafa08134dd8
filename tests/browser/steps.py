"""What people do on the pages, said once: filling a form, uploading, acting on a case."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

DRAINAGE = "511A0148600000-511602000000-000-11511301008778255F-1-00"
GAS = "511A0024800004-511602000000-000-11511301008778255F-1-00"
CONSTRUCTION = "511A0126300000-511602000000-000-11511301008778255F-1-00"
FUND = "512B0110100006-511602000000-000-11511301008778255F-1-00"
FORMS: dict[str, dict[str, str]] = {
    DRAINAGE: {
        "drainer_name": "示范汽车美容店", "site_address": "示范区滨河路 18 号", "industry": "洗车",
        "outlets": "1", "daily_volume": "12.5", "start_on": "2026-10-20",
    },
    GAS: {
        "business_type": "瓶装燃气", "site_address": "示范区北站路 2 号", "gas_kind": "液化石油气",
        "storage_volume": "60", "manager_name": "高启明",
    },
    FUND: {"house_address": "示范区云栖里 3 幢 2 单元"},
}  # fmt: skip
CASE_NO = re.compile(r"\d{8}-\d{6}-\d")


def fill(page: Page, values: dict[str, str]) -> None:
    """The fields of an item's form."""
    for name, value in values.items():
        found = page.locator(f'[name="f.{name}"]')
        if found.count() > 1:
            page.locator(f'[name="f.{name}"][value="{value}"]').check()
        elif found.evaluate("one => one.tagName") == "SELECT":
            found.select_option(value)
        else:
            found.fill(value)


def go_on(page: Page) -> None:
    """The one large button of a step."""
    page.locator("main .end .btn--go").click()


def upload(page: Page, code: str, paper: Path) -> None:
    """Choose a file for a material: with scripts, choosing is sending."""
    page.set_input_files(f"#u-{code}", paper)
    expect(page.locator(f"#m-{code} .files li").first).to_contain_text(paper.name)


def apply(page: Page, task: str, paper: Path, *, materials: int, start: bool = True) -> str:
    """Go through all five steps for oneself; the case number of the receipt."""
    if start:
        page.goto(f"/items/{task}/apply")
        page.goto(page.url.rsplit("/", 1)[0] + "/who")
        go_on(page)
    page.wait_for_url(re.compile("/(situation|form)$"))
    if page.url.endswith("/situation"):  # only where the item asks something
        go_on(page)
        page.wait_for_url("**/form")
    fill(page, FORMS[task])
    go_on(page)
    page.wait_for_url("**/materials")
    for number in range(1, materials + 1):
        upload(page, f"M{number:02d}", paper)
    go_on(page)
    return confirm(page)


def confirm(page: Page, *, twice: bool = False) -> str:
    """Promise and send; the number on the receipt."""
    page.wait_for_url("**/confirm")
    page.check('[name="promise"]')
    button = page.locator("main .end .btn--go")
    if twice:
        button.dblclick()
    else:
        button.click()
    page.wait_for_url("**/receipt")
    return number_on(page)


def number_on(page: Page) -> str:
    found = CASE_NO.search(page.inner_text("main"))
    assert found, page.inner_text("main")
    return found[0]


def act(page: Page, address: str, action: str, *, button: str = "", **fields: str) -> None:
    """Carry out an act on a case page of the work screens; ``button``: the value of one of several."""
    page.goto(address)
    form = page.locator(f"#act-{action}")
    folded = form.locator("> details:not([open]) > summary")
    if folded.count():
        folded.click()
    for name, value in fields.items():
        field = form.locator(f'[name="{name}"]')
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator(f'button[value="{button}"]' if button else ".act-go button").first.click()
    page.wait_for_url(f"**?done={action}")
