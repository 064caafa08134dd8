"""One server and one Chromium for all browser tests; every page is watched for errors of its own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.browser import instance as instances
from tests.browser.instance import Instance
from tests.chromium import launch

WAIT_MS = 15_000

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def instance() -> Iterator[Instance]:
    """The demonstration city on 2026-09-07, 08:30."""
    with instances.running() as made:
        yield made


@pytest.fixture(scope="package")
def chromium(instance: Instance) -> Iterator[Browser]:
    # Only while these tests run: its event loop would forbid Django's connections in the others.
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def cookies(instance: Instance, chromium: Browser) -> dict[str, list[dict[str, str]]]:
    """Of those who have logged in before: user name → cookies."""
    return {}


@pytest.fixture
def visit(instance: Instance, chromium: Browser, cookies: dict[str, list[dict[str, str]]]) -> Iterator[Visit]:
    """``visit(username="", width=1280, script=True, **cookies)``: a page of a browser of one's own.

    At the end of the test no page may have had an error: script, CSP, a missing file, an answer of 500.
    """
    contexts: list[BrowserContext] = []
    watchers: list[Watcher] = []

    def make(
        username: str = "", *, width: int = 1280, height: int = 900, script: bool = True, **kept: str
    ) -> Page:
        context = chromium.new_context(
            base_url=instance.address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        if username:
            if username not in cookies:
                cookies[username] = _log_in(context, instance, username)
            context.add_cookies(cookies[username])  # type: ignore[arg-type]
        context.add_cookies(
            [{"name": name, "value": value, "url": instance.address} for name, value in kept.items()]
        )
        page = context.new_page()
        watchers.append(Watcher(page))
        return page

    yield make
    for context in contexts:
        context.close()
    found = [one for watcher in watchers for one in watcher.found]
    assert not found, "\n".join(found)


class Watcher:
    """Collects what a page complains about; an answer that refuses is no error."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", self._said)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        is_answer = message.text.startswith("Failed to load resource") and "status of 5" not in message.text
        if message.type == "error" and not is_answer:
            self.found.append(f"{message.location.get('url')}: {message.text}")

    def _answered(self, response: Response) -> None:
        is_part = response.request.resource_type != "document"
        if response.status >= 500 or (is_part and response.status == 404):
            self.found.append(f"{response.url}: {response.status}")


def _log_in(context: BrowserContext, instance: Instance, username: str) -> list[dict[str, str]]:
    page = context.new_page()
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", instance.password)
    page.click("main button.btn--go")
    page.wait_for_url(re.compile(r"^(?!.*/login)"))
    found = [
        {"name": one["name"], "value": one["value"], "url": instance.address}
        for one in context.cookies()
        if one["name"] == "onewindow"
    ]
    page.close()
    assert found, f"{username} could not log in"
    return found


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real PDF of one page."""
    path = tmp_path_factory.mktemp("papers") / "材料一.pdf"
    document = pikepdf.new()
    document.add_blank_page()
    document.save(path)
    return path
