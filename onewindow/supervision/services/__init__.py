"""Deeds of supervision: following the facts, looking at the clock, and the life of a card."""

from onewindow.supervision.services.answering import act, issue_by_hand, see
from onewindow.supervision.services.convention import change
from onewindow.supervision.services.following import follow, look, settle, sources, sweep
from onewindow.supervision.store import look_again

__all__ = [
    "act",
    "change",
    "follow",
    "issue_by_hand",
    "look",
    "look_again",
    "see",
    "settle",
    "sources",
    "sweep",
]
