"""From the rows of a worksheet to values by column: headers told apart, every odd cell reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from onewindow.catalog.sheets.cells import Cell, Row, letter
from onewindow.catalog.sheets.layout import Column, Layout, Sheet, plain_name
from onewindow.catalog.sheets.notes import Notes
from onewindow.catalog.sheets.values import KEEP, Wrong
from onewindow.catalog.sheets.workbook import Merge, SheetInfo, Workbook

_HEADER_WITHIN = 10  # rows with content in which the header must stand
SCHEMES_SHEET = "编码方案"
_LONGEST_HEADER = 60


class Line(msgspec.Struct):
    """One row of data: ``values`` by the column's place in the sheet; what stands in no cell is absent.

    ``kept`` are columns whose cell says to keep what stands; ``is_bad`` when a cell was refused.
    """

    row: int
    code: str
    values: dict[int, Any]
    kept: list[int] = []
    is_bad: bool = False


class Header(msgspec.Struct):
    """Where each column stands: number in the file → (place in the layout, column)."""

    row: int
    columns: dict[int, tuple[int, Column]]
    is_sound: bool = True


class SheetReader:
    """Reads one sheet of a layout; notes go to ``notes``. ``most``: rows of data that are taken."""

    def __init__(
        self,
        book: Workbook,
        info: SheetInfo,
        sheet: Sheet,
        layout: Layout,
        notes: Notes,
        *,
        schemes: Mapping[str, str],
        most: int,
    ) -> None:
        self.book, self.info, self.sheet, self.layout, self.notes = book, info, sheet, layout, notes
        self.schemes = schemes
        self.most = most
        self.shape = book.shape(info)
        self.header: Header | None = None
        self.read = 0
        self.is_cut = False

    def lines(self) -> Iterator[Line]:
        """Every row of data; nothing when the header is not sound."""
        rows = self.book.rows(self.info)
        begun = self._find_header(rows)
        if self.header is None or not self.header.is_sound:
            return
        self._prepare(self.header)
        merged = self._merges()
        with_content = self.header.row
        for row in chain(begun, rows):
            cells = [cell for cell in row.cells if cell.kind != "s" or not cell.text.isspace()]
            if not cells:
                continue
            if self.read >= self.most:
                self._tell_rest(row.number)
                return
            self.read += 1
            with_content = row.number
            line = self._line(row.number, cells)
            if _is_within(merged, row.number):
                line.is_bad = True
            yield line
        if self.shape.rows - with_content > 0:
            count = self.shape.rows - with_content
            self._note(f"{with_content + 1}", "blank-rows", f"末尾有 {count} 个空行，已略去", "info")

    def _note(self, cell: str, code: str, message: str, level: Any = "error", item: str = "") -> None:
        self.notes.add(self.info.name, cell, code, message, level=level, item=item)

    def _tell_rest(self, number: int) -> None:
        self.is_cut = True
        about = max(self.shape.rows, number)
        self._note(
            f"A{number}",
            "too-many-rows",
            f"从第 {number} 行起（工作表约 {about} 行）超过一次导入 {self.most} 行的上限，未读入；请拆分后再导入",
        )

    def _find_header(self, rows: Iterator[Row]) -> list[Row]:
        """Set ``header``; gives the rows already taken from ``rows`` that are data."""
        taken: list[Row] = []
        for row in rows:
            taken.append(row)
            if self._matches(row) >= 2 or len(taken) >= _HEADER_WITHIN:
                break
        best = max(taken, key=self._matches, default=None)
        if best is None or self._matches(best) < 2:
            wanted = "、".join(self._name(column) for column in self.sheet.columns[:4])
            self._note("A1", "no-header", f"前 {_HEADER_WITHIN} 行中找不到表头（应有 {wanted} 等列）")
            return []
        self.header = self._read_header(best)
        after = taken[taken.index(best) + 1 :]
        if not after and (following := next(rows, None)) is not None:
            after = [following]
        if after and self._is_title_row(after[0]):
            after = after[1:]
        return after

    def _name(self, column: Column) -> str:
        return column.key if self.layout.by_key else column.title

    def _by_name(self) -> dict[str, tuple[int, Column]]:
        found: dict[str, tuple[int, Column]] = {}
        for at, column in enumerate(self.sheet.columns):
            found.setdefault(plain_name(column.title), (at, column))
            found[plain_name(self._name(column))] = (at, column)
        return found

    def _matches(self, row: Row) -> int:
        known = self._by_name()
        return sum(cell.kind == "s" and plain_name(cell.text) in known for cell in row.cells)

    def _is_title_row(self, row: Row) -> bool:
        titles = {plain_name(column.title) for column in self.sheet.columns}
        texts = [plain_name(cell.text) for cell in row.cells if cell.kind == "s"]
        return self.layout.by_key and sum(text in titles for text in texts) * 2 > len(row.cells)

    def _read_header(self, row: Row) -> Header:
        known = self._by_name()
        header = Header(row.number, {})
        first: dict[int, str] = {}
        for cell in row.cells:
            place = f"{letter(cell.column)}{row.number}"
            shown = " ".join(cell.text.split())[:_LONGEST_HEADER]
            if cell.kind != "s":
                self._note(
                    place, "wrong-header", f"{letter(cell.column)} 列的表头不是文字，该列未读入", "warning"
                )
                continue
            found = known.get(plain_name(cell.text))
            if found is None:
                if shown:
                    self._note(
                        place, "unknown-column", f"{letter(cell.column)} 列“{shown}”不认识，未读入", "warning"
                    )
            elif found[0] in first:
                header.is_sound = False
                text = f"{letter(cell.column)} 列“{shown}”与 {first[found[0]]} 列重复，无法确定以哪一列为准"
                self._note(place, "duplicate-column", text)
            else:
                first[found[0]] = letter(cell.column)
                header.columns[cell.column] = found
        self._tell_missing(header, row.number)
        return header

    def _tell_missing(self, header: Header, row: int) -> None:
        there = {at for at, _ in header.columns.values()}
        lacking = [column for at, column in enumerate(self.sheet.columns) if at not in there]
        for column in lacking:
            if column.must_stand:
                header.is_sound = False
                self._note(
                    f"A{row}", "missing-column", f"缺少必需的列“{self._name(column)}”（{column.title}）"
                )
        names = [
            self._name(c) for c in lacking if not c.must_stand and not c.is_shown_only and c.path != "version"
        ]
        if names:
            self._note(f"A{row}", "missing-column", f"没有列：{'、'.join(names)}；这些要素保持不变", "info")

    def _merges(self) -> list[tuple[int, int]]:
        assert self.header is not None
        for merge in self.shape.merges:
            if merge.last <= self.header.row:
                self._note(merge.ref, "merged", "表头区域有合并单元格", "info")
            else:
                text = "合并单元格只有左上角有内容，其余各格会被当作空值；所在各行不予导入，请取消合并后重填"
                self._note(merge.ref, "merged", text)
        unseen = self.shape.merged - len(self.shape.merges)
        if unseen:
            self._note("", "merged", f"合并单元格太多，另有 {unseen} 处没有逐一列出；整张工作表不予导入")
            return [(0, 1 << 30)]
        return _joined(self.shape.merges, self.header.row)

    def _prepare(self, header: Header) -> None:
        """What a row without any cell would hold: most cells of most rows are empty."""
        standing = sorted(header.columns.values(), key=lambda one: one[0])
        self._empty = {
            at: column.codec.read(_EMPTY, self.schemes.get(column.key))
            for at, column in standing
            if not column.is_shown_only
        }
        self._needed = {number: column for number, (_, column) in header.columns.items() if column.is_needed}

    def _line(self, number: int, cells: Sequence[Cell]) -> Line:
        assert self.header is not None
        line = Line(number, "", dict(self._empty))
        wrongs: list[tuple[int, str, str, Any]] = []
        lacking = dict(self._needed)
        for cell in cells:
            found = self.header.columns.get(cell.column)
            if found is None or found[1].is_shown_only:
                continue
            at, column = found
            if cell.text == KEEP:
                line.kept.append(at)
                line.values.pop(at, None)
                lacking.pop(cell.column, None)
            elif self._take(line, at, column, cell, wrongs):
                lacking.pop(cell.column, None)
        for at_file, column in lacking.items():
            line.is_bad = True
            wrongs.append((at_file, "needed", f"{column.title}：不能为空", "error"))
        code = line.values.get(0)
        line.code = code if isinstance(code, str) else ""
        for at_file, wrong, message, level in wrongs:
            self._note(f"{letter(at_file)}{number}", wrong, message, level, line.code)
        return line

    def _take(self, line: Line, at: int, column: Column, cell: Cell, wrongs: list[Any]) -> bool:
        """Read one cell into ``line``; False when the column is as good as empty."""
        try:
            value = column.codec.read(cell, self.schemes.get(column.key))
        except Wrong as wrong:
            line.is_bad = True
            line.values.pop(at, None)
            wrongs.append((cell.column, wrong.code, f"{column.title}：{wrong.message}", "error"))
            return True
        line.values[at] = value
        if warning := column.codec.warning(cell):
            wrongs.append((cell.column, warning[0], f"{column.title}：{warning[1]}", "warning"))
        return value is not None


_EMPTY = Cell(0, "s", "")


def _joined(merges: Sequence[Merge], after: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for first, last in sorted((merge.first, merge.last) for merge in merges if merge.last > after):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _is_within(spans: list[tuple[int, int]], number: int) -> bool:
    # Rows come in order: spans that lie behind are thrown away.
    while spans and spans[0][1] < number:
        spans.pop(0)
    return bool(spans) and spans[0][0] <= number


def declared_schemes(book: Workbook, notes: Notes) -> dict[str, str]:
    """What the sheet 编码方案 declares: field name → scheme of its numbers. Empty without such a sheet."""
    for info in book.sheets:
        if plain_name(info.name) == plain_name(SCHEMES_SHEET):
            break
    else:
        return {}
    found: dict[str, str] = {}
    for at, row in enumerate(book.rows(info)):
        if at > 500:
            notes.add(
                info.name, f"A{row.number}", "too-many-rows", "编码方案超过 500 行，其后未读", level="warning"
            )
            break
        texts = {cell.column: cell.text.strip() for cell in row.cells if cell.kind == "s"}
        if 1 in texts and 2 in texts:
            found[texts[1]] = texts[2]
    return found
