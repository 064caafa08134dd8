"""Items as a workbook of a layout: streamed, with lists to choose from, frozen headers and notes per column.

Every text is written as text (a leading = + - @ is no formula, and stays text when the cell is edited); what a
cell cannot hold exactly is written as ``KEEP``, so that reading the file back changes nothing.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from openpyxl import Workbook

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.sheets.cells import escaped
from onewindow.catalog.sheets.layout import Column, Layout, Sheet, value_at
from onewindow.catalog.sheets.reading import SCHEMES_SHEET
from onewindow.catalog.sheets.values import KEEP, Codec, exact
from onewindow.org import queries as org

GUIDE_SHEET = "填写说明"
LISTS_SHEET = "选项"
OWN_SHEETS = frozenset({GUIDE_SHEET, LISTS_SHEET})
MOST_ROWS = 1_048_000
_CHECKED_ROWS = 1_048_576
_DANGEROUS = ("=", "+", "-", "@", "\t", "|", "%")


@cache
def _xl() -> SimpleNamespace:
    """openpyxl and the styles used here: 11 MB that a web worker carries only once it exports."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    return SimpleNamespace(
        Workbook=Workbook,
        Cell=WriteOnlyCell,
        Comment=Comment,
        Validation=DataValidation,
        letter=get_column_letter,
        plain=PatternFill("solid", fgColor="E8EEF7"),
        needed=PatternFill("solid", fgColor="FCE8DA"),
        bold=Font(bold=True),
        wrap=Alignment(vertical="top", wrap_text=True),
    )


def write(out: IO[bytes], items: Iterable[ItemDefinition], layout: Layout) -> int:
    """Write ``items`` to ``out`` in ``layout``; gives their number. Memory does not grow with the number.

    Parts wait in temporary files, for a sheet must be written in one go. Beyond ``MOST_ROWS`` rows of a sheet
    the items end with the last one that is whole.
    """
    with ExitStack() as stack:
        spools: dict[str, IO[bytes]] = {
            sheet.title: stack.enter_context(tempfile.TemporaryFile(prefix="onewindow-sheet-"))
            for sheet in layout.sheets
        }
        count = _spool(items, layout, spools)
        book = _xl().Workbook(write_only=True)
        style = _Style(book)
        _guide(book, layout, style)
        for sheet in layout.sheets:
            spools[sheet.title].seek(0)
            _sheet(book, sheet, layout, style, _spooled(spools[sheet.title]))
        if layout.schemes:
            _schemes(book, layout, style)
        else:
            _lists(book, layout)
        book.save(out)
    return count


def write_file(path: Path, items: Iterable[ItemDefinition], layout: Layout) -> int:
    """``write`` into a file that is there only when it is whole."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # two may write it at once
    try:
        with part.open("wb") as file:
            count = write(file, items, layout)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _spool(items: Iterable[ItemDefinition], layout: Layout, spools: dict[str, IO[bytes]]) -> int:
    counts = dict.fromkeys(spools, 0)
    count = 0
    for item in items:
        written = {sheet.title: list(_rows(sheet, item, layout)) for sheet in layout.sheets}
        if any(counts[title] + len(rows) > MOST_ROWS for title, rows in written.items()):
            break
        for title, rows in written.items():
            counts[title] += len(rows)
            for row in rows:
                packed = msgspec.msgpack.encode(row)
                spools[title].write(len(packed).to_bytes(4, "big") + packed)
        count += 1
    return count


def _spooled(file: IO[bytes]) -> Iterator[list[Any]]:
    while size := file.read(4):
        yield msgspec.msgpack.decode(file.read(int.from_bytes(size, "big")))


def _rows(sheet: Sheet, item: ItemDefinition, layout: Layout) -> Iterator[list[Any]]:
    if not sheet.path:
        yield [_value(column, item, item, layout) for column in sheet.columns]
        return
    for part in sheet.rows_of(item):
        if not sheet.within:
            yield [_value(column, part, item, layout) for column in sheet.columns]
            continue
        prefix = sheet.within + "."
        for inner in getattr(part, sheet.within) or (None,):
            yield [
                (_value(column, inner, item, layout, prefix) if inner is not None else None)
                if column.path.startswith(prefix)
                else _value(column, part, item, layout)
                for column in sheet.columns
            ]


def _value(column: Column, struct: Any, item: ItemDefinition, layout: Layout, prefix: str = "") -> Any:
    if column.path == "task_code":
        return item.task_code
    if column.path == "organ_code":
        organ = org.find_organ(name=item.organ_name)
        return organ.uscc or None if organ else None
    if column.get is not None:
        value = column.get(struct)
    else:
        value = value_at(struct, column.path.removeprefix(prefix))
    return exact(column.codec, value, layout.schemes.get(column.key))


class _Style:
    """Cells with their styles; the style of a text is made once for each workbook."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._styles: dict[tuple[str, bool], Any] = {}

    def cell(self, sheet: Any, value: Any, codec: Codec | None = None) -> Any:
        if isinstance(value, str):
            # The marker stands out by the same words everywhere; all else is text, whatever it begins with.
            made = _xl().Cell(sheet, "")
            made._value = escaped(value)
            made.data_type = "s"
            made._style = self._text(sheet, value.startswith(_DANGEROUS))
            return made
        return value

    def _text(self, sheet: Any, is_dangerous: bool) -> Any:
        key = ("text", is_dangerous)
        if key not in self._styles:
            model = _xl().Cell(sheet, "")
            model.number_format = "@"
            model.alignment = _xl().wrap
            style = model._style
            style.quotePrefix = int(is_dangerous)
            self._styles[key] = style
        return self._styles[key]

    def header(self, sheet: Any, text: str, *, is_needed: bool, note: str) -> Any:
        made = _xl().Cell(sheet, text)
        made.font, made.alignment = _xl().bold, _xl().wrap
        made.fill = _xl().needed if is_needed else _xl().plain
        if note:
            made.comment = _xl().Comment(note, "一窗", height=90, width=320)
        return made


def _sheet(book: Workbook, sheet: Sheet, layout: Layout, style: _Style, rows: Iterator[list[Any]]) -> None:
    made = book.create_sheet(sheet.title)
    heads = 2 if layout.by_key else 1
    made.freeze_panes = f"{'D' if not sheet.path else 'B'}{heads + 1}"
    for at, column in enumerate(sheet.columns, 1):
        made.column_dimensions[_xl().letter(at)].width = column.width
    if not layout.by_key:
        _validate(made, sheet, layout)
    notes = [_note(column) for column in sheet.columns]
    if layout.by_key:
        made.append([style.header(made, c.key, is_needed=c.is_needed, note="") for c in sheet.columns])
    made.append(
        [
            style.header(made, column.title, is_needed=column.is_needed, note="" if layout.by_key else note)
            for column, note in zip(sheet.columns, notes, strict=True)
        ]
    )
    for row in rows:
        made.append([style.cell(made, value) for value in row])


def _note(column: Column) -> str:
    parts = ["必填。" if column.is_needed else "", column.note]
    if column.codec.options and not column.note:
        parts.append("可选：" + "、".join(column.codec.options))
    return "".join(parts)


def _listed(layout: Layout) -> list[tuple[str, ...]]:
    """The lists to choose from, each once."""
    found: dict[tuple[str, ...], None] = {}
    for sheet in layout.sheets:
        for column in sheet.columns:
            if column.codec.options:
                found.setdefault(column.codec.options)
    return list(found)


def _validate(made: Any, sheet: Sheet, layout: Layout) -> None:
    lists = _listed(layout)
    for at, column in enumerate(sheet.columns, 1):
        options = column.codec.options
        if not options:
            continue
        where = _xl().letter(lists.index(options) + 1)
        rule = _xl().Validation(
            type="list", formula1=f"'{LISTS_SHEET}'!${where}$1:${where}${len(options)}", allow_blank=True
        )
        rule.errorTitle, rule.error = "不在可选值中", "请从下拉列表中选择，或者留空。"
        rule.showErrorMessage = True
        letters = _xl().letter(at)
        rule.add(f"{letters}2:{letters}{_CHECKED_ROWS}")
        made.data_validations.append(rule)


def _lists(book: Workbook, layout: Layout) -> None:
    made = book.create_sheet(LISTS_SHEET)
    made.sheet_state = "hidden"
    lists = _listed(layout)
    for row in range(max(map(len, lists), default=0)):
        made.append([one[row] if row < len(one) else None for one in lists])


def _guide(book: Workbook, layout: Layout, style: _Style) -> None:
    made = book.create_sheet(GUIDE_SHEET)
    made.column_dimensions["A"].width = 24
    made.column_dimensions["B"].width = 100
    made.append([style.header(made, layout.label, is_needed=False, note="")])
    for number, line in enumerate(layout.guidance, 1):
        made.append([number, style.cell(made, line)])
    made.append([])
    made.append([style.header(made, text, is_needed=False, note="") for text in ("工作表", "说明")])
    for sheet in layout.sheets:
        needed = "、".join(column.title for column in sheet.columns if column.is_needed)
        made.append([sheet.title, style.cell(made, f"{sheet.note}必填：{needed}。")])


def _schemes(book: Workbook, layout: Layout, style: _Style) -> None:
    made = book.create_sheet(SCHEMES_SHEET)
    for letters, width in (("A", 24), ("B", 22), ("C", 80)):
        made.column_dimensions[letters].width = width
    heads = ("字段", "编码方案", "含义")
    made.append([style.header(made, text, is_needed=False, note="") for text in heads])
    columns = {column.key: column for sheet in layout.sheets for column in sheet.columns}
    for key, scheme in layout.schemes.items():
        codec: Any = columns[key].codec
        codec = getattr(codec, "choice", codec)
        names = {value: name for name, value in reversed(codec.words.items())}
        meaning = "；".join(
            f"{number} {names.get(value, value)}" for number, value in codec.schemes[scheme].items()
        )
        made.append([key, scheme, style.cell(made, meaning)])


__all__ = ["KEEP", "OWN_SHEETS", "write", "write_file"]
