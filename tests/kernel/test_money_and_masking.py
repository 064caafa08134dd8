"""Money in fen and masks of personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.identifiers.problem import Problem
from onewindow.kernel.masking import mask_id_number, mask_name, mask_phone
from onewindow.kernel.money import format_fen, parse_fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (123450, "¥1,234.50"),
        (0, "¥0.00"),
        (-5, "-¥0.05"),
        (-123450, "-¥1,234.50"),
        (10**11, "¥1,000,000,000.00"),
    ],
)
def test_format(fen: int, text: str) -> None:
    assert format_fen(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.5", 123450),
        ("￥1，234.50元", 123450),
        ("１２元", 1200),
        (" 0.07 ", 7),
        ("-¥3", -300),
        ("¥-3", -300),
    ],
)
def test_parse(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "-", "1.234", "1,23", "1e3", "12 34x", "--1", "-¥-1", "9" * 14, "٣", "½", "NaN"]
)
def test_what_is_no_money(text: str) -> None:
    assert isinstance(parse_fen(text), Problem)


@given(st.integers(-(10**14), 10**14))
def test_money_round_trip(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


@pytest.mark.parametrize(
    ("mask", "text", "expected"),
    [
        (mask_name, "陈晓岚", "陈*岚"),
        (mask_name, "王川", "王*"),
        (mask_name, "欧阳晓岚", "欧**岚"),
        (mask_name, "王", "*"),
        (mask_name, "", ""),
        (mask_id_number, "11010519491231002X", "1101**********002X"),
        (mask_id_number, "E12345678", "E1*****78"),
        (mask_id_number, "123", "***"),
        (mask_phone, "13800001234", "138****1234"),
        (mask_phone, "0826-2000000", "082*****0000"),
        (mask_phone, "12345", "1***5"),
        (mask_phone, "", ""),
    ],
)
def test_masks(mask: object, text: str, expected: str) -> None:
    assert callable(mask)
    assert mask(text) == expected


@given(st.text(max_size=30).map(str.strip))
def test_masks_keep_the_length_and_hide_something(text: str) -> None:
    for mask in (mask_name, mask_id_number, mask_phone):
        assert len(mask(text)) == len(text)
        assert not text or "*" in mask(text)
