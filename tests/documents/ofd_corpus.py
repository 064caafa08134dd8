"""OFD packages for the inspection, built part by part: what must be refused, and what must pass."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.documents.corpus import MARK, archive, image, pdf

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def front(inner: str = "", *, root: str = "Doc_0/Document.xml", before: str = "", bodies: int = 1) -> str:
    body = (
        "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:Title>示例 证照</ofd:Title>"
        f"<ofd:CreationDate>2026-09-01</ofd:CreationDate>{inner}</ofd:DocInfo>"
        f"<ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody>"
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}{before}<ofd:OFD {NS} DocType="OFD" Version="1.0">{body * bodies}</ofd:OFD>'


def document(
    inner: str = "", *, pages: int = 1, loc: str = "Pages/Page_0/Content.xml", before: str = ""
) -> str:
    found = "".join(f'<ofd:Page ID="{n}" BaseLoc="{loc}"/>' for n in range(pages))
    return f"{before}<ofd:Document {NS}><ofd:CommonData/><ofd:Pages>{found}</ofd:Pages>{inner}</ofd:Document>"


def sheet(inner: str = "", *, before: str = "") -> str:
    return (
        f"{before}<ofd:Page {NS}><ofd:Content><ofd:Layer ID='1'>{inner}</ofd:Layer></ofd:Content></ofd:Page>"
    )


PARTS: dict[str, str | bytes] = {
    "OFD.xml": front(),
    "Doc_0/Document.xml": document(),
    "Doc_0/Pages/Page_0/Content.xml": sheet(),
}


def ofd(parts: dict[str, str | bytes | None] | None = None, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of the plain parts with ``parts`` added, replaced or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in (PARTS | (parts or {})).items():
            if content is not None:
                made.writestr(name, content)
    return out.getvalue()


def entry(name: str, content: bytes = MARK, **attributes: int) -> bytes:
    """The plain package with one more entry whose directory fields are set by hand."""
    out = io.BytesIO(ofd())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        for key, value in attributes.items():
            setattr(info, key, value)
        made.writestr(info, content, compress_type=attributes.get("compress_type", zipfile.ZIP_DEFLATED))
    return out.getvalue()


def _twice() -> bytes:
    """Two parts of one name: two readers show two documents."""
    return entry("OFD.xmL").replace(b"OFD.xmL", b"OFD.xml")


def _swapped(before: bytes, after: bytes, *, nth: int) -> bytes:
    """One occurrence of some bytes replaced: the local header (0) or the directory (1)."""
    content = ofd()
    at = -1
    for _ in range(nth + 1):
        at = content.index(before, at + 1)
    return content[:at] + after + content[at + len(before) :]


def _directory(change: Callable[[bytearray], None]) -> bytes:
    """The plain package after ``change`` of its end record."""
    content = bytearray(ofd())
    end = bytearray(content[-22:])
    change(end)
    return bytes(content[:-22] + end)


def _set(form: str, at: int, value: int) -> Callable[[bytearray], None]:
    return lambda end: struct.pack_into(form, end, at, value)


def _overlapping() -> bytes:
    """Many names for one packed body: it unpacks again and again."""
    content = ofd({"Doc_0/a.xml": "<a>" + " " * 100_000 + "</a>"})
    size, offset = struct.unpack("<II", content[-10:-2])
    directory = content[offset : offset + size]
    at = directory.index(b"Doc_0/a.xml") - 46
    row = directory[at : at + 46 + 11]
    rows = b"".join(row.replace(b"Doc_0/a.xml", b"Doc_0/%c.xml" % n) for n in range(98, 122))
    directory += rows
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 28, 28, len(directory), offset, 0)
    return content[:offset] + directory + end


def _gap() -> bytes:
    """Bytes between the last part and the directory that no reader shows."""
    content = ofd()
    offset = struct.unpack("<I", content[-6:-2])[0]
    end = bytearray(content[-22:])
    struct.pack_into("<I", end, 16, offset + 900)
    return content[:offset] + MARK.ljust(900, b"!") + content[offset:-22] + bytes(end)


def _lying_size() -> bytes:
    """The directory tells a length of 10 for a part of 100,000 bytes."""
    content = bytearray(ofd({"Doc_0/a.xml": "<a>" + " " * 100_000 + "</a>"}))
    at = content.rindex(b"Doc_0/a.xml") - 46
    struct.pack_into("<I", content, at + 24, 10)
    return bytes(content)


def _laughs(depth: int = 9) -> str:
    lines = ['<!ENTITY a0 "lol">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)]
    return f"<!DOCTYPE OFD [{''.join(lines)}]>"


_XXE = '<!DOCTYPE OFD [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_OUTSIDE = '<!DOCTYPE OFD SYSTEM "http://127.0.0.1:9/a.dtd">'
_PARAMETER = '<!DOCTYPE OFD [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'
_QUADRATIC = f'<!DOCTYPE OFD [<!ENTITY q "{"q" * 50_000}">]>'
_STYLE = '<?xml-stylesheet href="http://127.0.0.1:9/a.xsl"?>'
_DECLARED = {"xxe": _XXE, "outside-dtd": _OUTSIDE, "parameter": _PARAMETER, "laughs": _laughs()} | {
    "quadratic": _QUADRATIC,
    "instruction": _STYLE,
}


def _act(inner: str, event: str = "CLICK") -> str:
    return f'<ofd:Actions><ofd:Action Event="{event}">{inner}</ofd:Action></ofd:Actions>'


def _acts() -> dict[str, str]:
    return {
        "attachment": _act('<ofd:GotoA AttachID="1"/>'),
        "sound": _act('<ofd:Sound ResourceID="1"/>'),
        "movie": _act('<ofd:Movie ResourceID="1"/>'),
        "address-by-itself": _act('<ofd:URI URI="https://a.example"/>', "DO"),
        "address-on-page": _act('<ofd:URI URI="file:///etc/passwd"/>', "PO"),
    }


def _deep(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


_BOMB = b"<a>" + b" " * 40_000_000 + b"</a>"
_PIXELS = image("PNG").replace(struct.pack(">II", 40, 30), struct.pack(">II", 60_000, 60_000), 1)


def _fixed_png(content: bytes) -> bytes:
    """The checksum of the head made right again."""
    return content[:29] + struct.pack(">I", zlib.crc32(content[12:29])) + content[33:]


_INSIDE: dict[str, bytes] = {
    "zip": archive(),
    "ofd": ofd(),
    "pdf": pdf(),
    "exe": b"MZ" + MARK,
    "elf": b"\x7fELF" + MARK,
    "script": b"#!/bin/sh\n",
    "rar": b"Rar!\x1a\x07\x01\0",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "gzip": b"\x1f\x8b\x08\0",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "html": b"<!DOCTYPE HTML><body onload=1>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "php": b"<?php system($_GET[0]);",
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "rtf": b"{\\rtf1 \\object}",
}
_NAMES = {
    "parent": "../evil.xml",
    "inner-parent": "Doc_0/../../evil.xml",
    "absolute": "/etc/cron.d/evil",
    "windows": "C:\\evil.xml",
    "drive": "C:evil.xml",
    "backslash": "Doc_0\\..\\evil.xml",
    "nul": "Doc_0/a.xml\0.exe",
    "control": "Doc_0/a\n.xml",
    "dot": "Doc_0/./a.xml",
    "empty-part": "Doc_0//a.xml",
    "long": "Doc_0/" + "a" * 300 + ".xml",
    "deep": "a/" * 20 + "a.xml",
    "spaces": "Doc_0/ /a.xml",
    "pipe": "Doc_0/a|b.xml",
}

OFD_HOSTILE: dict[str, tuple[bytes, str]] = {
    **{
        f"ofd-{name}-front": (ofd({"OFD.xml": front(before=text)}), "unsafe-xml")
        for name, text in _DECLARED.items()
    },
    **{
        f"ofd-{name}-page": (
            ofd({"Doc_0/Pages/Page_0/Content.xml": sheet(before=text)}),
            "unsafe-xml",
        )
        for name, text in _DECLARED.items()
    },
    **{
        f"ofd-act-{name}": (ofd({"Doc_0/Document.xml": document(text)}), "active")
        for name, text in _acts().items()
    },
    "ofd-act-on-page": (
        ofd({"Doc_0/Pages/Page_0/Content.xml": sheet(_acts()["movie"])}),
        "active",
    ),
    **{
        f"ofd-carries-{name}": (ofd({"Doc_0/Attachs/a.dat": content}), "embedded")
        for name, content in _INSIDE.items()
    },
    "ofd-carries-zip-as-font": (ofd({"Doc_0/Res/font.ttf": archive()}), "embedded"),
    **{f"ofd-name-{name}": (entry(text), "bad-structure") for name, text in _NAMES.items()},
    "ofd-symlink": (
        entry("Doc_0/link.xml", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
        "bad-structure",
    ),
    "ofd-device": (entry("Doc_0/dev.xml", external_attr=(stat.S_IFCHR | 0o666) << 16), "bad-structure"),
    "ofd-pipe": (entry("Doc_0/fifo.xml", external_attr=(stat.S_IFIFO | 0o666) << 16), "bad-structure"),
    "ofd-bzip2": (ofd(method=zipfile.ZIP_BZIP2), "bad-structure"),
    "ofd-lzma": (ofd(method=zipfile.ZIP_LZMA), "bad-structure"),
    "ofd-twice": (_twice(), "bad-structure"),
    "ofd-twice-by-case": (entry("ofd.XML"), "bad-structure"),
    "ofd-other-local-name": (_swapped(b"OFD.xml", b"OFD.xmm", nth=0), "bad-structure"),
    "ofd-overlap": (_overlapping(), "bad-structure"),
    "ofd-gap": (_gap(), "bad-structure"),
    "ofd-lying-size": (_lying_size(), "damaged"),
    "ofd-and-tail": (ofd() + MARK, "polyglot"),
    "ofd-and-pdf": (ofd() + pdf(), "polyglot"),
    "ofd-comment": (_directory(_set("<H", 20, 4)) + MARK[:4], "polyglot"),
    "ofd-many-disks": (_directory(_set("<H", 4, 3)), "bad-structure"),
    "ofd-many-entries": (_directory(_set("<H", 10, 65_000)), "too-heavy"),
    "ofd-huge-directory": (_directory(_set("<I", 12, 900_000_000)), "too-heavy"),
    "ofd-directory-elsewhere": (_directory(_set("<I", 16, 5)), "bad-structure"),
    "ofd-bomb": (ofd({"Doc_0/a.xml": _BOMB}), "too-heavy"),
    "ofd-many-bombs": (ofd({f"Doc_0/{n}.xml": b" " * 9_000_000 for n in range(30)}), "too-heavy"),
    "ofd-many-parts": (ofd({f"Doc_0/{n}": b"" for n in range(10_001)}), "too-heavy"),
    "ofd-deep-xml": (ofd({"Doc_0/a.xml": _deep(5000)}), "too-heavy"),
    "ofd-many-attributes": (
        ofd({"Doc_0/a.xml": "<a " + " ".join(f'a{n}="1"' for n in range(5000)) + "/>"}),
        "too-heavy",
    ),
    "ofd-many-pages": (ofd({"Doc_0/Document.xml": document(pages=2001)}), "too-many-pages"),
    "ofd-many-bodies": (ofd({"OFD.xml": front(bodies=101)}), "bad-structure"),
    "ofd-root-outside": (ofd({"OFD.xml": front(root="../../etc/passwd")}), "bad-structure"),
    "ofd-root-address": (ofd({"OFD.xml": front(root="http://127.0.0.1:9/a")}), "bad-structure"),
    "ofd-page-outside": (ofd({"Doc_0/Document.xml": document(loc="../../../a.xml")}), "bad-structure"),
    "ofd-no-root": (ofd({"Doc_0/Document.xml": None}), "damaged"),
    "ofd-no-page": (ofd({"Doc_0/Pages/Page_0/Content.xml": None}), "damaged"),
    "ofd-no-pages": (ofd({"Doc_0/Document.xml": document(pages=0)}), "damaged"),
    "ofd-other-root": (ofd({"OFD.xml": "<html/>"}), "bad-structure"),
    "ofd-other-type": (ofd({"OFD.xml": front().replace('"OFD"', '"XPS"')}), "bad-structure"),
    "ofd-broken-xml": (ofd({"OFD.xml": front()[:-9]}), "damaged"),
    "ofd-broken-part": (ofd({"Doc_0/Pages/Page_0/Content.xml": "<a><b></a>"}), "damaged"),
    "ofd-odd-encoding": (ofd({"OFD.xml": b'<?xml version="1.0" encoding="utf-7"?><a/>'}), "damaged"),
    "ofd-nul-xml": (ofd({"OFD.xml": front().replace("示例", "\0")}), "damaged"),
    "ofd-cut": (ofd()[:-40], "damaged"),
    "ofd-cut-in-half": (ofd()[: len(ofd()) // 2], "damaged"),
    "ofd-head-only": (b"PK\x03\x04" + b"\0" * 40, "damaged"),
    "ofd-end-only": (b"PK\x03\x04" + b"\0" * 10 + b"PK\x05\x06" + b"\0" * 18, "bad-structure"),
    "ofd-pixel-bomb": (ofd({"Doc_0/Res/a.png": _fixed_png(_PIXELS)}), "too-many-pixels"),
    "docx-called-ofd": (archive("word/document.xml", b"<w:document/>"), "media"),
    "jar": (archive("META-INF/MANIFEST.MF", b"Main-Class: A"), "media"),
    "apk": (archive("AndroidManifest.xml", b"\x03\0\x08\0"), "media"),
    "xlsx": (archive("xl/workbook.xml", b"<workbook/>"), "media"),
    "zip-with-password": (_swapped(b"\x14\0\0\0", b"\x14\0\x01\0", nth=3), "encrypted"),
}

# Honest packages: they must pass, and as they are.
OFD_GOOD: dict[str, bytes] = {
    "plain": ofd(),
    "stored": ofd(method=zipfile.ZIP_STORED),
    "two-documents": ofd({"OFD.xml": front(bodies=2)}),
    "absolute-places": ofd({"OFD.xml": front(root="/Doc_0/Document.xml")}),
    "invoice": ofd({"Doc_0/Attachs/original_invoice.xml": "<eInvoice><total>1</total></eInvoice>"}),
    "picture": ofd({"Doc_0/Res/a.png": image("PNG"), "Doc_0/Res/b.jpg": image("JPEG")}),
    "seal": ofd({"Doc_0/Signs/Sign_0/Seal.esl": b"\x30\x82\x01\x00" + bytes(200)}),
    "link": ofd({"Doc_0/Document.xml": document(_act('<ofd:URI URI="https://a.example"/>'))}),
    "jump": ofd({"Doc_0/Document.xml": document(_act('<ofd:Goto><ofd:Dest PageID="1"/></ofd:Goto>', "DO"))}),
    "folders": ofd({"Doc_0/": b"", "Doc_0/Res/": b""}),
}
