"""Counters and the sandbox offset that all processes of one host share without a statement."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
import zlib
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

NAMES = (
    "tokens",
    "catalog",
    "calendar",
    "org",
    "clock",
    "heads",
    "texts",
    "items",
    "editorial",
    "supervision",
    "papers",
)
_SLOTS = 16_384  # counters of single items, found by a hash of the code; two of one slot are rebuilt together
_MOST_KEYS = 2_000  # beyond, the whole counter is raised instead
_SIZE = 8 * (len(NAMES) + _SLOTS)
_PLACES = {name: 8 * place for place, name in enumerate(NAMES)}
_unpack = struct.Struct("<q").unpack_from
_LOCK = threading.Lock()
_maps: dict[Path, mmap.mmap] = {}


def read(name: str) -> int:
    """The counter ``name``; a change since the last look means: throw what you cached away."""
    value: int = _unpack(_map(), _PLACES[name])[0]
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


def touch_items(task_codes: Iterable[str]) -> None:
    """Raise the counters of single items when the present transaction commits, and that of the catalogue.

    What is cached of one item is good for ``version_of_item``; what is cached of them all, for
    ``version("catalog")``. Very many at once raise the counter ``items``, which stands above the single ones.
    """
    transaction.on_commit(_TouchItems(frozenset(task_codes)))
    touch("catalog")


def version_of_item(task_code: str) -> Hashable:
    """The key under which what is cached of one item is good for this reader; read it before the rows."""
    for waiting in reversed(connection.run_on_commit):
        if isinstance(waiting[1], _TouchItems) and task_code in waiting[1].task_codes:
            return waiting[1]
    beat = int(time.monotonic()) // 3 if _has_several_hosts() else 0
    shared = _map()
    (whole,) = struct.unpack_from("<q", shared, 8 * NAMES.index("items"))
    (single,) = struct.unpack_from("<q", shared, _place_of(task_code))
    return whole, single, beat


def _place_of(task_code: str) -> int:
    return 8 * (len(NAMES) + zlib.crc32(task_code.encode("utf-8", "surrogatepass")) % _SLOTS)


@cache
def _has_several_hosts() -> bool:
    return bool(getattr(settings, "ONEWINDOW_SEVERAL_HOSTS", False))


class _Touch:
    """A raise of a counter that waits for its commit; each one is a version of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self) -> None:
        bump(self.name)


class _TouchItems:
    """A raise of the counters of some items that waits for its commit."""

    def __init__(self, task_codes: frozenset[str]) -> None:
        self.task_codes = task_codes

    def __call__(self) -> None:
        if len(self.task_codes) > _MOST_KEYS:
            bump("items")
        else:
            _raise_places({_place_of(code) for code in self.task_codes})


def put(name: str, value: int) -> int:
    """Set the counter ``name`` (used for the sandbox offset, in microseconds)."""
    return _write(name, value)


def _write(name: str, value: int | None) -> int:
    place = 8 * NAMES.index(name)
    with _locked() as shared:
        new: int = struct.unpack_from("<q", shared, place)[0] + 1 if value is None else value
        struct.pack_into("<q", shared, place, new)
        return new


def _raise_places(places: Iterable[int]) -> None:
    with _locked() as shared:
        for place in places:
            struct.pack_into("<q", shared, place, struct.unpack_from("<q", shared, place)[0] + 1)


@contextmanager
def _locked() -> Iterator[mmap.mmap]:
    """The shared memory for one writer of the host at a time."""
    path = _path()
    _map()  # the file is there from now on
    with _LOCK:
        shared = _map_locked(path)  # makes the file at first use
        with path.open("r+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield shared
            shared.flush()


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
