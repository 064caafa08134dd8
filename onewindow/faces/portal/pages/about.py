"""Statements: what this is, how personal data are kept, how accessible the pages are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.people import rules
from onewindow.ui.session import page


@require_safe
@page(permission="public")
def about(request: HttpRequest) -> HttpResponse:
    """What OneWindow is."""
    return render(request, "portal/about.html", {})


@require_safe
@page(permission="public")
def privacy(request: HttpRequest) -> HttpResponse:
    """What becomes of personal data."""
    return render(request, "portal/privacy.html", {"edition": rules.NOTICE_EDITION})


@require_safe
@page(permission="public")
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the pages are."""
    return render(request, "portal/accessibility.html", {})
