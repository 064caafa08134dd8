"""The report of `items import`: every row that was rejected or flagged, with its line and its reason."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onewindow.catalog import demonstration, services
from onewindow.site.cli import items
from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("path", demonstration.lists(), ids=lambda path: path.name)
def test_every_rejected_or_flagged_row_of_the_shipped_lists_is_listed(
    tmp_path: Path, path: Path, suffix: str
) -> None:
    out = tmp_path / f"report{suffix}"
    options = argparse.Namespace(file=str(path), format="auto", dry_run=True, all=False, report=out)
    assert items._import(options) == 0
    found = services.import_file(path, now=world.OPENED, dry_run=True)
    if suffix == ".csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[1:]
    else:
        sheet = load_workbook(out).active
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert len(rows) == len(found.rejected) + len(found.flagged) > 0
    assert {(int(row[1]), row[2]) for row in rows} == {
        (note.line, note.code) for note in (*found.rejected, *found.flagged)
    }
    assert all(row[3] for row in rows)


def test_a_report_of_another_kind_is_refused_before_anything_is_read() -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        items._table_file("report.pdf")
