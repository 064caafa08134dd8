"""The table of figures and, beside each, what of the budget it misses (design, section 5; issues for the search)."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

import msgspec

MOST_GROWTH = 1.3  # p50 at the largest size against p50 at the smallest
MOST_MEMORY_MB = 120


class Row(msgspec.Struct):
    """One measured line; rates a second, times in milliseconds; None where a figure does not exist."""

    work: str
    stored: int
    rate: float
    p50_ms: float
    p99_ms: float
    statements: int | None = None
    limit_rate: float | None = None
    bare_rate: float | None = None
    bad: int = 0

    @property
    def share(self) -> float | None:
        """The rate as a share of the bare server's."""
        return self.rate / self.bare_rate if self.bare_rate else None


class Budget(msgspec.Struct, frozen=True):
    """What a line must keep; None where nothing is asked."""

    statements: int | None = None
    rate: float | None = None
    share: float | None = None
    p99_ms: float | None = None


ONCE = ("sweep", "watch", "board", "indicator", "quality")  # measured at one size
BUDGETS = {
    "create": Budget(4, 1200, 0.45, 60),
    "advance": Budget(4, 1400, 0.45, 60),
    "inbox": Budget(2, 2000, 0.40, 40),
    "guide": Budget(1, 2000, None, 40),
    "search": Budget(p99_ms=50),
    "search-new": Budget(p99_ms=50),
    "sweep": Budget(p99_ms=2000),
    "watch": Budget(p99_ms=2000),
    "board": Budget(p99_ms=200),
    "indicator": Budget(p99_ms=1000),
    "quality": Budget(p99_ms=60_000),
}


def missed(row: Row) -> list[str]:
    """What of its budget a line misses."""
    asked = BUDGETS.get(row.work, Budget())
    found = []
    if asked.statements is not None and (row.statements or 0) > asked.statements:
        found.append(f"statements > {asked.statements}")
    if asked.rate is not None and row.rate < asked.rate:
        found.append(f"rate < {asked.rate:.0f}")
    if asked.share is not None and row.share is not None and row.share < asked.share:
        found.append(f"share < {asked.share}")
    if asked.p99_ms is not None and row.p99_ms > asked.p99_ms:
        found.append(f"p99 > {asked.p99_ms:.0f}")
    if row.bad:
        found.append(f"{row.bad} bad answers")
    return found


def growth(rows: Sequence[Row]) -> list[tuple[str, float]]:
    """(work, p50 at its largest size ÷ p50 at its smallest) for what was measured at more than one size."""
    found = []
    for work in dict.fromkeys(row.work for row in rows if row.work not in ONCE):
        mine = sorted((row for row in rows if row.work == work), key=lambda row: row.stored)
        if len(mine) > 1 and mine[0].p50_ms:
            found.append((work, mine[-1].p50_ms / mine[0].p50_ms))
    return found


def show(rows: Sequence[Row], *, seconds: int, memory_mb: float | None = None) -> None:
    """Print the table, the growth from the smallest to the largest size, and the memory."""
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {seconds} s a figure\n"
    )
    heads = ("stored", "rate/s", "p50 ms", "p99 ms", "stmts", "limit/s", "bare/s", "÷bare")
    print(f"{'work':<11}" + "".join(f"{head:>10}" for head in heads) + "  verdict")
    for row in rows:
        cells = [
            f"{row.stored:,}", f"{row.rate:,.0f}", f"{row.p50_ms:.1f}", f"{row.p99_ms:.1f}", _cell(row.statements),
            _cell(row.limit_rate), _cell(row.bare_rate), f"{row.share:.2f}" if row.share else "—",
        ]  # fmt: skip
        verdict = "; ".join(missed(row)) or ("met" if row.work in BUDGETS else "")
        print(f"{row.work:<11}" + "".join(f"{cell:>10}" for cell in cells) + f"  {verdict}")
    for work, times in growth(rows):
        print(
            f"p50 of {work} at the largest size ÷ at the smallest: {times:.2f} {_judged(times <= MOST_GROWTH)}"
        )
    if memory_mb is not None:
        print(f"memory of the largest web worker: {memory_mb:.0f} MB {_judged(memory_mb <= MOST_MEMORY_MB)}")


def _cell(figure: float | None) -> str:
    return "—" if figure is None else f"{figure:,.0f}"


def _judged(is_kept: bool) -> str:
    return "(met)" if is_kept else "(missed)"
