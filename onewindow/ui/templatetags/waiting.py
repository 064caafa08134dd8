"""What waits for a member of staff, in the head of every page at work: cards to answer, messages to read."""

from __future__ import annotations

from typing import Any

from django import template

from onewindow.base import clock
from onewindow.notices import queries as notices
from onewindow.supervision.queries import awaiting
from onewindow.supervision.rules.answering import WATCHED
from onewindow.supervision.staff.attending import AT_WORK

register = template.Library()


@register.inclusion_tag("ui/waiting.html", takes_context=True)
def waiting(context: template.Context) -> dict[str, Any]:
    """``owed`` and ``unread`` of the actor: two statements for whom cards concern, none for others."""
    actor = context.get("actor")
    if actor is None or not actor.has(*AT_WORK):
        return {}
    owed = context.get("owed") or (awaiting.of(actor) if actor.has(*WATCHED) else None)
    is_late = bool(owed and owed.due_on and owed.due_on < clock.today())
    return {"owed": owed, "is_late": is_late, "unread": notices.unread_count(actor)}
