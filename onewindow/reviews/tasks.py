"""Slow work of reviews, for the job library in the worker process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.privacy import settings
from onewindow.reviews.services import erasing


@app.periodic(cron="35 3 * * *")
@app.task(name="reviews.erase_left", queue="nightly", queueing_lock="reviews.erase_left")
def erase_left(timestamp: int) -> None:
    """Every night: complaints of erased accounts go when they need be kept no longer."""
    erasing.erase_left(settings.retention(), now=clock.now())
