"""Whatever is uploaded as a workbook, the page gives a report in bounded time and memory, never a crash."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onewindow.catalog.models import Change
from tests.catalog.test_sheets_hostile import (
    BOOK,
    BOOK_RELS,
    GOOD_ROW,
    MAIN,
    OLE,
    RELATION,
    TYPES,
    raw,
    sheet_xml,
    text_cell,
)
from tests.faces.editor.conftest import Desk, said

ROWS: dict[str, str] = {
    "formula": '<row><c><f>1+1</f><v>2</v></c><c><f>HYPERLINK("http://x")</f></c></row>',
    "shared string out of range": '<row><c t="s"><v>999999999</v></c></row>',
    "shared string below zero": '<row><c t="s"><v>-1</v></c></row>',
    "shared string no number": '<row><c t="s"><v>abc</v></c></row>',
    "style out of range": '<row><c s="99999"><v>45000</v></c></row>',
    "date": '<row><c t="d"><v>2026-09-08T00:00:00</v></c></row>',
    "error value": '<row><c t="e"><v>#REF!</v></c></row>',
    "unknown type": '<row><c t="zz"><v>1</v></c></row>',
    "not a number": "<row><c><v>NaN</v></c><c><v>1e999</v></c><c><v>--5</v></c></row>",
    "huge cell": f"<row>{text_cell('长' * 400_000)}</row>",
    "right to left": "<row>" + text_cell("\u202e\u0645\u0631\u062d\u0628\u0627\u202c" * 3) + "</row>",
    "zero width and emoji": "<row>" + text_cell("\u200b\ufeff\U0001f468\u200d\U0001f469" * 5) + "</row>",
    "null entity": '<row><c t="inlineStr"><is><t>&#0;</t></is></c></row>',
    "escaped null": f"<row>{text_cell('_x0000_')}</row>",
    "null byte": '<row><c t="inlineStr"><is><t>a\x00b</t></is></c></row>',
    "far cell": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "row beyond the sheet": '<row r="99999999999"><c><v>1</v></c></row>',
    "row zero": '<row r="0"><c r="A0"><v>1</v></c></row>',
    "rows backwards": '<row r="9"><c r="A9"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>',
    "cell twice": '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    "many columns": "<row>" + "<c><v>1</v></c>" * 20_000 + "</row>",
    "many rows": "<row><c><v>1</v></c></row>" * 20_000,
    "code twice": GOOD_ROW * 2,
    "script": f"<row>{text_cell('&lt;script&gt;alert(1)&lt;/script&gt;')}</row>",
}
PARTS: dict[str, dict[str, str | bytes]] = {
    "macro": {"xl/vbaProject.bin": b"x"},
    "macro type": {"[Content_Types].xml": TYPES.replace("officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")},
    "xlsb": {"xl/workbook.bin": b"x"},
    "bomb": {"xl/media/a.bin": b"\0" * 30_000_000},
    "billion laughs": {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>'},
    "outside entity": {"xl/worksheets/sheet1.xml": sheet_xml(GOOD_ROW, before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')},
    "outside link": {"xl/_rels/workbook.xml.rels": BOOK_RELS.replace("</Relationships>", f'<Relationship Id="r9" Type="{RELATION}/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>')},
    "part outside": {"xl/_rels/workbook.xml.rels": BOOK_RELS.replace("worksheets/sheet1.xml", "../../../etc/passwd")},
    "name outside": {"../../outside.xml": b"x"},
    "sheet twice": {"xl/workbook.xml": BOOK.replace("</sheets>", '<sheet name="事项" sheetId="2" r:id="r1"/></sheets>')},
    "sheet by foreign name": {"xl/workbook.xml": BOOK.replace("事项", "\u202egfdsa")},
    "no sheets": {"xl/workbook.xml": BOOK.replace('r:id="r1"', "")},
    "word": {"[Content_Types].xml": TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document")},
    "broken frame": {"xl/workbook.xml": "<workbook><sheets>"},
    "too deep": {"xl/worksheets/sheet1.xml": sheet_xml("<row><c>" + "<a>" * 5000)},
    "cut": {"xl/worksheets/sheet1.xml": sheet_xml(GOOD_ROW)[:-40]},
    "empty sheet": {"xl/worksheets/sheet1.xml": ""},
    "strings that lie": {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="-5" uniqueCount="99999999999"><si/></sst>'},
    "merged": {"xl/worksheets/sheet1.xml": sheet_xml(GOOD_ROW, after='<mergeCells><mergeCell ref="A2:E2"/></mergeCells>')},
    "merged without bound": {"xl/worksheets/sheet1.xml": sheet_xml(GOOD_ROW, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')},
}  # fmt: skip
FILES: dict[str, bytes] = {
    "empty": b"",
    "xls": OLE + b"\0" * 600,
    "password": OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "csv": "事项编码,事项名称\nA,甲\n".encode("gb18030"),
    "html": b"<html><table><tr><td>1</td></tr></table></html>",
    "pdf": b"%PDF-1.7",
    "noise": random.Random(1).randbytes(3000),
    "broken zip": b"PK\x03\x04" + b"\0" * 400,
    "nulls": b"\0" * 5000,
}


def makers() -> dict[str, Callable[[Path], bytes]]:
    def of_row(row: str) -> Callable[[Path], bytes]:
        return lambda path: raw(path, sheet_xml(GOOD_ROW + row)).read_bytes()

    def of_parts(parts: dict[str, str | bytes]) -> Callable[[Path], bytes]:
        return lambda path: raw(path, sheet_xml(GOOD_ROW), **parts).read_bytes()

    found: dict[str, Callable[[Path], bytes]] = {name: of_row(row) for name, row in ROWS.items()}
    found |= {name: of_parts(parts) for name, parts in PARTS.items()}
    return found | {name: (lambda _path, content=content: content) for name, content in FILES.items()}


@pytest.mark.parametrize("kind", makers())
def test_the_page_gives_a_report(desk: Callable[[str], Desk], tmp_path: Path, kind: str) -> None:
    one, content = desk("catalog1"), makers()[kind](tmp_path / "x.xlsx")
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    answer = one.client.post("/editor/sheets", {"file": SimpleUploadedFile(f"{kind}.xlsx", content)})
    assert answer.status_code == 302, (kind, said(answer.content.decode()))
    page = one.open(answer.headers["Location"])
    assert "试运行报告" in page and "处理这份工作簿时出错" not in page
    assert "<script>alert" not in page and "root:" not in page
    assert time.process_time() - started < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "KiB"
    assert not Change.objects.exists()


def test_there_are_many_kinds() -> None:
    assert len(makers()) >= 50
