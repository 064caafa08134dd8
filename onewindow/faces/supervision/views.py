"""The door of the supervision face."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from onewindow.faces.supervision import sections
from onewindow.ui import session


@require_GET
@session.page(permission=sections.CARD_READERS)
def home(request: HttpRequest) -> HttpResponse:
    """On to the first section of this role."""
    return HttpResponseRedirect(sections.open_to(request.actor)[0].url)  # type: ignore[attr-defined]
