"""Messages of the platform to an applicant."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onewindow.base import clock
from onewindow.notices import queries as notices
from onewindow.notices import services as notice_services
from onewindow.ui import paging
from onewindow.ui.session import page


@require_safe
@never_cache
@page(permission="applicant")
def messages(request: HttpRequest) -> HttpResponse:
    """My messages, newest first; what was shown counts as read."""
    limit, cursor = paging.limit_of(request), request.GET.get("cursor")
    found = notices.messages_of(request.actor, cursor=cursor, limit=limit)  # type: ignore[attr-defined]
    unread = [one["id"] for one in found["results"] if not one["is_read"]]
    if unread:
        notice_services.mark_read(request.actor, unread, now=clock.now())  # type: ignore[attr-defined]
    context = {"nav": "my", "messages": found["results"], "pages": paging.pages(request, found["next"])}
    return render(request, "portal/messages.html", context)
