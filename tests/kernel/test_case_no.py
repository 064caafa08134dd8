"""Case numbers: shape, tolerance, and every error that the check digit promises to find."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.identifiers.case_no import CaseNo, check_digit, make, parse
from onewindow.kernel.identifiers.problem import Problem

DAYS = st.dates(date(1949, 1, 1), date(2199, 12, 31))


def test_shape() -> None:
    assert check_digit("572") == "4"  # the worked example of Damm's thesis
    assert make(date(2026, 9, 8), 1) == f"20260908-000001-{check_digit('20260908000001')}"
    assert len(make(date(2026, 9, 8), 1_234_567)) == 18


@pytest.mark.parametrize("form", ["{}", " {} ", "{}\n", "\ufeff{}", "{}\u200b"])
@pytest.mark.parametrize("dash", ["-", "", " - ", "－", "—", "–", "−"])
def test_reading_forgives_what_people_type(form: str, dash: str) -> None:
    number = make(date(2026, 9, 8), 42)
    expected = CaseNo(date(2026, 9, 8), 42, number)
    typed = form.format(number.replace("-", dash))
    assert parse(typed) == expected
    assert parse(typed.translate({48 + n: 0xFF10 + n for n in range(10)})) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "20260908",
        "abc",
        "20260908-00001-1",
        "9" * 5000,
        "٢٠٢٦٠٩٠٨-٠٠٠٠٠١-١",
        "\0",
        "20260908-0x0001-1",
    ],
)
def test_other_text_is_a_shape_problem(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Problem)
    assert found.code in ("case-no-shape", "case-no-check")


def test_impossible_dates_and_padded_serials() -> None:
    wrong_day = "20260230000001"
    padded = "202609080000001"
    for digits, code in ((wrong_day, "case-no-date"), (padded, "case-no-shape")):
        found = parse(digits + check_digit(digits))
        assert isinstance(found, Problem)
        assert found.code == code


@given(day=DAYS, serial=st.integers(0, 10**9))
def test_what_is_made_is_read(day: date, serial: int) -> None:
    number = make(day, serial)
    assert parse(number) == CaseNo(day, serial, number)


@given(day=DAYS, serial=st.integers(0, 10**7))
def test_every_wrong_digit_and_every_swap_is_found(day: date, serial: int) -> None:
    digits = make(day, serial).replace("-", "")
    for place, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                assert isinstance(parse(digits[:place] + other + digits[place + 1 :]), Problem)
    for place in range(len(digits) - 1):
        a, b = digits[place], digits[place + 1]
        if a != b:
            assert isinstance(parse(digits[:place] + b + a + digits[place + 2 :]), Problem)
