"""Slow work of documents, for the job library in the worker process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.documents import services
from onewindow.documents.models import Document

FIRST = 10  # before messages: somebody at the window waits for the print


@app.task(name="documents.make_papers", queue="papers", priority=FIRST, retry=5)
def make_papers(*, document_nos: list[str]) -> None:
    """Make the files of these papers; those that have one keep it."""
    waiting = Document.objects.filter(document_no__in=document_nos, file=None)
    for document_id in waiting.values_list("id", flat=True):
        services.make_file(document_id, now=clock.now())
