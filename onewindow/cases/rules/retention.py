"""What of a case must stay, and until when: pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from onewindow.cases.rules.state import ENDS, CaseState

# Whoever disagrees may go to court for six months (行政诉讼法 art. 46), to the reviewing organ for 60 days
# (行政复议法 art. 20); the longer of both.
REMEDY_MONTHS = 6
# What an applicant took back leaves nothing to be disputed.
_OWN_ACT = frozenset({"withdrawn"})
_DECIDED = frozenset({"delivered", "terminated"})


class Retention(msgspec.Struct, frozen=True):
    """For how many years files are kept (档案法 art. 13; the organ's table of retention).

    ``decided`` for cases that were decided or terminated, ``undecided`` for those that ended before.
    """

    decided: int = 10
    undecided: int = 2


class Stay(msgspec.Struct, frozen=True):
    """Why a case's personal values must stay, and the first day on which they need not (None: unknown)."""

    why: Literal["running", "remedy", "retention"]
    until: date | None = None


def stays(state: CaseState, *, today: date, kept: Retention) -> tuple[Stay, ...]:
    """Why the personal values of a case must stay today; empty when they may go (个人信息保护法 art. 47)."""
    life = state.life
    ended = life.ended_on
    if state.state not in ENDS or ended is None or life.proposal is not None:
        return (Stay("running"),)
    ended = max(ended, life.licence.ended_on or ended)  # a revoked licence is disputed from then on
    found = [Stay("retention", later(ended, years=_years(state, kept)))]
    if state.state not in _OWN_ACT:
        found.append(Stay("remedy", later(ended, months=REMEDY_MONTHS)))
    return tuple(one for one in found if one.until is not None and one.until > today)


def _years(state: CaseState, kept: Retention) -> int:
    if state.received_at is None:
        return 0  # a draft taken back was never a file
    return kept.decided if state.state in _DECIDED else kept.undecided


def later(day: date, *, years: int = 0, months: int = 0) -> date:
    """The first day after so many years and months; a day that its month lacks becomes the next month's first."""
    place = day.month - 1 + months
    year, month = day.year + years + place // 12, place % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)
