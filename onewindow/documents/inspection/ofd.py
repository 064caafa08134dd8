"""OFD (版式文档, GB/T 33190-2016): every part of the package is looked at; the file keeps its bytes."""

from __future__ import annotations

import io
import posixpath
from datetime import date
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from onewindow.documents.inspection.archives import Package
from onewindow.documents.inspection.verdict import Refused, Verdict
from onewindow.documents.inspection.xml import Budget, Reader

MEDIA_TYPE = "application/ofd"
MOST_PAGES = 2_000
MOST_BODIES = 100
MOST_PIXELS = 200_000_000
LONGEST_TITLE = 200

_PICTURES = ["PNG", "JPEG", "BMP", "TIFF", "GIF"]
# What an attachment or a resource may not be: something that unpacks, runs, or is a document of its own.
_FOREIGN = (
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF",
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!", b"%PDF", b"%!PS", b"\xd0\xcf\x11\xe0", b"{\\rtf",
)  # fmt: skip
_PAGES_OF_SCRIPTS = (b"<script", b"<html", b"<!doctype html", b"<?php", b"<svg")
# Actions (14.3) that open something else or play it; GB/T 33190 knows no scripts.
_ACTS = frozenset({"GotoA", "Sound", "Movie"})
_BY_ITSELF = frozenset({"DO", "PO"})  # events: the document or the page is opened


def inspect(source: BinaryIO, *, tail: bytes) -> Verdict:
    """Check the whole package; raises ``Refused``. ``title`` and ``created_on`` are as the file tells them."""
    package = Package(source, tail=tail)
    budget = Budget()
    front = _Front()
    if "OFD.xml" not in package:
        raise Refused("media", kind="media")  # another kind of package
    Reader(budget, front.start, front.text).read(package.read("OFD.xml"))
    if not front.is_ofd or not 1 <= len(front.roots) <= MOST_BODIES:
        raise Refused("bad-structure")
    pages = sum(_pages(package, budget, root.strip()) for root in front.roots)
    if pages > MOST_PAGES:
        raise Refused("too-many-pages")
    for name in package.names:
        _check_part(name, package.read(name), budget)
    return Verdict(
        media_type=MEDIA_TYPE,
        pages=pages,
        title=" ".join(front.title.split())[:LONGEST_TITLE],
        created_on=_day(front.created),
    )


class _Front:
    """What ``OFD.xml`` tells: the roots of its documents, the first one's title and day."""

    def __init__(self) -> None:
        self.is_ofd = False
        self.roots: list[str] = []
        self.title = self.created = ""

    def start(self, path: tuple[str, ...], attributes: dict[str, str]) -> None:
        if path == ("OFD",):
            self.is_ofd = attributes.get("DocType", "OFD") == "OFD"
        elif path == ("OFD", "DocBody", "DocRoot"):
            self.roots.append("")

    def text(self, path: tuple[str, ...], text: str) -> None:
        if path == ("OFD", "DocBody", "DocRoot"):
            self.roots[-1] += text
        elif len(self.roots) == 0 and path == ("OFD", "DocBody", "DocInfo", "Title"):
            self.title += text[:1000]
        elif len(self.roots) == 0 and path == ("OFD", "DocBody", "DocInfo", "CreationDate"):
            self.created += text[:40]


def _pages(package: Package, budget: Budget, root: str) -> int:
    """How many pages a document names; each must be there."""
    place = _resolved("", root)
    if place not in package:
        raise Refused("damaged")
    found: list[str] = []

    def start(path: tuple[str, ...], attributes: dict[str, str]) -> None:
        if path == ("Document", "Pages", "Page"):
            found.append(_resolved(posixpath.dirname(place), attributes.get("BaseLoc", "")))

    Reader(budget, start).read(package.read(place))
    if not found or any(one not in package for one in found):
        raise Refused("damaged")
    return len(found)


def _resolved(folder: str, place: str) -> str:
    """A place inside the package (ST_Loc); one that leads out of it is refused."""
    path = place.lstrip("/") if place.startswith("/") else posixpath.join(folder, place)
    if ".." in path.split("/") or "\\" in path or ":" in path:
        raise Refused("bad-structure")
    return posixpath.normpath(path)


def _check_part(name: str, content: bytes, budget: Budget) -> None:
    if content.startswith(_FOREIGN):
        raise Refused("embedded")
    if name.lower().endswith(".xml"):
        Reader(budget, _Acts().start).read(content)
        return
    if any(mark in content[:4096].lower() for mark in _PAGES_OF_SCRIPTS):
        raise Refused("embedded")
    _check_picture(content)


class _Acts:
    """Refuses actions that leave the document or play something, and links that open by themselves."""

    def __init__(self) -> None:
        self._event = ""

    def start(self, path: tuple[str, ...], attributes: dict[str, str]) -> None:
        name = path[-1]
        if name == "Action":
            self._event = attributes.get("Event", "")
        elif "Action" in path[-2:-1] and (name in _ACTS or (name == "URI" and self._event in _BY_ITSELF)):
            raise Refused("active")


def _check_picture(content: bytes) -> None:
    """Only the head is read: how many pixels a viewer would have to unpack."""
    try:
        with Image.open(io.BytesIO(content), formats=_PICTURES) as picture:
            width, height = picture.size
    except UnidentifiedImageError:
        return  # fonts, seals, signatures
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too-many-pixels") from error
    except Exception as error:  # a dozen kinds for broken input, as in ``images``
        raise Refused("damaged") from error
    if width * height > MOST_PIXELS:
        raise Refused("too-many-pixels")


def _day(text: str) -> date | None:
    """The first ten characters as a day, None where they are none or no believable one."""
    try:
        found = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None
