"""Sending, for the job library in the worker process."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.notices import services
from onewindow.notices.adapters.failure import Undelivered

# 5, 25, 125 … seconds between tries; one more than the message itself allows, which gives up first. Whatever the
# failure: a full disk or a lost database must not lose a message either.
_AGAIN = RetryStrategy(max_attempts=services.MOST_TRIES + 1, exponential_wait=5)


@app.task(name="notices.send", queue="notices", retry=_AGAIN)
def send(*, message_id: int) -> None:
    """Send one message; fails, to be tried again, while the other side does not take it."""
    if not services.send(message_id, now=clock.now()):
        raise Undelivered(f"message {message_id}")
