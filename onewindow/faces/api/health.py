"""Liveness and readiness, at the root, for load balancers and launchers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from onewindow.base import health


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse(b"ok\n", "text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve: its database answers (a database that is away becomes 503 at the edge)."""
    health.require_database()
    return HttpResponse(b"ready\n", "text/plain")


urlpatterns = [path("healthz", alive, name="healthz"), path("readyz", ready, name="readyz")]
