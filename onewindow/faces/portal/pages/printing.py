"""What one takes along from a guide: the service sheet and the checklist of one's own situation, as PDF."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from onewindow.base import clock
from onewindow.catalog import handouts
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.documents.services import making
from onewindow.ui.scenario import read_answers
from onewindow.ui.session import page


@require_safe
@page(permission="public")
def service(request: HttpRequest, task_code: str) -> HttpResponse:
    """The service sheet (服务告知单) of the version in force."""
    item = catalog.current(task_code)
    made = handouts.service_sheet(item, url=_url(request, item), now=clock.now())
    return _pdf(made, handouts.SERVICE, item)


@require_safe
@page(permission="public")
def checklist(request: HttpRequest, task_code: str) -> HttpResponse:
    """The one-time notice list for the answers in the address."""
    item = catalog.current(task_code)
    answers: dict[str, Any] = read_answers(item, request.GET)
    made = handouts.checklist_sheet(item, answers, url=_url(request, item), now=clock.now())
    return _pdf(made, handouts.CHECKLIST, item)


def _url(request: HttpRequest, item: ItemDefinition) -> str:
    """The guide with the answers of this address, as it is printed in the QR code."""
    asked = request.GET.urlencode()
    path = reverse("portal:guide", args=[item.task_code]) + (f"?{asked}" if asked else "")
    return making.base_url().rstrip("/") + path


def _pdf(made: bytes, title: str, item: ItemDefinition) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    name = quote(f"{title}-{item.name[:40]}.pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    return response
