"""CSV read row by row and put together case by case in a temporary file, so that memory stays bounded."""

from __future__ import annotations

import contextlib
import csv
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from onewindow.kernel.errors import N_, Unreadable
from onewindow.supervision.logs.lines import Case, Dirty, Event, Report, cut
from onewindow.supervision.logs.mapping import CASE_ROLES, EVENT_ROLES, Names
from onewindow.supervision.logs.source import Source
from onewindow.supervision.logs.times import is_nothing

_DELIMITERS = ",;\t|"
_BATCH = 5_000
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[dict[str, str], dict[str, str]]).decode
_Row = tuple[str, int, bytes]


def read(source: Source, names: Names, report: Report, roles: set[str]) -> Iterator[Case]:
    """Every case with its rows in the order of the file; ``report`` hears of rows that cannot be taken.

    ``roles`` takes up what the log tells.

    Raises ``Unreadable`` for a file that is no table, ``Invalid`` when a needed column is not there.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="log-") as folder:
            with contextlib.closing(sqlite3.connect(Path(folder) / "rows")) as kept:
                _keep(kept, _rows(source, names, report, roles))
                found = kept.execute("SELECT name, line, told FROM row ORDER BY name, line")
                for name, rows in groupby(found, key=lambda row: row[0]):
                    yield _case(name, rows, source.limits.case_events, report)
    except sqlite3.Error as error:  # above all: the disk is full
        raise Unreadable(
            "no-room", N_("临时文件写不下：%(reason)s"), params={"reason": str(error)[:80]}
        ) from None


def _keep(kept: sqlite3.Connection, rows: Iterable[_Row]) -> None:
    for setting in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-16000"):
        kept.execute(f"PRAGMA {setting}")
    kept.execute("CREATE TABLE row (name TEXT, line INTEGER, told BLOB)")
    batch: list[_Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            kept.executemany("INSERT INTO row VALUES (?, ?, ?)", batch)
            batch.clear()
    kept.executemany("INSERT INTO row VALUES (?, ?, ?)", batch)


def _case(name: str, rows: Iterable[_Row], most: int, report: Report) -> Case:
    case: Case | None = None
    differing: set[str] = set()
    for _, line, blob in rows:
        of_case, of_event = _decode(blob)
        case = case or Case(line, {"case": name}, [])
        for role, value in of_case.items():
            if case.told.setdefault(role, value) != value and role not in differing:
                differing.add(role)
                report(Dirty(name, "case-differs", line, f"{role}: {value}"))
        if len(case.events) < most:
            case.events.append(Event(line, of_event))
        else:
            case.further += 1
    assert case is not None
    return case


def _rows(source: Source, names: Names, report: Report, roles: set[str]) -> Iterator[_Row]:
    lines = _Lines(source, report)
    head = next(lines, "")
    if lines.has_old_ends:
        raise Unreadable("old-line-ends", N_("行尾只有回车符，请另存为换行符结尾的 CSV"))
    reader = csv.reader(lines, delimiter=_delimiter(head), strict=False)
    heads = next(csv.reader([head], delimiter=_delimiter(head)), [])
    columns = names.columns(heads)
    roles.update(columns)
    places = [(role, columns[role], True) for role in CASE_ROLES if role in columns and role != "case"]
    places += [(role, columns[role], False) for role in EVENT_ROLES if role in columns]
    for line, row in _taken(reader, lines, report):
        if len(row) != len(heads) and any(one.strip() for one in row[len(heads) :] or [" x"]):
            report(Dirty(_named(row, columns), "wrong-columns", line, f"{len(row)} ≠ {len(heads)}"))
            continue
        name = row[columns["case"]].strip()
        if is_nothing(name):
            report(Dirty(None, "no-case", line))
            continue
        told: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for role, place, is_case in places:
            if value := row[place].strip():
                told[0 if is_case else 1][role] = cut(value)
        yield cut(name), line, _encode(told)


def _named(row: list[str], columns: dict[str, int]) -> str | None:
    place = columns["case"]
    return cut(row[place].strip()) or None if place < len(row) else None


def _taken(reader: Iterator[list[str]], lines: _Lines, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with the line where each begins; a broken one is told and passed over."""
    while True:
        first = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report(Dirty(None, "broken-row", first, f"{str(error)[:80]} ({first}–{lines.number})"))
            continue
        if row and (len(row) > 1 or row[0].strip()):
            yield first, row


def _delimiter(head: str) -> str:
    return max(_DELIMITERS, key=head.count)


class _Lines:
    """The lines of the file as text; a line that cannot be decoded is told, its broken bytes replaced."""

    def __init__(self, source: Source, report: Report) -> None:
        self._encoding = "gb18030" if source.encoding == "gb18030" else "utf-8"
        self._report, self._most = report, source.limits.token_bytes
        self._found = self._split(source.pieces())
        self.number = 0
        self.has_old_ends = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = next(self._found)
        self.number += 1
        if self.number == 1 and b"\r" in raw.rstrip(b"\r\n"):
            self.has_old_ends = True
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            self._report(Dirty(None, "bad-encoding", self.number))
            return raw.decode(self._encoding, "replace")

    def _split(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        rest = b""
        for piece in pieces:
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line + b"\n"
            if len(rest) > self._most:
                raise Unreadable("long-line", N_("有一行过长，不像是 CSV"))
        if rest:
            yield rest
