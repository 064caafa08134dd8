"""Further hostile files: of other kinds, PDF that acts, hides, loops or explodes, pictures that lie."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from tests.documents.corpus import MARK, _cut, _noisy, _png, action, annotation, archive, image, pdf, zeros

Change = Callable[[Pdf], None]


def _root(**entries: object) -> Change:
    def change(made: Pdf) -> None:
        for key, value in entries.items():
            made.Root[f"/{key}"] = value

    return change


def _page(**entries: object) -> Change:
    def change(made: Pdf) -> None:
        for key, value in entries.items():
            made.pages[0].obj[f"/{key}"] = value

    return change


def _widget(**entries: object) -> Change:
    """A form field with an action of its own."""

    def change(made: Pdf) -> None:
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, Rect=Array([0, 0, 9, 9]), **entries
        )
        found = made.make_indirect(field)
        made.pages[0].Annots = Array([found])
        made.Root.AcroForm = Dictionary(Fields=Array([found]))

    return change


def _hidden_in_stream(made: Pdf) -> None:
    """The script hangs on the dictionary of a stream that nothing names."""
    made.Root.Extra = made.make_indirect(pikepdf.Stream(made, b"1", JS=String("app.alert(1)")))


def _filespec(made: Pdf) -> None:
    stream = pikepdf.Stream(made, MARK, Type=Name.EmbeddedFile)
    spec = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=made.make_indirect(stream)))
    made.Root.AF = Array([made.make_indirect(spec)])


def _bookmark(made: Pdf) -> None:
    entry = Dictionary(Title=String("a"), A=Dictionary(S=Name.Launch, F=String("calc.exe")))
    made.Root.Outlines = Dictionary(First=made.make_indirect(entry))


def _deep_in_arrays(made: Pdf) -> None:
    value: object = Dictionary(S=Name.JavaScript, JS=String("1"))
    for _ in range(60):
        value = Array([value])
    made.Root.Extra = value


def _flate(*, megabytes: int, count: int = 1) -> Change:
    def change(made: Pdf) -> None:
        data = zeros(megabytes)
        made.Root.Extra = Array(
            [made.make_indirect(pikepdf.Stream(made, data, Filter=Name.FlateDecode)) for _ in range(count)]
        )

    return change


def _picture(width: int, height: int) -> Change:
    def change(made: Pdf) -> None:
        found = pikepdf.Stream(made, b"\0", Subtype=Name.Image, Width=width, Height=height)
        made.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=made.make_indirect(found)))

    return change


def _raw(*objects: bytes, tail: bytes = b"") -> bytes:
    """A PDF by hand without a table of objects."""
    body = b"\n".join(b"%d 0 obj%sendobj" % (n, one) for n, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"\ntrailer<</Root 1 0 R/Size 9>>\n" + tail + b"%%EOF\n"


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def _uncompressed(change: Change) -> bytes:
    return pdf(change, compress_streams=False)


def _old_and_new() -> bytes:
    """An update behind the file that adds a script when it is read from its end."""
    good = pdf()
    with pikepdf.open(io.BytesIO(good)) as opened:
        number = opened.Root.objgen[0]
    at = len(good)
    script = b"%d 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>>>endobj\n" % number
    return good + script + b"xref\n%d 1\n%010d 00000 n \ntrailer<</Root %d 0 R/Size 9/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        number, at, number, int(good.split(b"startxref")[-1].split()[0]), at + len(script),
    )  # fmt: skip


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png_of(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_IHDR = _chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
_IDAT = _chunk(b"IDAT", zlib.compress(b"\0" * 72))
_IEND = _chunk(b"IEND", b"")


def _frames(kind: str) -> bytes:
    out = io.BytesIO()
    made = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    made[0].save(out, kind, save_all=True, append_images=made[1:])
    return out.getvalue()


def _with_segment(marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment behind its head."""
    return b"\xff\xd8" + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + image("JPEG")[2:]


def _jpeg_sized(width: int, height: int) -> bytes:
    return image("JPEG").replace(struct.pack(">HH", 30, 40), struct.pack(">HH", height, width), 1)


_OTHER_KINDS: dict[str, bytes] = {
    "bzip2": b"BZh91AY&SY" + b"\0" * 40,
    "xz": b"\xfd7zXZ\0" + b"\0" * 40,
    "cab": b"MSCF" + b"\0" * 60,
    "tar": b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300,
    "iso": b"\0" * 2000 + b"CD001",
    "lnk": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60,
    "java-class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "wasm": b"\0asm\x01\0\0\0",
    "mach-o": b"\xcf\xfa\xed\xfe" + b"\0" * 60,
    "rtf": b"{\\rtf1{\\object\\objdata 0105}}",
    "php": b"<?php system($_GET['c']); ?>",
    "xml-laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><l>&b;</l>',
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "hta": b"<HTA:APPLICATION/><script language=vbscript>",
    "url-file": b"[InternetShortcut]\r\nURL=file://a/b\r\n",
    "heic": b"\0\0\0\x18ftypheic" + b"\0" * 40,
    "psd": b"8BPS\0\x01" + b"\0" * 40,
    "ico": b"\0\0\x01\0\x01\0" + b"\0" * 40,
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 40,
    "wmf": b"\xd7\xcd\xc6\x9a" + b"\0" * 40,
    "tiff-bomb": b"II*\0" + struct.pack("<I", 8) + b"\xff\xff" + b"\xff" * 400,
    "gif-bomb": b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\xf7\0\0" + b"\0" * 40,
    "gif-and-script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//",
    "gif-frames": _frames("GIF"),
    "tiff-pages": _frames("TIFF"),
    "bom-html": b"\xef\xbb\xbf<html><script>1</script>",
    "utf16-html": "<html><script>1</script>".encode("utf-16"),
    "spaces-before-pdf": b"   \r\n" + pdf(),
    "nul-before-pdf": b"\0" + pdf(),
    "pdf-lowercase": pdf().replace(b"%PDF-", b"%pdf-", 1),
    "one-byte": b"%",
    "half-a-mark": b"\x89PNG",
    "reversed-pdf": pdf()[::-1],
}

_ACTIVE: dict[str, bytes] = {
    "named-and-next": pdf(action(S=Name.Named, N=Name.Print)),
    "open-rendition": pdf(action(S=Name.Rendition)),
    "open-sound": pdf(action(S=Name.Sound)),
    "open-movie": pdf(action(S=Name.Movie)),
    "open-hide": pdf(action(S=Name.Hide, T=String("a"))),
    "open-reset": pdf(action(S=Name.ResetForm)),
    "open-layers": pdf(action(S=Name.SetOCGState, State=Array([]))),
    "open-3d": pdf(action(S=Name.GoTo3DView)),
    "open-rich": pdf(action(S=Name.RichMediaExecute)),
    "open-transition": pdf(action(S=Name.Trans)),
    "open-unknown": pdf(action(S=Name("/NewAction2030"))),
    "open-thread": pdf(action(S=Name.Thread)),
    "catalog-event": pdf(_root(AA=Dictionary(WC=Dictionary(S=Name.JavaScript, JS=String("1"))))),
    "button-script": pdf(_widget(A=Dictionary(S=Name.JavaScript, JS=String("1")))),
    "button-event": pdf(_widget(AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("1"))))),
    "button-send": pdf(_widget(A=Dictionary(S=Name.SubmitForm, F=String("mailto:a@a.example")))),
    "button-launch": pdf(_widget(A=Dictionary(S=Name.Launch, Win=Dictionary(F=String("cmd.exe"))))),
    "bookmark-launch": pdf(_bookmark),
    "link-remote": pdf(annotation(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=String("\\\\a\\b")))),
    "script-nobody-names": pdf(_hidden_in_stream),
    "script-deep": pdf(_deep_in_arrays),
    "script-in-update": _old_and_new(),
    "script-mended": pdf(action(S=Name.JavaScript, JS=String("1"))).replace(b"startxref", b"startxxxx"),
    "u3d": pdf(annotation(Subtype=Name("/U3D"))),
    "prc": pdf(annotation(Subtype=Name("/PRC"))),
    "xfa-alone": pdf(_root(AcroForm=Dictionary(XFA=Array([String("a")])))),
    "page-script-key": pdf(_page(JS=String("1"))),
    "rich-content": pdf(_page(RichMediaContent=Dictionary())),
}

_EMBEDDED: dict[str, bytes] = {
    "associated-file": pdf(_filespec),
    "names-of-files": pdf(_root(Names=Dictionary(EmbeddedFiles=Dictionary(Names=Array([]))))),
    "ef-anywhere": pdf(_page(X=Dictionary(EF=Dictionary()))),
    "portfolio-in-names": pdf(_root(X=Dictionary(Collection=Dictionary()))),
}

_HEAVY: dict[str, tuple[bytes, str]] = {
    "bomb-in-parts": (_uncompressed(_flate(megabytes=200, count=4)), "too-heavy"),
    "bomb-unnamed": (_uncompressed(_flate(megabytes=260)), "too-heavy"),
    "wide-picture": (pdf(_picture(2_000_000_000, 1)), "too-many-pixels"),
    "negative-picture": (pdf(_picture(-5, 5)), "too-many-pixels"),
    "pages-loop-by-two": (
        _raw(_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        "damaged",
    ),
    "pages-missing": (_raw(b"<</Type/Catalog>>"), "damaged"),
    "pages-of-itself": (_raw(b"<</Type/Catalog/Pages 1 0 R>>"), "damaged"),
    "no-catalog": (b"%PDF-1.4\ntrailer<</Size 1>>\n%%EOF\n", "damaged"),
    "root-is-a-number": (_raw(b" 7 "), "damaged"),
    "no-end": (pdf()[:-7], "damaged"),
    "cut-tenth": (_cut(pdf(pages=40), 0.1), "damaged"),
    "cut-nine-tenths": (_cut(pdf(pages=40), 0.9), "damaged"),
    "end-only-in-head": (b"%PDF-1.4\n%%EOF\n" + b"\0" * 80_000, "damaged"),
}

_POLYGLOT: dict[str, bytes] = {
    "pdf-and-jar": pdf() + archive("META-INF/MANIFEST.MF"),
    "pdf-and-ofd": pdf() + archive("OFD.xml"),
    "pdf-and-exe": pdf() + b"MZ" + MARK * 20,
    "pdf-and-php": pdf() + b"<?php 1;",
    "pdf-php-in-head": pdf().replace(b"\n", b"\n%<?php system(1); ?>\n", 1),
    "pdf-svg-in-head": pdf().replace(b"\n", b"\n%<svg onload=1>\n", 1),
    "pdf-and-shell": pdf() + b"\n#!/bin/sh\nid\n",
    "pdf-and-zip64": pdf() + b"PK\x06\x06" + b"\0" * 60,
}

_PICTURES: dict[str, tuple[bytes, str]] = {
    "png-wide-bomb": (_png(2_000_000_000, 1), "too-many-pixels"),
    "png-tall-bomb": (_png(1, 2_000_000_000), "too-many-pixels"),
    "png-zero": (_png(0, 5), "damaged"),
    "png-no-data": (_png_of(_IHDR, _IEND), "damaged"),
    "png-no-head": (_png_of(_IDAT, _IEND), "damaged"),
    "png-bad-type": (
        _png_of(_chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 9, 0, 0, 0)), _IDAT, _IEND),
        "damaged",
    ),
    "png-long-chunk": (_png_of(_IHDR, b"\xff\xff\xff\xffIDAT" + b"\0" * 40), "too-heavy"),
    "png-noise-data": (_png_of(_IHDR, _chunk(b"IDAT", b"\xff" * 200), _IEND), "damaged"),
    "png-text-bomb": (_png_of(_IHDR, _chunk(b"iTXt", b"a\0\1\0\0\0" + zeros(90)), _IDAT, _IEND), "damaged"),
    "png-profile-bomb": (_png_of(_IHDR, _chunk(b"iCCP", b"a\0\0" + zeros(90)), _IDAT, _IEND), "damaged"),
    "png-data-bomb": (_png_of(_IHDR, _chunk(b"IDAT", zeros(190)), _IEND), "clean"),
    "png-itxt": (_png_of(_IHDR, _chunk(b"iTXt", b"a\0\0\0\0\0" + MARK), _IDAT, _IEND), "clean"),
    "png-private-chunk": (_png_of(_IHDR, _chunk(b"prVt", MARK), _IDAT, _IEND), "clean"),
    "png-exif-chunk": (_png_of(_IHDR, _chunk(b"eXIf", b"MM\0*" + MARK), _IDAT, _IEND), "clean"),
    "png-and-html": (image("PNG") + b"<html><script>" + MARK, "clean"),
    "png-and-exe": (image("PNG") + b"MZ" + MARK, "clean"),
    "png-and-pdf": (image("PNG") + pdf() + MARK, "clean"),
    "jpeg-wide-bomb": (_jpeg_sized(65_500, 60_000), "too-many-pixels"),
    "jpeg-zero": (_jpeg_sized(0, 0), "damaged"),
    "jpeg-no-scan": (image("JPEG")[:160], "damaged"),
    "jpeg-cut-late": (_cut(_noisy("JPEG"), 0.95), "damaged"),
    "jpeg-noise": (b"\xff\xd8\xff" + bytes(range(256)) * 30, "damaged"),
    "jpeg-segment-too-long": (b"\xff\xd8\xff\xe1\xff\xff" + MARK, "damaged"),
    "jpeg-thumbnail": (_with_segment(0xE1, b"JFXX\0\x10" + MARK), "clean"),
    "jpeg-iptc": (_with_segment(0xED, b"Photoshop 3.0\0" + MARK), "clean"),
    "jpeg-private-segment": (_with_segment(0xEB, MARK * 100), "clean"),
    "jpeg-script-comment": (_with_segment(0xFE, b"<script>alert(1)</script>" + MARK), "clean"),
    "jpeg-php-comment": (_with_segment(0xFE, b"<?php system(1); ?>" + MARK), "clean"),
    "jpeg-and-exe": (image("JPEG") + b"MZ" + MARK, "clean"),
    "jpeg-and-pdf": (image("JPEG") + pdf() + MARK, "clean"),
    "jpeg-twice": (image("JPEG") + image("JPEG", comment=MARK), "clean"),
    "cut-png-late": (_cut(_noisy("PNG"), 0.95), "damaged"),
}

MORE: dict[str, tuple[bytes, str]] = {
    **{name: (content, "media") for name, content in _OTHER_KINDS.items()},
    **{name: (content, "active") for name, content in _ACTIVE.items()},
    **{name: (content, "embedded") for name, content in _EMBEDDED.items()},
    **{name: (content, "polyglot") for name, content in _POLYGLOT.items()},
    **_HEAVY,
    **_PICTURES,
}

GOOD: dict[str, bytes] = {
    "pdf": pdf(pages=3),
    "pdf-with-link": pdf(
        annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://a.example")))
    ),
    "pdf-with-form": pdf(_widget(T=String("a"))),
    "pdf-with-bookmarks": pdf(_root(Outlines=Dictionary(Type=Name.Outlines))),
    "pdf-packed": pdf(pages=9, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "jpeg": image("JPEG", size=(400, 300)),
    "png": image("PNG", "RGBA"),
    "scan": _noisy("PNG"),
}
