"""The sum behind a due date, as a table that a person can follow with a finger on a calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onewindow.kernel.errors import N_
from onewindow.ui import dates

_COUNTED = re.compile(r"^第(\d+)(个工作日|日)")
WEEKEND = N_("周末")
# The kernel says these in Chinese; here they are marked so that they have an English.
HOLIDAYS = (
    N_("元旦"),
    N_("春节"),
    N_("清明节"),
    N_("劳动节"),
    N_("端午节"),
    N_("中秋节"),
    N_("国庆节"),
    N_("国庆节、中秋节"),
    N_("调休上班"),
    N_("停钟"),
    N_("起算日，不计入"),
)


class Row(msgspec.Struct, frozen=True):
    """One line: which days, whether they count, and how many have counted so far."""

    days: str
    what: str
    total: int
    is_sum: bool = False


class _Run(msgspec.Struct):
    first: Any
    last: Any
    kind: str
    counted: int
    total: int
    has_weekend: bool = False


def rows(explain: Sequence[Mapping[str, Any]], *, last_line: str = "") -> list[Row]:
    """Runs of days of one kind; weekends inside counted days join them. ``last_line`` names the due date."""
    runs: list[_Run] = []
    for note in explain:
        _take(runs, note["date"], note["why"])
    made = [Row(_span(run), _said(run), run.total) for run in runs]
    if explain and last_line:
        made.append(Row(_plain(explain[-1]["date"]), last_line, runs[-1].total, is_sum=True))
    return made


def _take(runs: list[_Run], day: Any, why: str) -> None:
    counted = _COUNTED.match(why)
    kind = counted[2] if counted else "起算日" if why.startswith("起算日") else why
    last = runs[-1] if runs else None
    total = int(counted[1]) if counted else (last.total if last else 0)
    if last and (last.kind == kind or (kind == WEEKEND and last.kind == "个工作日")):
        last.has_weekend = last.has_weekend or kind == WEEKEND
        last.last, last.total, last.counted = day, total, last.counted + bool(counted)
        return
    runs.append(_Run(day, day, kind, int(bool(counted)), total))


def _said(run: _Run) -> str:
    if run.kind == "起算日":
        return _("受理当天，不算")
    if run.kind == "停钟":
        return _("停钟，不算")
    if run.kind == "个工作日":
        text = ngettext("%(days)s 个工作日", "%(days)s 个工作日", run.counted) % {"days": run.counted}
        return text + (_("（周末不算）") if run.has_weekend else "")
    if run.kind == "日":
        return _("%(n)s 天") % {"n": run.counted}
    return _("%(why)s，不算") % {"why": _(run.kind)}


def _span(run: _Run) -> str:
    first, last = dates.as_date(run.first), dates.as_date(run.last)
    if first is None or last is None or first == last:
        return _plain(run.first)
    if first.month == last.month and not dates.is_english():
        return f"{_plain(first)}–{last.day}日"
    return f"{_plain(first)}–{_plain(last)}"


def _plain(value: Any) -> str:
    return dates.day_text(value, with_year=False, with_week=False)
