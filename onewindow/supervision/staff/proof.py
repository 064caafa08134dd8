"""Attendance, conduct notes and published appraisals as verification and export see them: rows as facts told them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

from onewindow.base.ledger import export as exports
from onewindow.base.ledger.findings import Finding
from onewindow.supervision.staff import attending, conduct, publishing, rows
from onewindow.supervision.staff.models import Appraisal, Note, NoteStep, Stamp


class Kind(msgspec.Struct, frozen=True):
    """A table whose rows are told once and never changed; ``subject`` names the column of the fact's subject."""

    name: str
    table: type[Model]
    stream: str
    subject: str
    words: str

    def where(self, row: Any) -> str:
        """What a finding calls the row."""
        return f"{self.name} {row.pk}"


KINDS = (
    Kind("attendance", Stamp, attending.STREAM, "staff_id", "考勤记录"),
    Kind("conduct-note", Note, conduct.STREAM, "id", "巡查记录"),
    Kind("conduct-step", NoteStep, conduct.STREAM, "note_id", "巡查记录的申辩或结论"),
    Kind("appraisal", Appraisal, publishing.STREAM, "id", "发布的考核结果"),
)
_FACTS = """
SELECT data->>'row', stream, subject, seq FROM base_fact WHERE stream = ANY(%s) AND data ? 'row'"""


def findings() -> Iterator[Finding]:
    """Every row against the digest that a fact told of it; nothing when all is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [[kind.stream for kind in KINDS]])
        told = {(row, stream, subject): seq for row, stream, subject, seq in cursor.fetchall()}
    for kind in KINDS:
        for row in kind.table._default_manager.order_by("pk").iterator(chunk_size=500):
            key = (digest(row), kind.stream, getattr(row, kind.subject))
            if told.pop(key, None) is None:
                yield Finding(
                    f"{kind.name}-changed", kind.where(row), f"{kind.words}与当时的记录不符：已被改动"
                )
    for (_, stream, subject), seq in told.items():
        yield Finding("row-lost", f"{stream} {subject} #{seq}", "有记录，所记的内容却不存在或者已被改动")


def plain(row: Any) -> dict[str, Any]:
    """The row as its digest is taken: of an appraisal what was published, of others every column."""
    if isinstance(row, Appraisal):
        return publishing.whole(row.kind, row.period, row.version, row.scheme, row.rows, row.reason)
    return rows.plain(row)


def digest(row: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of ``plain``."""
    if isinstance(row, Appraisal):
        return publishing.digest(row.kind, row.period, row.version, row.scheme, row.rows, row.reason)
    return rows.digest(row)


def export(folder: Path) -> None:
    """Write ``staff.jsonl``: each row with the stream and subject of the fact that carries its digest."""
    exports.write_stored(folder / "staff.jsonl", _lines())


def _lines() -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        for row in kind.table._default_manager.order_by("pk").iterator(chunk_size=500):
            yield {
                "kind": kind.name,
                "where": kind.where(row),
                "stream": kind.stream,
                "subject": getattr(row, kind.subject),
                "row": plain(row),
            }
