"""计分: scores of organs and persons in a period, by the published table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.faces.supervision import sections
from onewindow.kernel import days
from onewindow.kernel.actor import Actor
from onewindow.supervision.queries import scores
from onewindow.supervision.rules import scores as table
from onewindow.supervision.rules.profile import LEVEL_LABELS
from onewindow.ui import downloads, session


@require_GET
@session.page(permission=sections.ALL)
def page(request: HttpRequest) -> HttpResponse:
    """Scores of the month so far, or of the days asked for."""
    since, until = _period(request)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = scores.of_period(actor, since=since, until=until)
    context = sections.shell(
        request,
        sections.SCORES,
        since=since,
        until=until,
        organs=found["organs"],
        persons=found["persons"],
        deductions=[(_(LEVEL_LABELS[level]), points) for level, points in table.DEDUCTIONS.items()],
        bonus=table,
    )
    return render(request, "supervision/scores.html", context)


@require_GET
@session.page(permission=sections.ALL)
def export(request: HttpRequest, part: str, form: str) -> HttpResponseBase:
    """The table of organs or of persons as xlsx or csv."""
    since, until = _period(request)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = scores.of_period(actor, since=since, until=until)["persons" if part == "persons" else "organs"]
    names = {"name": _("姓名"), "organ": _("部门")} if part == "persons" else {"organ": _("部门")}
    columns = names | {
        "total": _("得分"),
        "deducted": _("扣分"),
        "bonus": _("加分"),
        "compression": _("承诺压缩比"),
        "red": _("红牌"),
        "yellow": _("黄牌"),
        "reminder": _("提醒"),
        "withdrawn": _("已撤销"),
    }
    lines = [[_plain(row[name]) for name in columns] for row in rows]
    return downloads.table(_("计分"), list(columns.values()), lines, form=form)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _period(request: HttpRequest) -> tuple[date, date]:
    """``from`` and ``to`` of the address; the month so far where they are no days or the wrong way round."""
    today = clock.day_of(clock.now())
    try:
        since = days.read(request.GET.get("from", ""))
        until = days.read(request.GET.get("to", ""))
    except ValueError:
        return today.replace(day=1), today
    return (since, until) if since <= until else (until, since)
