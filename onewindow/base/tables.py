"""Lines of plain values as CSV or as a workbook, safe against formulas; for every list that is taken along."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook

# A sheet holds 1,048,576 rows; what is longer goes on in the next one.
SHEET_ROWS = 1_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_csv(
    out: IO[bytes], heads: Sequence[str], lines: Iterable[Sequence[Any]], *, is_marked: bool = False
) -> int:
    """CSV (RFC 4180) in UTF-8; dates in ISO 8601. How many lines.

    ``is_marked`` puts the byte order mark first, without which spreadsheet programs misread Chinese.
    """
    if is_marked:
        out.write(b"\xef\xbb\xbf")
    text = TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    count = 0
    for line in lines:
        writer.writerow([_text(value) for value in line])
        count += 1
    text.flush()
    text.detach()
    return count


def write_xlsx(out: IO[bytes], title: str, heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    """A workbook; dates and numbers keep their kind, instants are those of Asia/Shanghai. How many lines."""
    from openpyxl import Workbook  # 11 MB that a web worker carries only once it exports

    book = Workbook(write_only=True)
    sheet, count = None, 0
    for count, line in enumerate(lines, start=1):
        if sheet is None or (count - 1) % (SHEET_ROWS - 1) == 0:
            sheet = _sheet(book, title, heads)
        sheet.append([_cell(value) for value in line])
    if sheet is None:
        _sheet(book, title, heads)
    book.save(out)
    return count


def write_book(out: IO[bytes], sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> None:
    """A workbook of several short sheets, each (title, heads, lines); the first column is wide."""
    from openpyxl import Workbook  # as above

    book = Workbook(write_only=True)
    for title, heads, lines in sheets:
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        sheet.column_dimensions["A"].width = 32
        for line in (heads, *lines):
            sheet.append([_cell(value) for value in line])
    book.save(out)


def _sheet(book: Workbook, title: str, heads: Sequence[str]) -> Any:
    sheet = book.create_sheet(f"{title} {len(book.sheetnames) + 1}" if book.sheetnames else title)
    sheet.freeze_panes = "A2"
    sheet.append(list(heads))
    return sheet


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else safe(str(value))


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    # A workbook is XML inside: what XML cannot hold must not reach it.
    return safe(NOT_XML.sub("", value)) if isinstance(value, str) else value
