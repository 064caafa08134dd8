"""For the system administrator: queues, dead letters, heads, the calendar, the stand-in for SMS."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import calendars, clock, disk, health, outbox, oversight
from onewindow.base.ledger import heads
from onewindow.documents.signing import published
from onewindow.faces.console import sections
from onewindow.kernel import notice as notices_of_state
from onewindow.kernel.errors import N_, Invalid, NotFound, Refusal
from onewindow.notices import queries as messages
from onewindow.ui import refusals, session

MOST_UPLOAD = 2_000_000
YEARS_AROUND = 2
BACKUP_DUE, CERTIFICATE_DUE = timedelta(days=2), timedelta(days=30)


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.SYSTEM.roles)
def system(request: HttpRequest) -> HttpResponse:
    """How the machinery stands; a post gives one dead letter, or all, another round."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            _retry(request)
            return HttpResponseRedirect("/console/system?done=retry")
        except Invalid as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    return render(request, "console/system.html", _system(request, problem), status=status)


def _retry(request: HttpRequest) -> None:
    wanted = request.POST.get("id", "")
    ids = None if wanted == "all" else [int(wanted)] if wanted.isdecimal() and len(wanted) < 19 else []
    actor: Any = request.actor  # type: ignore[attr-defined]
    if not outbox.retry(actor, ids, reason=request.POST.get("reason", ""), now=clock.now()):
        raise NotFound("no-delivery", N_("这条投递已经不在死信里。"))


def _system(request: HttpRequest, problem: str) -> dict[str, Any]:
    head, real_now, today = heads.stored_newest(), clock.real_now(), clock.today()
    return sections.shell(
        request,
        sections.SYSTEM,
        problem=problem,
        queues=oversight.queues(),
        dead=outbox.dead(limit=50),
        head=head,
        head_at=heads.instant(head.at) if head else None,
        key_id=heads.key_id(),
        now=clock.now(),
        real_now=real_now,
        is_sandbox=settings.ONEWINDOW_SANDBOX,
        done=_("已放回队列，稍后重试。") if request.GET.get("done") == "retry" else "",
        warnings=_warnings(real_now, today),
        beat=health.last_beat(),
        backup=health.last_backup(),
        disks=[{"name": one.name, "used": round(one.share * 100), "free": one.free} for one in disk.disks()],
        certificate_ends_at=published.ends_at(),
        months=calendars.months_left(today),
    )


def _warnings(real_now: datetime, today: date) -> list[str]:
    """What somebody should do something about, most pressing first."""
    found = []
    if disk.is_full():
        found.append(_("存储空间不足，已暂停接收上传文件。请扩容或清理。"))
    unwell = {one.name for one in health.checks(real_now) if not one.is_well}
    if "files" in unwell:
        found.append(_("存放文件的存储没有回应：上传和下载暂停，其他业务照常。请检查对象存储。"))
    if "worker" in unwell:
        found.append(_("后台进程没有响应：投递、到期处理和存证编号都停着。请检查 worker 服务。"))
    missing = calendars.missing_year(today)
    if missing is not None:
        found.append(
            _("%(year)d 年放假安排还没有导入，跨年的期限是推算的。请到“工作日历”导入国务院办公厅通知。")
            % {"year": missing}
        )
    backup = health.last_backup()
    if backup is None or real_now - backup.at > BACKUP_DUE:
        found.append(_("超过两天没有完整备份。请检查备份任务。"))
    if published.ends_at() - real_now < CERTIFICATE_DUE:
        found.append(_("文书签名证书即将到期。请用 onewindow papers rotate 更换。"))
    return found


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.CALENDAR.roles)
def calendar(request: HttpRequest) -> HttpResponse:
    """The years of the calendar, and the import of a notice: first looked through, then taken."""
    context: dict[str, Any] = {"years": _years()}
    status = 200
    upload = request.FILES.get("notice")
    if request.method == "POST":
        try:
            if upload is None or (upload.size or 0) > MOST_UPLOAD:
                raise Refusal("no-file", N_("请选一个通知文件（JSON 或 CSV，不超过 2 MB）。"))
            context |= _import(request, upload.read(), upload.name or "notice.json")
        except Refusal as refusal:
            status = refusals.status_of(refusal)
            context["problem"] = refusals.said(refusal)
    return render(
        request, "console/calendar.html", sections.shell(request, sections.CALENDAR, **context), status=status
    )


def _import(request: HttpRequest, content: bytes, name: str) -> dict[str, Any]:
    notice = notices_of_state.parse_notice(content, name)
    is_dry = request.POST.get("do") != "import"
    actor: Any = request.actor  # type: ignore[attr-defined]
    report = calendars.import_notice(notice, now=clock.now(), actor=actor, is_dry_run=is_dry)
    return {"report": report, "is_dry": is_dry, "notice": notice, "years": _years()}


def _years() -> list[dict[str, Any]]:
    table, this = calendars.table(), clock.today().year
    return [
        {
            "year": year,
            "workdays": len(table.workdays(year)),
            "is_provisional": table.is_provisional(year),
            "source": calendars.source(year),
        }
        for year in range(this - YEARS_AROUND, this + YEARS_AROUND + 1)
    ]


@require_GET
@session.page(permission=sections.MESSAGES.roles)
def sms(request: HttpRequest) -> HttpResponse:
    """What the stand-in of the SMS gateway would have sent."""
    context = sections.shell(request, sections.MESSAGES, rows=messages.sms_outbox(limit=100))
    return render(request, "console/messages.html", context)
