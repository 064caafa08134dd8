"""Where time comes from: the real clock, moved by the sandbox offset in a training instance."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.conf import settings

from onewindow.base import generations
from onewindow.kernel.deadlines import SHANGHAI

# One zone object for all rooms: an instant that carries it already is not converted once more.
__all__ = ["SHANGHAI", "day_of", "move_to", "now", "real_now", "start_of", "today"]


def real_now() -> datetime:
    """The real instant: tokens, throttles, sessions and retention live on it."""
    return datetime.now(SHANGHAI)


def now() -> datetime:
    """The instant at which the platform's business lives, Asia/Shanghai."""
    moment = datetime.now(SHANGHAI)
    if settings.ONEWINDOW_SANDBOX:
        offset = generations.read("clock")
        if offset:
            moment += timedelta(microseconds=offset)
    return moment


def today() -> date:
    """The business day of ``now()``."""
    return now().date()


def move_to(moment: datetime) -> None:
    """Set the sandbox clock so that ``now()`` is ``moment``; it runs on from there."""
    offset = int((moment.astimezone(UTC).timestamp() - time.time()) * 1_000_000)
    generations.put("clock", offset)


@lru_cache(maxsize=4096)
def start_of(day: date) -> datetime:
    """00:00 Asia/Shanghai of ``day``: the first instant after the day before."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def day_of(moment: datetime) -> date:
    """The calendar day of ``moment`` in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()
