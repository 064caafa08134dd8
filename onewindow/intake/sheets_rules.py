"""Pure rules of a sheet: the pages of one material while they are photographed, put in order and turned."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from onewindow.kernel.errors import N_, Invalid, NotFound, RuleBroken

MOST_PAGES = 100
MOST_BYTES = 48_000_000  # a bound PDF must stay below what an upload may have
TURNS = (0, 90, 180, 270)


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page: its key in the sheet, of which file, which page of it (from 0), turned clockwise by degrees."""

    key: str
    file_id: str
    leaf: int = 0
    turn: int = 0


Pages = tuple[Page, ...]


def pages_of(shot: str, file_id: str, count: int, *, turn: int = 0) -> Pages:
    """The pages that one shot or file brings; their keys come from the shot, so that it counts once."""
    return tuple(Page(f"{shot}-{leaf}", file_id, leaf, turn) for leaf in range(count))


def added(pages: Pages, new: Pages, *, instead: str = "") -> Pages:
    """The new pages at the end, or in the place of the page ``instead``; what is there already comes once.

    A page that is to be replaced and is gone meanwhile leaves its successor at the end: no photograph is lost.
    """
    known = {page.key for page in pages}
    fresh = tuple(page for page in new if page.key not in known)
    if not fresh:
        return pages
    place = next((at for at, page in enumerate(pages) if page.key == instead), len(pages))
    found = (*pages[:place], *fresh, *pages[place + 1 :])
    if len(found) > MOST_PAGES:
        raise RuleBroken(
            "too-many-pages", N_("一份材料最多 %(n)s 页，请分成几份。"), params={"n": MOST_PAGES}
        )
    return found


def turned(pages: Pages, key: str, turn: int) -> Pages:
    """The page stands turned by ``turn`` degrees, however often this is asked."""
    if turn not in TURNS:
        raise Invalid("bad-turn", N_("只能按 90 度转。"))
    at = _place(pages, key)
    return (*pages[:at], msgspec.structs.replace(pages[at], turn=turn), *pages[at + 1 :])


def moved(pages: Pages, key: str, place: int) -> Pages:
    """The page stands at ``place`` (from 0; beyond the end is the end), however often this is asked."""
    at = _place(pages, key)
    rest = (*pages[:at], *pages[at + 1 :])
    place = max(0, min(place, len(rest)))
    return (*rest[:place], pages[at], *rest[place:])


def dropped(pages: Pages, key: str) -> Pages:
    """Without the page; a page that is gone already is no fault."""
    return tuple(page for page in pages if page.key != key)


def _place(pages: Sequence[Page], key: str) -> int:
    for at, page in enumerate(pages):
        if page.key == key:
            return at
    raise NotFound("no-page", N_("这一页已经删掉了。"))
