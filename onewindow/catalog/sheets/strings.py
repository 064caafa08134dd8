"""The shared strings of a workbook, kept as packed bytes: millions of them fit where objects would not."""

from __future__ import annotations

from array import array
from typing import BinaryIO

from onewindow.catalog.sheets.cells import LONGEST, feed, parser, too_deep, unescaped
from onewindow.catalog.sheets.package import Limits, NotTaken

_DEPTH = 32
_KEPT = 50_000


class SharedStrings:
    """Texts by number; ``get`` gives None beyond the end."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        self._known: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def get(self, number: int) -> str | None:
        """The text with ``number`` from 0."""
        found = self._known.get(number)
        if found is not None:
            return found
        if not 0 <= number < len(self):
            return None
        packed = self._bytes[self._ends[number] : self._ends[number + 1]]
        text = packed.decode("utf-8", errors="surrogatepass")
        if len(self._known) < _KEPT:
            self._known[number] = text
        return text

    def add(self, text: str) -> None:
        self._bytes += text.encode("utf-8", errors="surrogatepass")
        self._ends.append(len(self._bytes))


class _Reader:
    def __init__(self, found: SharedStrings) -> None:
        self.found = found
        self.parts: list[str] = []
        self.depth = 0
        self.length = 0
        self.is_in_text = False
        self.is_phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise too_deep()
        name = name.rpartition(":")[2]
        if name == "t":
            self.is_in_text = not self.is_phonetic
        elif name == "rPh":
            self.is_phonetic = True
        elif name == "si":
            self.parts, self.length = [], 0

    def data(self, text: str) -> None:
        if self.is_in_text and self.length <= LONGEST:
            self.length += len(text)
            self.parts.append(text[: LONGEST + 1])

    def end(self, name: str) -> None:
        self.depth -= 1
        name = name.rpartition(":")[2]
        if name == "t":
            self.is_in_text = False
        elif name == "rPh":
            self.is_phonetic = False
        elif name == "si":
            # One character more than a cell may hold stays, so that the cell is known to be cut.
            self.found.add(unescaped("".join(self.parts)[: LONGEST + 1]))


def read(stream: BinaryIO, limits: Limits) -> SharedStrings:
    """All shared strings; raises ``NotTaken`` when they break a bound."""
    found = SharedStrings()
    state = _Reader(found)
    made = parser(state.start, state.end, state.data)
    for _ in feed(made, stream, "共享字符串"):
        if len(found) > limits.strings or len(found._bytes) > limits.strings_bytes:
            raise NotTaken("too-many-strings", "工作簿的文字总量超过上限，请拆分后再导入")
    return found
