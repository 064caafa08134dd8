"""What must hold on every page: axe, no overflow, a visible focus, and English when English is asked for."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_core_python
from babel.messages.pofile import read_po
from playwright.sync_api import Page

_AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_WHOLE = {"resultTypes": ["violations"]}
_COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
_SHOW = """({theme, elder}) => {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  if (elder) root.dataset.elder = ''; else delete root.dataset.elder;
}"""
_CATALOGUES = Path(__file__).resolve().parents[2] / "onewindow" / "locale" / "en" / "parts"
_TEXTS = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('[lang]:not(html), script, style, option')) found.push(walk.currentNode.data.trim());
  document.querySelectorAll('[aria-label], [placeholder]').forEach((one) => {
    found.push(one.getAttribute('aria-label') || '', one.getAttribute('placeholder') || '');
  });
  return found.filter((text) => /[\\u4e00-\\u9fff]/.test(text));
}"""
# Words that also stand in what the sources and people wrote, or in the titles of papers.
_ALSO_CONTENT = {"其他", "是", "否", "受理", "审查", "决定", "送达", "告知承诺书"}


def problems(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe calls serious or critical on the page as it is shown now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found: dict[str, Any] = page.evaluate(
        "how => axe.run(document, how)", _COLOURS if colours_only else _WHOLE
    )
    return [
        f"{page.url} {one['id']} {one['nodes'][0]['target']} {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def in_all_lights(page: Page) -> list[str]:
    """Desk and phone, light, dark and elder mode, without loading the page again."""
    found = problems(page)
    page.evaluate(_SHOW, {"theme": "dark", "elder": False})
    found += problems(page, colours_only=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(_SHOW, {"theme": "", "elder": True})
    found += problems(page)
    found += overflow(page, 390)
    page.evaluate(_SHOW, {"theme": "", "elder": False})
    found += overflow(page, 360)
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def overflow(page: Page, width: int) -> list[str]:
    """A page that is wider than the screen."""
    page.set_viewport_size({"width": width, "height": 800})
    much = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{page.url} is {much} px too wide at {width} px"] if much > 0 else []


@cache
def _interface() -> frozenset[str]:
    """All that the interface says, in Chinese."""
    found: set[str] = set()
    for path in _CATALOGUES.glob("*.po"):
        with path.open("rb") as file:
            found |= {message.id for message in read_po(file) if isinstance(message.id, str)}
    assert len(found) > 500
    return frozenset(found - _ALSO_CONTENT)


def chinese(page: Page) -> list[str]:
    """Words of the interface that stayed Chinese; what a source or a person wrote may."""
    found: list[str] = page.evaluate(_TEXTS)
    return [f"{page.url} {text}" for text in dict.fromkeys(found) if text in _interface()]


def unreachable(page: Page, *, most: int = 60) -> list[str]:
    """The skip link comes first; every stop of the Tab key shows where it is."""
    starts_inside = page.evaluate("document.activeElement !== document.body")  # an error, a scanner's field
    page.keyboard.press("Tab")
    if not starts_inside and page.evaluate("document.activeElement.className") != "skip":
        return [f"{page.url} does not begin with the skip link"]
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const one = document.activeElement; if (one === document.body) return null;
            const shown = one.matches('.seg input') ? one.nextElementSibling : one.closest('.search:has(:focus-visible)') && one.matches('input') ? one.closest('.search') : one;
            const style = getComputedStyle(shown);
            return {name: one.outerHTML.slice(0, 80), width: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)}; }"""
        )
        if seen is None:
            break
        if seen["width"] < 2:
            found.append(f"{page.url} no focus to be seen: {seen['name']}")
    return found
