"""What of a case must stay, and until when: pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from onewindow.cases.rules import pledge
from onewindow.cases.rules.state import ENDS, NEVER, CaseState
from onewindow.catalog.definition import ItemDefinition

# Whoever disagrees may go to court for six months (行政诉讼法 art. 46), to the reviewing organ for 60 days
# (行政复议法 art. 20); the longer of both.
REMEDY_MONTHS = 6
# What an applicant took back leaves nothing to be disputed.
_OWN_ACT = frozenset({"withdrawn"})
_DECIDED = frozenset({"delivered", "terminated"})


class Retention(msgspec.Struct, frozen=True):
    """For how many years files are kept (档案法 art. 13; the organ's table of retention).

    ``decided`` for cases that were decided or terminated, ``undecided`` for those that ended before; None: for ever
    (永久, 国家档案局令第8号 art. 8).
    """

    decided: int | None = 10
    undecided: int | None = 2


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of retention (档案保管期限表): of an item, else of its type ("01"), else of all; of complaints."""

    default: Retention = Retention()
    types: dict[str, Retention] = {}
    items: dict[str, Retention] = {}
    complaints: int | None = None  # years after their end; None: as files of undecided matters

    @property
    def complaint_years(self) -> int | None:
        """For how many years a closed complaint is kept; None: for ever."""
        return self.default.undecided if self.complaints is None else self.complaints

    def of(self, item: ItemDefinition) -> Retention:
        """The terms of an item's cases."""
        return self.items.get(item.task_code) or self.types.get(item.type) or self.default

    @property
    def shortest(self) -> int:
        """Years after which the first case of any kind may go."""
        terms = (self.default, *self.types.values(), *self.items.values())
        return min(
            (years for one in terms for years in (one.decided, one.undecided) if years is not None), default=0
        )


class Stay(msgspec.Struct, frozen=True):
    """Why a case's personal values must stay, and the first day on which they need not (None: unknown)."""

    why: Literal["running", "remedy", "retention"]
    until: date | None = None


def stays(state: CaseState, *, today: date, kept: Retention) -> tuple[Stay, ...]:
    """Why the personal values of a case must stay today; empty when they may go (个人信息保护法 art. 47)."""
    life = state.life
    ended = life.ended_on
    is_promised = pledge.is_open(state) or pledge.is_breach(state)
    if state.state not in ENDS or ended is None or life.proposal is not None or is_promised:
        return (Stay("running"),)
    ended = max(ended, life.licence.ended_on or ended)  # a revoked licence is disputed from then on
    years = years_of(state, kept)
    found = [Stay("retention", NEVER if years is None else later(ended, years=years))]
    if state.state not in _OWN_ACT:
        found.append(Stay("remedy", later(ended, months=REMEDY_MONTHS)))
    return tuple(one for one in found if one.until is not None and one.until > today)


def years_of(state: CaseState, kept: Retention) -> int | None:
    """For how many years the file of an ended case is kept; None: for ever."""
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
