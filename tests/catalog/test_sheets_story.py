"""Workbooks on a real database: the shipped rows out and in again, an operator's take-over, an editor's proposal."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import openpyxl
import pytest

from onewindow.catalog import demonstration, queries, services
from onewindow.catalog.adapters import exchange, workbook
from onewindow.catalog.sheets import operating, taking, writing
from onewindow.catalog.sheets.package import Limits
from onewindow.kernel.actor import SYSTEM
from tests import world
from tests.catalog.sheet_items import change

pytestmark = pytest.mark.django_db
NOW = world.START


@pytest.fixture(autouse=True)
def _fresh() -> None:
    queries.flush()


def test_the_district_list_goes_out_as_a_workbook_and_comes_back_with_its_report(tmp_path: Path) -> None:
    assert services.import_file(demonstration.lists()[0], now=NOW).new == 1135
    path = tmp_path / "district.xlsx"
    assert writing.write_file(path, taking.in_force(), workbook.LAYOUT) == 1135
    again = operating.take_over(path, now=NOW, actor=SYSTEM)
    assert (again.read, again.unchanged, again.new, again.changed, again.rejected) == (1135, 1135, 0, 0, 0)
    change(path, 2, 事项名称="改过的名称", 法定办结时限=20, 法定时限单位="工作日")
    change(path, 3, 事项名称="=A1")
    change(path, 4, 承诺办结时限=5)
    change(path, 5, 事项编码="NEW-ITEM-1", 版本=None)
    report = operating.take_over(path, now=NOW, dry_run=True, actor=SYSTEM)
    assert (report.read, report.unchanged, report.new, report.changed, report.rejected) == (
        1135,
        1131,
        1,
        1,
        2,
    )
    told = {(note.cell[-1], note.code) for note in report.notes if note.level == "error"}
    assert told == {("3", "formula"), ("4", "no-unit")}
    assert queries.count() == 1135
    done = services.import_file(path, now=NOW)
    assert (done.format, done.new, done.changed, done.unchanged, len(done.rejected)) == (
        "workbook",
        1,
        1,
        1131,
        2,
    )
    code = openpyxl.load_workbook(path, read_only=True)["事项"]["A2"].value
    found = queries.current(code)
    assert (found.name, found.version, found.legal_limit.days) == ("改过的名称", 2, 20)
    assert "法定办结时限" not in found.missing and queries.current(code, 1).legal_limit is None
    repeated = services.import_file(path, now=NOW)
    assert (repeated.new, repeated.changed, repeated.unchanged) == (0, 0, 1133)
    listed = services.import_file(demonstration.lists()[0], now=NOW)
    assert (listed.new, listed.changed, listed.unchanged) == (0, 0, 1135), (
        "the list that was loaded is still known"
    )


def test_everything_shipped_comes_back_unchanged(tmp_path: Path) -> None:
    """All of it as our workbook, every fourth item as the sheets of the exchange."""
    demonstration.load(now=NOW)
    for layout, items, count in (
        (workbook.LAYOUT, taking.in_force(), 3159),
        (exchange.LAYOUT, islice(taking.in_force(), 0, None, 4), 790),
    ):
        path = tmp_path / f"{layout.name}.xlsx"
        assert writing.write_file(path, items, layout) == count
        report = operating.take_over(path, now=NOW, actor=SYSTEM)
        assert (report.read, report.unchanged, report.rejected) == (count, count, 0), report.notes[:5]


def test_what_breaks_off_in_the_middle_writes_nothing(tmp_path: Path) -> None:
    services.import_file(demonstration.lists()[0], now=NOW)
    path = tmp_path / "x.xlsx"
    writing.write_file(path, taking.in_force(), workbook.LAYOUT)
    change(path, 2, 事项名称="改过的名称")
    report = operating.take_over(path, now=NOW, actor=SYSTEM, limits=Limits(cells=6_000))
    assert report.refused and (report.changed, report.counts["too-many-cells"]) == (0, 1)
    assert queries.search("改过的名称")[0] == [] or queries.search("改过的名称")[0][0]["name"] != "改过的名称"
