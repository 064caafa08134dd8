"""For the auditor: the log of facts, read only, and the verification of the ledger."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock, oversight
from onewindow.base.ledger import heads, verify
from onewindow.faces.console import sections
from onewindow.ui import session
from onewindow.ui.numbers import number

STREAMS = (
    "case",
    "document",
    "account",
    "staff",
    "org",
    "calendar",
    "catalog",
    "person",
    "erasure",
    "disposal",
    "file",
)
MOST_FINDINGS = 200


@require_GET
@session.page(permission=sections.LOG.roles)
def log(request: HttpRequest) -> HttpResponse:
    """The facts, newest first, by stream, type, person and subject."""
    asked = {name: request.GET.get(name, "").strip().replace("\0", "")[:100] for name in _FILTERS}
    before = number(request.GET.get("before", ""))
    lines, following = oversight.log(
        stream=asked["stream"] or None,
        type=asked["type"] or None,
        actor=asked["actor"] or None,
        subject=number(asked["subject"]),
        before=before,
    )
    kept = {name: value for name, value in asked.items() if value}
    context = sections.shell(
        request,
        sections.LOG,
        lines=lines,
        asked=asked,
        streams=STREAMS,
        following="?" + urlencode(kept | {"before": following}) if following else "",
        first="?" + urlencode(kept) if before is not None else "",
    )
    return render(request, "console/log.html", context)


_FILTERS = ("stream", "type", "actor", "subject")


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.LEDGER.roles)
def ledger(request: HttpRequest) -> HttpResponse:
    """The newest signed head; on demand the whole verification, with what it found."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        started = clock.real_now()
        found = list(islice(verify.run(), MOST_FINDINGS))
        context |= {"findings": found, "is_verified": True, "seconds": (clock.real_now() - started).seconds}
    head = heads.stored_newest()
    context |= {
        "head": head,
        "head_at": heads.instant(head.at) if head else None,
        "key_id": heads.key_id(),
        "queues": oversight.queues(),
    }
    return render(request, "console/ledger.html", sections.shell(request, sections.LEDGER, **context))
