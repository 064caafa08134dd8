"""Bytes of files, each once under the hash of its content: on the disk, or in a bucket where one is set.

Nobody above knows which: a file is a ``Stored``, opened when it is read. What is on its way in lies on the disk.
"""

from __future__ import annotations

import hashlib
from typing import IO, Protocol

import msgspec
from django.conf import settings

from onewindow.documents.storage.bucket import Bucket
from onewindow.documents.storage.disk import (
    PIECE,
    Disk,
    TooMuch,
    draft,
    drop,
    new_place,
    partial,
    receive,
    root,
    write_at,
)
from onewindow.documents.storage.watch import Watch

__all__ = [
    "Shelf",
    "Stored",
    "TooMuch",
    "draft",
    "drop",
    "forget",
    "is_well",
    "is_whole",
    "keep",
    "new_place",
    "partial",
    "receive",
    "root",
    "shelf",
    "write_at",
]

KINDS = ("disk", "s3")


class Shelf(Protocol):
    """Where contents lie, by the SHA-256 of each. A shelf that gives no answer raises ``Away`` (503)."""

    def put(self, source: IO[bytes], sha256: bytes, size: int) -> None:
        """Store the content of ``source``, whose hash is ``sha256``, for good; done twice it is there once."""

    def open(self, sha256: bytes) -> IO[bytes]:
        """The content, to be read from its beginning; ``FileNotFoundError`` when it is not there."""

    def exists(self, sha256: bytes) -> bool:
        """Whether something lies there; its content is not looked at."""

    def delete(self, sha256: bytes) -> None:
        """Take the content away; nothing happens when it is not there."""

    def answers(self) -> bool:
        """Whether it would take and give contents now; quick, and never raises."""

    def digest(self, sha256: bytes) -> bytes | None:
        """The hash of what lies there now, read anew; None when nothing does."""


def shelf(kind: str = "") -> Shelf:
    """The shelf of this instance, or the one of that kind (``disk``, ``s3``)."""
    if (kind or settings.ONEWINDOW_FILES) == "disk":
        return Disk()
    return Bucket()


class Stored(msgspec.Struct, frozen=True):
    """A stored content, not opened yet."""

    sha256: bytes

    def open(self) -> IO[bytes]:
        """The content, to be read from its beginning; ``FileNotFoundError``, ``Away``."""
        return shelf().open(self.sha256)

    def exists(self) -> bool:
        return shelf().exists(self.sha256)

    def read_bytes(self) -> bytes:
        with self.open() as file:
            return file.read()


def keep(source: IO[bytes]) -> tuple[bytes, int]:
    """Store a whole content for good and give (sha256, size); the same content is stored once."""
    digest, size = _digest(source)
    source.seek(0)
    shelf().put(source, digest, size)
    return digest, size


def forget(sha256: bytes) -> None:
    """Take away a content that no row names: the caller knows that nobody else keeps it."""
    shelf().delete(sha256)


def is_whole(sha256: bytes) -> bool:
    """True when the stored bytes are there and still have this hash; raises ``Away`` when nobody can say."""
    return shelf().digest(sha256) == sha256


_watch = Watch(lambda: shelf().answers())


def is_well() -> bool:
    """Whether the place of files answers, as seen within the last ten seconds."""
    return _watch.is_well()


def _digest(source: IO[bytes]) -> tuple[bytes, int]:
    source.seek(0)
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(PIECE):
        digest.update(chunk)
        size += len(chunk)
    return digest.digest(), size
