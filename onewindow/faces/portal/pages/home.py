"""The first page: one large question, two doors, one's own matter, and what the calendar brings."""

from __future__ import annotations

from datetime import datetime
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
    part = (
        _("早上好")
        if now.hour < 11
        else _("中午好")
        if now.hour < 13
        else _("下午好")
        if now.hour < 18
        else _("晚上好")
    )
    table = calendars.table()
    today = now.date()
    if table.is_workday(today):
        day = _("今天是工作日。")
    else:
        day = _("今天休息，网上照常可以申请；时限从工作日算起。")
    return f"{dates.day_text(today)} {part}{_('。')}{day}"


def _told(run: dict[str, Any]) -> dict[str, Any]:
    first, last = run["first"], run["last"]
    length = (last - first).days + 1
    span = dates.day_text(first, with_year=False)
    if length > 1:
        span += _("至") + dates.day_text(last, with_year=False)
    if run["is_workday"]:
        text = _("%(span)s 调休上班，算工作日") % {"span": span}
    else:
        text = _("%(name)s：%(span)s 休息，共 %(n)s 天") % {"name": _(run["name"]), "span": span, "n": length}
    return {"first": first, "short": f"{first.month}-{first.day}", "text": text}
