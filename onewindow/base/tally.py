"""Counts of requests in memory that all web processes of a host share: each has a row of its own.

A process takes a free row, locked for as long as it lives, and counts on where the last owner stopped: a
process that ends takes nothing with it, and no process waits for another. A list of other names begins a
file of its own, so that two versions side by side never read each other's places.
"""

from __future__ import annotations

import bisect
import fcntl
import hashlib
import mmap
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from django.conf import settings

STATUSES = (
    *(200, 201, 202, 204, 206, 301, 302, 303, 304),
    *(400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 416, 422, 429),
    *(500, 502, 503, 504, 507),
)
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
ROWS = 32

_PLACE_OF = {status: place for place, status in enumerate(STATUSES)}
_OTHER = len(STATUSES)
_BUCKETS = _OTHER + 1
_SUM = _BUCKETS + len(BOUNDS) + 1
_WIDTH = _SUM + 1
_LOCK = threading.Lock()
_names: tuple[str, ...] = ()
_places: dict[str, int] = {}
_open: tuple[int, Path, memoryview, int] | None = None  # process, folder, all rows, where the own row begins


class Tally(msgspec.Struct, frozen=True):
    """What was counted under one name: answers by status ("other" for rare ones), by time, and their seconds."""

    name: str
    statuses: dict[str, int]
    buckets: tuple[int, ...]  # one for each of BOUNDS, and one beyond; not cumulated
    seconds: float

    @property
    def count(self) -> int:
        return sum(self.buckets)


def declare(names: Iterable[str]) -> None:
    """Say under which names this platform counts; the last is taken for whatever has none of them."""
    global _names, _places, _open
    with _LOCK:
        _names = tuple(dict.fromkeys(names))
        _places = {name: place for place, name in enumerate(_names)}
        _open = None


def count(name: str, status: int, seconds: float) -> None:
    """Count one answer; about two microseconds."""
    with _LOCK:
        shared, row = _own()
        start = row + _places.get(name, len(_names) - 1) * _WIDTH
        shared[start + _PLACE_OF.get(status, _OTHER)] += 1
        shared[start + _BUCKETS + bisect.bisect_left(BOUNDS, seconds)] += 1
        shared[start + _SUM] += int(seconds * 1_000_000)


def totals() -> list[Tally]:
    """The sums over all processes of this host, living and gone; names that counted nothing are left out."""
    if not _names:
        return []  # no web process: a command or a test
    with _LOCK:
        shared, _ = _own()
        size = _size()
        sums = [[0] * _WIDTH for _ in _names]
        for row in range(ROWS):
            for place, total in enumerate(sums):
                start = row * size + place * _WIDTH
                if any(found := shared[start : start + _WIDTH]):
                    sums[place] = [a + b for a, b in zip(total, found, strict=True)]
    return [_told(name, total) for name, total in zip(_names, sums, strict=True) if any(total)]


def _told(name: str, total: Sequence[int]) -> Tally:
    words = [*map(str, STATUSES), "other"]
    statuses = {word: number for word, number in zip(words, total, strict=False) if number}
    return Tally(name, statuses, tuple(total[_BUCKETS:_SUM]), total[_SUM] / 1_000_000)


def _size() -> int:
    return len(_names) * _WIDTH


def _own() -> tuple[memoryview, int]:
    global _open
    process, folder = os.getpid(), settings.ONEWINDOW_DATA_DIR
    if _open is None or _open[0] != process or _open[1] is not folder:
        _open = (process, folder, *_claim(_path()))
    return _open[2], _open[3]


def _path() -> Path:
    layout = hashlib.sha256(repr((_names, STATUSES, BOUNDS, ROWS)).encode()).hexdigest()[:12]
    return Path(settings.ONEWINDOW_DATA_DIR) / f"requests-{layout}.tally"


def _claim(path: Path) -> tuple[memoryview, int]:
    """Open the file and take the first free row; when all are taken, the last is shared and may miscount."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)  # open for as long as the process lives: it locks
    length = ROWS * _size() * 8
    try:
        # Room that is really there: a page of a file with holes would kill the process when the disk is full.
        os.posix_fallocate(handle, 0, length)
    except OSError:
        os.close(handle)
        return memoryview(mmap.mmap(-1, length)).cast("Q"), 0  # counts for itself alone
    shared = memoryview(mmap.mmap(handle, length)).cast("Q")
    for row in range(ROWS):
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, row)
        except OSError:
            continue
        return shared, row * _size()
    return shared, (ROWS - 1) * _size()
