"""From figures to scores, ranks and titles. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

CENT, FULL = Decimal("0.01"), Decimal(100)
# Below this share of the weights there is too little to judge by.
LEAST_COVERED = Decimal("0.5")


class Figure(msgspec.Struct, frozen=True):
    """One figure of one appraised: a value from 0 to 100 (None: no data) and the counts behind it."""

    value: Decimal | None
    numerator: int
    denominator: int


class Entry(msgspec.Struct, frozen=True):
    """One appraised with its figures; ``sample`` cases; ``bars``: what keeps it from any title."""

    key: str
    name: str
    organ_id: int | None
    figures: dict[str, Figure]
    sample: int
    bars: tuple[str, ...] = ()


class Ranked(msgspec.Struct, frozen=True):
    """A line of the result; ``note`` is "", ``small-sample`` or ``no-data``, and then there is no rank."""

    entry: Entry
    score: Decimal | None
    covered: Decimal
    rank: int | None
    note: str


def rounded(value: Decimal) -> Decimal:
    """Half up to two decimals (handbook 5.1)."""
    return value.quantize(CENT, ROUND_HALF_UP)


def score(figures: Mapping[str, Figure], weights: Mapping[str, Decimal]) -> tuple[Decimal | None, Decimal]:
    """(Σ weight·value ÷ Σ weight, Σ weight) over the figures with data: 0/0 is no data, never full marks."""
    known = {
        name: figure.value
        for name, weight in weights.items()
        if weight and (figure := figures.get(name)) is not None and figure.value is not None
    }
    covered = sum((weights[name] for name in known), Decimal(0))
    if covered < LEAST_COVERED:
        return None, covered
    return rounded(
        sum((weights[name] * value for name, value in known.items()), Decimal(0)) / covered
    ), covered


def ranked(entries: Sequence[Entry], weights: Mapping[str, Decimal], *, least: int) -> list[Ranked]:
    """Best first; equal scores share a rank and the next one is skipped; small samples stand below, unranked."""
    scored = [(entry, *score(entry.figures, weights)) for entry in entries]
    scored.sort(key=lambda one: (one[1] is None, -(one[1] or 0), one[0].key))
    notes = [
        "no-data" if total is None else "small-sample" if entry.sample < least else ""
        for entry, total, _ in scored
    ]
    totals = [total for (_, total, _), note in zip(scored, notes, strict=True) if not note]
    lines = [
        Ranked(entry, total, covered, None if note else totals.index(total) + 1, note)
        for (entry, total, covered), note in zip(scored, notes, strict=True)
    ]
    return sorted(lines, key=lambda one: (one.rank is None, one.rank or 0, one.entry.key))


def winners(
    places: Sequence[tuple[str, int | None, Decimal | None, bool]], *, share: int, least: int
) -> list[str]:
    """Keys of those who earn a title: (key, rank, score, is barred) → within the best ``share`` percent.

    The number of places is rounded up; who ties with the last place has earned it too.
    """
    ranked = [one for one in places if one[1] is not None]
    number = -(-len(ranked) * share // 100)
    return [
        key
        for key, rank, total, is_barred in ranked
        if rank is not None and rank <= number and total is not None and total >= least and not is_barred
    ]
