"""The sizing table in docs/operations.md is what the measured costs say."""

from __future__ import annotations

import pytest

from tools import sizing


def test_the_published_table_is_current() -> None:
    paper, measured = (path.read_text(encoding="utf-8") for path in (sizing.PAPER, sizing.MEASURED))
    assert sizing.written(paper, measured) == paper, "run tools/sizing.py --write"
    dearer = measured.replace("| accept, whole | 5.1 | 2.6 |", "| accept, whole | 5.1 | 26 |")
    assert sizing.costs(dearer).web_ms == pytest.approx(sizing.costs(measured).web_ms + 7 * (26 - 2.6))


@pytest.mark.parametrize(("number", "told"), [(610e6, "610 MB"), (7.34e9, "7.3 GB"), (3.6e12, "3.6 TB")])
def test_sizes_promise_two_digits(number: float, told: str) -> None:
    assert sizing.size(number) == told
