"""Codes of administrative divisions (GB/T 2260, GB/T 10114): level, short form and parent."""

from enum import IntEnum
from typing import Final

import msgspec

from onewindow.kernel.identifiers.problem import Problem, is_digits, tidy

_RANGES: Final = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
_PROVINCES: Final = frozenset(str(code) for low, high in _RANGES for code in range(low, high + 1))
_LENGTHS: Final = (2, 4, 6, 9, 12)


class Level(IntEnum):
    """Level of a division, numbered as the level of exercise (行使层级) of items: 1 is the state."""

    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWN = 5
    VILLAGE = 6


class Division(msgspec.Struct, frozen=True):
    """A division code in its short form: 6 digits down to the county, 9 for towns, 12 for villages."""

    code: str
    level: Level

    @property
    def parent(self) -> str | None:
        """The short code of the next division up by digits; None above a province."""
        if self.level == Level.VILLAGE:
            return self.code[:9]
        if self.level == Level.TOWN:
            return self.code[:6]
        if self.level == Level.COUNTY:
            return self.code[:4] + "00"
        return self.code[:2] + "0000" if self.level == Level.CITY else None

    @property
    def full(self) -> str:
        """The code with 12 digits."""
        return self.code.ljust(12, "0")


def parse(text: str) -> Division | Problem:
    """Read a code of 2, 4, 6, 9 or 12 digits; trailing zeros mean "the whole of the level above".

    Statistical zones and divisions since abolished pass: whether a code is in force is a question
    to the region tree, not to its digits.
    """
    code = tidy(text[:64])
    if not is_digits(code) or len(code) not in _LENGTHS:
        return Problem("division-shape", "行政区划代码应为 6、9 或 12 位数字")
    if code[:2] not in _PROVINCES:
        return Problem("division-province", "行政区划代码的省级代码不存在")
    code = code.ljust(12, "0")
    province, city, county, town, village = code[:2], code[2:4], code[4:6], code[6:9], code[9:]
    # A town may hang directly under a city that has no districts (东莞): its county digits are 00.
    if village != "000":
        return Division(code, Level.VILLAGE)
    if town != "000":
        return Division(code[:9], Level.TOWN)
    if county != "00":
        if city == "00":
            return Problem("division-gap", "行政区划代码缺少市级代码")
        return Division(code[:6], Level.COUNTY)
    return Division(province + city + "00", Level.CITY if city != "00" else Level.PROVINCE)
