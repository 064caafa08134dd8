"""Lines and bars as plain SVG numbers, for pages that must stand without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec


class Plot(msgspec.Struct, frozen=True):
    """Several lines over the same places: points of each polyline, the last point of each, places of the labels."""

    lines: tuple[str, ...]
    ends: tuple[tuple[int, int], ...]
    places: tuple[int, ...]
    top: int


def plot(series: Sequence[Sequence[int]], *, width: int, height: int, margin: int = 12) -> Plot:
    """Lines from zero at the bottom to the greatest value at the top."""
    top = max((value for line in series for value in line), default=0)
    count = len(series[0]) if series else 0
    step = (width - 2 * margin) / max(1, count - 1)
    places = tuple(round(margin + step * place) for place in range(count))
    lines = [
        [
            (x, round(height - margin - (height - 2 * margin) * value / (top or 1)))
            for x, value in zip(places, one, strict=True)
        ]
        for one in series
    ]
    points = tuple(" ".join(f"{x},{y}" for x, y in line) for line in lines)
    return Plot(points, tuple(line[-1] for line in lines if line), places, top)


def bar(value: Decimal | None, *, floor: int = 0) -> int:
    """How long a bar of a percentage is, 0 to 100, when the axis begins at ``floor``."""
    if value is None:
        return 0
    return max(0, min(100, round((float(value) - floor) * 100 / (100 - floor))))


def floor_of(values: Sequence[Decimal | None]) -> int:
    """Where the axis may begin so that high percentages can be told apart: a full ten below the least."""
    known = [value for value in values if value is not None]
    return max(0, int(min(known)) // 10 * 10 - (10 if int(min(known)) % 10 == 0 else 0)) if known else 0
