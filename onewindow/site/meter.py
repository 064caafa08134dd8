"""A progress bar on standard error: one line that changes on a terminal, a line in ten elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TextIO

WIDTH = 32
_EVERY_SECONDS = 0.1


class Meter:
    """Call it with the share done (0 to 1) and a word on what is being done."""

    def __init__(self, title: str, out: TextIO) -> None:
        self._title, self._out = title, out
        self._is_terminal = out.isatty()
        self._told_at = 0.0
        self._tenth = -1

    def __call__(self, share: float, text: str = "") -> None:
        share = min(1.0, max(0.0, share))
        if self._is_terminal:
            self._redraw(share, text)
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            self._out.write(f"{self._title}: {share:4.0%}  {text}\n")
            self._out.flush()

    def close(self) -> None:
        """Leave the terminal's line as it is."""
        if self._is_terminal and self._told_at:
            self._out.write("\n")
            self._out.flush()

    def _redraw(self, share: float, text: str) -> None:
        now = time.monotonic()
        if share < 1.0 and now < self._told_at + _EVERY_SECONDS:
            return
        self._told_at = now
        bar = "█" * int(share * WIDTH)
        self._out.write(f"\r{self._title} [{bar:·<{WIDTH}}] {share:4.0%}  {text}\x1b[K")
        self._out.flush()


@contextlib.contextmanager
def shown(title: str) -> Iterator[Meter]:
    """A meter for as long as something takes."""
    meter = Meter(title, sys.stderr)
    try:
        yield meter
    finally:
        meter.close()
