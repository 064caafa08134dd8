"""ZIP packages within bounds: the directory accounts for every byte before anything is unpacked."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from onewindow.documents.inspection.verdict import Refused

MOST_ENTRIES = 10_000
MOST_DIRECTORY = 4 * 1024 * 1024  # bytes of the central directory
MOST_UNPACKED = 256 * 1024 * 1024  # of all entries together
MOST_OF_ONE = 128 * 1024 * 1024
MOST_RATIO = 250  # unpacked to packed; honest XML reaches about 50
FREE_OF_RATIO = 4 * 1024 * 1024  # small packages may be as dense as they like
LONGEST_NAME = 255
DEEPEST_NAME = 16

_END = b"PK\x05\x06"
_END_SIZE = 22
_ZIP64 = b"PK\x06\x07"
_LOCAL = struct.Struct("<4s5H3I2H")
_DESCRIPTOR = 24  # sizes that follow an entry written as a stream
_ENCRYPTED = 0x1
_ODD = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")


class Package:
    """An opened package; ``names`` are its files, ``read`` gives one whole within its bound.

    Raises ``Refused``: ``bad-structure`` (names, links, overlaps, hidden bytes), ``too-heavy``, ``encrypted``,
    ``damaged``.
    """

    def __init__(self, source: BinaryIO, *, tail: bytes) -> None:
        directory_at = _check_end(source, tail)
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
            raise Refused("damaged") from error
        entries = self._zip.infolist()
        _check_entries(entries)
        _check_layout(source, entries, directory_at)
        self._entries = {one.filename: one for one in entries if not one.is_dir()}
        self.names = tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """The unpacked bytes; the checksum and the told length must be right."""
        entry = self._entries[name]
        try:
            with self._zip.open(entry) as opened:
                content = opened.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise Refused("damaged") from error
        if len(content) != entry.file_size:
            raise Refused("damaged")
        return content


def _check_end(source: BinaryIO, tail: bytes) -> int:
    """Where the directory begins; it ends at the end record and the end record ends the file."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Refused("damaged")
    if _ZIP64 in tail[max(0, at - 20) : at]:
        raise Refused("too-heavy")  # nothing of 50 MB needs 64-bit sizes
    disk, first, here, entries, size, offset, comment = struct.unpack("<4H2IH", tail[at + 4 : at + _END_SIZE])
    if comment or len(tail) - at != _END_SIZE:
        raise Refused("polyglot")
    if entries > MOST_ENTRIES or size > MOST_DIRECTORY:
        raise Refused("too-heavy")
    end_at = source.seek(0, 2) - _END_SIZE
    if disk or first or here != entries or offset + size != end_at:
        raise Refused("bad-structure")
    source.seek(0)
    return int(offset)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused("too-heavy")
    seen = {one.filename.rstrip("/").casefold() for one in entries}
    if len(seen) < len(entries):
        raise Refused("bad-structure")  # two readers would see two documents
    for one in entries:
        _check_entry(one)
    unpacked = sum(one.file_size for one in entries)
    packed = sum(one.compress_size for one in entries)
    if unpacked > MOST_UNPACKED or (unpacked > FREE_OF_RATIO and unpacked > MOST_RATIO * max(packed, 1)):
        raise Refused("too-heavy")


def _check_entry(one: zipfile.ZipInfo) -> None:
    if one.flag_bits & _ENCRYPTED:
        raise Refused("encrypted")
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or not _is_safe(one.orig_filename):
        raise Refused("bad-structure")
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("bad-structure")
    if one.file_size > MOST_OF_ONE:
        raise Refused("too-heavy")


def _is_safe(name: str) -> bool:
    """A relative path of plain names that stays inside the package on every system."""
    parts = name.removesuffix("/").split("/")
    return (
        0 < len(name) <= LONGEST_NAME
        and len(parts) <= DEEPEST_NAME
        and not _ODD.search(name)
        and all(part.strip(" .") for part in parts)
    )


def _check_layout(source: BinaryIO, entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Entries lie one behind the other from the first byte to the directory: none shared, nothing between."""
    at = 0
    for one in sorted(entries, key=lambda one: one.header_offset):
        if not at <= one.header_offset <= at + _DESCRIPTOR:
            raise Refused("bad-structure")
        source.seek(one.header_offset)
        head = source.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise Refused("damaged")
        mark, _, _, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(head)
        if mark != b"PK\x03\x04" or method != one.compress_type:
            raise Refused("bad-structure")
        if source.read(name_length) != _raw_name(one):
            raise Refused("bad-structure")
        at = one.header_offset + _LOCAL.size + name_length + extra_length + one.compress_size
    if not at <= directory_at <= at + _DESCRIPTOR:
        raise Refused("bad-structure")


def _raw_name(one: zipfile.ZipInfo) -> bytes:
    return one.orig_filename.encode("utf-8" if one.flag_bits & 0x800 else "cp437")
