"""The cases behind a figure: the same filter as the figure, earliest due first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.supervision.queries.board import COUNTED, bounded
from onewindow.supervision.queries.cuts import Cut

# What each figure of the board shows, in the words of its own filter; open ones by what is due, moved ones by day.
MOVED = {
    "received": ("received_on = %(today)s", N_("今日收件")),
    "accepted": ("accepted_on = %(today)s", N_("今日受理")),
    "closed": ("decided_on = %(today)s AND accepted_on IS NOT NULL", N_("今日办结")),
}
OPEN = {
    "on_hand": N_("在办"),
    "red": N_("红灯"),
    "yellow": N_("黄灯"),
    "green": N_("绿灯"),
    "grey": N_("停钟"),
    "due_in_1": N_("一个工作日内到期"),
    "due_in_3": N_("三个工作日内到期"),
    "due_in_5": N_("五个工作日内到期"),
    "over_promise": N_("超承诺"),
    "over_law": N_("超法定"),
}
LABELS = {name: label for name, (_, label) in MOVED.items()} | OPEN
MOST_EXPORTED = 50_000
_FIELDS = """case_id, case_no, task_code, item_version_id, organ_id, region, window_id, state, channel, kind,
 received_on, accepted_on, decided_on, promised_due_on, legal_due_on, due_on, pause_kind"""
_FAR = date(9999, 12, 31)


class Row(msgspec.Struct, frozen=True):
    """One case as the list shows it: nothing about its applicant."""

    case_id: int
    case_no: str
    task_code: str
    item_version_id: int
    organ_id: int
    region: str
    window_id: int | None
    state: str
    channel: str
    kind: str
    received_on: date | None
    accepted_on: date | None
    decided_on: date | None
    promised_due_on: date | None
    legal_due_on: date | None
    due_on: date | None
    pause_kind: str


def cases(
    show: str, cut: Cut, *, today: date, state: str = "", cursor: str | None = None, limit: int = 50
) -> tuple[list[Row], str | None]:
    """A page of the cases behind the figure ``show`` and the next cursor; one statement.

    Raises ``Invalid`` for a figure or a cursor that is none.
    """
    where, order, given = _asked(show, cut, today, state)
    if cursor:
        where += f" AND ({order}, case_id) > (%(after_on)s, %(after_id)s)"
        given |= _after(cursor)
    with connection.cursor() as rows:
        rows.execute(
            f"SELECT {_FIELDS} FROM supervision_matter WHERE {where} ORDER BY {order}, case_id LIMIT %(limit)s",
            given | {"limit": limit + 1},
        )
        found = [Row(*row) for row in rows.fetchall()]
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], None if last is None else f"{_placed(show, last).isoformat()}.{last.case_id}"


def all_cases(show: str, cut: Cut, *, today: date, state: str = "") -> Iterator[Row]:
    """All of them for an export, as far as ``MOST_EXPORTED``, a page at a time."""
    cursor: str | None = None
    for _ in range(MOST_EXPORTED // 1_000):
        page, cursor = cases(show, cut, today=today, state=state, cursor=cursor, limit=1_000)
        yield from page
        if cursor is None:
            return


def _asked(show: str, cut: Cut, today: date, state: str) -> tuple[str, str, dict[str, Any]]:
    more, given = bounded(cut, today)
    if show in MOVED:
        column = f"{ {'closed': 'decided'}.get(show, show) }_on"
        where, order = MOVED[show][0], column
    elif show in OPEN:
        where, order = f"is_open AND {COUNTED[show]}", f"coalesce(due_on, '{_FAR}'::date)"
    else:
        raise _wrong("show", N_("没有这个数字。"))
    if state:
        where, given = f"{where} AND state = %(state)s", given | {"state": state}
    return where + more, order, given


def _placed(show: str, row: Row) -> date:
    if show in MOVED:
        found: date | None = getattr(row, f"{ {'closed': 'decided'}.get(show, show) }_on")
        return found or _FAR
    return row.due_on or _FAR


def _after(cursor: str) -> dict[str, Any]:
    day, _, id = cursor.partition(".")
    try:
        return {"after_on": date.fromisoformat(day), "after_id": int(id[:18])}
    except ValueError:
        raise _wrong("cursor", N_("翻页的记号不对，请从第一页开始。")) from None


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(
        "invalid-fields",
        N_("有的内容不符合要求，请改正后再提交。"),
        fields=[FieldError(field, "unknown", message)],
    )
