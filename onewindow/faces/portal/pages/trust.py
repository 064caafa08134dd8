"""The certificates that papers are signed with, for whoever checks a paper with a reader of his own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.documents.signing import published
from onewindow.ui.session import page

_MEDIA = {"cer": "application/pkix-cert", "pem": "application/x-pem-file"}


@require_safe
@page(permission="public")
def trust(request: HttpRequest) -> HttpResponse:
    """What signs our papers, and how to check them without this platform."""
    return render(request, "portal/trust.html", {"nav": "verify", "trust": published.published()})


@require_safe
@page(permission="public")
def authority(request: HttpRequest, form: str) -> HttpResponse:
    """The certificate to put into a reader's list of trusted ones."""
    response = HttpResponse(published.authority_file(form), content_type=_MEDIA[form])
    response.headers["Content-Disposition"] = f'attachment; filename="onewindow-papers-ca.{form}"'
    return response
