"""消息: what the platform told me about cards of my organ, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onewindow.base import clock
from onewindow.faces.supervision import sections
from onewindow.kernel.actor import Actor
from onewindow.notices import queries, services
from onewindow.ui import paging, session


@require_safe
@never_cache
@session.page(permission=sections.MESSAGES.roles)
def page(request: HttpRequest) -> HttpResponse:
    """My messages; what was shown counts as read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.messages_of(actor, cursor=request.GET.get("cursor"), limit=paging.limit_of(request))
    unread = [one["id"] for one in found["results"] if not one["is_read"]]
    if unread:
        services.mark_read(actor, unread, now=clock.now())
    context = sections.shell(
        request, sections.MESSAGES, messages=found["results"], pages=paging.pages(request, found["next"])
    )
    return render(request, "supervision/messages.html", context)
