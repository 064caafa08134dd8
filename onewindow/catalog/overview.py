"""What the catalogue holds as a whole, counted in one pass over the index: doors, filters and themes rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import msgspec

from onewindow.catalog import indexing
from onewindow.catalog.editorial import themes
from onewindow.catalog.editorial.kept import KeptTheme
from onewindow.catalog.search import Entry

AUDIENCES = ("person", "organisation")
# What the source calls "other" helps nobody find anything.
UNSORTED = "其他"
MOST_EVENTS = 12


class Audience(msgspec.Struct, frozen=True):
    """What one kind of applicant finds: how many items, their types and themes, the fullest first."""

    items: int
    types: tuple[str, ...]
    themes: tuple[str, ...]


class Overview(msgspec.Struct, frozen=True):
    """``handled``: rows of the items that one can apply for here; names and codes the fullest first."""

    items: int
    handled: tuple[dict[str, Any], ...]
    codes: frozenset[str]
    organs: tuple[str, ...]
    types: tuple[str, ...]
    regions: tuple[str, ...]
    audiences: dict[str, Audience]


_known: tuple[Hashable, Overview] | None = None


def overview() -> Overview:
    """Counted once for each index."""
    global _known
    held = indexing.current()
    if _known is None or _known[0] is not held.index:
        _known = (held.index, _counted(held.index.entries))
    return _known[1]


class Event(msgspec.Struct, frozen=True):
    """A life event on a door: ``key`` of a theme that editors keep, or a ``theme`` that stands for itself.

    ``label`` is what people call it (a msgid where it was shipped), ``label_en`` its English from an editor.
    """

    label: str
    key: str = ""
    theme: str = ""
    label_en: str = ""
    icon: str = ""

    @property
    def query(self) -> str:
        """What a list of its items is asked for."""
        return urlencode({"event": self.key} if self.key else {"theme": self.theme})


def life_events(audience: str) -> list[Event]:
    """The events of one door as editors keep them; made once for each index and state of the themes."""
    found, stand = overview(), themes.all_themes()
    return _events(audience, found.audiences[audience].themes, found.codes, stand)


@lru_cache(maxsize=8)
def _events(
    audience: str, known: tuple[str, ...], codes: frozenset[str], stand: tuple[KeptTheme, ...]
) -> list[Event]:
    """Themes that have items; where these are few, the fullest others that stand on no door, to twelve."""
    own = [one for one in stand if one.audience == audience and one.is_shown]
    events = [
        Event(one.label, key=one.key, label_en=one.label_en, icon=one.icon)
        for one in own
        if not codes.isdisjoint(one.items) or not set(one.themes).isdisjoint(known)
    ]
    taken = {theme for one in stand for theme in one.themes}
    others = [Event(theme.split("（")[0], theme=theme) for theme in known if theme not in taken]
    return events + others[: max(0, MOST_EVENTS - len(events))]


def _counted(entries: Sequence[Entry]) -> Overview:
    rows = [entry.row for entry in entries]
    return Overview(
        items=len(rows),
        handled=tuple(row for row in rows if row["handled"]),
        codes=frozenset(row["task_code"] for row in rows),
        organs=tuple(dict.fromkeys(row["organ"] for row in rows)),
        types=_fullest(row["type"] for row in rows),
        regions=_fullest(row["region"] for row in rows),
        audiences={audience: _audience(audience, entries) for audience in AUDIENCES},
    )


def _audience(audience: str, entries: Sequence[Entry]) -> Audience:
    own = [entry for entry in entries if audience in entry.audiences]
    themes = _fullest(theme for entry in own for theme in entry.themes if theme != UNSORTED)
    return Audience(len(own), _fullest(entry.row["type"] for entry in own), themes)


def _fullest(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value, _ in Counter(values).most_common())
