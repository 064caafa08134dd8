"""Liveness, readiness and figures, at the root, for load balancers, launchers and monitors."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from onewindow.base import clock, health
from onewindow.faces.api import metrics

_HERE = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _plain("ok\n")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the process can serve: its database answers and has the shape that this version needs.

    A worker that is silent, a disk that is full and a store of files that gives no answer are told, but do not
    take the process out of service: it still serves everybody. A database that is away becomes 503 at the edge.
    """
    found = health.checks(clock.real_now())
    can_serve = all(one.is_well for one in found if one.is_needed)
    lines = [f"{one.name} {'ok' if one.is_well else 'not ok'}" for one in found]
    return _plain("\n".join(["ready" if can_serve else "not ready", *lines, ""]), 200 if can_serve else 503)


def figures(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: with the token of ``ONEWINDOW_METRICS_TOKEN``, or from this machine itself when
    none is set. To everybody else the page does not exist."""
    if not _may_read(request):
        raise Http404
    response = HttpResponse(metrics.text(clock.real_now()), content_type=metrics.MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_read(request: HttpRequest) -> bool:
    if settings.ONEWINDOW_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.ONEWINDOW_METRICS_TOKEN}".encode())
    # What a proxy on this machine hands on comes from elsewhere.
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    return request.META.get("REMOTE_ADDR") in _HERE and not is_forwarded


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, "text/plain", status, headers={"Cache-Control": "no-store"})


urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("metrics", figures, name="metrics"),
]
