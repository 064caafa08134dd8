"""Whether the place of files answers, told to everybody who asks without letting them wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FRESH_SECONDS = 10.0
PATIENCE_SECONDS = 1.0  # shorter than the patience of those who ask a process whether it is well


class Watch:
    """Looks in a thread of its own, at most once in ten seconds; what the last look found holds meanwhile."""

    def __init__(self, look: Callable[[], bool]) -> None:
        self._look = look
        self._guard = threading.Lock()
        self._is_well = True
        self._ended_at = -FRESH_SECONDS
        self._thread: threading.Thread | None = None

    def is_well(self) -> bool:
        """What is known; a look that is due is begun and awaited for a second."""
        with self._guard:
            is_due = time.monotonic() - self._ended_at >= FRESH_SECONDS
            if is_due and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="files-watch", daemon=True)
                self._thread.start()
            thread = self._thread
        if is_due and thread is not None:
            thread.join(PATIENCE_SECONDS)
        return self._is_well

    def _run(self) -> None:
        self._is_well = self._look()
        self._ended_at = time.monotonic()
