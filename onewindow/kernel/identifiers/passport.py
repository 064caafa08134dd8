"""Passport numbers: shape only, as every country has its own (ICAO 9303: up to nine, some print more)."""

import re
from typing import Final

from onewindow.kernel.identifiers.problem import Problem, tidy

_SHAPE: Final = re.compile("(?=.*[0-9])[A-Z0-9]{5,17}")


def normal(text: str) -> str:
    """The number as it is written: capital letters, no spaces, narrow characters."""
    return tidy(text[:64]).upper()


def check(text: str) -> Problem | None:
    """What is wrong with the number, or None."""
    if _SHAPE.fullmatch(normal(text)):
        return None
    return Problem("passport-shape", "护照号码应为 5 至 17 位字母和数字")
