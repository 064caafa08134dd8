"""However large a foreign log is, the memory of reading it is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.supervision.test_log_readers import AT, MEASURE
from tests.supervision.written import event, trace

MOST_KIB = 100_000
_WIDE = f'<string key="note" value="{"x" * 100_000}"/>'


def wide() -> Iterator[str]:
    """A thousand events with 100 kB each of what nobody asked for."""
    for n in range(1_000):
        yield trace(f"c{n}", event("x", AT, _WIDE))


def endless() -> Iterator[str]:
    """One case of 100,000 events."""
    yield '<trace><string key="concept:name" value="a"/>'
    for _ in range(100):
        yield event("x", AT) * 1_000
    yield "</trace>"


def scattered() -> Iterator[str]:
    """20,000 cases, each event of another year: nothing is in order."""
    for n in range(20_000):
        yield trace(
            f"c{n}", event("b", f"{2025 - n % 30}-03-02T09:00:00+08:00"), event("a", "1990-01-01T00:00:00Z")
        )


@pytest.mark.parametrize(
    ("made", "cases", "events", "least_bytes"),
    [
        (wide, 1_000, 1_000, 100_000_000),
        (endless, 1, 100_000, 10_000_000),
        (scattered, 20_000, 40_000, 5_000_000),
    ],
)
def test_a_large_log_is_read_in_bounded_memory(
    tmp_path: Path, made: object, cases: int, events: int, least_bytes: int
) -> None:
    path = tmp_path / "log.xes"
    with path.open("w") as file:
        file.write("<log>")
        file.writelines(made())  # type: ignore[operator]
        file.write("</log>")
    assert path.stat().st_size > least_bytes
    run = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, check=True)
    found = [int(part) for part in run.stdout.split()]
    assert found[:2] == [cases, events]
    assert found[2] < MOST_KIB, f"{found[2]} KiB"
