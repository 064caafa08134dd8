"""Case numbers: `YYYYMMDD-NNNNNN-C` with a Damm check digit over all digits before it.

The check finds every wrong single digit and every swap of two neighbours, the check digit included.
"""

import re
from datetime import date
from typing import Final

import msgspec

from onewindow.kernel.identifiers.problem import Problem, is_digits, tidy

SERIAL_WIDTH: Final = 6
_LONGEST: Final = 8 + 18 + 1
_DASHES: Final = re.compile("[-\u2010-\u2015\u2212\u30fc_]")

# Damm's quasigroup of order 10: totally anti-symmetric, so neighbours cannot be swapped unnoticed.
_ROWS: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class CaseNo(msgspec.Struct, frozen=True):
    """A valid case number; `text` is its one written form."""

    day: date
    serial: int
    text: str


def make(day: date, serial: int) -> str:
    """The case number of the `serial`-th case (from 1; wider than six digits when need be) of `day`."""
    if serial < 0:
        raise ValueError("a serial is not negative")
    digits = day.isoformat().replace("-", "")  # a third of the time that a format string takes
    number = f"{serial:0{SERIAL_WIDTH}d}"
    return f"{digits}-{number}-{check_digit(digits + number)}"


def parse(text: str) -> CaseNo | Problem:
    """Read a case number; spaces, full-width digits and missing or odd dashes are forgiven."""
    digits = _DASHES.sub("", tidy(text[:200]))
    if not is_digits(digits) or not 8 + SERIAL_WIDTH + 1 <= len(digits) <= _LONGEST:
        return Problem("case-no-shape", "办件编号应为 8 位日期、至少 6 位流水号和 1 位校验码")
    if check_digit(digits[:-1]) != digits[-1]:
        return Problem("case-no-check", "办件编号校验码不符，请核对是否抄错")
    number = digits[8:-1]
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return Problem("case-no-date", "办件编号中的日期不存在")
    if len(number) > SERIAL_WIDTH and number[0] == "0":
        return Problem("case-no-shape", "办件编号流水号多了前导零")
    return CaseNo(day, int(number), f"{digits[:8]}-{number}-{digits[-1]}")


def check_digit(digits: str) -> str:
    """The Damm check digit of a string of ASCII digits."""
    interim = 0
    for digit in digits:
        interim = _ROWS[interim][ord(digit) - 48]
    return str(interim)
