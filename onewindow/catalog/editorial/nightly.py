"""What the worker does for the editors once a night: hot items counted, old searches cleared away."""

from __future__ import annotations

from datetime import date, datetime

from onewindow.base import clock
from onewindow.catalog.editorial import hot, missed

NIGHT_HOUR = 2  # in Shanghai; a worker that was off then makes it up when it starts
_done: date | None = None


def sweep(now: datetime) -> int:
    """Once a day and worker: 1 when it was done. Repeated by another worker it does no harm."""
    global _done
    today = clock.day_of(now)
    if today == _done or now.astimezone(clock.SHANGHAI).hour < NIGHT_HOUR:
        return 0
    hot.count(now)
    missed.clear_away(today)
    _done = today
    return 1


def forget() -> None:
    """The next sweep does it again."""
    global _done
    _done = None
