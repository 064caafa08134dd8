"""Scores of organs and persons: deductions for cards, a bonus for promises that shorten the law (handbook 5.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

FULL = 100
# What one card costs. A reminder costs nothing; a withdrawn card counts for nothing.
DEDUCTIONS = {"reminder": 0, "yellow": 2, "red": 5}
# Promises shorter than the law by 30 % give 3 points, each further 10 % one more.
BONUS_FROM, BONUS_FIRST, BONUS_STEP, BONUS_EACH = 30, 3, 10, 1


class Counted(msgspec.Struct, frozen=True):
    """A card as it is counted: its level and whether it was withdrawn."""

    level: str
    is_withdrawn: bool


class Score(msgspec.Struct, frozen=True):
    """``total`` = 100 - deducted + bonus, at least 0; ``compression`` in percent (two places), None without a
    promise to compare; cards by level, those withdrawn apart."""

    total: int
    deducted: int
    bonus: int
    compression: Decimal | None
    cards: dict[str, int]
    withdrawn: int


def score(cards: Iterable[Counted], limits: Sequence[tuple[int, int]] = ()) -> Score:
    """The score of an organ or a person; ``limits`` are (legal, promised) days of the organ's items."""
    counts = dict.fromkeys(DEDUCTIONS, 0)
    withdrawn = 0
    for card in cards:
        if card.is_withdrawn:
            withdrawn += 1
        else:
            counts[card.level] += 1
    deducted = sum(DEDUCTIONS[level] * count for level, count in counts.items())
    share = compression(limits)
    extra = bonus(share)
    return Score(max(0, FULL - deducted + extra), deducted, extra, share, counts, withdrawn)


def compression(limits: Sequence[tuple[int, int]]) -> Decimal | None:
    """(ΣL - ΣP) / ΣL in percent, half up to two places; None when there is nothing to compare."""
    legal = sum(limit for limit, _ in limits)
    if not legal:
        return None
    share = Decimal(100 * (legal - sum(promised for _, promised in limits))) / legal
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def bonus(share: Decimal | None) -> int:
    """Points for promises that are ``share`` percent shorter than the law."""
    if share is None or share < BONUS_FROM:
        return 0
    return BONUS_FIRST + BONUS_EACH * int((share - BONUS_FROM) // BONUS_STEP)
