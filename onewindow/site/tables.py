"""Writing lines of plain values as CSV, as a workbook, or as an event log in XES."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from itertools import groupby
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook

# A sheet holds 1,048,576 rows; what is longer goes on in the next one.
SHEET_ROWS = 1_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_csv(out: IO[bytes], heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    """CSV (RFC 4180) in UTF-8 without a mark; dates in ISO 8601. How many lines."""
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
    return safe(_NOT_XML.sub("", value)) if isinstance(value, str) else value


# ---------------------------------------------------------------- event logs

_OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
 <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
 <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
 <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
 <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
 <global scope="trace"><string key="concept:name" value=""/></global>
 <global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" \
value="1970-01-01T00:00:00+08:00"/></global>
 <classifier name="Activity" keys="concept:name"/>
"""


def write_xes(out: IO[bytes], events: Iterable[Any]) -> int:
    """An event log (IEEE 1849): a trace a case, an event a fact; ``events`` come case by case. How many events."""
    out.write(_OPENING.encode())
    count = 0
    for case_no, of_case in groupby(events, key=lambda event: event.case_no):
        lines = list(of_case)
        first = lines[0]
        parts = [" <trace>", _pair("concept:name", case_no)]
        parts += [_pair(name, getattr(first, name)) for name in ("task_code", "item", "organ", "channel")]
        parts += [_event(event) for event in lines]
        out.write(("\n".join(parts) + "\n </trace>\n").encode())
        count += len(lines)
    out.write(b"</log>\n")
    return count


def _event(event: Any) -> str:
    pairs = [
        _pair("concept:name", event.type),
        f'<date key="time:timestamp" value={quoteattr(event.at.isoformat(timespec="milliseconds"))}/>',
        _pair("lifecycle:transition", "complete"),
        _pair("org:resource", event.actor or event.role),
        _pair("org:role", event.role),
        f'<int key="seq" value="{int(event.seq)}"/>',
    ]
    return "  <event>" + "".join(pairs) + "</event>"


def _pair(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(_NOT_XML.sub("", value))}/>'
