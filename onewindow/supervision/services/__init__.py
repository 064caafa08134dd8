"""Deeds of supervision: following the facts, looking at the clock, and the life of a card."""

from onewindow.supervision.services.answering import act, issue_by_hand, see
from onewindow.supervision.services.convention import change
from onewindow.supervision.services.following import follow, look, settle, sources, sweep
from onewindow.supervision.services.recounting import follow_calendar

__all__ = [
    "act",
    "change",
    "follow",
    "follow_calendar",
    "issue_by_hand",
    "look",
    "see",
    "settle",
    "sources",
    "sweep",
]
