"""Codes of investment projects (项目代码, GB/T 40058-2021): one code for a project's whole life."""

import re
from datetime import date
from typing import Final, Literal

import msgspec

from onewindow.kernel.identifiers.problem import Problem, tidy

_SHAPE: Final = re.compile(r"([0-9]{4})-([0-9]{6})-([0-9]{2})-([0-9]{2})-([0-9]{5,6})")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
# 发改投资〔2020〕1439号: groups of year and month from November 2020; the first ones seen say 2010.
_FIRST_MONTH: Final = 2010
_OLD_YEARS: Final = range(2015, 2021)
_OLD_KINDS: Final = {"01": "审批", "02": "核准", "03": "备案"}


class ProjectCode(msgspec.Struct, frozen=True):
    """A project code; `since` is the first day of its month (new) or of its year (old).

    `sector` is the central guiding department (new) or the industry (old); `kind` the project type
    digits; `procedure` 审批, 核准 or 备案 where an old code tells. The check digit's rule is not public:
    it is not verified here.
    """

    text: str
    layout: Literal["yymm", "yyyy"]
    since: date
    region: str
    sector: str
    kind: str
    serial: str
    procedure: str | None = None


def parse(text: str) -> ProjectCode | Problem:
    """Read a code of either layout; the two cannot be confused, as 2015 to 2020 are no year-months."""
    code = _DASHES.sub("-", tidy(text[:64]))
    match = _SHAPE.fullmatch(code)
    if not match:
        return Problem("project-shape", "项目代码应为 24 位：4-6-2-2-6 五组数字，以“-”相连")
    head, region, sector, kind, serial = match.groups()
    if int(head) in _OLD_YEARS:
        since = date(int(head), 1, 1)
        return ProjectCode(code, "yyyy", since, region, sector, kind, serial, _OLD_KINDS.get(kind))
    month = int(head[2:])
    if int(head) < _FIRST_MONTH or not 1 <= month <= 12:
        return Problem("project-time", "项目代码的第一组应为年月（2020 年 11 月起）或 2015 至 2020 年的年份")
    if len(serial) != 6:
        return Problem("project-shape", "项目代码最后一组应为 6 位数字")
    return ProjectCode(code, "yymm", date(2000 + int(head[:2]), month, 1), region, sector, kind, serial)
