"""Where carriers tell of parcels: signed messages, taken once, at the root beside the signs of life."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onewindow.base import clock
from onewindow.kernel.errors import Refusal
from onewindow.parcels import services
from onewindow.parcels.adapters.line import LARGEST
from onewindow.ui import refusals, session


@csrf_exempt  # a machine without cookies: its signature stands in for everything
@require_POST
@session.page(permission="public")
def events(request: HttpRequest, carrier: str) -> HttpResponse:
    """Events of one parcel: {"number", "events": [{"event_no", "kind", "at", "place"?, "code"?, "until"?}]}."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return HttpResponse(status=413)
        new = services.hear(
            carrier,
            request.body,
            timestamp=request.headers.get("X-Timestamp", ""),
            signature=request.headers.get("X-Signature", ""),
            now=clock.now(),
        )
    except Refusal as refusal:
        status, told = refusals.problem(refusal, "zh-hans")
        return JsonResponse(told, status=status)
    return JsonResponse({"new": new}, headers={"Cache-Control": "no-store"})


urlpatterns = [path("carriers/<slug:carrier>/events", events, name="carrier-events")]
