"""Published bulletins as verification and export see them: each says what its fact says it said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from onewindow.base.ledger import export as exports
from onewindow.base.ledger.findings import Finding
from onewindow.supervision.bulletin import content, publishing
from onewindow.supervision.bulletin.models import Bulletin

_FACTS = """
SELECT subject, data->>'row', data->>'figures' FROM base_fact
WHERE stream = 'bulletin' AND type = 'published'"""


def findings() -> Iterator[Finding]:
    """Every edition against the digests of its fact; nothing when all is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS)
        told = {subject: (whole, figures) for subject, whole, figures in cursor.fetchall()}
    for one in Bulletin.objects.order_by("pk").iterator(chunk_size=5):
        is_whole = told.pop(one.pk, None) == _digests(one) and one.digest == _digests(one)[0]
        if not is_whole:
            yield Finding("bulletin-changed", f"bulletin {one.pk}", "发布的通报与发布时的记录不符：已被改动")
    for subject in told:
        yield Finding("bulletin-lost", f"bulletin {subject}", "有发布记录，通报却不存在")


def _digests(one: Bulletin) -> tuple[str, str]:
    try:
        return content.digest(publishing.whole(one)), publishing.public_digest(one)
    except (TypeError, ValueError):  # what no publishing writes
        return "", ""


def export(folder: Path) -> None:
    """Write ``bulletins.jsonl``: each edition as its digest is taken, with the fact's stream and subject."""
    exports.write_stored(folder / "bulletins.jsonl", _lines())


def _lines() -> Iterator[dict[str, Any]]:
    for one in Bulletin.objects.order_by("pk").iterator(chunk_size=5):
        yield {
            "kind": "bulletin",
            "where": f"bulletin {one.pk}",
            "stream": publishing.STREAM,
            "subject": one.pk,
            "row": publishing.whole(one),
        }
