"""Counters and the sandbox offset that all processes of one host share without a statement."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
from pathlib import Path

from django.conf import settings

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


def put(name: str, value: int) -> int:
    """Set the counter ``name`` (used for the sandbox offset, in microseconds)."""
    return _write(name, value)


def _write(name: str, value: int | None) -> int:
    place = 8 * NAMES.index(name)
    path = _path()
    with _LOCK, path.open("r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        shared = _map_locked(path)
        new: int = struct.unpack_from("<q", shared, place)[0] + 1 if value is None else value
        struct.pack_into("<q", shared, place, new)
        shared.flush()
        return new


def _path() -> Path:
    return Path(settings.ONEWINDOW_DATA_DIR) / "generations"


def _map() -> mmap.mmap:
    path = _path()
    found = _maps.get(path)
    if found is None:
        with _LOCK:
            found = _map_locked(path)
    return found


def _map_locked(path: Path) -> mmap.mmap:
    found = _maps.get(path)
    if found is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size < _SIZE:
                os.ftruncate(handle, _SIZE)
            found = _maps[path] = mmap.mmap(handle, _SIZE)
        finally:
            os.close(handle)
    return found
