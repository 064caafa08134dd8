"""What is said about a workbook: one note per cell, sheet or file, bounded in number, never lost in count."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec

Level = Literal["error", "warning", "info"]
MOST = 20_000  # notes kept in a report
MOST_OF_A_KIND = 5_000


class CellNote(msgspec.Struct, frozen=True):
    """One note: ``sheet`` and ``cell`` ("C17", a range, a column "F", or "" for the whole), a stable ``code``
    in kebab-case, a Chinese ``message``; ``item`` is the task code that it stops, where one is known."""

    sheet: str
    cell: str
    code: str
    message: str
    level: Level = "error"
    item: str = ""

    def text(self) -> str:
        """The note as one line that begins with its place."""
        place = f"“{self.sheet}”{self.cell}：" if self.sheet or self.cell else ""
        return place + self.message


class Notes:
    """Collects notes; beyond ``MOST`` (``MOST_OF_A_KIND`` of one code) they are counted only."""

    def __init__(self) -> None:
        self.kept: list[CellNote] = []
        self.counts: Counter[str] = Counter()
        self.errors = 0

    def add(
        self, sheet: str, cell: str, code: str, message: str, *, level: Level = "error", item: str = ""
    ) -> None:
        """Keep one note, or count it."""
        self.counts[code] += 1
        self.errors += level == "error"
        if self.counts[code] <= MOST_OF_A_KIND and len(self.kept) < MOST:
            self.kept.append(CellNote(sheet, cell, code, message, level, item))

    @property
    def dropped(self) -> int:
        """How many notes were counted without being kept."""
        return sum(self.counts.values()) - len(self.kept)
