"""Binding checked pages to one PDF of A4 pages; it runs in the bounded child, for page files came from outside."""

from __future__ import annotations

from contextlib import ExitStack
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Rectangle, Stream
from PIL import Image

from onewindow.documents.inspection.sheet import Sheet, read
from onewindow.documents.inspection.verdict import Refused, Verdict

A4 = (595.276, 841.89)  # points, ISO 216
_LEAST_DPI = 96  # a small picture is not blown up beyond this
_NAME = Name("/Page")
_COLOURS = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB}


def bind(source: BinaryIO, target: BinaryIO) -> Verdict:
    """Write the PDF of the pages of the bundle that ``source`` is; raises ``Refused``.

    The same pages give the same bytes. Every page is A4, upright or lying as it is read.
    """
    sheets, contents = read(source)
    try:
        # What was copied from a PDF is read from it when the new one is written: all stay open until then.
        with ExitStack() as opened, pikepdf.new() as made:
            given: dict[int, Pdf] = {}
            for one in sheets:
                if contents[one.file].startswith(b"%PDF-") and one.file not in given:
                    given[one.file] = opened.enter_context(Pdf.open(BytesIO(contents[one.file])))
                if one.file in given:
                    _add_leaf(made, given[one.file], one)
                else:
                    _add_picture(made, contents[one.file], one.turn)
            made.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except Exception as error:  # the libraries raise a dozen kinds; the pages were sound when they came
        raise Refused("damaged") from error
    return Verdict(media_type="application/pdf", pages=len(sheets), rewritten=True)


def _add_leaf(made: Pdf, given: Pdf, sheet: Sheet) -> None:
    """A page of a PDF, shrunk to A4 where it is larger."""
    page = given.pages[sheet.leaf]
    page.rotate(sheet.turn, relative=True)
    box, turn = page.trimbox, int(page.obj.get("/Rotate", 0)) % 360
    size = (float(box[2]) - float(box[0]), float(box[3]) - float(box[1]))
    paper = _paper(*(size if turn % 180 == 0 else size[::-1]))
    form = made.copy_foreign(page.as_form_xobject())
    blank = made.add_blank_page(page_size=paper)
    # A name of our own: pikepdf draws one, and the same pages would give other bytes each time.
    name = blank.add_resource(form, Name.XObject, _NAME)
    whole = Rectangle(0, 0, *paper)
    placed = blank.calc_form_xobject_placement(
        form, name, whole, invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    blank.obj.Contents = made.make_stream(placed)


def _add_picture(made: Pdf, content: bytes, turn: int) -> None:
    """A JPEG as it is: its bytes go into the PDF without being written anew."""
    with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
        width, height, colour = picture.width, picture.height, _COLOURS[picture.mode]
    is_lying = turn % 180 == 90
    shown = (height, width) if is_lying else (width, height)
    paper = _paper(*shown)
    scale = min(paper[0] / shown[0], paper[1] / shown[1], 72 / _LEAST_DPI)
    wide, high = shown[0] * scale, shown[1] * scale
    left, low = (paper[0] - wide) / 2, (paper[1] - high) / 2
    image = Stream(made, content)
    image.stream_dict = _image(width, height, colour)
    page = Page(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, *paper]), Resources=Dictionary()))
    made.pages.append(page)
    page = made.pages[-1]
    name = page.add_resource(made.make_indirect(image), Name.XObject, _NAME)
    matrix = " ".join(f"{one:.3f}" for one in _matrix(turn, left, low, wide, high))
    page.obj.Contents = made.make_stream(f"q {matrix} cm {name} Do Q".encode())


def _image(width: int, height: int, colour: Any) -> Dictionary:
    return Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=colour,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def _paper(width: float, height: float) -> tuple[float, float]:
    """A4 upright, or lying for what is wider than high."""
    return A4 if height >= width else A4[::-1]


def _matrix(turn: int, left: float, low: float, wide: float, high: float) -> tuple[float, ...]:
    """Where the unit square of a picture goes that is turned clockwise (ISO 32000-1, 8.3.4)."""
    return {
        0: (wide, 0.0, 0.0, high, left, low),
        90: (0.0, -high, wide, 0.0, left, low + high),
        180: (-wide, 0.0, 0.0, -high, left + wide, low + high),
        270: (0.0, high, -wide, 0.0, left + wide, low),
    }[turn % 360]
