"""Reading item lists of any origin: encodings, lines, values, and what is reported about each row."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from onewindow.catalog.absent import NOTHING as NOTHING
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.rules import promise_exceeds
from onewindow.catalog.sheets import peek

MAX_LINE = 1_000_000  # bytes; a row longer than this is no item
MAX_NAME = 1000  # handbook 2.3: task_name(1000)
HEAD_BYTES = 200_000

_CODE = re.compile(r"^[0-9A-Za-z][0-9A-Za-z._\-]{0,99}$")
_LIMIT = re.compile(r"^(\d{1,4})\s*[(（]?\s*(工作日|自然日|日历日|天|日)?\s*[)）]?$")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:0\d{2,3}[-—－ ]\d{4,8}(?:[-转]\d{1,6})?|1[3-9]\d{9})(?![0-9])")
_ADDRESS = re.compile(r"[\u4e00-\u9fa5]{0,14}(?:路|街|大道|巷)[\u4e00-\u9fa5]{0,4}\d+号[^，。；、,;\s]{0,24}")


class ParsedRow(msgspec.Struct, frozen=True):
    """One row of a source: ``definition`` (organ and ids still 0) or the ``reason`` why it is refused.

    ``line`` counts from 1 as an editor shows it. ``missing`` and ``flags`` stand in the definition.
    """

    line: int
    code: str = ""
    definition: ItemDefinition | None = None
    organ_code: str = ""
    organ_uscc: str | None = None
    reason: str = ""


class Refused(Exception):
    """A value without which the row cannot be taken; the message is the reason, in Chinese."""


class SourceText:
    """A file as decoded lines. Knows UTF-8 (with or without mark), UTF-16, GB18030 and gzip.

    A line that does not decode comes as None beside its number: the row is refused, the file goes on. Of a
    workbook (``is_workbook``) the head names the sheets, and there are no lines.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as probe:
            self.is_workbook = peek.is_binary(probe.read(8))
        if self.is_workbook:
            self.encoding, self._head = "xlsx", peek.head(path)
            return
        with self._open() as stream:
            start = stream.read(HEAD_BYTES)
        self.encoding = _encoding_of(start)
        self._head = start.decode(self.encoding, errors="replace").lstrip("\ufeff")

    def head(self) -> str:
        """The first part of the text, for recognising the layout."""
        return self._head

    def lines(self) -> Iterator[tuple[int, str | None]]:
        """(line number from 1, text with its line end, or None when it cannot be read)."""
        if self.encoding == "utf-16":
            yield from self._wide_lines()
            return
        number = 0
        with self._open() as stream:
            while raw := stream.readline(MAX_LINE + 1):
                number += 1
                if len(raw) > MAX_LINE:
                    while raw and not raw.endswith(b"\n"):
                        raw = stream.readline(MAX_LINE)
                    yield number, None
                    continue
                yield number, self._decode(raw, number)

    def _decode(self, raw: bytes, number: int) -> str | None:
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError:
            return None
        return text.lstrip("\ufeff") if number == 1 else text

    def _wide_lines(self) -> Iterator[tuple[int, str | None]]:
        with self._open() as stream:
            text = stream.read(64 * MAX_LINE).decode("utf-16", errors="replace")
        yield from enumerate(text.splitlines(keepends=True), 1)

    def _open(self) -> BinaryIO:
        with self.path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        return gzip.open(self.path, "rb") if packed else self.path.open("rb")  # type: ignore[return-value]


def _encoding_of(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    lines = start.splitlines()[:-1] or [start]
    for encoding in ("utf-8", "gb18030"):
        bad = sum(1 for line in lines if not _decodes(line, encoding))
        # A few broken lines do not change what the file is written in.
        if bad * 10 <= len(lines) and bad < len(lines):
            return encoding
    return "utf-8"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def text_of(row: dict[str, Any], key: str, notes: list[str], *, bound: int = MAX_NAME) -> str | None:
    """The text under ``key``; None when absent or written as nothing (无). A wrong type is noted."""
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        notes.append(f"{key} 不是文字，未采用")
        return None
    value = " ".join(value.split())
    if value in NOTHING:
        return None
    if len(value) > bound:
        notes.append(f"{key} 超过 {bound} 字，未采用")
        return None
    return value


def needed(row: dict[str, Any], key: str, what: str) -> str:
    """The text under ``key``, or ``Refused`` naming ``what`` is lacking or wrong."""
    value = row.get(key)
    if value is None or (isinstance(value, str) and value.strip() in NOTHING):
        raise Refused(f"缺少{what}（{key}）")
    if not isinstance(value, str):
        raise Refused(f"{what}（{key}）不是文字")
    value = " ".join(value.split())
    if len(value) > MAX_NAME:
        raise Refused(f"{what}（{key}）超过 {MAX_NAME} 字")
    return value


def item_code(row: dict[str, Any], key: str) -> str:
    """The code under ``key``, or ``Refused``: letters, digits, points and dashes, at most 100."""
    code = needed(row, key, "事项编码")
    if not _CODE.match(code):
        raise Refused(f"事项编码“{code[:40]}”含有不允许的字符")
    return code


def limit_of(row: dict[str, Any], key: str, notes: list[str]) -> Limit | None:
    """A limit written as ``20(工作日)``; None for 无; anything else is noted and left out, never guessed."""
    value = text_of(row, key, notes)
    if value is None:
        return None
    found = _LIMIT.match(value)
    if not found or found[2] is None:
        notes.append(f"{key}“{value[:30]}”认不出数量或单位，未采用")
        return None
    unit = "working_day" if found[2] == "工作日" else "calendar_day"
    return Limit(int(found[1]), unit)  # type: ignore[arg-type]


def number_of(row: dict[str, Any], key: str, notes: list[str], *, most: int) -> int | None:
    """A whole number from 0 to ``most``; None when absent; noted when it is something else."""
    value = text_of(row, key, notes)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) > most:
        notes.append(f"{key}“{value[:20]}”不是 0 到 {most} 的整数，未采用")
        return None
    return int(value)


def texts_of(row: dict[str, Any], key: str, notes: list[str], *, most: int = 200) -> tuple[str, ...]:
    """A list of texts without blanks and repeats; a single text counts as a list of one."""
    value = row.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        notes.append(f"{key} 不是列表，未采用")
        return ()
    texts = [" ".join(part.split()) for part in value if isinstance(part, str)]
    if len(texts) < len(value):
        notes.append(f"{key} 中有不是文字的内容，未采用")
    kept = [text for text in texts if text not in NOTHING and len(text) <= MAX_NAME]
    return tuple(dict.fromkeys(kept))[:most]


def keep_promise(legal: Limit | None, promised: Limit | None, notes: list[str]) -> Limit | None:
    """The promise, or None (noted) when it is longer than the legal limit.

    The row is kept, for the list is published whole; a promise beyond the law is no promise (rule 12).
    """
    if promise_exceeds(legal, promised):
        assert legal is not None and promised is not None
        notes.append(f"承诺时限 {promised.days} 天超过法定时限 {legal.days} 天，承诺时限不予采用")
        return None
    return promised


def without_contacts(text: str) -> str:
    """``text`` with telephone numbers and street addresses taken out."""
    return _ADDRESS.sub("", _PHONE.sub("", text))


def has_nul(text: str) -> bool:
    """True when ``text`` holds a NUL, which no database text may."""
    return "\x00" in text or "\\u0000" in text
