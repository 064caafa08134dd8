"""The browser of the tests: Debian's Chromium without its windows, which costs half the processor time."""

import os

from playwright.sync_api import Browser, Playwright

PROGRAM = os.environ.get("ONEWINDOW_CHROMIUM", "/usr/bin/chromium-headless-shell")
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip


def launch(playwright: Playwright) -> Browser:
    """A browser; whoever starts it closes it."""
    return playwright.chromium.launch(executable_path=PROGRAM, args=list(_FLAGS))
