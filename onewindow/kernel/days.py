"""A day as somebody writes it: ``2026-09-24``."""

from __future__ import annotations

import re
from datetime import date

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # fromisoformat also takes week dates
FIRST_YEAR, LAST_YEAR = 1900, 2199


def read(text: str) -> date:
    """The day; raises ``ValueError`` for what is none.

    Days before 1900 and after 2199 are none either: nothing in the platform lies there, and at the ends of the
    calendar there is no day before or after to count to.
    """
    if not _WRITTEN.fullmatch(text):
        raise ValueError("not a day")
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("no day that is counted with")
    return day
