"""考勤: the day sheet, month sheets by person and window, corrections and hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import clock
from onewindow.base.clock import SHANGHAI
from onewindow.faces.supervision import asking, sections
from onewindow.kernel import days
from onewindow.kernel.errors import Invalid, Refusal
from onewindow.org import queries as org
from onewindow.supervision.staff import attending, sheets
from onewindow.supervision.staff import hours as kept
from onewindow.ui import downloads, refusals, session

STATUSES = {
    "present": lazy("到岗"),
    "late": lazy("迟到"),
    "early": lazy("早退"),
    "late-early": lazy("迟到早退"),
    "forgotten": lazy("忘记签退"),
    "on-duty": lazy("在岗"),
    "leave": lazy("请假"),
    "business": lazy("公出"),
    "sick": lazy("病假"),
    "absent": lazy("未到岗"),
    "ahead": lazy("还没签到"),
}
CLASSES = {
    "late": "tag--near", "early": "tag--near", "late-early": "tag--near", "forgotten": "tag--near",
    "absent": "tag--over",
}  # fmt: skip
SHIFTS = {"morning": lazy("上午"), "afternoon": lazy("下午")}
VIEWS = {"day": lazy("某天"), "person": lazy("按人，全月"), "window": lazy("按窗口，全月")}


@require_GET
@never_cache
@session.page(permission=sections.ATTENDANCE.roles)
def sheet(request: HttpRequest) -> HttpResponse:
    """A day's sheet, or a month's by person or window."""
    return _sheet(request)


def _sheet(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    view = asking.choice(request, "by", VIEWS) or "day"
    day = _day(request)
    context = sections.shell(
        request, sections.ATTENDANCE, view=view, views=VIEWS.items(), day=day, month=f"{day:%Y-%m}",
        may_correct=actor.has("manager"), **(_rows(request, view, day) | more),
    )  # fmt: skip
    return render(request, "supervision/attendance.html", context, status=status)


def _rows(request: HttpRequest, view: str, day: date) -> dict[str, Any]:
    organ_id = asking.organ(request, request.actor)  # type: ignore[attr-defined]
    if view == "day":
        lines = sheets.day_sheet(day, now=clock.now(), organ_id=organ_id)
        rows = [
            worded(one.presence) | {"line": one, "organ": org.organ(one.person.organ_id).name}
            for one in lines
        ]
        people = sorted({(one.person.username, one.person.name) for one in lines}, key=lambda one: one[1])
        return {"rows": rows, "people": people, "shifts": _shifts(), "done": _done(request)}
    since, until = _month(day)
    found = sheets.month_sheet(view, since, until, now=clock.now(), organ_id=organ_id)
    return {"months": [_month_row(one) for one in found]}


def _shifts() -> list[tuple[str, Any]]:
    return [(one.code, SHIFTS.get(one.code, one.code)) for one in kept.current().shifts]


def _done(request: HttpRequest) -> str:
    return _("已更正，原来的记录还在。") if request.GET.get("done") == "corrected" else ""


def worded(one: Any) -> dict[str, Any]:
    """A presence in words for a page."""
    return {
        "presence": one,
        "shift_word": SHIFTS.get(one.shift, one.shift),
        "word": STATUSES[one.status],
        "css": CLASSES.get(one.status, ""),
    }


def _month_row(one: sheets.Month) -> dict[str, Any]:
    away = sum(one.counts.get(kind, 0) for kind in ("leave", "business", "sick"))
    late = one.counts.get("late", 0) + one.counts.get("late-early", 0)
    early = one.counts.get("early", 0) + one.counts.get("late-early", 0)
    rate = f"{100 * one.kept / one.expected:.2f} %" if one.expected else None
    return {"month": one, "away": away, "late": late, "early": early, "rate": rate} | {
        name: one.counts.get(name, 0) for name in ("forgotten", "absent")
    }


def _day(request: HttpRequest) -> date:
    text = request.GET.get("day", "") or f"{request.GET.get('month', '')}-01"
    try:
        return days.read(text)
    except ValueError:
        return clock.today()


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@require_GET
@session.page(permission=sections.ATTENDANCE.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the page shows, as a table to take along."""
    view, day = asking.choice(request, "by", VIEWS) or "day", _day(request)
    found = _rows(request, view, day)
    if view == "day":
        heads = [
            _("日期"),
            _("姓名"),
            _("窗口"),
            _("班次"),
            _("情况"),
            _("到岗"),
            _("离岗"),
            _("代谁"),
            _("更正人"),
        ]
        lines = [
            [
                one["presence"].day, one["line"].person.name, one["line"].window,
                str(one["shift_word"]), str(one["word"]),
                one["presence"].in_at, one["presence"].out_at, "、".join(one["line"].stands_in_for),
                one["presence"].corrected_by,
            ]
            for one in found["rows"]
        ]  # fmt: skip
        return downloads.table(_("考勤日表"), heads, lines, form=form)
    heads = [
        _("名称"), _("部门"), _("应到"), _("按时"), _("出勤率"), _("迟到"), _("早退"), _("忘记签退"), _("未到岗"),
        _("请假公出病假"), _("代岗"), _("更正"),
    ]  # fmt: skip
    lines = [
        [
            one["month"].name, one["month"].organ, one["month"].expected, one["month"].kept, one["rate"], one["late"],
            one["early"], one["forgotten"], one["absent"], one["away"], one["month"].stood_in, one["month"].corrected,
        ]
        for one in found["months"]
    ]  # fmt: skip
    return downloads.table(_("考勤月表"), heads, lines, form=form)


@require_POST
@session.page(permission=("manager",))
def correct(request: HttpRequest) -> HttpResponse:
    """Tell what really was."""
    day = request.POST.get("day", "")
    try:
        body = {
            name: request.POST.get(name, "").replace("\0", "")
            for name in ("username", "day", "shift", "reason")
        }
        times = {name: _instant(day, request.POST.get(name, "")) for name in ("in_at", "out_at")}
        attending.correct(request.actor, body | times, now=clock.now())  # type: ignore[attr-defined]
    except Refusal as refusal:
        return _sheet(
            request, refusals.status_of(refusal), problem=refusals.said(refusal), typed=request.POST
        )
    return HttpResponseRedirect(f"/supervision/attendance?day={day}&done=corrected", status=303)


def _instant(day: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(f"{days.read(day)}T{text}").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Invalid("bad-times", _("时间写作 09:00。")) from None


@require_http_methods(["GET", "POST"])
@session.page(permission=("manager",))
def hours(request: HttpRequest) -> HttpResponse:
    """The hours of the halls: show and set."""
    values: dict[str, Any] = msgspec.to_builtins(kept.current())
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        values = _posted_hours(request, values)
        try:
            kept.set_hours(request.actor, values, now=clock.now())  # type: ignore[attr-defined]
            more["done"] = _("已生效，从下一次签到起按它判断。")
        except Refusal as refusal:
            more["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
    shifts = [one | {"word": SHIFTS.get(one["code"], one["code"])} for one in values["shifts"]]
    context = sections.shell(request, sections.ATTENDANCE, shifts=shifts, minutes=_minutes(values), **more)
    return render(request, "supervision/hours.html", context, status=status)


def _minutes(values: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    labels = {
        "before": lazy("提前多少分钟可以签到"),
        "grace": lazy("几分钟以内不算迟到早退"),
        "forgotten": lazy("下班多少分钟后自动关闭"),
    }
    return [(name, label, values[name]) for name, label in labels.items()]


def _posted_hours(request: HttpRequest, values: dict[str, Any]) -> dict[str, Any]:
    told = {name: request.POST.get(name, "") for name in ("before", "grace", "forgotten")}
    minutes = {
        name: int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
        for name, text in told.items()
    }
    shifts = [
        {"code": one["code"]}
        | {edge: request.POST.get(f"{one['code']}.{edge}", "") for edge in ("start", "end")}
        for one in values["shifts"]
    ]
    return values | minutes | {"shifts": shifts}
