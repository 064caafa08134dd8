"""The rows of a workbook as an adapter gives them: what is new or changed, and what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from onewindow.catalog.importing import ParsedRow
from onewindow.catalog.sheets import taking
from onewindow.catalog.sheets.layout import Layout


def rows(path: Path, layout: Layout) -> Iterator[ParsedRow]:
    """A ``ParsedRow`` for every item that is new or changed, then one with its reason for every refusal.

    ``services.import_file`` takes workbooks by ``taking.take`` itself; this serves whoever asks the adapter.
    """
    found: list[ParsedRow] = []

    def keep(wanted: Sequence[taking.Taken]) -> None:
        found.extend(ParsedRow(one.row, one.definition.task_code, one.definition) for one in wanted)

    report = taking.take(path, layout=layout.name, dry_run=False, deed=keep)
    yield from found
    for note in report.notes:
        if note.level == "error":
            yield ParsedRow(0, note.item, reason=note.text())
