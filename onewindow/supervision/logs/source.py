"""The bytes of a log: unpacked within bounds, turned into UTF-8, and what kind of log they are."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import msgspec

from onewindow.kernel.errors import N_, Unreadable

FORMATS = ("xes", "csv")
_CHUNK = 1 << 16
_SNIFFED = 1 << 20
_RATIO_FROM = 50_000_000  # less unpacked than this may be as dense as it likes
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one log: memory depends on these, never on the length of the file.

    ``total_bytes`` and ``ratio`` are of the unpacked content; ``token_bytes`` of one tag or line;
    ``case_events`` are those of one case that are looked at in order; ``names`` and ``variants`` are those
    kept apart (what comes later is counted together); ``records`` are the dirty records told one by one.
    """

    total_bytes: int = 20_000_000_000
    ratio: int = 400
    token_bytes: int = 1_000_000
    depth: int = 64
    case_events: int = 50_000
    names: int = 2_000
    variants: int = 20_000
    cases: int = 2_000_000
    records: int = 5_000


class Source(msgspec.Struct, frozen=True):
    """A log that was looked at: its ``format`` (xes or csv) and the ``encoding`` it is written in."""

    path: Path
    format: str
    encoding: str
    is_declared: bool
    limits: Limits

    def pieces(self) -> Iterator[bytes]:
        """The content in UTF-8 without a byte order mark, piece by piece (other 8-bit text for CSV as it is).

        Raises ``Unreadable`` when it cannot be unpacked or decoded, or passes the bounds.
        """
        found = _unpacked(self.path, self.limits)
        if self.encoding == "utf-8" or (self.format == "csv" and self.encoding == "gb18030"):
            first = next(found, b"")
            return chain([first.removeprefix(codecs.BOM_UTF8)], found)
        return _transcoded(found, self.encoding)


def look(
    path: Path, *, format: str = "auto", encoding: str | None = None, limits: Limits | None = None
) -> Source:
    """What kind of log a file is. Raises ``Unreadable`` for one that is neither XES nor CSV."""
    bounds = limits or Limits()
    head = _head(path, bounds)
    if not head.strip():
        raise Unreadable("empty", N_("文件是空的"))
    found, is_declared = (_checked(encoding), True) if encoding else _encoding_of(head)
    text = head.decode(found, "replace").lstrip("\ufeff \t\r\n")
    kind = format if format != "auto" else _kind_of(text)
    return Source(path, kind, found, is_declared, bounds)


def _head(path: Path, limits: Limits) -> bytes:
    parts, length = [], 0
    for piece in _unpacked(path, limits):
        parts.append(piece)
        length += len(piece)
        if length >= _SNIFFED:
            break
    return b"".join(parts)


def _kind_of(text: str) -> str:
    if text.startswith("<"):
        return "xes"
    if any(ord(char) < 9 for char in text[:2000]) or text.startswith(("PK\x03", "%PDF", "{", "[")):
        raise Unreadable("unknown-format", N_("这不是 XES 或 CSV 事件日志"))
    return "csv"


def _checked(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name if "\x61".encode(encoding) else encoding
    except (LookupError, ValueError, TypeError, AttributeError):
        raise Unreadable(
            "unknown-encoding", N_("不认识编码“%(name)s”"), params={"name": encoding[:40]}
        ) from None


def _encoding_of(head: bytes) -> tuple[str, bool]:
    """The encoding, and whether the file itself says so."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, True
    if head[:2] in (b"<\0", b"\0<"):
        return ("utf-16-le" if head[:1] == b"<" else "utf-16-be"), True
    declared = _DECLARED.match(head.lstrip())
    if declared:
        name = _checked(declared[1].decode())
        return ("gb18030" if name in ("gb2312", "gbk") else name), True
    # A few broken lines do not change what the file is written in.
    lines = head.splitlines()[:-1] or [head]
    for name in ("utf-8", "gb18030"):
        if sum(not decodes(line, name) for line in lines) * 10 <= len(lines) - 1:
            return name, False
    return "utf-8", False


def decodes(line: bytes, encoding: str) -> bool:
    """True when every byte of the line means something in this encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _unpacked(path: Path, limits: Limits) -> Iterator[bytes]:
    """The content of the file, a gzip one unpacked. Raises ``Unreadable`` (OSError for a file that is away)."""
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not is_packed:
            yield from _counted(file, limits, None)
            return
        try:
            with gzip.GzipFile(fileobj=file) as inside:
                yield from _counted(inside, limits, file)  # type: ignore[arg-type]
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Unreadable("broken-gzip", N_("压缩文件已损坏或不完整")) from None


def _counted(stream: BinaryIO, limits: Limits, packed: BinaryIO | None) -> Iterator[bytes]:
    total = 0
    while piece := stream.read(_CHUNK):
        total += len(piece)
        is_dense = packed is not None and total > _RATIO_FROM and total > limits.ratio * packed.tell()
        if is_dense or total > limits.total_bytes:
            raise Unreadable("too-large", N_("文件展开后过大或压缩比异常，不予读取"))
        yield piece


def _transcoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    is_first = True
    try:
        for piece in chain(pieces, [b""]):
            text = decoder.decode(piece, final=not piece)
            if is_first and text:
                text, is_first = text.removeprefix("\ufeff"), False
            yield text.encode("utf-8")
    except (UnicodeError, ValueError):
        raise Unreadable(
            "wrong-encoding", N_("内容不是所称的 %(name)s 编码"), params={"name": encoding}
        ) from None
