"""Files that must be refused or made harmless, built here byte by byte; none does any harm by itself.

``HOSTILE`` maps a name to (bytes, what happens): a refusal code, or "clean" when the file is taken in a form
from which everything but pages or pixels is gone.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

MARK = b"HIDDEN-PAYLOAD"


def pdf(change: Callable[[Pdf], None] = lambda _: None, *, pages: int = 1, **saving: object) -> bytes:
    """A PDF of blank pages after ``change``."""
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(200, 200))
        change(made)
        out = io.BytesIO()
        made.save(out, **saving)
    return out.getvalue()


def image(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **saving: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1).save(out, kind, **saving)
    return out.getvalue()


def zeros(megabytes: int) -> bytes:
    """So many zero bytes, packed; one packed megabyte is repeated, so that building a bomb costs nothing."""
    packer = zlib.compressobj(9)
    begin = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    total = (megabytes << 20) % 65521
    return begin + block * megabytes + b"\x03\0" + struct.pack(">I", total << 16 | 1)


def archive(name: str = "a.txt", content: bytes = MARK) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    return out.getvalue()


def action(**entries: object) -> Callable[[Pdf], None]:
    """Run an action when the file is opened."""

    def change(made: Pdf) -> None:
        made.Root.OpenAction = Dictionary(Type=Name.Action, **entries)

    return change


def annotation(**entries: object) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        found = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries)
        made.pages[0].Annots = Array([made.make_indirect(found)])

    return change


def _names_script(made: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    made.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), made.make_indirect(script)]))
    )


def _attached(made: Pdf) -> None:
    made.attachments["virus.exe"] = MARK


def _form(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pikepdf.Stream(made, b"<xdp:xdp/>"))


def _page_event(made: Pdf) -> None:
    made.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("1")))


def _script_in_stream(made: Pdf) -> None:
    stream = pikepdf.Stream(made, b"app.alert(1)")
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=made.make_indirect(stream))


def _next_action(made: Pdf) -> None:
    second = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    found = Dictionary(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://a.example"), Next=second)
    )
    made.pages[0].Annots = Array([Dictionary(Rect=Array([0, 0, 9, 9]), **dict(found.items()))])


def _outside_stream(made: Pdf) -> None:
    stream = pikepdf.Stream(made, b"")
    stream.F = String("/etc/passwd")
    made.Root.Extra = made.make_indirect(stream)


def _portfolio(made: Pdf) -> None:
    made.Root.Collection = Dictionary(Type=Name.Collection)


def _bomb(*, layers: int) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        data = zeros(300)
        for _ in range(layers - 1):
            data = zlib.compress(data, 9)
        filters = Array([Name.FlateDecode] * layers)
        made.pages[0].Contents = pikepdf.Stream(made, data, Filter=filters)

    return change


def _many_filters(made: Pdf) -> None:
    filters = Array([Name.ASCIIHexDecode] * 40)
    made.pages[0].Contents = pikepdf.Stream(made, b"30>", Filter=filters)


def _giant_image(made: Pdf) -> None:
    found = pikepdf.Stream(
        made, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=2_000_000, Height=2_000_000
    )
    found.ColorSpace, found.BitsPerComponent = Name.DeviceGray, 8
    made.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=made.make_indirect(found)))


def _deep(made: Pdf) -> None:
    value: object = Array([])
    for _ in range(400):
        value = Array([value])
    made.Root.Deep = value


def _escaped_name(content: bytes) -> bytes:
    """The same script with its name spelt in hex, which a search for words would miss."""
    return content.replace(b"/JavaScript", b"/J#61vaScri#70t").replace(b"/JS ", b"/J#53 ")


def _looping_pages() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF\n"
    )


def _huge_count() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 2147483647>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF\n"
    )


def _xref_bomb() -> bytes:
    """A table of objects that unpacks to an eighth of a gigabyte."""
    rows = zeros(128)
    return (
        b"%PDF-1.5\n1 0 obj<</Type/XRef/Size 100000000/W[1 2 1]/Filter/FlateDecode/Root 2 0 R/Length "
        + str(len(rows)).encode()
        + b">>stream\n"
        + rows
        + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"
    )


def _png(width: int, height: int, *chunks: tuple[bytes, bytes], rows: bytes | None = None) -> bytes:
    """A PNG by hand: grey, eight bits."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(
        b"IDAT", zlib.compress(rows if rows is not None else b"\0" * ((width + 1) * min(height, 64)))
    )
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*one) for one in chunks) + data + chunk(b"IEND", b"")


def _animated_png() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    exif[0x8825] = {1: "N", 2: (30.0, 40.0, 0.0)}
    return exif


def _cut(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


def _noisy(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((300, 300), 80).save(out, kind)
    return out.getvalue()


SCRIPT = pdf(action(S=Name.JavaScript, JS=String("app.alert(1)")))

HOSTILE: dict[str, tuple[bytes, str]] = {
    # of a kind that is not taken
    "zip": (archive(), "media"),
    "docx": (archive("word/document.xml", b"<w:document/>"), "media"),
    "ofd-unbound": (archive("OFD.xml", b"<ofd:OFD/>"), "damaged"),
    "old-word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "media"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 64, "media"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 64, "media"),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 64, "media"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "media"),
    "html": (b"<!doctype html><script>alert(1)</script>", "media"),
    "xml-entities": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "media",
    ),
    "exe": (b"MZ" + b"\0" * 128 + b"PE\0\0", "media"),
    "elf": (b"\x7fELF\x02\x01\x01" + b"\0" * 64, "media"),
    "shell": (b"#!/bin/sh\necho\n", "media"),
    "gif": (image("GIF", "L"), "media"),
    "bmp": (image("BMP"), "media"),
    "tiff": (image("TIFF"), "media"),
    "webp": (image("WEBP"), "media"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run\n", "media"),
    "mp4": (b"\0\0\0\x18ftypmp42" + b"\0" * 64, "media"),
    "text": ("一个普通的文本文件".encode(), "media"),
    "nul": (b"\0" * 1000, "media"),
    "pdf-after-rubbish": (b"GIF89a" + pdf(), "media"),
    "html-before-pdf": (b"<html><script>1</script>\n" + pdf(), "media"),
    "empty": (b"", "empty"),
    # PDF that acts
    "open-script": (SCRIPT, "active"),
    "open-script-escaped": (_escaped_name(SCRIPT), "active"),
    "open-script-packed": (
        pdf(
            action(S=Name.JavaScript, JS=String("1")),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        ),
        "active",
    ),
    "script-in-stream": (pdf(_script_in_stream), "active"),
    "script-in-names": (pdf(_names_script), "active"),
    "page-event": (pdf(_page_event), "active"),
    "launch": (pdf(action(S=Name.Launch, F=String("cmd.exe"))), "active"),
    "submit-form": (pdf(action(S=Name.SubmitForm, F=String("https://a.example"))), "active"),
    "import-data": (pdf(action(S=Name.ImportData, F=String("a.fdf"))), "active"),
    "go-to-remote": (pdf(action(S=Name.GoToR, F=String("\\\\a\\b"), D=Array([0, Name.Fit]))), "active"),
    "go-to-embedded": (pdf(action(S=Name.GoToE, D=Array([0, Name.Fit]))), "active"),
    "open-address": (pdf(action(S=Name.URI, URI=String("https://a.example"))), "active"),
    "rich-media": (pdf(annotation(Subtype=Name.RichMedia)), "active"),
    "screen": (pdf(annotation(Subtype=Name.Screen)), "active"),
    "movie": (pdf(annotation(Subtype=Name.Movie)), "active"),
    "sound": (pdf(annotation(Subtype=Name.Sound)), "active"),
    "3d": (pdf(annotation(Subtype=Name("/3D"))), "active"),
    "second-action": (pdf(_next_action), "active"),
    "xfa": (pdf(_form), "active"),
    # PDF that carries files
    "attachment": (pdf(_attached), "embedded"),
    "file-annotation": (pdf(annotation(Subtype=Name.FileAttachment)), "active"),
    "portfolio": (pdf(_portfolio), "embedded"),
    "stream-elsewhere": (pdf(_outside_stream), "embedded"),
    # PDF that is something else too
    "pdf-and-zip": (pdf() + archive(), "polyglot"),
    "pdf-and-tail": (pdf() + MARK * 10, "polyglot"),
    "pdf-and-html": (pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1), "polyglot"),
    "pdf-twice": (pdf() + SCRIPT, "active"),
    # PDF behind a lock
    "password": (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
    "rights-only": (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"),
    # PDF that explodes
    "bomb": (pdf(_bomb(layers=1), compress_streams=False), "too-heavy"),
    "bomb-in-bomb": (pdf(_bomb(layers=2), compress_streams=False), "too-heavy"),
    "many-filters": (pdf(_many_filters, compress_streams=False), "too-heavy"),
    "giant-image": (pdf(_giant_image), "too-many-pixels"),
    "too-many-pages": (pdf(pages=2001), "too-many-pages"),
    "looping-pages": (_looping_pages(), "damaged"),
    "huge-count": (_huge_count(), "damaged"),
    "xref-bomb": (_xref_bomb(), "damaged"),
    "only-a-head": (b"%PDF-1.7\n", "damaged"),
    "head-and-end": (b"%PDF-1.7\n%%EOF\n", "damaged"),
    "head-and-noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "deep": (pdf(_deep), "clean"),
    "cut": (_cut(pdf(pages=40), 0.5), "damaged"),
    # pictures
    "pixel-bomb-png": (_png(60_000, 60_000), "too-many-pixels"),
    "pixel-bomb-jpeg": (
        image("JPEG").replace(struct.pack(">HH", 30, 40), struct.pack(">HH", 65_000, 65_000), 1),
        "too-many-pixels",
    ),
    "long-text-png": (_png(8, 8, (b"zTXt", b"a\0\0" + zeros(80))), "damaged"),
    "short-rows-png": (_png(64, 64, rows=b"\0"), "damaged"),
    "bad-checksum-png": (_png(8, 8).replace(b"IDAT", b"IDAT", 1)[:-20] + b"\0" * 20, "damaged"),
    "animated-png": (_animated_png(), "animated"),
    "cut-jpeg": (_cut(_noisy("JPEG")), "damaged"),
    "cut-png": (_cut(_noisy("PNG")), "damaged"),
    "jpeg-head-only": (b"\xff\xd8\xff\xe0" + b"\0" * 50, "damaged"),
    "png-head-only": (b"\x89PNG\r\n\x1a\n", "damaged"),
    # pictures that hide something: taken, and what they hide is gone
    "jpeg-exif": (image("JPEG", exif=_exif()), "clean"),
    "png-exif": (image("PNG", exif=_exif()), "clean"),
    "jpeg-comment": (image("JPEG", comment=MARK), "clean"),
    "jpeg-and-zip": (image("JPEG") + archive(), "clean"),
    "jpeg-and-html": (image("JPEG") + b"<script>" + MARK, "clean"),
    "png-and-zip": (image("PNG") + archive(), "clean"),
    "png-text": (_png(8, 8, (b"tEXt", b"Comment\0" + MARK)), "clean"),
    "png-profile": (image("PNG", icc_profile=MARK * 9), "clean"),
    "jpeg-profile": (image("JPEG", icc_profile=MARK * 9), "clean"),
    "jpeg-xmp": (image("JPEG", xmp=b"<x:xmpmeta>" + MARK), "clean"),
    "jpeg-cmyk": (image("JPEG", "CMYK", comment=MARK), "clean"),
}
