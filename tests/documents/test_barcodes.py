"""Bar codes that a real reader reads."""

from __future__ import annotations

import re
import string

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from onewindow.documents import barcodes


def read(svg: str) -> tuple[str, str]:
    """The bars drawn as pixels and read by somebody else's reader: (text, kind)."""
    width = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    picture = Image.new("L", (width * 2, 80), 255)
    draw = ImageDraw.Draw(picture)
    for left, wide in re.findall(r"M(\d+) 0h(\d+)", svg):
        draw.rectangle([int(left) * 2, 0, (int(left) + int(wide)) * 2 - 1, 79], fill=0)
    found = zxingcpp.read_barcodes(picture)
    return found[0].text, found[0].format.name


@pytest.mark.parametrize("text", ["202609080000013", "JJ2026000012", "YS2026000007", "7", "1234", "a12345b"])
def test_numbers_are_read_back(text: str) -> None:
    assert read(barcodes.code128(text)) == (text, "Code128")


@settings(max_examples=60, deadline=None)
@given(st.text(string.digits + string.ascii_letters + " -/.", min_size=1, max_size=24))
def test_any_text_is_read_back(text: str) -> None:
    assert read(barcodes.code128(text))[0] == text


def test_digits_take_half_the_room() -> None:
    assert len(barcodes.code128("20260908000001")) < len(barcodes.code128("abcdefghijklmn"))


@pytest.mark.parametrize("text", ["", "办件", "a\n"])
def test_what_no_scanner_types_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        barcodes.code128(text)
