"""PDF files: every object is looked at; whatever acts, hides files or explodes is refused."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from onewindow.documents.inspection.verdict import Refused, Verdict

MOST_PAGES = 2_000
MOST_OBJECTS = 300_000
MOST_VALUES = 5_000_000
MOST_UNPACKED = 768 * 1024 * 1024  # of all streams together
MOST_OF_ONE = 256 * 1024 * 1024
MOST_FILTERS = 3
MOST_PIXELS = 200_000_000

# ISO 32000-1, 12.6.4: actions that leave the page, run something or change the file.
_ACTS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Sound",
        "/Movie",
        "/Hide",
        "/ResetForm",
        "/SetOCGState",
        "/RichMediaExecute",
        "/GoTo3DView",
        "/Trans",
    }
)
# Annotations that play, embed or act (12.5.6), and dictionaries that carry files (7.11).
_SUBTYPES = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/FileAttachment", "/U3D", "/PRC"})
_KEYS = {
    "/JS": "active",
    "/JavaScript": "active",
    "/AA": "active",
    "/Launch": "active",
    "/RichMediaContent": "active",
    "/RichMedia": "active",
    "/XFA": "active",
    "/EmbeddedFiles": "embedded",
    "/EmbeddedFile": "embedded",
    "/EF": "embedded",
    "/Collection": "embedded",
}
_HARMLESS_OPENING = ("/GoTo",)
_SCRIPTS = (b"<script", b"<html", b"<!doctype html", b"<?php", b"<svg")


def inspect(source: BinaryIO, target: BinaryIO, *, head: bytes, tail: bytes) -> Verdict:
    """Check the whole file; raises ``Refused``. A damaged file that can be mended is written anew.

    A sound file keeps its bytes: it may carry a signature that a rewriting would break.
    """
    _check_outside(head, tail)
    pdf, is_mended = _open(source)
    with pdf:
        pages = _check(pdf)
        if is_mended:
            _save(pdf, target)
    return Verdict(media_type="application/pdf", pages=pages, rewritten=is_mended)


def _check_outside(head: bytes, tail: bytes) -> None:
    """A file that is also an archive or a page to another program: one file, two meanings."""
    if b"PK\x05\x06" in tail or b"PK\x06\x06" in tail:
        raise Refused("polyglot")
    if b"%%EOF" not in tail:
        raise Refused("damaged")  # cut off on its way: mending it would lose pages without a word
    after = tail[tail.rfind(b"%%EOF") + 5 :]
    if after.strip(b"\r\n\t \0"):
        raise Refused("polyglot")
    if any(mark in head.lower() for mark in _SCRIPTS):
        raise Refused("polyglot")


def _open(source: BinaryIO) -> tuple[Pdf, bool]:
    """The parsed file, and whether its table of objects had to be mended."""
    try:
        try:
            pdf, is_mended = Pdf.open(source, attempt_recovery=False, suppress_warnings=True), False
        except pikepdf.PasswordError:
            raise
        except pikepdf.PdfError:
            source.seek(0)
            pdf, is_mended = Pdf.open(source, suppress_warnings=True), True
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except MemoryError as error:
        raise Refused("too-heavy") from error
    except Exception as error:
        raise Refused("damaged") from error
    if pdf.is_encrypted:
        pdf.close()
        raise Refused("encrypted")
    return pdf, is_mended


def _check(pdf: Pdf) -> int:
    try:
        if len(pdf.objects) > MOST_OBJECTS:
            raise Refused("too-heavy")
        pages = len(pdf.pages)
        if pages < 1:
            raise Refused("damaged")
        if pages > MOST_PAGES:
            raise Refused("too-many-pages")
        _check_opening(pdf)
        _Walk().over(pdf)
    except Refused:
        raise
    except (MemoryError, RecursionError) as error:
        raise Refused("too-heavy") from error
    except Exception as error:
        raise Refused("damaged") from error
    return pages


def _check_opening(pdf: Pdf) -> None:
    """What happens when the file is opened: nothing, or a jump to one of its own pages."""
    opening = pdf.Root.get(Name.OpenAction)
    if isinstance(opening, Dictionary) and str(opening.get(Name.S)) not in _HARMLESS_OPENING:
        raise Refused("active")


class _Walk:
    """One pass over all objects with counters that stop bombs."""

    def __init__(self) -> None:
        self.values = 0
        self.unpacked = 0

    def over(self, pdf: Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, Stream):
                self._stream(thing)
            self._values(thing)
        self._values(pdf.trailer)

    def _values(self, thing: Any) -> None:
        """Walk direct values only: indirect ones come by themselves."""
        waiting = [thing]
        while waiting:
            value = waiting.pop()
            self.values += 1
            if self.values > MOST_VALUES:
                raise Refused("too-heavy")
            if isinstance(value, Dictionary | Stream):
                _check_dictionary(value)
                waiting.extend(
                    _direct(value.values() if isinstance(value, Dictionary) else _stream_values(value))
                )
            elif isinstance(value, Array):
                waiting.extend(_direct(value))

    def _stream(self, stream: Stream) -> None:
        filters = _filters(stream)
        if len(filters) > MOST_FILTERS:
            raise Refused("too-heavy")
        if stream.get(Name.F) is not None:
            raise Refused("embedded")  # the bytes lie in another file
        if stream.get(Name.Subtype) == Name.Image:
            pixels = int(stream.get(Name.Width, 0)) * int(stream.get(Name.Height, 0))
            if pixels > MOST_PIXELS or pixels < 0:
                raise Refused("too-many-pixels")
        if filters and filters[0] in ("/FlateDecode", "/Fl"):
            size = _unpacked_size(
                stream.read_raw_bytes(), again=len(filters) > 1 and filters[1] == filters[0]
            )
            self.unpacked += size
            if size > MOST_OF_ONE or self.unpacked > MOST_UNPACKED:
                raise Refused("too-heavy")


def _stream_values(stream: Stream) -> Iterator[Any]:
    return map(stream.get, stream.keys())


def _direct(values: Any) -> Iterator[Any]:
    return (
        value
        for value in values
        if isinstance(value, Dictionary | Array) and not getattr(value, "is_indirect", False)
    )


def _check_dictionary(value: Any) -> None:
    for key in _KEYS.keys() & value.keys():
        raise Refused(_KEYS[key])
    if str(value.get(Name.S, "")) in _ACTS or str(value.get(Name.Subtype, "")) in _SUBTYPES:
        raise Refused("active")


def _filters(stream: Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if found is None:
        return []
    return [str(one) for one in found] if isinstance(found, Array) else [str(found)]


def _unpacked_size(raw: bytes, *, again: bool) -> int:
    """How long the unpacked bytes are, counted without keeping them; stops beyond ``MOST_OF_ONE``."""
    inner = zlib.decompressobj() if again else None
    total = 0
    try:
        for piece in _unpack(zlib.decompressobj(), raw):
            for part in _unpack(inner, piece) if inner else (piece,):
                total += len(part)
                if total > MOST_OF_ONE:
                    return total
    except zlib.error:
        return total  # a broken tail: what a viewer could unpack has been counted
    return total


def _unpack(unpacker: Any, data: bytes) -> Iterator[bytes]:
    while data:
        yield unpacker.decompress(data, 1 << 20)
        data = unpacker.unconsumed_tail


def _save(pdf: Pdf, target: BinaryIO) -> None:
    try:
        pdf.trailer.Size = len(pdf.objects) + 1  # a trailer made up by mending lacks it
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        target.seek(0)
        with Pdf.open(target, attempt_recovery=False, suppress_warnings=True) as again:
            if len(again.pages) != len(pdf.pages):
                raise Refused("damaged")
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("too-heavy") from error
    except Exception as error:
        raise Refused("damaged") from error
