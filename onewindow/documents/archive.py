"""Files of a case as one ZIP that is written while it is sent, with an index that names every digest."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from onewindow.base import tables
from onewindow.documents import names, storage

_PIECE = 256 * 1024
_LONGEST = 60
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a ZIP knows no time before


class Entry(msgspec.Struct, frozen=True):
    """One file: what it belongs to (a material, the papers), its own name, its content, the level of trust in it."""

    group: str
    name: str
    media_type: str
    stored: storage.Stored
    trust: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line of the index."""

    place: str
    group: str
    name: str
    media_type: str
    size: int
    sha256: str
    trust: str = ""


def index(entries: Sequence[Entry]) -> list[Line]:
    """Where each file will lie in the archive, and its digest as it lies there now; reads every file once."""
    groups = {group: number for number, group in enumerate(dict.fromkeys(one.group for one in entries), 1)}
    lines = []
    for number, one in enumerate(entries, 1):
        with one.stored.open() as handle:
            sha256, size = hashlib.file_digest(handle, "sha256").hexdigest(), handle.tell()  # type: ignore[arg-type]
        folder = f"{groups[one.group]:02d} {_plain(one.group)}"
        place = f"{folder}/{number:03d} {names.clean(one.name, media_type=one.media_type)}"
        lines.append(Line(place, one.group, one.name, one.media_type, size, sha256, one.trust))
    return lines


def digest(lines: Sequence[Line]) -> str:
    """SHA-256 (hex) over the digests in their order: what the fact of a taking names."""
    return hashlib.sha256("".join(one.sha256 for one in lines).encode()).hexdigest()


def stream(entries: Sequence[Entry], lines: Sequence[Line], *, title: str, at: datetime) -> Iterator[bytes]:
    """The archive in pieces, the index first; memory stays at one piece whatever the files weigh."""
    sink = _Sink()
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as made:  # PDFs and photos are packed already
        for name, content in (("目录.html", _page(lines, title)), ("目录.csv", _table(lines))):
            made.writestr(zipfile.ZipInfo(name, max(moment, _EARLIEST)), content)
            yield sink.taken()
        for one, line in zip(entries, lines, strict=True):
            info = zipfile.ZipInfo(line.place, max(moment, _EARLIEST))
            info.file_size = line.size
            with one.stored.open() as source, made.open(info, "w") as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
                    yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what the archive writes and gives it on; it cannot go back, so sizes follow each entry."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self._kept += piece  # type: ignore[arg-type]
        return len(piece)  # type: ignore[arg-type]

    def taken(self) -> bytes:
        piece, self._kept = bytes(self._kept), bytearray()
        return piece


def _plain(text: str) -> str:
    return names.clean(text[:_LONGEST], media_type="application/pdf").removesuffix(".pdf")


def _page(lines: Sequence[Line], title: str) -> str:
    return render_to_string("documents/archive.html", {"lines": lines, "title": title})


def _table(lines: Sequence[Line]) -> bytes:
    out = io.BytesIO()
    heads = [_("位置"), _("所属"), _("名称"), _("类型"), _("字节数"), "SHA-256", _("可信等级")]
    rows = (
        [one.place, one.group, one.name, one.media_type, one.size, one.sha256, one.trust] for one in lines
    )
    tables.write_csv(out, heads, rows, is_marked=True)
    return out.getvalue()
