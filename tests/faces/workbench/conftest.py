"""One world and one server for all browser tests of the desks; the database of the run is fresh afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from onewindow.base import clock
from tests import world
from tests.chromium import launch
from tests.faces.workbench import desks as made

# Playwright's own loop runs in the tests' thread; Django would take every query there for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
SCREENS = Path(__file__).resolve().parents[3] / "docs" / "screens"
SIZES = {"phone": (390, 844), "desk": (1440, 900), "wall": (1920, 1080)}


@pytest.fixture(scope="package")
def desks(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """(address of the server, name -> case number); the pages live at ``desks.TODAY``."""
    with world.standing(django_db_blocker):
        found = made.cases()
        clock.move_to(made.TODAY)
        server = LiveServer("127.0.0.1")
        yield server.url, found
        server.stop()


@pytest.fixture(scope="package")
def browser(desks: tuple[str, dict[str, str]]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


Open = Callable[..., Page]


_known: dict[str, Any] = {}


def _logged_in(browser: Browser, address: str, username: str) -> Any:
    """The cookies of a log-in through the page; one log-in a person is enough for a run."""
    if username not in _known:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/login?next=/password")
        page.fill("#username", username)
        page.fill("#password", world.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        _known[username] = context.storage_state()
        context.close()
    return _known[username]


@pytest.fixture
def open_as(browser: Browser, desks: tuple[str, dict[str, str]]) -> Iterator[Open]:
    """``open_as("clerk1", "/counter", size="desk")`` gives a logged-in page; errors on the page fail the test."""
    contexts, faults = [], []

    def one(username: str, path: str, *, size: str = "desk", language: str = "zh-CN") -> Page:
        width, height = SIZES[size]
        known = _logged_in(browser, desks[0], username)
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, storage_state=known
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
        page.goto(desks[0] + path)
        return page

    yield one
    for context in contexts:
        context.close()
    assert not faults


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page."""
    from axe_core_python.sync_playwright import Axe

    found = Axe().run(page)["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0].get('failureSummary', '')[:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """A small screenshot for the documentation, only when asked for (ONEWINDOW_SCREENS=1): tests leave the

    checkout as it was. 256 colours are enough for a page.
    """
    if os.environ.get("ONEWINDOW_SCREENS") != "1":
        return
    from PIL import Image

    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.screenshot(path=path, full_page=whole)
    Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)
    assert path.stat().st_size < 200_000, f"{name} is {path.stat().st_size} bytes"
