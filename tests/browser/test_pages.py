"""Every page of every face: accessible in all lights and widths, reachable by keyboard, and in English."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser import looking, steps
from tests.browser.conftest import Visit

# Who looks at which pages, and which links of them are followed: (pattern, how many).
PAGES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]] = {
    "": (
        (
            "/", "/search?q=开饭店", "/search?q=没有这样的事", f"/items/{steps.DRAINAGE}",
            f"/items/{steps.CONSTRUCTION}", "/track", "/verify", "/verify/XX-1?code=1", "/register", "/login",
            "/about", "/privacy", "/accessibility", "/no-such-page", "/lists", "/lists/deferrable", "/figures", "/hearings", "/kiosk",
            "/rate", "/complain", "/complain/follow", "/kiosk/rate",
            "/kiosk/person/themes", "/kiosk/letters?q=czws", f"/kiosk/items/{steps.DRAINAGE}",
            f"/kiosk/items/{steps.CONSTRUCTION}/ask", f"/kiosk/items/{steps.DRAINAGE}/list",
        ),
        (),
    ),
    "citizen1": (
        ("/my", "/my/messages", "/password", "/office", "/my/data", "/my/consents", "/my/data/identity", "/my/preferences"),
        ((r"^/my/cases/[^/#]+$", 6), (r"^/apply/", 1)),
    ),
    "enterprise1": (("/my",), ((r"^/my/cases/[^/#]+$", 4),)),
    "clerk1": (
        ("/counter", "/counter/waiting", "/counter/search?q=林", "/counter/handovers", "/console/corrections",
         "/counter/originals"),
        ((r"^/counter/cases/", 1),),
    ),
    "examiner1": (("/office", "/office/search?q=林", "/office/handovers", "/office/pledges"), ((r"^/office/cases/", 2),)),
    "issuer1": (("/issue",), ((r"^/issue/handover/", 1),)),
    "sysadmin": (("/console/system", "/console/calendar", "/console/messages", "/console/disposals"), ()),
    "secadmin": (("/console/accounts", "/console/accounts/clerk1"), ()),
    "auditor": (("/console/log", "/console/log-ins", "/console/ledger"), ()),
    "catalog1": (
        (
            "/editor/changes", "/editor/items", f"/editor/items/{steps.DRAINAGE}", "/editor/quality", "/editor/sheets",
            "/editor/catalogue", "/editor/catalogue/new", f"/editor/items/{steps.DRAINAGE}/propose/split",
            "/editor/bulk", "/editor/comparison", "/editor/compression", "/editor/compression?set=example",
            "/editor/words", "/editor/themes", "/editor/themes/birth", "/editor/themes/new?audience=person",
            "/editor/items/new", f"/editor/items/{steps.DRAINAGE}/propose/change",
            f"/editor/items/{steps.DRAINAGE}/propose/merge", f"/editor/items/{steps.DRAINAGE}/propose/delegate",
        ),
        (),
    ),
    "supervisor1": (
        (
            "/console/cases", "/console/items", "/supervision/ratings", "/supervision/tickets",
            "/supervision/complaints", "/supervision/complaints/new", "/supervision/terms", "/supervision/looks", "/supervision/bulletin",
        ),
        ((r"^/console/cases/", 1), (r"^/supervision/tickets/", 1), (r"^/supervision/complaints/", 2)),
    ),
    "head1": (("/supervision/ratings", "/supervision/tickets"), ((r"^/supervision/tickets/", 1),)),
}  # fmt: skip


def _links(page: Page, pattern: str, most: int) -> list[str]:
    found = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))")
    return list(dict.fromkeys(href for href in found if re.search(pattern, href)))[:most]


@pytest.mark.parametrize("username", PAGES)
def test_every_page(visit: Visit, username: str) -> None:
    page = visit(username, width=1440, language="zh-hans")
    addresses, patterns = list(PAGES[username][0]), PAGES[username][1]
    found, seen = [], set()
    while addresses:
        address = addresses.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page.goto(address)
        for pattern, most in patterns if address in PAGES[username][0] else ():
            addresses += _links(page, pattern, most)
        found += looking.in_all_lights(page)
        found += looking.unreachable(page, most=15)
    english = visit(username, width=1440, language="en")
    for address in seen:
        english.goto(address)
        found += looking.chinese(english)
    assert not found, "\n".join(found)


def test_the_parts_of_a_draft(visit: Visit) -> None:
    """Also with an error on it; the form beside its editor follows what is typed."""
    page = visit("catalog1", width=1440)
    page.goto(f"/editor/items/{steps.CONSTRUCTION}/propose/change")
    page.fill("#reason", "按新条例减少材料")
    page.click("form.measure .btn--go")
    page.wait_for_url("**/draft/**")
    draft, found = page.url.partition("?")[0], []
    for part in ("basics", "limits", "materials", "steps", "scenario", "form"):
        page.goto(f"{draft}?part={part}")
        found += looking.in_all_lights(page)
        found += looking.unreachable(page, most=15)
    page.fill('[name="form_schema.fields.0.title"]', "立项时的代码")
    page.locator("#preview label", has_text="立项时的代码").wait_for()
    page.click('button[value="down:form_schema.fields:0"]')
    page.locator("#preview > .field:nth-of-type(2)", has_text="立项时的代码").wait_for()
    page.click("#preview [data-line-add], #preview input >> nth=0")
    page.fill('[name="form_schema.fields.0.title"]', "")
    page.click(".sheet-end .btn--go")
    page.wait_for_load_state()
    found += looking.in_all_lights(page)
    english = visit("catalog1", width=1440, language="en")
    for address in (f"{draft}?part=form", f"{draft}?part=scenario", draft.partition("/draft/")[0]):
        english.goto(address)
        found += looking.chinese(english)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("step", ["who", "situation", "form", "materials", "confirm"])
def test_the_steps_of_an_application(visit: Visit, step: str) -> None:
    page = visit("enterprise1", width=1440)
    page.goto(f"/items/{steps.CONSTRUCTION}/apply")
    page.goto(page.url.rsplit("/", 1)[0] + f"/{step}")
    found = looking.in_all_lights(page)
    steps.go_on(page)  # with errors on it
    page.wait_for_load_state()
    found += looking.in_all_lights(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("name", "value"), [("elder", "1"), ("theme", "dark")])
def test_display_that_is_asked_for_stays(visit: Visit, name: str, value: str) -> None:
    page = visit(width=390, **{name: value})
    page.goto(f"/items/{steps.DRAINAGE}")
    attribute = page.locator("html").get_attribute(f"data-{name}")
    assert attribute == ("" if name == "elder" else value)
    assert not looking.problems(page)
