"""Slow work of documents, for the job library in the worker process."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.documents import services
from onewindow.documents.models import Document
from onewindow.documents.services import erasing, rescanning

# 3, 9, 27 … seconds, three hours in all: a full disk or a lost database is no reason to give a paper up.
_AGAIN = RetryStrategy(max_attempts=9, exponential_wait=3)
FIRST = 10  # before messages: somebody at the window waits for the print


@app.task(name="documents.make_papers", queue="papers", priority=FIRST, retry=_AGAIN)
def make_papers(*, document_nos: list[str]) -> None:
    """Make the files of these papers; those that have one keep it, what was erased in the meantime needs none."""
    waiting = Document.objects.filter(document_no__in=document_nos, file=None).exclude(content=None)
    for document_id in waiting.values_list("id", flat=True):
        services.make_file(document_id, now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="documents.rescan", queue="nightly", queueing_lock="documents.rescan")
def rescan(timestamp: int) -> None:
    """Every five minutes: what came while the virus scanner was away is looked at as soon as it is back."""
    rescanning.rescan(now=clock.now())


@app.periodic(cron="50 3 * * *")
@app.task(name="documents.sweep_left", queue="nightly", queueing_lock="documents.sweep_left")
def sweep_left(timestamp: int) -> None:
    """Every night: what an erasure could not reach, because the files' bucket was away, goes now."""
    erasing.sweep_left(clock.now())
