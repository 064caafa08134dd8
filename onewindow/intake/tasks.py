"""Slow work of intake, for the job library in the worker process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.intake import keeping


@app.periodic(cron="20 3 * * *")
@app.task(name="intake.clear_away", queue="nightly", queueing_lock="intake.clear_away")
def clear_away(timestamp: int) -> None:
    """Every night: what applicants left lying and what was scanned for a moment goes when its time is over."""
    keeping.clear_away(clock.now())
    keeping.clear_sheets(clock.now())
