"""The cases behind a figure: a list with the same filter, to read, page through and take along."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.cases import queries as case_queries
from onewindow.catalog import queries as catalog
from onewindow.faces.supervision import choosing, sections
from onewindow.kernel.errors import N_
from onewindow.supervision.queries import listing
from onewindow.ui import downloads, paging, session, words

STATES = ("received", "correcting", "accepted", "in_review", "paused")
HEADS = (
    N_("办件编号"), N_("事项"), N_("部门"), N_("区划"), N_("窗口"), N_("状态"), N_("申请渠道"), N_("收件日期"),
    N_("受理日期"), N_("办结日期"), N_("承诺到期"), N_("法定到期"), N_("停钟原因"),
)  # fmt: skip


@require_GET
@session.page(permission=sections.ALL)
def cases(request: HttpRequest) -> HttpResponse:
    """A page of the cases behind a figure."""
    chosen, today = choosing.chosen(request), clock.today()
    show, state = _asked(request)
    found, following = listing.cases(
        show,
        chosen.cut,
        today=today,
        state=state,
        cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
    )
    told = sections.shell(
        request,
        sections.CASES,
        **choosing.options(chosen),
        chosen=chosen,
        show=show,
        state=state,
        shows=listing.LABELS,
        states=STATES,
        today=today,
        rows=[_row(row, today) for row in found],
        pages=paging.pages(request, following),
        download={
            form: chosen.link(f"/supervision/cases.{form}", show=show, **({"state": state} if state else {}))
            for form in ("xlsx", "csv")
        },
    )
    return render(request, "supervision/cases.html", told)


@require_GET
@session.page(permission=sections.ALL)
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same cases as a file."""
    chosen, today = choosing.chosen(request), clock.today()
    show, state = _asked(request)
    found = listing.all_cases(show, chosen.cut, today=today, state=state)
    label = _(listing.LABELS.get(show, show))
    heads = [_(head) for head in HEADS]
    return downloads.table(f"{label}-{today:%Y%m%d}", heads, (_line(row) for row in found), form=form)


@require_GET
@session.page(permission=sections.ALL)
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case with its clocks and its whole record; personal data stay masked."""
    found = case_queries.view(request.actor, case_no, now=clock.now())  # type: ignore[attr-defined]
    shell = sections.shell(request, sections.CASES, case=found, today=clock.today())
    return render(request, "supervision/case.html", shell)


def _asked(request: HttpRequest) -> tuple[str, str]:
    state = request.GET.get("state", "")
    return request.GET.get("show", "on_hand"), state if state in STATES else ""


def _row(row: listing.Row, today: date) -> dict[str, Any]:
    return {
        "row": row,
        "item": catalog.definition(row.item_version_id).name,
        "organ": choosing.name_of("organ", str(row.organ_id)),
        "is_over_promise": row.promised_due_on is not None and row.promised_due_on < today,
        "is_over_law": row.legal_due_on is not None and row.legal_due_on < today,
    }


def _line(row: listing.Row) -> list[Any]:
    return [
        row.case_no,
        catalog.definition(row.item_version_id).name,
        choosing.name_of("organ", str(row.organ_id)),
        choosing.region_name(row.region),
        choosing.window_name(row.window_id or 0),
        words.word(row.state, "state"),
        words.word(row.channel, "channel"),
        row.received_on,
        row.accepted_on,
        row.decided_on,
        row.promised_due_on,
        row.legal_due_on,
        words.word(row.pause_kind, "procedure") if row.pause_kind else "",
    ]
