"""Contents on the local disk, outside the web root; and what is on its way in, which lies here wherever files lie."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings

PIECE = 1 << 20


class TooMuch(Exception):
    """The stream is longer than its bound."""


def root() -> Path:
    """Where files lie; ``incoming`` below it holds what is not checked yet."""
    return Path(getattr(settings, "ONEWINDOW_FILES_DIR", Path(settings.ONEWINDOW_DATA_DIR) / "files"))


def path_of(sha256: bytes) -> Path:
    """The place of a content: ``ab/cd/<hash>``."""
    name = sha256.hex()
    return root() / name[:2] / name[2:4] / name


@contextmanager
def draft() -> Iterator[IO[bytes]]:
    """A nameless place for bytes on the way in; it is gone afterwards whatever happens."""
    folder = root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as handle:
            yield handle
    finally:
        path.unlink(missing_ok=True)


def new_place() -> str:
    """A random name for bytes that come in pieces."""
    return secrets.token_hex(16)


def partial(place: str) -> Path:
    """Where an unfinished upload lies: beside what is not checked yet, never where files are served from."""
    return root() / "incoming" / f"part-{place}"


def write_at(place: str, offset: int, piece: bytes) -> None:
    """Put a piece into its place; what a broken attempt left there is overwritten."""
    path = partial(place)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as handle:
        handle.truncate(offset)
        handle.seek(offset)
        handle.write(piece)


def drop(place: str) -> None:
    """Take an unfinished upload away."""
    partial(place).unlink(missing_ok=True)


def receive(stream: BinaryIO, into: IO[bytes], *, limit: int) -> int:
    """Copy the stream and give its length in bytes; raises ``TooMuch`` beyond ``limit``."""
    size = 0
    while chunk := stream.read(PIECE):
        size += len(chunk)
        if size > limit:
            raise TooMuch
        into.write(chunk)
    into.flush()
    return size


class Disk:
    """The shelf on the local disk."""

    def put(self, source: IO[bytes], sha256: bytes, size: int) -> None:
        """Written beside its place, flushed to the disk and renamed, so that a power cut leaves the whole file
        or none; the folder is flushed too, or the name could be lost after the database has it."""
        target = path_of(sha256)
        if self.digest(sha256) == sha256:
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_name(f".{secrets.token_hex(8)}")
        try:
            _copy(source, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        for folder in (target.parent, target.parent.parent, root()):
            _flush_folder(folder)

    def open(self, sha256: bytes) -> IO[bytes]:
        return path_of(sha256).open("rb")

    def exists(self, sha256: bytes) -> bool:
        return path_of(sha256).exists()

    def delete(self, sha256: bytes) -> None:
        path_of(sha256).unlink(missing_ok=True)

    def answers(self) -> bool:
        return True  # how full it is, is told elsewhere (base/disk.py)

    def digest(self, sha256: bytes) -> bytes | None:
        try:
            with path_of(sha256).open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").digest()
        except OSError:
            return None


def _copy(source: IO[bytes], target: Path) -> None:
    source.seek(0)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        while chunk := source.read(PIECE):
            handle.write(chunk)
        handle.flush()
        os.fsync(handle.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
