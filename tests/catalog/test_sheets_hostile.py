"""Whatever somebody uploads as a workbook, there is a report with the place and the reason, never a crash."""

from __future__ import annotations

import random
import resource
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from onewindow.catalog.adapters import exchange, workbook
from onewindow.catalog.definition import Contact, Material
from onewindow.catalog.sheets import cells, taking, writing
from onewindow.catalog.sheets import workbook as books
from onewindow.catalog.sheets.package import Limits
from tests.catalog.sheet_items import CODE, item
from tests.catalog.test_sheets_round_trip import exported, standing, taken

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK_RELS = ROOT_RELS.replace('officeDocument"', 'worksheet"').replace(
    "xl/workbook.xml", "worksheets/sheet1.xml"
)
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets><sheet name="事项" sheetId="1" r:id="r1"/></sheets></workbook>'
HEADS = ("事项编码", "事项名称", "事项类型", "实施主体", "区划代码")


@pytest.fixture(autouse=True)
def _nothing_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing.org, "find_organ", lambda **_: None)
    standing(monkeypatch)


def text_cell(text: str, place: str = "") -> str:
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    head = "".join(map(text_cell, HEADS))
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData><row r="1">{head}</row>{rows}</sheetData>{after}</worksheet>'


GOOD_ROW = "<row>" + "".join(map(text_cell, (CODE, "某某许可", "行政许可", "区某局", "511602"))) + "</row>"


def raw(path: Path, sheet: str | bytes, **parts: str | bytes) -> Path:
    """A workbook of parts written by hand; ``parts`` replace or add (``__`` stands for a stroke)."""
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    content |= {name.replace("__", "/").replace("_DOT_", "."): part for name, part in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in content.items():
            file.writestr(name, part)
    return path


def codes(report: taking.SheetReport) -> set[str]:
    return set(report.counts)


def edited(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    """A sound export, opened and saved as somebody with a spreadsheet would."""
    exported(path, workbook.LAYOUT, [item()])
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_a_sound_file_by_hand_is_taken(tmp_path: Path) -> None:
    report, found = taken(raw(tmp_path / "x.xlsx", sheet_xml(GOOD_ROW)))
    assert (report.new, [one.definition.name for one in found], report.rejected) == (1, ["某某许可"], 0)
    assert "法定办结时限" in found[0].definition.missing and found[0].definition.legal_limit is None


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (OLE + b"\0" * 600, "is-xls"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("事项编码,事项名称\nA,甲\n".encode(), "is-text"),
        ("事项编码,事项名称\nA,甲\n".encode("gb18030"), "is-text"),
        ("事项编码\t名称\n".encode("utf-16"), "is-text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is-html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "is-xml"),
        (b"%PDF-1.7", "is-pdf"),
        (b"\x1f\x8b\x08\x00", "is-gzip"),
        (b'{"a": 1}', "is-json"),
        (b"\x89PNG\r\n", "is-image"),
        (random.Random(1).randbytes(3000), "not-a-workbook"),
        (b"PK\x03\x04" + b"\0" * 400, "truncated"),
    ],
)
def test_other_files_are_recognised_and_said(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    report, found = taken(path)
    assert (report.refused, [note.code for note in report.notes], found) == (True, [code], [])
    assert report.notes[0].message


@pytest.mark.parametrize(
    ("name", "parts", "code"),
    [
        ("macro", {"xl__vbaProject_DOT_bin": b"x"}, "macros"),
        ("macro type", {"[Content_Types].xml": TYPES.replace("officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")}, "macros"),
        ("bomb", {"xl__media__a_DOT_bin": b"\0" * 4_000_000}, "bomb"),
        ("binary", {"xl__workbook_DOT_bin": b"x"}, "is-xlsb"),
        ("word", {"[Content_Types].xml": TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document")}, "not-a-workbook"),
        ("no sheets", {"xl/workbook.xml": BOOK.replace("worksheet", "x").replace('r:id="r1"', "")}, "no-sheets"),
        ("broken frame", {"xl/workbook.xml": "<workbook><sheets>"}, "damaged"),
        ("other sheet", {"xl/workbook.xml": BOOK.replace("事项", "别的")}, "unknown-layout"),
        ("entities", {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'}, "doctype"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_wrong_packages_are_refused(tmp_path: Path, name: str, parts: dict, code: str) -> None:
    report, found = taken(raw(tmp_path / "x.xlsx", sheet_xml(GOOD_ROW), **parts))
    assert report.refused and code in codes(report) and not found, report.notes


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (sheet_xml(GOOD_ROW, before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "doctype"),
        (sheet_xml("<row><c>" + "<a>" * 5000), "too-deep"),
        (sheet_xml(GOOD_ROW)[:-40], "damaged"),
        (sheet_xml('<row><c r="!!"><v>1</v></c></row>'), "damaged"),
        (sheet_xml(f'<row a="{"x" * 6_000_000}"/>'), "damaged"),
        ("", "damaged"),
        (sheet_xml(GOOD_ROW).encode("utf-16"), "damaged"),
    ],
    ids=["entity", "deep", "cut", "place", "long tag", "empty", "utf-16"],
)
def test_wrong_sheets_are_refused(tmp_path: Path, xml: str | bytes, code: str) -> None:
    path = tmp_path / "x.xlsx"
    raw(path, xml)
    limits = Limits(ratio=100_000)
    report, found = taken(path, limits=limits)
    assert report.refused and code in codes(report), report.notes


def test_a_bomb_of_many_members_or_bytes_is_not_unpacked(tmp_path: Path) -> None:
    path = raw(tmp_path / "x.xlsx", sheet_xml(GOOD_ROW))
    with zipfile.ZipFile(path, "a") as file:
        for at in range(2_100):
            file.writestr(f"xl/x{at}", "")
    assert codes(taken(path)[0]) == {"too-many-parts"}
    sound = raw(tmp_path / "y.xlsx", sheet_xml(GOOD_ROW))
    assert codes(taken(sound, limits=Limits(total_bytes=1000))[0]) == {"bomb"}
    assert codes(taken(sound, limits=Limits(file_bytes=100))[0]) == {"too-large"}
    assert "too-many-cells" in codes(taken(sound, limits=Limits(cells=3))[0])
    twice = raw(tmp_path / "z.xlsx", sheet_xml(GOOD_ROW))
    with zipfile.ZipFile(twice, "a") as file:
        file.writestr("XL/worksheets/sheet1.xml", "other")
    assert codes(taken(twice)[0]) == {"duplicate-part"}


def test_a_file_cut_or_bent_anywhere_gets_a_report(tmp_path: Path) -> None:
    whole = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [item()]).read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        content = bytearray(whole)
        if chance.random() < 0.3:
            content = content[: chance.randrange(len(content))]
        else:
            for _ in range(chance.randrange(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
        path = tmp_path / "y.xlsx"
        path.write_bytes(content)
        report, _ = taken(path)
        assert report.refused or report.read <= 1


def test_links_to_other_workbooks_are_told_and_never_followed(tmp_path: Path) -> None:
    link = BOOK_RELS.replace(
        "</Relationships>",
        f'<Relationship Id="r9" Type="{RELATION}/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>',
    )
    path = raw(tmp_path / "x.xlsx", sheet_xml(GOOD_ROW), **{"xl/_rels/workbook.xml.rels": link})
    report, found = taken(path)
    assert "external-link" in codes(report) and len(found) == 1


def _cell(sheet: str, place: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][place].number_format = "General"
        book[sheet][place] = value

    return change


def place_of(sheet: str, title: str, row: int = 2) -> str:
    found = next(one for one in workbook.LAYOUT.sheets if one.title == sheet)
    at = next(number for number, column in enumerate(found.columns, 1) if column.title == title)
    return f"{cells.letter(at)}{row}"


@pytest.mark.parametrize(
    ("sheet", "title", "value", "code"),
    [
        ("事项", "事项名称", "=1+1", "formula"),
        ("材料", "材料名称", '=HYPERLINK("http://x")', "formula"),
        ("事项", "事项编码", 11511301008778255, "number-for-code"),
        ("事项", "事项名称", None, "needed"),
        ("事项", "法定办结时限", "二十天", "not-a-number"),
        ("事项", "法定办结时限", -3, "not-a-number"),
        ("事项", "法定办结时限", 3.5, "not-a-number"),
        ("事项", "法定办结时限", 1e300, "not-a-number"),
        ("事项", "法定办结时限", date(2026, 1, 5), "not-a-number"),
        ("事项", "咨询方式", datetime(2026, 1, 5), "date-for-text"),
        ("事项", "事项类型", "外星事务", "not-an-option"),
        ("事项", "事项类型", 1, "undeclared-scheme"),
        ("事项", "事项名称", "#REF!", "error-value"),
        ("事项", "事项名称", True, "not-a-text"),
        ("事项", "法定时限单位", None, "no-unit"),
        ("材料", "必要性", "1", "not-an-option"),
        ("材料", "材料编号", 1, "number-for-code"),
        ("事项", "事项名称", "长" * 1001, "too-long"),
        ("事项", "承诺办结时限", 21, "rules-broken"),
    ],
)
def test_every_odd_cell_is_told_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, title: str, value: object, code: str
) -> None:
    standing(monkeypatch, item())
    place = place_of(sheet, title)
    report, found = taken(edited(tmp_path / "x.xlsx", _cell(sheet, place, value)))
    told = [(note.sheet, note.cell) for note in report.notes if note.code == code]
    assert (report.read, report.rejected, found) == (1, 1, []), report.notes
    assert told == [(sheet, "A2" if code == "rules-broken" else place)], report.notes


def test_a_number_for_a_telephone_is_taken_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing(monkeypatch, item())
    place = place_of("事项", "咨询方式")
    report, found = taken(edited(tmp_path / "x.xlsx", _cell("事项", place, 8265551234)))
    assert found[0].definition.contact.consult == "8265551234"
    assert [(note.cell, note.level) for note in report.notes if note.code == "number-for-text"] == [
        (place, "warning")
    ]


def test_merged_cells_stop_the_items_in_them_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = item(task_code="CODE-2")
    standing(monkeypatch, item(), other)
    path = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [item(), other])
    book = openpyxl.load_workbook(path)
    book["材料"].merge_cells("C2:C3")
    book["事项"]["C3"] = "改了名称"
    book.save(path)
    report, found = taken(path)
    assert [(n.sheet, n.cell) for n in report.notes if n.code == "merged"] == [("材料", "C2:C3")]
    assert [(one.definition.task_code, one.definition.name) for one in found] == [("CODE-2", "改了名称")]
    assert report.rejected == 1


def _bad_headers(book: openpyxl.Workbook) -> None:
    book["事项"]["F1"] = "事项名称"
    book["事项"]["G1"] = "火星编号"
    book["材料"]["C1"] = None


def test_wrong_headers_are_told_by_letter_and_nothing_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing(monkeypatch, item())
    report, found = taken(edited(tmp_path / "x.xlsx", _bad_headers))
    told = {(note.code, note.sheet, note.cell) for note in report.notes}
    assert {
        ("duplicate-column", "事项", "F1"),
        ("unknown-column", "事项", "G1"),
        ("missing-column", "材料", "A1"),
    } <= told
    assert report.refused and found == []


def test_hidden_and_unknown_sheets_blank_rows_and_moved_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["材料"].sheet_state = "veryHidden"
        book.create_sheet("草稿")["A1"] = "=1"
        book["事项"].move_range("C1:C2", cols=80)
        for row in range(3, 40):
            book["事项"].cell(row, 1).number_format = "@"

    standing(monkeypatch, item())
    report, found = taken(edited(tmp_path / "x.xlsx", change))
    assert {"hidden-sheet", "unknown-sheet", "blank-rows"} <= codes(report)
    assert (report.unchanged, found) == (1, [])


def test_rows_of_no_item_and_codes_twice_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing(monkeypatch, item())

    def change(book: openpyxl.Workbook) -> None:
        book["材料"].append(["UNKNOWN-1", "M09", "多余材料", "必要"])
        for at in range(1, 12):
            book["事项"].cell(3, at).value = book["事项"].cell(2, at).value

    report, _ = taken(edited(tmp_path / "x.xlsx", change))
    assert {"orphan", "duplicate-code"} <= codes(report)
    assert [note.cell for note in report.notes if note.code == "duplicate-code"] == ["A3"]


def test_a_column_left_out_keeps_what_stands_and_an_empty_cell_clears_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = item(summary="简介", plain_text="白话", contact=Contact("0000-1", "0000-2"))
    standing(monkeypatch, whole)
    path = exported(tmp_path / "x.xlsx", workbook.LAYOUT, [whole])
    book = openpyxl.load_workbook(path)
    del book["步骤"]
    summary = place_of("事项", "简介")
    book["事项"][summary] = None
    for row in book["事项"].iter_rows(min_row=1, max_row=2):
        for cell in row:
            if cell.column_letter == place_of("事项", "白话说明").rstrip("2"):
                cell.value = None
    book.save(path)
    report, (one,) = taken(path)
    made = one.definition
    assert (made.summary, made.plain_text, made.steps, made.contact) == (
        "",
        "白话",
        whole.steps,
        whole.contact,
    )
    assert "missing-column" in codes(report)


def test_numbers_mean_what_the_file_declares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = item(materials=(Material("M01", "申请表"), Material("M02", "身份证明", "optional")))
    standing(monkeypatch, one)
    path = exported(tmp_path / "x.xlsx", exchange.LAYOUT, [one])
    assert taken(path)[0].unchanged == 1
    book = openpyxl.load_workbook(path)
    row = next(row for row in book["编码方案"].iter_rows() if row[0].value == "is_need")
    row[1].value = "need-from-0"
    book.save(path)
    (changed,) = taken(path)[1]
    assert [row.need for row in changed.definition.materials] == ["optional", "deferrable"]
    row[1].value = None
    book.save(path)
    report, found = taken(path)
    assert "undeclared-scheme" in codes(report) and report.rejected == 1 and found == []


def _lean_rows(count: int) -> Iterator[bytes]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{"".join(map(text_cell, HEADS))}</row>'.encode()
    for start in range(2, count + 2, 1000):
        rows = (
            f'<row r="{at}"><c t="inlineStr"><is><t>C-{at}</t></is></c><c t="s"><v>0</v></c></row>'
            for at in range(start, min(start + 1000, count + 2))
        )
        yield "".join(rows).encode()
    yield b"</sheetData></worksheet>"


def big(path: Path, count: int) -> Path:
    raw(path, sheet_xml(GOOD_ROW))
    out = path.with_suffix(".big")
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if "sheet1" not in name:
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for piece in _lean_rows(count):
                part.write(piece)
    return out


def test_rows_beyond_the_limit_are_told(tmp_path: Path) -> None:
    report, found = taken(big(tmp_path / "x.xlsx", 300), limits=Limits(items=100))
    assert report.read == 100 and report.rejected == 100
    (note,) = [note for note in report.notes if note.code == "too-many-rows"]
    assert note.cell == "A102" and "301" in note.message


def test_very_many_rows_stream_in_bounded_memory(tmp_path: Path) -> None:
    path = big(tmp_path / "x.xlsx", 300_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with books.Workbook(path) as book:
        assert book.shape(book.sheets[0]).rows == 300_001
        assert sum(1 for _ in book.rows(book.sheets[0])) == 300_001
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 60_000, "KiB"


def test_a_lone_far_cell_costs_nothing(tmp_path: Path) -> None:
    xml = sheet_xml(GOOD_ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    report, found = taken(raw(tmp_path / "x.xlsx", xml))
    assert len(found) == 1 and report.read == 1


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16_384, "XFD")]
)
def test_columns_have_letters(number: int, letters: str) -> None:
    assert (cells.letter(number), cells.column_of(letters)) == (letters, number)
