"""Slow work of the catalogue, for the job library in the worker process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.catalog import kept_reports
from onewindow.catalog.sheets import keeping


@app.task(name=kept_reports.TASK, queue="reports", retry=2)
def make_report(*, name: str, language: str) -> None:
    """Make a report over the whole catalogue and keep it; ordered twice, the later one stays."""
    kept_reports.make(name, language, now=clock.now())


@app.task(name=keeping.TASK, queue="sheets", retry=5)
def work_on_sheet(*, token: str) -> None:
    """Try, propose or write a large workbook; begun again after a crash, it is done once."""
    keeping.work(token, now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="catalog.forget_sheets", queue="sheets", queueing_lock="forget-sheets")
def forget_sheets(timestamp: int) -> None:
    """Throw away workbooks that have expired."""
    keeping.forget_old(clock.real_now())
