"""The inside of a workbook: its sheets with their state, their merged ranges, and their rows as streams."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from onewindow.catalog.sheets import cells, strings
from onewindow.catalog.sheets.cells import Row
from onewindow.catalog.sheets.package import Limits, NotTaken, Package

_PART_BYTES = 30_000_000  # of workbook.xml, its relations and styles
_ELEMENTS = 400_000
_MERGES = 10_000  # kept of one sheet
# Built-in number formats that show a date or a time, those of East Asian spreadsheets among them.
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MERGE = re.compile(
    rb"<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"
)
_RANGE = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")
_OVERLAP = 512


class SheetInfo(NamedTuple):
    """One worksheet: its name, its part, and whether it is hidden."""

    name: str
    part: str
    is_hidden: bool


class Merge(NamedTuple):
    """A merged range: its text and its first and last row."""

    ref: str
    first: int
    last: int


class Shape(NamedTuple):
    """What a quick look at a sheet's bytes tells: merged ranges (at most ``_MERGES``), their number, and the
    number of row elements."""

    merges: list[Merge]
    merged: int
    rows: int


class Workbook:
    """An open workbook. Raises ``NotTaken`` for whatever cannot be read; ``remarks`` hold what is odd.

    ``remarks`` are (code, Chinese message): links to other workbooks, sheets that are no worksheets.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.remarks: list[tuple[str, str]] = []
        self.package = Package(path, self.limits)
        try:
            self._read_frame()
        except NotTaken:
            self.package.close()
            raise
        self._strings: strings.SharedStrings | None = None
        self._dates: frozenset[str] | None = None
        self.cells_read = 0

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.package.close()

    def rows(self, sheet: SheetInfo) -> Iterator[Row]:
        """The rows of ``sheet`` that hold something."""
        with self.package.open(sheet.part) as stream:
            for row in cells.rows(
                stream,
                what=f"工作表“{sheet.name}”",
                strings=self._string,
                dates=self._date_styles(),
                is_1904=self.is_1904,
                limits=self.limits,
                cells_left=self.limits.cells - self.cells_read,
            ):
                self.cells_read += len(row.cells)
                yield row

    def shape(self, sheet: SheetInfo) -> Shape:
        """Merged ranges and row count by a scan of the bytes: they stand behind the rows in the file."""
        merges: list[Merge] = []
        merged = rows = 0
        rest = b""
        with self.package.open(sheet.part) as stream:
            while piece := stream.read(1 << 18):
                text = rest + piece
                rows += text.count(b"</row>") + text.count(b":row>")
                if b"mergeCell" in text:
                    for found in _MERGE.finditer(text):
                        if found.end() > len(rest):
                            merged += 1
                            if len(merges) < _MERGES:
                                merges.append(_merge(found[1].decode()))
                rest = text[-_OVERLAP:]
                rows -= rest.count(b"</row>") + rest.count(b":row>")
            rows += rest.count(b"</row>") + rest.count(b":row>")
        return Shape(merges, merged, rows)

    def _string(self, number: int) -> str | None:
        if self._strings is None:
            self._strings = self._shared_strings()
        return self._strings.get(number)

    def _shared_strings(self) -> strings.SharedStrings:
        part = self._relations.get("sharedStrings", "")
        if not part or not self.package.has(part):
            return strings.SharedStrings()
        with self.package.open(part) as stream:
            return strings.read(stream, self.limits)

    def _date_styles(self) -> frozenset[str]:
        if self._dates is None:
            part = self._relations.get("styles", "")
            self._dates = self._read_dates(part) if part and self.package.has(part) else frozenset()
        return self._dates

    def _read_dates(self, part: str) -> frozenset[str]:
        found: set[int] = set(_DATES)
        styles: set[str] = set()
        number, is_inside = 0, False
        for name, attributes, is_end in self._elements(part):
            if name == "cellXfs":
                is_inside = not is_end
            elif name == "numFmt" and not is_end:
                text = _NOT_FORMAT.sub("", attributes.get("formatCode", ""))
                identity = attributes.get("numFmtId", "")
                if identity.isdigit() and _DATE_LETTERS.search(text) and "general" not in text.lower():
                    found.add(int(identity))
            elif name == "xf" and is_inside and not is_end:
                identity = attributes.get("numFmtId", "")
                if identity.isdigit() and int(identity) in found:
                    styles.add(str(number))
                number += 1
        return frozenset(styles)

    def _read_frame(self) -> None:
        main = self._main_part()
        self._relations: dict[str, str] = {}
        by_id: dict[str, tuple[str, str]] = {}
        folder, name = posixpath.split(main)
        for kind, target, identity, is_outside in self._relation_rows(f"{folder}/_rels/{name}.rels", folder):
            if is_outside:
                self.remarks.append(("external-link", f"工作簿引用外部文件（{target[:80]}），不予打开"))
                continue
            by_id[identity] = (kind, target)
            self._relations.setdefault(kind, target)
        if any(name.lower().startswith("xl/externallinks/") for name in self.package.names()):
            self.remarks.append(("external-link", "工作簿含有指向其他工作簿的链接，不予打开"))
        self.is_1904 = False
        self.sheets: list[SheetInfo] = []
        self._read_main(main, by_id)
        if not self.sheets:
            raise NotTaken("no-sheets", "工作簿里没有工作表")

    def _main_part(self) -> str:
        for name in self.package.names():
            if name.lower() in ("xl/workbook.bin",):
                raise NotTaken("is-xlsb", "这是二进制工作簿（.xlsb），不是 .xlsx；请另存为 .xlsx 后再导入")
        for kind, target, _, is_outside in self._relation_rows("_rels/.rels", ""):
            if kind == "officeDocument" and not is_outside and self.package.has(target):
                self._check_type(target)
                return target
        raise NotTaken("not-a-workbook", "这不是 Excel 工作簿（没有工作簿主体）")

    def _check_type(self, main: str) -> None:
        for name, attributes, is_end in self._elements("[Content_Types].xml"):
            if is_end or name not in ("Override", "Default"):
                continue
            kind = attributes.get("ContentType", "").lower()
            if "macroenabled" in kind or "vbaproject" in kind:
                raise NotTaken("macros", "这是启用宏的工作簿（.xlsm），不予读取；请另存为不含宏的 .xlsx")
            is_main = attributes.get("PartName", "").lstrip("/").lower() == main.lower()
            if is_main and "spreadsheetml" not in kind:
                raise NotTaken("not-a-workbook", "这是其他 Office 文档（如 Word），不是工作簿")

    def _relation_rows(self, part: str, folder: str) -> Iterator[tuple[str, str, str, bool]]:
        if not self.package.has(part):
            return
        for name, attributes, is_end in self._elements(part):
            if name == "Relationship" and not is_end:
                target = attributes.get("Target", "")
                is_outside = attributes.get("TargetMode", "").lower() == "external"
                if not is_outside:
                    target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                yield kind, target, attributes.get("Id", ""), is_outside

    def _read_main(self, main: str, by_id: dict[str, tuple[str, str]]) -> None:
        for name, attributes, is_end in self._elements(main):
            if is_end:
                continue
            if name == "workbookPr":
                self.is_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif name == "sheet":
                identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                kind, part = by_id.get(identity, ("", ""))
                title = attributes.get("name", "")[:100]
                if kind != "worksheet" or not self.package.has(part):
                    self.remarks.append(("not-a-worksheet", f"“{title}”不是工作表（图表页等），未读入"))
                    continue
                state = attributes.get("state", "visible")
                self.sheets.append(SheetInfo(title, part, state != "visible"))
                if len(self.sheets) > self.limits.sheets:
                    raise NotTaken("too-many-sheets", f"工作表超过 {self.limits.sheets} 个")

    def _elements(self, part: str) -> Iterator[tuple[str, dict[str, str], bool]]:
        """(name without prefix, attributes, is it the end) of every element of a small part."""
        if not self.package.has(part) or self.package.size(part) > _PART_BYTES:
            raise NotTaken("damaged", f"工作簿缺少部件或部件过大：{part[:80]}")
        waiting: list[tuple[str, dict[str, str], bool]] = []
        depth = count = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, count
            depth += 1
            count += 1
            if depth > 64:
                raise cells.too_deep()
            if count > _ELEMENTS:
                raise NotTaken("too-many-parts", f"部件 {part[:80]} 的元素太多")
            waiting.append((name.rpartition(":")[2], attributes, False))

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            waiting.append((name.rpartition(":")[2], {}, True))

        made = cells.parser(start, end, lambda _: None)
        with self.package.open(part) as stream:
            for _ in cells.feed(made, stream, part[:80]):
                yield from waiting
                waiting.clear()


def _merge(ref: str) -> Merge:
    found = _RANGE.fullmatch(ref)
    assert found is not None
    return Merge(ref, int(found[2]), int(found[4]))
