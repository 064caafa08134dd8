"""Slow work of privacy, for the job library in the worker process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.privacy.services import disposing


@app.task(name=disposing.TASK, queue="nightly", retry=5)
def dispose(*, disposal_id: int) -> None:
    """Carry out a list that two people approved."""
    disposing.carry_out(disposal_id, now=clock.now())
