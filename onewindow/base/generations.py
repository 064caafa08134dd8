"""Counters and the sandbox offset that all processes of one host share without a statement."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Hashable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

NAMES = ("tokens", "catalog", "calendar", "org", "clock", "heads", "texts", "spare")
_SIZE = 8 * len(NAMES)
_LOCK = threading.Lock()
_maps: dict[Path, mmap.mmap] = {}


def read(name: str) -> int:
    """The counter ``name``; a change since the last look means: throw what you cached away."""
    value: int = struct.unpack_from("<q", _map(), 8 * NAMES.index(name))[0]
    return value


def bump(name: str) -> int:
    """Raise the counter ``name`` by one and give the new value; safe between processes."""
    return _write(name, None)


def touch(name: str) -> None:
    """Raise the counter when the present transaction commits (at once when there is none).

    Until then only this transaction's own reads see a new ``version``; a rollback leaves no trace.
    """
    transaction.on_commit(_Touch(name))


def version(name: str) -> Hashable:
    """The key under which a cache of rows is good for this reader: read it before the rows.

    It differs when the counter moves, and inside a transaction that has itself touched ``name``, so that
    rows which may yet be rolled back never stay in a cache. On several hosts it also moves every 3 seconds.
    """
    return versions(name)[0]


def versions(*names: str) -> tuple[Hashable, ...]:
    """The ``version`` of each name, looked up together."""
    beat = int(time.monotonic()) // 3 if _has_several_hosts() else 0
    waiting = connection.run_on_commit
    if not waiting:
        return tuple((read(name), beat) for name in names)
    touched = {one.name: one for _, one, *_ in waiting if isinstance(one, _Touch)}
    return tuple(touched.get(name) or (read(name), beat) for name in names)


@cache
def _has_several_hosts() -> bool:
    return bool(getattr(settings, "ONEWINDOW_SEVERAL_HOSTS", False))


class _Touch:
    """A raise of a counter that waits for its commit; each one is a version of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self) -> None:
        bump(self.name)


def put(name: str, value: int) -> int:
    """Set the counter ``name`` (used for the sandbox offset, in microseconds)."""
    return _write(name, value)


def _write(name: str, value: int | None) -> int:
    place = 8 * NAMES.index(name)
    path = _path()
    _map()  # the file is there from now on
    with _LOCK:
        shared = _map_locked(path)  # makes the file at first use
        with path.open("r+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            new: int = struct.unpack_from("<q", shared, place)[0] + 1 if value is None else value
            struct.pack_into("<q", shared, place, new)
            shared.flush()
            return new


def _path() -> Path:
    return Path(settings.ONEWINDOW_DATA_DIR) / "generations"


def _map() -> mmap.mmap:
    # Looked up many times a request: by the setting itself, without building a path.
    found = _maps.get(settings.ONEWINDOW_DATA_DIR)
    if found is None:
        with _LOCK:
            found = _map_locked(_path())
    return found


def _map_locked(path: Path) -> mmap.mmap:
    found = _maps.get(settings.ONEWINDOW_DATA_DIR)
    if found is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size < _SIZE:
                os.ftruncate(handle, _SIZE)
            found = _maps[settings.ONEWINDOW_DATA_DIR] = mmap.mmap(handle, _SIZE)
        finally:
            os.close(handle)
    return found
