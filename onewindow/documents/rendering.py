"""From words to a PDF: typst with the shipped fonts only, so that a paper looks the same on every machine."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from onewindow.documents import presentation, typesetting
from onewindow.documents.typesetting import Form, Unsettable

__all__ = ["TEMPLATES", "Form", "Unsettable", "bulletin", "handout", "page", "pdf"]

TEMPLATES = Path(__file__).resolve().parent / "templates"


def pdf(kind: str, shown: dict[str, Any], *, version: int, at: datetime, source: str = "") -> bytes:
    """The paper as PDF; the same content gives the same bytes with the same program version.

    ``version`` is a shipped edition; ``source`` a body to set in its frame instead of the shipped one, in a process
    of its own. Raises ``Unsettable``.
    """
    return page(kind, shown, version=version, at=at, source=source, form="pdf")


def page(
    kind: str, shown: dict[str, Any], *, version: int, at: datetime, source: str = "", form: Form = "pdf"
) -> bytes:
    """The same as ``form`` pdf, or the first page as png."""
    return _made(TEMPLATES / f"v{version}", kind, presentation.dumps(shown), at, source=source, form=form)


def handout(kind: str, shown: dict[str, Any], *, at: datetime) -> bytes:
    """What a hall hands out about an item, as PDF; unlike a paper it is not stored.

    The same words of one day are set once a process: many ask for the same sheet.
    """
    return _handout(kind, presentation.dumps(shown), at.replace(hour=0, minute=0, second=0, microsecond=0))


def bulletin(shown: dict[str, Any], *, at: datetime) -> bytes:
    """A bulletin of supervision as PDF; what was published gives the same bytes each time."""
    return _made(TEMPLATES / "bulletin1", "bulletin", presentation.dumps(shown), at)


def slip(kind: str, shown: dict[str, Any], *, at: datetime) -> bytes:
    """A slip of custody as PDF (hand-over list, receipt of an original); made from its row each time."""
    return _made(TEMPLATES / "slips1", kind, presentation.dumps(shown), at)


@lru_cache(maxsize=64)
def _handout(kind: str, data: str, at: datetime) -> bytes:
    return _made(TEMPLATES / "handouts1", kind, data, at)


def _made(folder: Path, kind: str, data: str, at: datetime, *, source: str = "", form: Form = "pdf") -> bytes:
    job = typesetting.Job(str(folder), kind, data, int(at.timestamp()), source, form)
    return typesetting.set_apart(job) if source else typesetting.set_here(job)
