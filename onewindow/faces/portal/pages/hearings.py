"""The public announcements of hearings (行政许可法 art. 46, 48(1)(4): a hearing is held in public)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.cases import queries as cases
from onewindow.kernel.errors import Invalid
from onewindow.ui import paging, refusals
from onewindow.ui.session import page


@require_safe
@page(permission="public")
def hearings(request: HttpRequest) -> HttpResponse:
    """One page of announced hearings, the latest announcement first."""
    context: dict[str, Any] = {"nav": "items"}
    status = 200
    try:
        found = cases.announced(cursor=request.GET.get("cursor"), limit=paging.limit_of(request))
        context |= {"rows": found["results"], "pages": paging.pages(request, found["next"])}
    except Invalid as refusal:
        status = refusals.status_of(refusal)
        context["problem"] = refusals.said(refusal)
    return render(request, "portal/hearings.html", context, status=status)
