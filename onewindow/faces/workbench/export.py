"""Lists as xlsx and csv: what the screen shows, safe against formulas, at most 5,000 rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import words

MOST = 5_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = Mapping[str, Any]


def all_of(page: Callable[[str | None], Page]) -> Iterator[Mapping[str, Any]]:
    """Every row of a list that is read page by page, up to the bound."""
    cursor, seen = None, 0
    while seen < MOST:
        found = page(cursor)
        yield from found["results"]
        seen += len(found["results"])
        cursor = found["next"]
        if not cursor:
            return


def response(rows: Iterable[Mapping[str, Any]], *, form: str, name: str) -> HttpResponse:
    """The rows as a download; ``form`` is ``xlsx`` or ``csv``."""
    table = [_heads(), *(_cells(row) for row in rows)]
    if form == "csv":
        made = HttpResponse(_csv(table), content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        made = HttpResponse(_xlsx(table), content_type=XLSX)
    else:
        raise NotFound("unknown-form", N_("只能导出 xlsx 或 csv。"))
    made.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{form}"
    return made


def _heads() -> list[str]:
    return [
        _("办件编号"),
        _("事项"),
        _("事项编码"),
        _("申请人"),
        _("状态"),
        _("类型"),
        _("收件时间"),
        _("受理日期"),
        _("到期日"),
        _("灯"),
        _("剩余"),
        _("办理人"),
    ]


def _cells(row: Mapping[str, Any]) -> list[str]:
    values = [
        row["case_no"],
        row["item"]["name"],
        row["item"]["task_code"],
        row.get("applicant"),
        words.word(row["state"], "state_at_work"),
        words.word(row.get("kind"), "kind"),
        row.get("received_at"),
        row.get("accepted_on"),
        row.get("due_on"),
        words.word(row.get("light"), "light"),
        row.get("remaining"),
        row.get("claimed_by"),
    ]
    return [safe(value) for value in values]


def safe(value: Any) -> str:
    """A cell's text; one that a spreadsheet would take for a formula gets a quote before it."""
    text = "" if value is None else str(value)
    is_number = text.lstrip("-").isdigit()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else text


def _csv(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    # Spreadsheet programs read UTF-8 only with the mark before it.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(table: list[list[str]]) -> bytes:
    from openpyxl import Workbook  # 11 MB that a web worker carries only once it exports

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("办件"))
    for line in table:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
