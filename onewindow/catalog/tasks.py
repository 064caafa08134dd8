"""Slow work of the catalogue, for the job library in the worker process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.catalog import kept_reports


@app.task(name=kept_reports.TASK, queue="reports", retry=2)
def make_report(*, name: str, language: str) -> None:
    """Make a report over the whole catalogue and keep it; ordered twice, the later one stays."""
    kept_reports.make(name, language, now=clock.now())
