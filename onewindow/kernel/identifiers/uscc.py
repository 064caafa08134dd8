"""Unified social credit codes (GB 32100): check character, and acceptance of the few odd real ones."""

import re
from typing import Final

import msgspec

from onewindow.kernel.identifiers.problem import Problem, tidy

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Registering authority (1 to 9, A, N, Y), kind of body, region, organisation code, check (GB 32100, 4).
_SHAPE: Final = re.compile(rf"[1-9ANY][1-9][0-9]{{6}}[{ALPHABET}]{{10}}")
_ODD_SHAPE: Final = re.compile("[0-9A-Z]{18}")
_SHORTEST_REASON: Final = 4
_LONGEST_INPUT: Final = 64


class Accepted(msgspec.Struct, frozen=True):
    """A code that may be stored; `override_reason` says why one that fails the check was let in."""

    code: str
    override_reason: str | None = None


def normal(text: str) -> str:
    """The code as it is written: capital letters, no spaces, narrow characters."""
    return tidy(text[:_LONGEST_INPUT]).upper()


def check(text: str) -> Problem | None:
    """What is wrong with the code, or None."""
    code = normal(text)
    if not _SHAPE.fullmatch(code):
        return Problem(
            "uscc-shape",
            "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z），第 3 至 8 位为数字",
        )
    if check_character(code[:17]) != code[17]:
        return Problem("uscc-check", "统一社会信用代码校验码不符，请核对是否抄错")
    return None


def accept(text: str, override_reason: str | None = None) -> Accepted | Problem:
    """The code to store. One that fails the check needs a written reason (at least four characters).

    A few public bodies really carry non-conforming codes; text that is not 18 letters and digits is
    never accepted. A reason given for a conforming code is not kept.
    """
    code, problem = normal(text), check(text)
    if problem is None:
        return Accepted(code)
    reason = (override_reason or "").strip()
    if not reason or not _ODD_SHAPE.fullmatch(code):
        return problem
    if len(reason) < _SHORTEST_REASON:
        return Problem("uscc-reason", "请写明接受该代码的理由（不少于四个字）")
    return Accepted(code, reason)


def check_character(body: str) -> str:
    """The check character of the first 17: weights 3^i mod 31 (GB 32100, 5)."""
    total = 0
    weight = 1
    for char in body:
        total += ALPHABET.index(char) * weight
        weight = weight * 3 % 31
    return ALPHABET[-total % 31]
