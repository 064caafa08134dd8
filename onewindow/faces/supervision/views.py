"""The door of the supervision face."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onewindow.faces.supervision import sections
from onewindow.ui import session


@require_GET
@session.page(permission=sections.ALL)
def home(request: HttpRequest) -> HttpResponse:
    """On to the first section of this role."""
    found = sections.open_to(request.actor)  # type: ignore[attr-defined]
    if found:
        return HttpResponseRedirect(found[0].url)
    return render(request, "supervision/base.html", sections.shell(request, None))
