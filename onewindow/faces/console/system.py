"""For the system administrator: queues, dead letters, heads, the calendar, the stand-in for SMS."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import calendars, clock, outbox, oversight
from onewindow.base.ledger import heads
from onewindow.faces.console import sections
from onewindow.kernel import notice as notices_of_state
from onewindow.kernel.errors import N_, NotFound, Refusal
from onewindow.notices import queries as messages
from onewindow.ui import refusals, session

MOST_UPLOAD = 2_000_000
YEARS_AROUND = 2


@require_GET
@session.page(permission=sections.SYSTEM.roles)
def system(request: HttpRequest) -> HttpResponse:
    """How the machinery stands."""
    head = heads.stored_newest()
    context = sections.shell(
        request,
        sections.SYSTEM,
        queues=oversight.queues(),
        dead=outbox.dead(limit=50),
        head=head,
        head_at=heads.instant(head.at) if head else None,
        key_id=heads.key_id(),
        now=clock.now(),
        real_now=clock.real_now(),
        is_sandbox=settings.ONEWINDOW_SANDBOX,
        done=_("已放回队列，稍后重试。") if request.GET.get("done") == "retry" else "",
    )
    return render(request, "console/system.html", context)


@require_POST
@session.page(permission=sections.SYSTEM.roles)
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Give a dead letter another round."""
    if not outbox.retry(delivery_id, now=clock.now()):
        raise NotFound("no-delivery", N_("这条投递已经不在死信里。"))
    return HttpResponseRedirect("/console/system?done=retry")


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
