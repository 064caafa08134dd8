"""Rows of the sheets beside the item sheet, waiting on disk until their item comes."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import IO

import msgspec

from onewindow.catalog.sheets.reading import Line


class Parts:
    """The rows of one sheet by task code, in the order of the file; a million of them cost little memory."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="onewindow-sheet-")  # noqa: SIM115
        self._places: dict[str, array[int]] = {}
        self._end = 0
        self._first: dict[str, int] = {}
        self._decoder = msgspec.msgpack.Decoder(Line)
        self._encoder = msgspec.msgpack.Encoder()

    def add(self, line: Line) -> None:
        packed = self._encoder.encode(line)
        self._file.write(packed)
        self._places.setdefault(line.code, array("Q")).extend((self._end, len(packed)))
        self._end += len(packed)
        self._first.setdefault(line.code, line.row)

    def take(self, code: str) -> list[Line]:
        """The rows of one item; they are forgotten, so that what is left at the end belongs to none."""
        places = self._places.pop(code, None)
        if places is None:
            return []
        found = []
        for at in range(0, len(places), 2):
            self._file.seek(places[at])
            found.append(self._decoder.decode(self._file.read(places[at + 1])))
        return found

    def left(self) -> Iterator[tuple[str, int]]:
        """(code, its first row) of what nobody took."""
        for code in self._places:
            yield code, self._first[code]

    def close(self) -> None:
        self._file.close()
