"""What the pages of this face read from an address: a period, an organ, one of several words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.http import HttpRequest

from onewindow.base import clock
from onewindow.kernel import days
from onewindow.kernel.actor import Actor
from onewindow.org import queries as org
from onewindow.reviews.rules import acts

DAYS = 90  # what a page shows when no period is asked for


def period(request: HttpRequest) -> tuple[date, date]:
    """``?from=`` and ``?to=``, both included; the last 90 days when absent, unreadable or turned round."""
    today = clock.today()
    until = _day(request.GET.get("to", "")) or today
    since = _day(request.GET.get("from", "")) or until - timedelta(days=DAYS)
    return (since, until) if since <= until else (until, since)


def organ(request: HttpRequest, actor: Actor) -> int | None:
    """The organ that is asked for: a watcher's choice by name, a head's own organ; None for all."""
    if not acts.is_watcher(actor):
        return actor.organ_id
    found = org.find_organ(name=request.GET.get("organ", "").replace("\0", "")[:100] or None)
    return found.id if found else None


def choice(request: HttpRequest, name: str, allowed: Iterable[str]) -> str:
    """The value of ``name`` when it is one of those allowed, else empty."""
    asked = request.GET.get(name, "")
    return asked if asked in set(allowed) else ""


def _day(text: str) -> date | None:
    try:
        return days.read(text)
    except ValueError:
        return None
