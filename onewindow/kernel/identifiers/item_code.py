"""Codes of implementation items (实施编码, GB/T 39554.1) in every layout that is live today."""

import re
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from onewindow.kernel.identifiers import division_code, uscc
from onewindow.kernel.identifiers.problem import Problem

Layout = Literal["national-31", "national-33", "guangdong-29", "dashed", "dashed-local", "dashed-short"]

_LONGEST: Final = 100
_BODY: Final = "[0-9A-Za-z]{18}"
_NATIONAL: Final = re.compile(rf"({_BODY})([1-6])([0-9]{{2}}[0-9A-Z]{{10}})([0-9]{{2}})?")
_GUANGDONG: Final = re.compile(rf"({_BODY})([1-6])([0-9A-Z]{{10}})")
# Basic code - region - serial - body - form of exercise - version. The body is printed as a credit
# code, as an organisation code with or without its own dash, or as a place-holder.
_TAIL: Final = r"-([0-9]{12})-([0-9]{3})-([0-9A-Za-z]{1,18}(?:-[0-9A-Z])?)-([0-9])-([0-9]{2})"
_DASHED: Final = re.compile(r"([0-9]{2}[0-9A-Z]{10}(?:[0-9]{2})?)" + _TAIL)
_LOCAL_BASIC: Final = r"([A-Z]-[0-9]{6}-[0-9]{3,4}|[0-9][A-Z]-[0-9]{4}-[0-9]{5})"
_LOCAL: Final = re.compile(_LOCAL_BASIC + _TAIL)
_SHORT: Final = re.compile(_LOCAL_BASIC + r"-([0-9A-Za-z]{1,18})")


class ItemCode(msgspec.Struct, frozen=True):
    """An item code taken apart; `text` is the code as printed, never altered.

    `body` is the implementing body as printed, `body_uscc` the same when it is a conforming credit
    code. `level` is the level of exercise (1 state to 6 village) where the code or its region tells.
    `suffix` is the handling item (33) or the trailing groups of a dashed code.
    """

    text: str
    layout: Layout
    basic: str
    body: str
    body_uscc: str | None
    level: int | None
    region: str | None = None
    suffix: str | None = None


def parse(text: str) -> ItemCode | Problem:
    """Classify a code and take it apart; only blanks around it are forgiven.

    A body that is no conforming credit code does not spoil the code (real ones exist): then
    `body_uscc` is None and the caller decides.
    """
    code = text.strip()
    if len(code) <= _LONGEST:
        for read in _READERS:
            found = read(code)
            if found is not None:
                return found
    return Problem("item-code-shape", "事项编码不符合国家 31/33 位编码或任何已知的地方编码格式")


def _national(code: str) -> ItemCode | None:
    match = _NATIONAL.fullmatch(code)
    if not match:
        return None
    body, level, basic, suffix = match.groups()
    layout: Layout = "national-33" if suffix else "national-31"
    return ItemCode(code, layout, basic, body, _credit_code(body), int(level), suffix=suffix)


def _guangdong(code: str) -> ItemCode | None:
    match = _GUANGDONG.fullmatch(code)
    if not match:
        return None
    body, level, basic = match.groups()
    return ItemCode(code, "guangdong-29", basic, body, _credit_code(body), int(level))


def _dashed(code: str) -> ItemCode | None:
    layout: Layout = "dashed"
    match = _DASHED.fullmatch(code)
    if not match:
        layout, match = "dashed-local", _LOCAL.fullmatch(code)
    if not match:
        return None
    basic, region, serial, body, form, version = match.groups()
    division = division_code.parse(region)
    level = None if isinstance(division, Problem) else int(division.level)
    suffix = f"{serial}-{form}-{version}"
    return ItemCode(code, layout, basic, body, _credit_code(body), level, region, suffix)


def _short(code: str) -> ItemCode | None:
    match = _SHORT.fullmatch(code)
    if not match:
        return None
    basic, body = match.groups()
    return ItemCode(code, "dashed-short", basic, body, _credit_code(body), None)


def _credit_code(body: str) -> str | None:
    return uscc.normal(body) if uscc.check(body) is None else None


_READERS: Final[tuple[Callable[[str], ItemCode | None], ...]] = (_national, _guangdong, _dashed, _short)
