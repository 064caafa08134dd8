"""The proof of one's own case to take along, and how to check it without the platform."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.base.ledger import export, heads
from onewindow.cases import queries as cases
from onewindow.kernel import canonical
from onewindow.ui.session import page


@require_safe
@page(permission="applicant")
def bundle(request: HttpRequest, case_no: str) -> HttpResponse:
    """The proof as one file; foreign cases are not found."""
    found = cases.bundle(request.actor, case_no)  # type: ignore[attr-defined]
    response = HttpResponse(canonical.dumps(found) + b"\n", content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{found["case_no"]}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@page(permission="public")
def how(request: HttpRequest) -> HttpResponse:
    """How a proof is checked, and a check that runs in the reader's own browser."""
    return render(
        request, "portal/proof.html", {"key": heads.public_key_bytes().hex(), "key_id": heads.key_id()}
    )


@require_safe
@page(permission="public")
def script(request: HttpRequest) -> HttpResponseBase:
    """The verifier, one file that anybody can read."""
    return FileResponse(
        export.VERIFIER.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8"
    )
