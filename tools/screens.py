"""Takes the pictures of `docs/screens/` anew: every main screen of a fresh demonstration, at small size.

    .venv/bin/python tools/screens.py            all of them
    .venv/bin/python tools/screens.py portal-    those whose name begins so

It starts a platform of its own in a directory of its own, on 2026-09-24, and throws it away afterwards.
"""

import contextlib
import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "docs" / "screens"
CHROMIUM = os.environ.get("ONEWINDOW_CHROMIUM", "/usr/bin/chromium-headless-shell")
WITH_PAPERS = os.environ.get("ONEWINDOW_CHROMIUM_FULL", "/usr/bin/chromium")  # the shell shows no PDF
PASSWORD = "Screens-2026-pass"
START = "2026-09-24T10:00:00+08:00"
MOST_BYTES = 200_000
SIZES = {
    "phone": (390, 844),
    "desk": (1440, 900),
    "wall": (1920, 1080),
    "wall4k": (3840, 2160),
    "kiosk": (1080, 1920),
}
DRAINAGE = "/items/511A0148600000-511602000000-000-11511301008778255F-1-00"
DRUGS = "/items/511A72020001-511602000000-000-11511301MB051073XA-1-00"
CONSTRUCTION = "/items/511A0126300000-511602000000-000-11511301008778255F-1-00"

Step = Callable[[Page], object]


class Shot(NamedTuple):
    """One picture: its name, who looks, at what address, what is done first, and how."""

    name: str
    username: str
    path: str
    first: Step | None = None
    size: str = "desk"
    cookies: tuple[tuple[str, str], ...] = ()
    is_whole: bool = False
    has_paper: bool = False


def _first_link(selector: str) -> Step:
    def go(page: Page) -> None:
        page.goto(page.locator(selector).first.get_attribute("href") or "/")

    return go


def _case(state: str) -> Step:
    """The first of one's cases in a state, by the word that the list shows."""
    return _first_link(f"table.cases tr:has-text('{state}') a")


def _hearing(page: Page) -> None:
    """What an applicant reads of a hearing: time, place, host, what was said."""
    _case("停钟")(page)
    page.locator("#hearing").evaluate("one => one.scrollIntoView()")


def _apply(step: str) -> Step:
    def go(page: Page) -> None:
        page.goto(page.url.rsplit("/", 1)[0] + f"/{step}")

    return go


def _table_of_drugs(page: Page) -> None:
    """A form with a table: two lines, the second just added."""
    _apply("form")(page)
    for number, (name, quantity) in enumerate((("生川乌", "2"), ("生草乌", "1.5"))):
        if number:
            page.click("[data-line-add]")
        page.locator('[name="f.drugs.name"]').nth(number).fill(name)
        page.locator('[name="f.drugs.quantity"]').nth(number).fill(quantity)
        page.locator('[name="f.drugs.unit"]').nth(number).select_option("千克")


def _type_search(page: Page) -> None:
    page.locator("#q").press_sequentially("开小饭店")
    page.wait_for_selector("#suggest a")


def _visit(page: Page) -> None:
    """A visitor with two matters, one row missing."""
    page.fill("#code", "511602190001010013")
    page.click(".search button")
    page.wait_for_selector("#visit")
    for number, words in enumerate(("排水许可", "维修资金查询"), start=1):
        page.fill("#find", "")
        page.locator("#find").press_sequentially(words)
        page.wait_for_selector("#found button")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#it-{number}")
    page.locator('[data-row^="1:"]').first.focus()
    for key in ("1", "1", "2"):
        page.keyboard.press(key)
    page.keyboard.type("平面图没有标出排放口")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.wait_for_timeout(800)


def _sheet(page: Page) -> None:
    """A material with five pages of a scanner, the second turned; the camera draws a picture of its own."""
    _visit(page)
    page.locator("[data-row]").first.focus()
    page.keyboard.press("s")
    page.wait_for_url("**/sheets/**")
    page.set_input_files("#page", [_scan(number) for number in range(1, 6)])
    page.wait_for_selector("[data-tile]:nth-of-type(5)")
    page.locator("[data-tile]").nth(1).focus()
    page.keyboard.press("r")
    page.wait_for_selector('[data-turn="90"]')
    page.evaluate("document.querySelector('[data-devices] option').textContent = '高拍仪'; scrollTo(0, 0)")


def _scan(number: int) -> FilePayload:
    """A page of lines, as a scanner's file."""
    size = (1240, 1754) if number != 3 else (1754, 1240)
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((110, 80, 560, 130), fill=30)
    for y in range(220, size[1] - 120, 52):
        draw.line((110, y, size[0] - 110 - y * (31 + number) % 420, y), fill=70, width=9)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return {"name": f"扫描{number}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def _bundles(page: Page) -> None:
    """The waiting cases' folders scanned onto the lists of their departments."""
    page.goto("/counter/waiting")
    numbers = page.locator("table.cases td.what small").all_inner_texts()[:5]
    page.goto("/counter/handovers")
    for number in numbers:
        page.keyboard.type(re.search(r"\d{8}-\d{6}-\d", number)[0])  # type: ignore[index]
        page.keyboard.press("Enter")
    page.wait_for_timeout(1500)


def _original(page: Page) -> None:
    """An original about to be borrowed, signed for."""
    page.goto("/counter/waiting")
    _first_link("table.cases td.what a")(page)
    page.goto(page.url.partition("?")[0] + "/originals")
    page.fill("#sheets", "2")
    page.fill("#note", "核对印章，复印后归还")
    board = page.locator("[data-board]").last.bounding_box()
    assert board is not None
    page.mouse.move(board["x"] + 60, board["y"] + 120)
    page.mouse.down()
    for x, y in ((110, 60), (130, 150), (170, 70), (210, 140), (260, 90), (330, 120)):
        page.mouse.move(board["x"] + x, board["y"] + y, steps=6)
    page.mouse.up()


def _track(page: Page) -> None:
    page.goto("/my")
    _case("已收件")(page)
    number = page.url.rsplit("/", 1)[1].split("#")[0]
    page.goto(f"/my/cases/{number}/receipt")
    code = page.locator("dd.code").nth(1).inner_text().split()[0]
    page.goto("/track")
    page.fill("#case_no", number)
    page.fill("#check", code)
    page.click("main form button")
    page.wait_for_selector(".timeline")


def _draft(part: str, item: str = CONSTRUCTION) -> Step:
    """A part of the draft of a change of an item, begun where there is none yet."""

    def go(page: Page) -> None:
        page.goto(f"/editor{item}/propose/change")
        page.fill("#reason", "按新条例减少材料")
        page.fill("#basis", "《示范市优化营商环境条例》第十条")
        page.click("form.measure .btn--go")
        page.wait_for_url("**/editor/changes/**")
        page.goto(
            page.url.partition("?")[0].partition("/draft/")[0]
            + f"/draft/{item.removeprefix('/items/')}?part={part}"
        )

    return go


def _change(page: Page) -> None:
    """A change as the offices read it, before it is submitted."""
    _draft("limits", DRAINAGE)(page)
    page.fill('[name="promised_limit.days"]', "6")
    page.click(".sheet-end .btn--go")
    page.goto(page.url.partition("/draft/")[0])


def _compare(page: Page) -> None:
    page.goto(page.locator('a[href*="/compare?"]').first.get_attribute("href") or "/")


def _published(page: Page) -> None:
    """The bulletin after it was published."""
    page.click(".publish summary")
    page.click(".publish button")
    page.wait_for_selector(".edition")


def _word(page: Page) -> None:
    """A synonym tried before it is saved."""
    page.locator("form textarea").nth(0).fill("开馆子")
    page.locator("form textarea").nth(1).fill("食品小经营店备案发放")
    page.click("main form .btn--go")
    page.wait_for_selector(".tried")
    page.evaluate("scrollTo(0, 0)")


ENGLISH, DARK, ELDER = (("language", "en"),), (("theme", "dark"),), (("elder", "1"),)
SHOTS = (
    Shot("portal-home", "", "/"),
    Shot("portal-home-phone", "", "/", size="phone"),
    Shot("portal-home-english", "", "/", cookies=ENGLISH),
    Shot("portal-home-dark", "", "/", cookies=DARK),
    Shot("portal-home-search", "", "/", _type_search),
    Shot("portal-search", "", "/search?q=开小饭店"),
    Shot("portal-guide", "", CONSTRUCTION, is_whole=True),
    Shot("portal-guide-phone", "", DRAINAGE, size="phone"),
    Shot("portal-guide-english", "", DRAINAGE, cookies=ENGLISH),
    Shot("portal-guide-elder", "", DRAINAGE, cookies=ELDER),
    Shot("portal-apply-who", "citizen1", f"{DRAINAGE}/apply", _apply("who")),
    Shot("portal-apply-who-phone", "citizen1", f"{DRAINAGE}/apply", _apply("who"), "phone"),
    Shot("portal-apply-form", "citizen1", f"{DRAINAGE}/apply", _apply("form")),
    Shot("portal-apply-table", "enterprise1", f"{DRUGS}/apply", _table_of_drugs),
    Shot("portal-apply-materials", "citizen1", f"{DRAINAGE}/apply", _apply("materials")),
    Shot("portal-apply-materials-phone", "citizen1", f"{DRAINAGE}/apply", _apply("materials"), "phone"),
    Shot("portal-my", "citizen1", "/my"),
    Shot("portal-my-phone", "citizen1", "/my", size="phone"),
    Shot("portal-case", "enterprise1", "/my", _case("停钟"), is_whole=True),
    Shot("portal-case-phone", "enterprise1", "/my", _case("停钟"), "phone"),
    Shot("portal-case-dark", "enterprise1", "/my", _case("停钟"), cookies=DARK),
    Shot("portal-case-english", "enterprise1", "/my", _case("Clock stopped"), cookies=ENGLISH),
    Shot("portal-correction", "citizen1", "/my", _case("补正"), is_whole=True),
    Shot("portal-deferred", "enterprise1", "/my", _first_link(".todo:has-text('补交') a")),
    Shot(
        "portal-receipt",
        "enterprise1",
        "/my",
        lambda page: (_case("已收件")(page), page.goto(page.url + "/receipt")),
    ),
    Shot("portal-track", "enterprise1", "/track", _track),
    Shot("portal-track-phone", "enterprise1", "/track", _track, "phone"),
    Shot("portal-login", "", "/login"),
    Shot("portal-refused", "citizen1", "/office"),
    Shot("portal-lists", "", "/lists"),
    Shot("portal-list-powers", "", "/lists/powers"),
    Shot(
        "supervision-bulletin-desk",
        "supervisor1",
        "/supervision/bulletin?period=2026-08",
        _published,
        is_whole=True,
    ),
    Shot("supervision-bulletin-phone", "supervisor1", "/supervision/bulletin?period=2026-08", size="phone"),
    Shot("portal-figures", "", "/figures/2026-08", is_whole=True),
    Shot("portal-figures-phone", "", "/figures/2026-08", size="phone"),
    Shot("portal-figures-english", "", "/figures/2026-08", cookies=ENGLISH),
    Shot("portal-figures-elder", "", "/figures/2026-08", size="phone", cookies=ELDER),
    Shot("portal-decisions", "", "/decisions"),
    Shot("portal-decisions-phone", "", "/decisions", size="phone"),
    Shot("portal-trust", "", "/trust"),
    Shot("portal-hearings", "", "/hearings"),
    Shot("portal-hearing-phone", "citizen1", "/my", _hearing, "phone"),
    Shot("portal-consents", "citizen1", "/my/consents"),
    Shot("portal-my-data", "citizen1", "/my/data", is_whole=True),
    Shot("account-desk", "clerk1", "/account"),
    Shot("kiosk-home", "", "/kiosk", size="kiosk"),
    Shot("kiosk-item", "", f"/kiosk{DRAINAGE}", size="kiosk"),
    Shot("kiosk-list", "", f"/kiosk{DRAINAGE}/list", size="kiosk"),
    Shot("kiosk-letters", "", "/kiosk/letters?q=czws", size="kiosk"),
    Shot("kiosk-themes", "", "/kiosk/person/themes", size="kiosk"),
    Shot("editor-changes-desk", "catalog1", "/editor/changes"),
    Shot("editor-change-desk", "catalog1", "/editor/changes", _change),
    Shot("editor-draft-materials-desk", "catalog1", "/editor/changes", _draft("materials")),
    Shot("editor-draft-vague-desk", "catalog1", "/editor/changes", _draft("conditions", DRAINAGE)),
    Shot("editor-scenario-desk", "catalog1", "/editor/changes", _draft("scenario")),
    Shot("editor-form-desk", "catalog1", "/editor/changes", _draft("form")),
    Shot("editor-form-phone", "catalog1", "/editor/changes", _draft("form"), "phone"),
    Shot("editor-item-desk", "catalog1", f"/editor{CONSTRUCTION}"),
    Shot("editor-compare-desk", "catalog1", f"/editor{DRAINAGE}", _compare),
    Shot("editor-catalogue-desk", "catalog1", "/editor/catalogue/new"),
    Shot("editor-quality-desk", "catalog1", "/editor/quality"),
    Shot("editor-sheets-desk", "catalog1", "/editor/sheets"),
    Shot("editor-bulk-desk", "catalog1", "/editor/bulk"),
    Shot("editor-compression-desk", "catalog1", "/editor/compression?set=example"),
    Shot("editor-words-desk", "catalog1", "/editor/words", _word),
    Shot("editor-themes-desk", "catalog1", "/editor/themes"),
    Shot("counter-home-desk", "clerk1", "/counter"),
    Shot("counter-visit-desk", "clerk1", "/counter", _visit),
    Shot("counter-sheet-desk", "clerk1", "/counter", _sheet),
    Shot("counter-handovers-desk", "clerk1", "/counter/handovers", _bundles),
    Shot("counter-original-desk", "clerk1", "/counter", _original, is_whole=True),
    Shot("counter-waiting-desk", "clerk1", "/counter/waiting"),
    Shot("counter-waiting-phone", "clerk1", "/counter/waiting", size="phone"),
    Shot("counter-case-desk", "clerk1", "/counter/waiting", _first_link("table.cases .what a")),
    Shot("office-inbox-desk", "examiner1", "/office"),
    Shot("office-inbox-phone", "examiner1", "/office", size="phone"),
    Shot("office-inbox-wall", "examiner1", "/office", size="wall"),
    Shot("office-inbox-english", "examiner1", "/office", cookies=ENGLISH),
    Shot("office-case-desk", "approver1", "/office", _first_link("table.cases .what a"), has_paper=True),
    Shot(
        "office-case-phone",
        "approver1",
        "/office",
        _first_link("table.cases .what a"),
        "phone",
        has_paper=True,
    ),
    Shot(
        "office-case-wall", "approver1", "/office", _first_link("table.cases .what a"), "wall", has_paper=True
    ),
    Shot(
        "office-confirm-desk",
        "approver1",
        "/office",
        _first_link("table.cases tr:has-text('等确认停钟') .what a"),
        has_paper=True,
    ),
    Shot("issue-list-desk", "issuer1", "/issue"),
    Shot("issue-handover-desk", "issuer1", "/issue", _first_link("table.cases .what a")),
    Shot("console-system-desk", "sysadmin", "/console/system"),
    Shot("console-calendar-desk", "sysadmin", "/console/calendar"),
    Shot("console-messages-desk", "sysadmin", "/console/messages"),
    Shot("console-accounts-desk", "secadmin", "/console/accounts"),
    Shot("console-account-desk", "secadmin", "/console/accounts/clerk1"),
    Shot("console-papers-desk", "manager1", "/console/papers"),
    Shot("console-paper-desk", "manager1", "/console/papers/grant"),
    Shot("console-log-desk", "auditor", "/console/log"),
    Shot("console-log-ins-desk", "auditor", "/console/log-ins"),
    Shot("console-ledger-desk", "auditor", "/console/ledger"),
    Shot("console-cases-desk", "supervisor1", "/console/cases"),
    Shot("supervision-board-desk", "supervisor1", "/supervision/board", is_whole=True),
    Shot("supervision-board-phone", "supervisor1", "/supervision/board", size="phone"),
    Shot("supervision-cases-desk", "supervisor1", "/supervision/cases?show=over_promise"),
    Shot("supervision-indicators-desk", "supervisor1", "/supervision/indicators"),
    Shot("supervision-indicator-desk", "supervisor1", "/supervision/indicators/on_time_rate"),
    Shot(
        "supervision-card-desk", "supervisor1", "/supervision/cards?state=upheld", _first_link("main table a")
    ),
    Shot("supervision-messages-desk", "head1", "/supervision/messages"),
    Shot("supervision-ratings-desk", "supervisor1", "/supervision/ratings"),
    Shot("supervision-files-desk", "supervisor1", "/supervision/files", _first_link("main .table a")),
    Shot("supervision-attendance-desk", "manager1", "/supervision/attendance"),
    Shot("supervision-wall", "supervisor1", "/supervision/wall", size="wall"),
    Shot("supervision-wall-4k", "supervisor1", "/supervision/wall", size="wall4k"),
    Shot("console-items-desk", "catalog1", "/console/items"),
)


def main() -> int:
    """Take the pictures whose names begin with one of the words given; all without words."""
    wanted = [one for one in SHOTS if not sys.argv[1:] or one.name.startswith(tuple(sys.argv[1:]))]
    SCREENS.mkdir(parents=True, exist_ok=True)
    failed = 0
    with _platform() as address, _camera() as film, sync_playwright() as playwright:
        flags = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
            "--no-sandbox",
            "--lang=zh-CN",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-sync",
        ]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        full = playwright.chromium.launch(
            executable_path=WITH_PAPERS, args=[*flags, "--headless=new"], ignore_default_args=["--headless"]
        )
        for shot in wanted:
            try:
                print(_take(full if shot.has_paper else browser, address, shot), flush=True)
            except Exception as error:  # the others are still wanted
                failed += 1
                print(f"{shot.name}: {error}", file=sys.stderr, flush=True)
        browser.close()
        full.close()
    return 1 if failed else 0


@contextlib.contextmanager
def _camera() -> Iterator[str]:
    """What the browser's camera sees: a page on a dark table, as a film of one picture."""
    table = Image.new("RGB", (1280, 960), (58, 52, 46))
    with Image.open(io.BytesIO(_scan(4)["buffer"])) as page:
        table.paste(
            page.convert("RGB").resize((622, 880)).rotate(2, expand=True, fillcolor=(58, 52, 46)), (320, 20)
        )
    with tempfile.TemporaryDirectory(prefix="onewindow-camera-") as folder:
        path = Path(folder) / "page.mjpeg"
        table.save(path, "JPEG", quality=90)
        yield str(path)


@contextlib.contextmanager
def _platform() -> Iterator[str]:
    """The address of a platform on 2026-09-24; ``ONEWINDOW_SCREENS_OF`` names one that runs already."""
    if os.environ.get("ONEWINDOW_SCREENS_OF"):
        yield os.environ["ONEWINDOW_SCREENS_OF"]
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="onewindow-screens-") as folder:
        environment = {
            **os.environ,
            "ONEWINDOW_DATA_DIR": folder,
            "ONEWINDOW_PORT": str(port),
            "ONEWINDOW_DEMO_PASSWORD": PASSWORD,
            "ONEWINDOW_SANDBOX": "1",
            "ONEWINDOW_SANDBOX_START": START,
        }
        process = subprocess.Popen([sys.executable, "-m", "onewindow", "up"], cwd=ROOT, env=environment)
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("the platform does not start")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own platform
            return
        time.sleep(0.5)
    raise SystemExit("the platform does not answer")


def _take(browser: Browser, address: str, shot: Shot) -> str:
    width, height = SIZES[shot.size]
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="zh-CN",
        timezone_id="Asia/Shanghai", reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(15_000)
    page = context.new_page()
    if shot.username:
        page.goto("/login")
        page.fill("#username", shot.username)
        page.fill("#password", os.environ.get("ONEWINDOW_DEMO_PASSWORD", PASSWORD))
        page.click("main button.btn--go")
        page.wait_for_url(lambda url: "/login" not in url)
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in shot.cookies])
    page.goto(shot.path)
    if shot.first is not None:
        shot.first(page)
    _painted(page)
    if shot.has_paper:  # looking at the paper has moved the page
        page.evaluate("scrollTo(0, 0)")
    if shot.name != "portal-home-search":
        page.evaluate("document.activeElement && document.activeElement.blur()")
    path = SCREENS / f"{shot.name}.png"
    page.screenshot(path=path, full_page=shot.is_whole)
    context.close()
    return f"{shot.name}: {_shrink(path):,} bytes"


def _painted(page: Page) -> None:
    """Wait until a paper shown by the browser's own viewer stands on the page: it paints later than the rest."""
    paper = page.locator("iframe.paper").first
    if not paper.is_visible():
        return
    for _ in range(40):
        page.wait_for_timeout(250)
        shades = Image.open(io.BytesIO(paper.screenshot())).convert("L").histogram()
        dark, bright = sum(shades[:120]) / sum(shades), sum(shades[200:]) / sum(shades)
        if (
            dark > 0.002 and bright > 0.3
        ):  # ink on white paper: neither the viewer's dark ground nor nothing yet
            return


def _shrink(path: Path) -> int:
    """256 colours, fewer when that is still too large."""
    picture = Image.open(path).convert("RGB")
    for colours in (256, 64, 32, 16):
        picture.quantize(colours).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
