"""Rows of one worksheet, streamed: an own reader on expat that keeps no row and evaluates nothing.

A library's read-only mode keeps an empty element for each row it has passed, widens a lone cell in column
XFD to 16,384 values and hides merged ranges; here memory depends on the longest row alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from onewindow.catalog.sheets.package import Limits, NotTaken

Kind = str  # "s" text, "n" number as written, "b" "1"/"0", "d" ISO date, "f" formula, "e" error value
Strings = Callable[[int], str | None]

LONGEST = 32_767  # characters of a cell that any spreadsheet can hold
MOST_ROWS = 1_048_576
_CHUNK = 1 << 16
_DEPTH = 64
_LONGEST_TOKEN = 2_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number has no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001


class Cell(NamedTuple):
    """A cell that holds something: column from 1, kind, its text, and whether it was longer than allowed."""

    column: int
    kind: Kind
    text: str
    is_cut: bool = False


class Row(NamedTuple):
    """A row that holds something, numbered as a spreadsheet shows it."""

    number: int
    cells: list[Cell]


def letter(column: int) -> str:
    """The letters of a column from 1: 1 → A, 28 → AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """The number of a column by its letters; 0 for anything else."""
    number = 0
    for character in letters:
        if not "A" <= character <= "Z":
            return 0
        number = number * 26 + ord(character) - 64
    return number if number <= 16_384 else 0


def unescaped(text: str) -> str:
    """``text`` with the ``_x000D_`` escapes of the format turned into their characters."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def escaped(text: str) -> str:
    """``text`` as the format wants it: what looks like an escape, and carriage returns, escaped."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: "_x005F" + found[0], text)
    return text.replace("\r", "_x000D_")


def parser(start: Any, end: Any, data: Any) -> Any:
    """An expat parser that takes no document type, no entity and nothing from outside the part."""
    made: Any = expat.ParserCreate("UTF-8")
    made.buffer_text = True
    made.StartElementHandler = start
    made.EndElementHandler = end
    made.CharacterDataHandler = data

    def refuse(*_: object) -> None:
        raise NotTaken("doctype", "工作簿内含有文档类型声明或实体，不予读取")

    made.StartDoctypeDeclHandler = refuse
    made.EntityDeclHandler = refuse
    made.ExternalEntityRefHandler = refuse
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return made


def feed(made: Any, stream: BinaryIO, what: str) -> Iterator[None]:
    """Feed ``stream`` to a parser piece by piece; a broken part raises ``NotTaken``."""
    fed = 0
    try:
        while piece := stream.read(_CHUNK):
            if not fed and (piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in piece[:8]):
                raise NotTaken("damaged", f"{what}不是 UTF-8 编码，不予读取")
            made.Parse(piece, False)
            fed += len(piece)
            # An unfinished tag is scanned anew with every piece: without a bound that is quadratic.
            if fed - made.CurrentByteIndex > _LONGEST_TOKEN:
                raise NotTaken("damaged", f"{what}中有超长的标记，不予读取")
            yield
        made.Parse(b"", True)
        yield
    except (expat.ExpatError, ValueError, UnicodeError) as error:
        raise NotTaken("damaged", f"{what}的内容不是完整的 XML（{str(error)[:60]}）") from None


def too_deep() -> NotTaken:
    return NotTaken("too-deep", f"工作簿内的 XML 嵌套超过 {_DEPTH} 层，不予读取")


def date_text(raw: str, *, is_1904: bool) -> str | None:
    """The ISO date of a serial number, or None when it is none."""
    try:
        at = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(days=float(raw))
    except (ValueError, OverflowError):
        return None
    return at.date().isoformat() if at.time() == datetime.min.time() else at.isoformat(sep=" ")


class _Reader:
    """The state between two events of the parser; finished rows wait in ``rows``."""

    def __init__(self, strings: Strings, dates: frozenset[str], is_1904: bool, width: int) -> None:
        self.strings, self.dates, self.is_1904, self.width = strings, dates, is_1904, width
        self.rows: list[Row] = []
        self.depth = 0
        self.row = 0
        self.column = 0
        self.count = 0
        self.hidden = 0
        self.prefix = ""
        self.columns: dict[str, int] = {}
        self._begin_cell({})
        self.cells: list[Cell] = []
        self.is_in_cell = False
        self.is_in_text = False

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.type = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.has_formula = False
        self.parts: list[str] = []
        self.length = 0
        self.is_phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise too_deep()
        if self.depth == 1:
            self.prefix = name[: name.rfind(":") + 1]
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if self.is_in_cell:
            self._inside(name)
        elif name == "c":
            self._cell(attributes)
        elif name == "row":
            self._row(attributes)

    def _inside(self, name: str) -> None:
        if name in ("v", "t"):
            self.is_in_text = not self.is_phonetic
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.is_phonetic = True

    def _cell(self, attributes: dict[str, str]) -> None:
        self._begin_cell(attributes)
        self.is_in_cell = True
        place = attributes.get("r")
        if place is None:
            self.column += 1
            return
        letters = place.rstrip("0123456789")
        found = self.columns.get(letters)
        if found is None:
            found = column_of(letters)
            if not found:
                raise NotTaken("damaged", f"工作表中有位置不明的单元格“{place[:20]}”")
            self.columns[letters] = found
        self.column = found

    def _row(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else self.row + 1
        self.row = number if self.row < number <= MOST_ROWS else self.row + 1
        self.column = 0
        self.cells = []
        self.hidden += attributes.get("hidden", "0") in ("1", "true")

    def data(self, text: str) -> None:
        if self.is_in_text and self.length <= LONGEST:
            self.length += len(text)
            self.parts.append(text[: LONGEST + 1])

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if self.is_in_cell:
            if name == "c":
                self.is_in_cell = self.is_in_text = False
                self._finish()
            elif name in ("v", "t"):
                self.is_in_text = False
            elif name == "rPh":
                self.is_phonetic = False
        elif name == "row" and self.cells:
            self.rows.append(Row(self.row, self.cells))
            self.cells = []

    def _finish(self) -> None:
        if self.column > self.width:
            return
        raw = "".join(self.parts)
        if self.has_formula:
            self._keep("f", "")
        elif not raw:
            return
        elif self.type == "s":
            text = self.strings(int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
            if text is None:
                self._keep("e", "")
            elif text:
                self._keep("s", text)
        elif self.type in ("inlineStr", "str"):
            self._keep("s", unescaped(raw))
        elif self.type == "n" and self.style in self.dates:
            found = date_text(raw, is_1904=self.is_1904)
            self._keep("d" if found else "e", found or raw)
        else:
            self._keep(self.type if self.type in ("n", "b", "d", "e") else "e", raw)

    def _keep(self, kind: Kind, text: str) -> None:
        self.count += 1
        is_cut = len(text) > LONGEST
        self.cells.append(Cell(self.column, kind, text[:LONGEST] if is_cut else text, is_cut))


def rows(
    stream: BinaryIO,
    *,
    what: str,
    strings: Strings,
    dates: frozenset[str] = frozenset(),
    is_1904: bool = False,
    limits: Limits,
    cells_left: int | None = None,
) -> Iterator[Row]:
    """Every row of a worksheet part that holds something, in the order of the file.

    Columns beyond ``limits.columns`` are passed over. Raises ``NotTaken`` when the part is broken or holds
    more cells than ``cells_left``.
    """
    state = _Reader(strings, dates, is_1904, limits.columns)
    made = parser(state.start, state.end, state.data)
    most = limits.cells if cells_left is None else cells_left
    for _ in feed(made, stream, what):
        if state.rows:
            ready, state.rows = state.rows, []
            yield from ready
        if state.count > most:
            raise NotTaken("too-many-cells", f"{what}的单元格太多，超过一次导入 {limits.cells} 个的上限")


def is_date(text: str) -> bool:
    """True for an ISO date."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
