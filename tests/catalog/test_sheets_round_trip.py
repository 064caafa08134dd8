"""Export and import in both layouts: what nobody changed is unchanged, what was changed is exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from onewindow.catalog.adapters import exchange, workbook
from onewindow.catalog.definition import ItemDefinition, Limit, Material
from onewindow.catalog.sheets import taking, writing
from onewindow.catalog.sheets.layout import Layout
from onewindow.catalog.sheets.operating import not_completed_here
from onewindow.catalog.sheets.values import KEEP
from tests.catalog.sheet_items import CODE, ITEMS, item

LAYOUTS = [workbook.LAYOUT, exchange.LAYOUT]


@pytest.fixture(autouse=True)
def _no_organs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing.org, "find_organ", lambda **_: None)


def standing(monkeypatch: pytest.MonkeyPatch, *items: ItemDefinition, **state: object) -> None:
    """Let these items stand, without a database."""
    values = {"is_current": True, "handled": False, "state": "in-use"} | state
    known = {one.task_code: taking.Standing(one, one.version, **values) for one in items}
    monkeypatch.setattr(
        taking, "standing_of", lambda codes: {code: known[code] for code in codes if code in known}
    )


def taken(path: Path, **options: object) -> tuple[taking.SheetReport, list[taking.Taken]]:
    found: list[taking.Taken] = []
    report = taking.take(path, dry_run=False, deed=found.extend, **options)
    return report, found


def exported(path: Path, layout: Layout, items: Sequence[ItemDefinition]) -> Path:
    writing.write_file(path, items, layout)
    return path


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=ITEMS)
def test_what_is_exported_comes_back_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: Layout, one: ItemDefinition
) -> None:
    standing(monkeypatch, one)
    report, found = taken(exported(tmp_path / "x.xlsx", layout, [one]))
    assert [note.text() for note in report.notes if note.level == "error"] == []
    assert (report.layout, report.read, report.unchanged, found) == (layout.name, 1, 1, [])


def test_the_workbook_is_made_for_editors(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(tmp_path / "x.xlsx", workbook.LAYOUT, [item()]))
    assert book.sheetnames[:2] == ["填写说明", "事项"] and book["选项"].sheet_state == "hidden"
    sheet = book["材料"]
    assert sheet.freeze_panes == "B2" and sheet["A1"].comment is not None
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["D2:D1048576"].startswith("'选项'!$")
    letters, count = rules["D2:D1048576"].split("!")[1].replace("$", "").split(":")
    assert [cell[0].value for cell in book["选项"][f"{letters}:{count}"]] == ["必要", "非必要", "容缺后补"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
def test_no_text_becomes_a_formula(tmp_path: Path, layout: Layout) -> None:
    book = openpyxl.load_workbook(exported(tmp_path / "x.xlsx", layout, [item(conditions=("=1+1",))]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    dangerous = [cell for cell in cells if str(cell.value).startswith("=")]
    assert len(dangerous) == 2 and all(cell.quotePrefix and cell.number_format == "@" for cell in dangerous)


def test_what_does_not_fit_into_a_cell_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = item(summary="长" * 40_000, materials=(Material("M01", "表", note="a\x07b"),))
    standing(monkeypatch, long)
    path = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [long])
    texts = [
        cell.value for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row
    ]
    assert texts.count(KEEP) == 2
    assert taken(path)[0].unchanged == 1
    standing(monkeypatch)
    report, found = taken(path)
    assert report.rejected == 1 and "nothing-to-keep" in report.counts and found == []


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "changes"),
    [
        ("事项", "C2", "新名称", {"name": "新名称"}),
        (
            "材料",
            "C3",
            "户口簿",
            {"materials": (item().materials[0], Material("M02", "户口簿", "deferrable"))},
        ),
    ],
)
def test_a_change_is_taken_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, cell: str, value: str, changes: dict
) -> None:
    standing(monkeypatch, item())
    path = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [item()])
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    report, (one,) = taken(path)
    assert (report.changed, one.definition) == (1, replace(item(), **changes))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"state": "cancelled", "is_current": False}, "cancelled"),
        ({"handled": True}, "handled-here"),
        ({}, "stale"),
    ],
)
def test_what_may_not_be_overwritten_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: dict, code: str
) -> None:
    path = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [item(name="甲")])
    standing(monkeypatch, item(version=1 + (code == "stale")), **state)
    report, found = taken(path, check=not_completed_here)
    assert (report.rejected, report.notes[-1].code, found) == (1, code, [])


def test_a_new_item_invents_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing(monkeypatch)
    bare = replace(
        item(materials=(), steps=(), conditions=()), legal_limit=None, promised_limit=None, audiences=()
    )
    for layout in LAYOUTS:
        _, (one,) = taken(exported(tmp_path / "x.xlsx", layout, [bare]))
        made = one.definition
        assert (made.task_code, made.legal_limit, made.kind, made.fee.charged) == (CODE, None, None, None)
        assert made.audiences == () and {"法定办结时限", "收费", "申请材料", "服务对象"} <= set(made.missing)


def test_a_promise_gains_its_place_among_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = item(promised_limit=None, steps=(), missing=("承诺办结时限", "表单"))
    path = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [replace(bare, promised_limit=Limit(5))])
    standing(monkeypatch, bare)
    _, (one,) = taken(path)
    assert (one.definition.promised_limit, one.definition.missing) == (Limit(5), ("表单",))
