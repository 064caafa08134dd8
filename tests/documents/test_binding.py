"""Which way a page turns: where the top left corner of a picture comes to lie on the paper."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from onewindow.documents.inspection import binding, sheet
from tests.documents.corpus import pdf


def bound(content: bytes, turn: int) -> pikepdf.Pdf:
    source, made = io.BytesIO(), io.BytesIO()
    sheet.write(sheet.Bundle([sheet.Sheet(0, 0, turn)], [len(content)]), [content], source)
    binding.bind(source, made)
    return pikepdf.open(made)


def size(made: pikepdf.Pdf) -> tuple[float, ...]:
    return tuple(float(one) for one in made.pages[0].mediabox[2:])


def matrix(made: pikepdf.Pdf) -> tuple[float, ...]:
    found = pikepdf.parse_content_stream(made.pages[0])
    return next(tuple(float(one) for one in step.operands) for step in found if str(step.operator) == "cm")


def placed(made: pikepdf.Pdf, u: float, v: float) -> tuple[str, str]:
    """Where the point (u, v) of the picture's unit square lies on the page, v upwards as PDF counts."""
    a, b, c, d, e, f = matrix(made)
    wide, high = size(made)
    x, y = a * u + c * v + e, b * u + d * v + f
    return ("left" if x < wide / 2 else "right", "top" if y > high / 2 else "bottom")


@pytest.mark.parametrize(
    ("turn", "corner"),
    [(0, ("left", "top")), (90, ("right", "top")), (180, ("right", "bottom")), (270, ("left", "bottom"))],
)
def test_a_picture_turns_clockwise(turn: int, corner: tuple[str, str]) -> None:
    out = io.BytesIO()
    Image.new("L", (300, 200)).save(out, "JPEG")
    made = bound(out.getvalue(), turn)
    assert placed(made, 0, 1) == corner
    wide, high = size(made)
    assert (wide > high) == (turn % 180 == 0), "the paper lies as the page is read"


@pytest.mark.parametrize(
    ("own", "turn", "is_lying"),
    [(0, 0, False), (0, 90, True), (90, 0, True), (90, 270, False), (180, 90, True)],
)
def test_a_page_of_a_pdf_turns_on_from_its_own_turn(own: int, turn: int, is_lying: bool) -> None:
    def upright(made: pikepdf.Pdf) -> None:
        made.pages[0].mediabox = [0, 0, 400, 600]
        made.pages[0].Rotate = own

    wide, high = size(bound(pdf(upright), turn))
    assert (wide > high) == is_lying


def test_a_small_picture_is_not_blown_up() -> None:
    out = io.BytesIO()
    Image.new("L", (96, 96)).save(out, "JPEG")
    assert round(matrix(bound(out.getvalue(), 0))[0]) == 72  # an inch
