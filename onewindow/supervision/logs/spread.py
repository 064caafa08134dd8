"""How values spread: exact quantiles while they are few, within one per cent when they are many."""

from __future__ import annotations

import math
from array import array

import msgspec

_STEPS = 100  # buckets per factor e: each one per cent wide


class Quantiles(msgspec.Struct, frozen=True):
    """``count`` values in whole seconds; quantiles are interpolated; ``is_exact`` unless there were too many."""

    count: int
    median_seconds: int
    p90_seconds: int
    least_seconds: int
    most_seconds: int
    is_exact: bool = True


class Spread:
    """Durations in microseconds, none negative; keeps up to ``most`` of them and then only their buckets."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = array("q")
        self._buckets: dict[int, int] | None = None
        self._count, self._least, self._greatest = 0, 0, 0

    def add(self, micros: int) -> None:
        """Count one duration."""
        self._least = micros if not self._count else min(self._least, micros)
        self._greatest = max(self._greatest, micros)
        self._count += 1
        if self._buckets is not None:
            self._drop(micros)
            return
        self._kept.append(micros)
        if len(self._kept) > self._most:
            self._fold()

    def _fold(self) -> None:
        self._buckets = {}
        for micros in self._kept:
            self._drop(micros)
        self._kept = array("q")

    def _drop(self, micros: int) -> None:
        assert self._buckets is not None
        place = math.ceil(math.log(micros) * _STEPS) if micros > 0 else -1
        self._buckets[place] = self._buckets.get(place, 0) + 1

    def quantiles(self) -> Quantiles | None:
        """What is told of them; None when there are none."""
        if not self._count:
            return None
        ordered = sorted(self._kept)
        values = [self._at(ordered, part) for part in (0.5, 0.9)]
        median, p90, least, most = (round(one / 1_000_000) for one in (*values, self._least, self._greatest))
        return Quantiles(self._count, median, p90, least, most, self._buckets is None)

    def _at(self, ordered: list[int], part: float) -> float:
        if self._buckets is not None:
            return self._of_buckets(part)
        place = (len(ordered) - 1) * part
        low = math.floor(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    def _of_buckets(self, part: float) -> float:
        assert self._buckets is not None
        left = part * self._count
        for place in sorted(self._buckets):
            left -= self._buckets[place]
            if left <= 0:
                return 0 if place < 0 else min(math.exp((place - 0.5) / _STEPS), self._greatest)
        return self._greatest
