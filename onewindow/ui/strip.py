"""The day rule (日尺): one cell is one day, made from the clocks of a case as the contract gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.ui import dates

_COUNTED = re.compile(r"^第(\d+)(个工作日|日)")
MOST_CELLS = 60


class Cell(msgspec.Struct, frozen=True):
    """One calendar day: css ``kind``, what stands above, in and under the cell, and the spoken text."""

    kind: str
    above: str
    number: int
    under: str
    spoken: str


def cells(clocks: Mapping[str, Any], today: date) -> list[Cell]:
    """The strip of the promised clock, carried on to the legal due date; empty when neither runs."""
    promised, legal = clocks.get("promised"), clocks.get("legal")
    main = promised or legal
    if not main or not main.get("explain"):
        return []
    due = dates.as_date(main["due_on"])
    law = dates.as_date(legal["due_on"]) if legal else None
    is_open = main.get("state") not in ("met", "ended")
    made = [
        _cell(day, why, today=today, due=due, law=law, is_open=is_open)
        for day, why in _days(main, legal, due)
    ]
    return _with_months(made[:MOST_CELLS])


def first_column(strip_cells: Sequence[Any], clocks: Mapping[str, Any]) -> int:
    """The weekday (1 Monday … 7) of the first cell: where the phone's calendar begins."""
    main = clocks.get("promised") or clocks.get("legal")
    first = dates.as_date(main["explain"][0]["date"]) if strip_cells and main else None
    return first.isoweekday() if first else 1


def bar(limit_days: int, *, promised: int | None = None, used: int = 0, is_late: bool = False) -> list[str]:
    """Cells of a day bar: ``u`` used, ``p`` promised and left, empty up to the law; ``x`` for the late day."""
    filled = promised if promised is not None else limit_days
    out = ["u" if n < used else "p" if n < filled else "" for n in range(max(limit_days, filled))]
    if is_late and out:
        out[min(used, len(out)) - 1] = "x"
    return out[:MOST_CELLS]


def why_text(why: str) -> str:
    """The reason a day counts or not, in the reader's language; the kernel speaks Chinese."""
    counted = _COUNTED.match(why)
    if not counted or not dates.is_english():
        return _(why) if why else ""
    unit = _("第 %(n)s 个工作日") if counted[2] == "个工作日" else _("第 %(n)s 日")
    return unit % {"n": counted[1]} + (_("，到期日") if "到期日" in why else "")


def _days(main: Mapping[str, Any], legal: Any, due: date | None) -> list[tuple[date, str]]:
    seen = [(dates.as_date(note["date"]), note["why"]) for note in main["explain"]]
    more = legal["explain"] if legal and legal is not main else []
    tail = [(dates.as_date(note["date"]), note["why"]) for note in more]
    return [(day, why) for day, why in seen + [t for t in tail if t[0] and due and t[0] > due] if day]


def _cell(day: date, why: str, *, today: date, due: date | None, law: date | None, is_open: bool) -> Cell:
    counted = _COUNTED.match(why)
    kind, under = "off", ""
    if why.startswith("起算日"):
        kind, under = "zero", "0" if dates.is_english() else _("受理")
    elif why.startswith("停钟"):
        kind = "pause"
    elif counted:
        under = counted[1]
        kind = "used" if day < today else "today" if day == today else "left"
        if due and day > due:
            kind = "law" if not is_open or day > today else "today" if day == today else "over"
    if day == due and kind in ("left", "used", "today", "zero"):
        kind += " due"
    if law and day == law and law != due:
        kind += " lawdue"
    spoken = f"{dates.day_text(day, with_year=False)} {why_text(why)}"
    return Cell(
        kind, dates.week_letter(day), day.day, under, spoken + (_("，法定到期") if day == law else "")
    )


def _with_months(strip_cells: list[Cell]) -> list[Cell]:
    """Write the month over its first day; the cells follow each other day by day."""
    out = []
    for place, cell in enumerate(strip_cells):
        starts = place == 0 or cell.number == 1
        month = cell.spoken.split("月")[0] + "月" if "月" in cell.spoken else cell.spoken.split(" ")[2]
        out.append(msgspec.structs.replace(cell, above=month) if starts else cell)
    return out
