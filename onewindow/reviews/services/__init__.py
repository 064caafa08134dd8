"""Deeds: rate, open and carry a ticket, file and handle a complaint, review files, call back."""

from __future__ import annotations

from datetime import datetime

from onewindow.reviews.services import complaints, tickets


def sweep(now: datetime) -> int:
    """What time makes late among tickets and complaints; how many were marked."""
    return tickets.sweep(now) + complaints.sweep(now)
