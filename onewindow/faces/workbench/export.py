"""Lists as xlsx and csv: what the screen shows, safe against formulas, at most 5,000 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from onewindow.ui import downloads, words

MOST = 5_000
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


def response(rows: Iterable[Mapping[str, Any]], *, form: str, name: str) -> FileResponse:
    """The rows as a download; ``form`` is ``xlsx`` or ``csv``, else ``NotFound``."""
    return downloads.table(name, _heads(), (_cells(row) for row in rows), form=form)


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


def _cells(row: Mapping[str, Any]) -> list[Any]:
    return [
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
