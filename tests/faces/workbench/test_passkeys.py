"""A passkey from the page that adds it to the desk, with Chromium's own authenticator behind it."""

from __future__ import annotations

import os
import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import world
from tests.faces.workbench.conftest import SIZES, serious

USERNAME = "head2"  # nobody else logs in with this one
SHOTS = os.environ.get("ONEWINDOW_SHOTS", "")


def _shoot(page: Page, name: str) -> None:
    for size, (width, height) in SIZES.items():
        if SHOTS and size != "wall":
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{SHOTS}/{name}-{size}.png", full_page=True)


def _authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _password(page: Page) -> None:
    page.goto("/login")
    page.fill("#username", USERNAME)
    page.fill("#password", world.PASSWORD)
    page.click("form[data-once] button")


def _stolen(elsewhere: BrowserContext) -> None:
    """Who knows the password and has no passkey stays outside."""
    page = elsewhere.new_page()
    _password(page)
    expect(page).to_have_url(re.compile("/login/step$"), timeout=15_000)
    page.goto("/office")
    expect(page).to_have_url(re.compile("/login[?]next="), timeout=15_000)
    elsewhere.close()


def test_a_passkey_from_adding_to_logging_in(browser: Browser, desks: tuple[str, dict[str, str]]) -> None:
    # Passkeys hold for names only, not for bare addresses.
    address = desks[0].replace("127.0.0.1", "localhost")
    at_home = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = at_home.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
    _authenticator(page)
    _password(page)
    expect(page).to_have_url(re.compile("/office$"), timeout=15_000)
    page.goto("/account")
    assert not serious(page)
    _shoot(page, "account")
    page.goto("/account/app")
    assert not serious(page)
    _shoot(page, "app")
    page.goto("/account/passkey")
    assert not serious(page)
    _shoot(page, "passkey")
    page.fill("#password", world.PASSWORD)
    page.fill("#name", "办公室电脑")
    page.click("form[data-passkey] button")
    expect(page.locator(".codes code")).to_have_count(10)
    _shoot(page, "codes")
    page.goto("/account")
    expect(page.locator("main")).to_contain_text("办公室电脑")
    _shoot(page, "account-with")
    for way in ("second step", "alone"):
        page.context.clear_cookies()
        if way == "alone":
            page.goto("/login")
        else:
            _password(page)
            expect(page).to_have_url(re.compile("/login/step$"), timeout=15_000)
            assert not serious(page)
        _shoot(page, way.replace(" ", "-"))
        page.click("form[data-passkey] button")
        expect(page).to_have_url(re.compile("/office$"), timeout=15_000)
    assert not faults
    at_home.close()
    _stolen(browser.new_context(base_url=address))
