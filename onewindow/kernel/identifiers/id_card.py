"""Resident identity numbers (GB 11643): check digit and birth date count, abolished regions are fine."""

from datetime import date
from typing import Final, Literal

import msgspec

from onewindow.kernel.identifiers.problem import Problem, is_digits, tidy

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_EARLIEST_YEAR: Final = 1800
_LONGEST_INPUT: Final = 64


class IdCard(msgspec.Struct, frozen=True):
    """What a valid number says; `number` is always the 18-character form."""

    number: str
    born_on: date
    sex: Literal["male", "female"]
    division: str


def parse(text: str, *, today: date) -> IdCard | Problem:
    """Read an identity number of 18 characters, or one of the first generation with 15 digits.

    Spaces, full-width digits and a small x are forgiven. Nobody is born after `today`.
    """
    number = tidy(text[:_LONGEST_INPUT]).upper()
    if len(number) == 15 and is_digits(number):
        number = upgrade(number)
    if len(number) != 18 or not is_digits(number[:17]) or number[17] not in _CHECKS:
        return Problem("id-card-shape", "身份证号码应为 18 位：17 位数字加 1 位校验码（数字或 X）")
    if check_digit(number[:17]) != number[17]:
        return Problem("id-card-check", "身份证号码校验码不符，请核对是否抄错")
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Problem("id-card-date", "身份证号码中的出生日期不存在")
    if born_on.year < _EARLIEST_YEAR or born_on > today:
        return Problem("id-card-date", "身份证号码中的出生日期不合理")
    return IdCard(number, born_on, "male" if int(number[16]) % 2 else "female", number[:6])


def check(text: str, *, today: date) -> Problem | None:
    """What is wrong with the number, or None."""
    found = parse(text, today=today)
    return found if isinstance(found, Problem) else None


def check_digit(body: str) -> str:
    """The check character of the first 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def upgrade(number: str) -> str:
    """The 18-character form of a 15-digit number; all of those were given to people born in 19xx."""
    body = number[:6] + "19" + number[6:]
    return body + check_digit(body)
