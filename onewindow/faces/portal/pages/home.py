"""The first page: one large question, two doors, one's own matter, and what the calendar brings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.base import calendars, clock
from onewindow.faces.portal import doors, due
from onewindow.ui import dates
from onewindow.ui.session import page


@require_safe
@page(permission="public")
def home(request: HttpRequest) -> HttpResponse:
    """Search, doors by audience and type, tracking, holidays, figures of the catalogue."""
    now = clock.now()
    context = doors.overview() | {
        "nav": "home",
        "greeting": _greeting(now),
        "days_off": [_told(run) for run in due.days_off(now.date())][:5],
    }
    return render(request, "portal/home.html", context)


def _greeting(now: datetime) -> str:
    today, table = now.date(), calendars.table()
    if table.is_workday(today):
        said = _("今天是工作日。")
    else:
        said = _("今天休息，网上照常可以申请，时限从工作日算起。")
    return f"{dates.day_text(today)} {_part_of_day(now.hour)}{said}{_next_days_off(now)}"


def _part_of_day(hour: int) -> str:
    if hour < 9:
        return _("早上好。")
    if hour < 12:
        return _("上午好。")
    return _("下午好。") if hour < 18 else _("晚上好。")


def _next_days_off(now: datetime) -> str:
    """The holiday is mentioned before it bites: three days ahead."""
    today = now.date()
    for run in due.days_off(today + timedelta(days=1), ahead=3):
        if not run["is_workday"] and calendars.table().is_workday(today):
            first = dates.day_text(run["first"], with_year=False)
            name = run["name"]
            return _("%(day)s起%(name)s放假。") % {"day": first, "name": _(name)}
    return ""


def _told(run: dict[str, Any]) -> dict[str, Any]:
    first, last = run["first"], run["last"]
    length, name = (last - first).days + 1, run["name"]
    span = dates.day_text(first, with_year=False)
    if length > 1:
        span += _("至") + dates.day_text(last, with_year=False)
    if run["is_workday"]:
        text = _("%(span)s调休上班，算工作日") % {"span": span}
    else:
        text = _("%(name)s：%(span)s休息，共 %(n)s 天") % {"name": _(name), "span": span, "n": length}
    return {"first": first, "short": f"{first.month}-{first.day}", "text": text}
