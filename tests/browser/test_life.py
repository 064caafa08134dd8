"""One case through all hands, by pages only: citizen, window, examiner, approver, issue desk."""

import re
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from onewindow.site.demo import people
from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance


def test_corrected_paused_decided_and_handed_over(visit: Visit, paper: Path, instance: Instance) -> None:
    citizen, clerk = visit("citizen2"), visit("clerk1")
    number = steps.apply(citizen, steps.DRAINAGE, paper, materials=3)
    _correct(clerk, citizen, number, paper)
    steps.act(clerk, f"/counter/cases/{number}", "accept")
    expect(clerk.locator(".marks")).to_contain_text("已受理")

    examiner, approver = visit("examiner1"), visit("approver1")
    office = f"/office/cases/{number}"
    steps.act(
        examiner, office, "pause",
        procedure="expert-review", reason="水质数据需专家复核", expected_days="5",
    )  # fmt: skip
    expect(examiner.locator(".acts")).to_contain_text("已经提出")
    steps.act(approver, office, "pause")
    expect(approver.locator(".marks")).to_contain_text("停钟")
    citizen.goto(f"/my/cases/{number}")
    expect(citizen.locator(".top")).to_contain_text("停住不算")
    steps.act(examiner, office, "resume", result="专家意见：合格")
    steps.act(examiner, office, "review", button="true", opinion="材料齐全，水质达标")
    steps.act(approver, office, "decide", button="grant")
    steps.act(approver, office, "produce")

    citizen.goto("/my")
    expect(citizen.locator(".todo").first).to_be_visible()
    citizen.goto(f"/my/cases/{number}")
    expect(citizen.locator(".todo")).to_contain_text("领取结果")
    issuer = visit("issuer1")
    issuer.goto("/issue")
    issuer.fill("#q", number)
    issuer.keyboard.press("Enter")
    issuer.wait_for_url("**/issue/handover/**")
    issuer.fill("#check", people.person(2).id_number[-4:])
    issuer.keyboard.press("F8")
    issuer.wait_for_url("**?done=1")
    citizen.reload()
    expect(citizen.locator(".top")).to_contain_text("已办结并送达")
    _track_and_verify(visit(), citizen, number, instance)
    _others_find_nothing(visit, number)


def _correct(clerk: Page, citizen: Page, number: str, paper: Path) -> None:
    """The one-time notice from a ticked row, answered in the portal."""
    clerk.goto(f"/counter/search?q={number}")
    clerk.wait_for_url(f"**/counter/cases/{number}")
    form = clerk.locator("#act-notify-correction")
    form.locator('[name="row-M04"]').check()
    form.locator('[name="problem-M04"]').fill("没有水质检测报告")
    form.locator('[name="answer_by"]').fill("2026-09-21")
    form.locator(".act-go button").first.click()
    clerk.wait_for_url("**?done=notify-correction")
    citizen.goto("/my")
    todo = citizen.locator(".todo", has_text="补正材料").first
    expect(todo).to_contain_text("9月21日")
    todo.locator("a.btn").click()
    expect(citizen.locator("#m-M04")).to_contain_text("没有水质检测报告")
    citizen.locator("section:has(#supply) .end .btn--go").click()
    expect(citizen.locator("#summary")).to_contain_text("请至少选择一个文件")
    citizen.set_input_files("#u-M04", paper)
    citizen.locator("section:has(#supply) .end .btn--go").click()
    expect(citizen.locator(".okay")).to_contain_text("已重新提交")


def _track_and_verify(page: Page, citizen: Page, number: str, instance: Instance) -> None:
    page.goto("/track")
    page.fill("#case_no", number)
    page.fill("#check", "0000")
    page.click("main form button")
    expect(page.locator("#summary")).to_be_focused()
    page.fill("#check", people.person(2).id_number[-4:])
    page.click("main form button")
    expect(page.locator(".timeline")).to_contain_text("送达")
    assert people.person(2).name not in page.inner_text("main")
    case = instance.call("citizen2", "GET", f"/cases/{number}")
    decision = next(one for one in case["documents"] if "决定书" in one["title"])
    file = citizen.request.get(f"{instance.address}/my/cases/{number}/papers/{decision['document_no']}")
    assert file.body().startswith(b"%PDF")
    page.goto(f"/verify/{decision['document_no']}?code={_printed_code(file.body())}")
    expect(page.locator("h1")).to_have_text("这份文书是真的")
    page.goto(f"/verify/{decision['document_no']}?code=00000000")
    expect(page.locator("#summary")).to_be_visible()


def _printed_code(paper: bytes) -> str:
    """The check code beside the QR code of a paper."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    found = re.search(r"核验码\s*([0-9A-Z-]{6,})", text)
    assert found, text
    return found[1]


def _others_find_nothing(visit: Visit, number: str) -> None:
    other = visit("examiner2")
    for page, address, status in (
        (other, f"/office/cases/{number}", 404),
        (other, "/counter", 403),
        (visit("citizen1"), f"/my/cases/{number}", 404),
    ):
        found = page.goto(address)
        assert found is not None and found.status == status, address
        expect(page.locator(".refusal dl")).to_contain_text("您可以")
        expect(page.locator(".refusal .btn--go")).to_be_visible()


def test_a_deferred_material_is_promised_and_brought(visit: Visit, paper: Path) -> None:
    firm, clerk = visit("enterprise1"), visit("clerk1")
    firm.goto(f"/items/{steps.GAS}/apply")
    firm.wait_for_url(re.compile("/apply/"))
    firm.goto(firm.url.rsplit("/", 1)[0] + "/who")
    steps.go_on(firm)
    number = steps.apply(firm, steps.GAS, paper, materials=5, start=False)
    clerk.goto(f"/counter/cases/{number}")
    form = clerk.locator("#act-accept")
    form.locator('[name="row-M06"]').check()
    form.locator('[name="promised-M06"]').fill("2026-09-10")
    form.locator(".act-go button").first.click()
    clerk.wait_for_url("**?done=accept")
    firm.goto("/my")
    firm.locator(f'.todo a[href^="/my/cases/{number}"]').click()
    expect(firm.locator(".todo").first).to_contain_text("9月10日")
    firm.set_input_files("#u-M06", paper)
    firm.locator("section:has(#supply) .end .btn--go").click()
    expect(firm.locator(".okay")).to_contain_text("已补交")
    expect(firm.locator("#supply")).to_have_count(0)


def test_everybody_lands_on_a_page_of_their_own(visit: Visit) -> None:
    for username, address in (
        ("supervisor1", "/console"), ("manager1", "/console"), ("catalog1", "/editor"),
        ("leader1", "/editor"), ("establishment1", "/editor"), ("legal1", "/editor"),
        ("clerk9", "/counter"), ("dual1", "/office"), ("issuer2", "/issue"),
    ):  # fmt: skip
        page = visit(username)
        found = page.goto(address)
        assert found is not None and found.status == 200, username
        expect(page.locator("h1")).to_be_visible()
        page.context.close()
