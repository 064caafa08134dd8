"""A first look at a workbook, as text: which sheets it has, so that layouts can know it as they know text."""

from __future__ import annotations

import zipfile
from pathlib import Path

from onewindow.catalog.sheets.layout import Layout, plain_name
from onewindow.catalog.sheets.package import NotTaken
from onewindow.catalog.sheets.workbook import Workbook

MARK = "\x00xlsx\n"
_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def is_binary(start: bytes) -> bool:
    """True when a file that begins so is a ZIP or an old Office file: no list of lines."""
    return start.startswith(_STARTS)


def head(path: Path) -> str:
    """``MARK`` and the names of the sheets, one a line; nothing more when the file cannot be opened."""
    try:
        with Workbook(path) as book:
            return MARK + "".join(plain_name(sheet.name) + "\n" for sheet in book.sheets)
    except (NotTaken, OSError, zipfile.BadZipFile):
        return MARK


def is_workbook_with(head: str, layout: Layout) -> bool:
    """True when ``head`` is that of a workbook with the item sheet of ``layout``."""
    return head.startswith(MARK) and plain_name(layout.items.title) in head[len(MARK) :].splitlines()
