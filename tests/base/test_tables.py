"""Lines as files: nothing becomes a formula, and each kind of value stays what it is."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from onewindow.base import tables

CELLS: list[tuple[Any, str]] = [
    ("=1+1", "'=1+1"),
    ("+86", "'+86"),
    ("-cmd", "'-cmd"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    (-2, "-2"),
    (None, ""),
    (True, "true"),
    (date(2026, 9, 30), "2026-09-30"),
    ("事项", "事项"),
]


@pytest.mark.parametrize(("value", "cell"), CELLS)
def test_a_cell_of_a_csv_is_never_a_formula(value: Any, cell: str) -> None:
    out = io.BytesIO()
    assert tables.write_csv(out, ["列", "另一列"], [[value, "末"]], is_marked=True) == 1
    text = out.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["列", "另一列"], [cell, "末"]]


@pytest.mark.parametrize(("value", "cell"), CELLS)
def test_a_cell_of_a_workbook_is_never_a_formula(value: Any, cell: str) -> None:
    out = io.BytesIO()
    tables.write_xlsx(out, "表", ["列"], [[value]])
    found = load_workbook(out)["表"]["A2"]
    assert found.data_type != "f"
    if isinstance(value, str):
        assert found.value == cell
