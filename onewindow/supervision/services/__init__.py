"""Deeds of supervision: following the facts, looking at the clock, and the life of a card."""

from onewindow.supervision.services.following import follow, look, sweep

__all__ = ["follow", "look", "sweep"]
