"""Signed tree heads: one a minute while there are new facts, kept in the database and in a file outside."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from onewindow.base import clock, crypto, facts
from onewindow.base.ledger import sequencer, tiles
from onewindow.kernel import canonical
from onewindow.kernel.merkle import EMPTY_ROOT

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=60)
PREFIX = b"onewindow-tree-head-v1\n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bent(Exception):
    """The tree no longer contains a head that was signed before: nothing more is signed."""


class Signed(msgspec.Struct, frozen=True):
    """A head: leaves, root, instant in microseconds since 1970, Ed25519 signature."""

    size: int
    root: bytes
    at: int
    signature: bytes

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return PREFIX + canonical.dumps({"at": self.at, "root": self.root.hex(), "size": self.size})

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the signature is that of ``key``."""
        try:
            key.verify(self.signature, self.statement)
        except InvalidSignature:
            return False
        return True

    def public(self) -> dict[str, Any]:
        """The head as it is told to everyone (bytes in hex, ``at`` in ISO 8601 and in microseconds)."""
        key = _signer_of(self)
        return {
            "size": self.size,
            "root": self.root.hex(),
            "at": instant(self.at).isoformat(),
            "at_us": self.at,
            "signature": self.signature.hex(),
            "key_id": _id_of(key),
            "public_key": key.hex(),
        }


def instant(micros: int) -> datetime:
    """The instant of microseconds since 1970, Asia/Shanghai."""
    return (_EPOCH + timedelta(microseconds=micros)).astimezone(clock.SHANGHAI)


def public_key_bytes() -> bytes:
    """The 32 bytes of the Ed25519 public key of this platform."""
    return _raw(crypto.signing_key().public_key())


def key_id() -> str:
    """A short name of the public key: the first 8 bytes of its SHA-256, hex."""
    return _id_of(public_key_bytes())


def _signer_of(head: Signed) -> bytes:
    """The public key that signed ``head``: the newest unless an earlier one did."""
    keys = [key.public_key() for key in reversed(crypto.signing_keys())]
    earlier = (key for key in keys[1:] if head.is_signed_by(key))
    is_newest = len(keys) == 1 or head.is_signed_by(keys[0])
    return _raw(keys[0] if is_newest else next(earlier, keys[0]))


def _id_of(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def newest() -> dict[str, Any]:
    """The newest signed head (see ``Signed.public``); before the first one, one is made."""
    found = stored_newest()
    if found is None:
        sequencer.catch_up()
        found = sign_now()
    return found.public()


def stored_newest() -> Signed | None:
    """The head of greatest size in the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM base_head ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return of_row(row) if row else None


COLUMNS = "size, root, (extract(epoch FROM at) * 1000000)::bigint, signature"


def of_row(row: tuple[Any, ...]) -> Signed:
    """A row of ``COLUMNS``."""
    return Signed(row[0], bytes(row[1]), row[2], bytes(row[3]))


def sign_if_due(now: datetime) -> bool:
    """Sign when there are new leaves and the newest head is a minute old; whether a head was signed."""
    last = stored_newest()
    if last is not None and instant(last.at) + EVERY > now:
        return False
    if sequencer.tree_size() == (last.size if last else 0):
        return False
    sign_now(now)
    return True


def sign_now(now: datetime | None = None) -> Signed:
    """The head of all that is numbered now: signed, written to the outside file, then to the database.

    Raises ``Bent`` when the outside file holds a head that this tree does not contain. An empty tree is
    signed but not kept.
    """
    with transaction.atomic():
        sequencer.lock(wait=True)
        size = sequencer.tree_size()
        with _opened_log() as file:
            _reconcile(file, size)
            last = stored_newest()
            if last is not None and last.size == size:
                return last
            if last is not None and last.size > size:
                raise Bent(f"a head of {last.size} facts is signed, only {size} are numbered")
            at = max(facts.micros_of(now or clock.now()), last.at if last else 0)
            head = _sign(size, tiles.Reader(size).root() if size else EMPTY_ROOT, at)
            if size:
                _append(file, head)
                _store(head)
    return head


def _sign(size: int, root: bytes, at: int) -> Signed:
    unsigned = Signed(size, root, at, b"")
    return Signed(size, root, at, crypto.signing_key().sign(unsigned.statement))


def _store(head: Signed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_head (size, root, at, signature) VALUES (%s, %s, %s, %s)",
            [head.size, head.root, instant(head.at), head.signature],
        )


# ---------------------------------------------------------------- the file outside the database


def log_path() -> Path:
    """The file of heads outside the database: one JSON object a line, only ever appended to."""
    return Path(settings.ONEWINDOW_DATA_DIR) / "ledger-heads.log"


def logged(path: Path | None = None) -> Iterator[tuple[int, Signed | None]]:
    """Of each line of the outside file the place where it ends (bytes) and the head; None for an unreadable one.

    A last line without its end (a crash while writing) is left out.
    """
    path = path or log_path()
    if not path.exists():
        return
    place = 0
    with path.open("rb") as file:
        for line in file:
            place += len(line)
            if line.endswith(b"\n"):
                yield place, parse(line)


def parse(line: bytes) -> Signed | None:
    """A line of the outside file."""
    try:
        told = msgspec.json.decode(line, type=_Line)
        return Signed(told.size, bytes.fromhex(told.root), told.at_us, bytes.fromhex(told.signature))
    except (msgspec.DecodeError, ValueError):
        return None


class _Line(msgspec.Struct):
    size: int
    root: str
    at_us: int
    signature: str


def _opened_log() -> BinaryIO:
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o640), "r+b")
    fcntl.flock(file, fcntl.LOCK_EX)  # released when closed
    return file


def _reconcile(file: BinaryIO, size: int) -> None:
    """Mend what a crash left: a torn last line is cut, a head that the database missed is put in.

    Raises ``Bent`` when the newest head outside is not one of this tree.
    """
    whole, last = _last_line(file)
    file.truncate(whole)
    file.seek(whole)
    head = parse(last) if last else None
    if head is None:
        return
    if head.size > size:
        raise Bent(f"the file outside holds a head of {head.size} facts, only {size} are numbered")
    if tiles.Reader(head.size).root() != head.root:
        raise Bent(f"the head of {head.size} facts in the file outside is not one of this tree")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM base_head WHERE size >= %s LIMIT 1", [head.size])
        if cursor.fetchone() is None:
            _store(head)


def _last_line(file: BinaryIO) -> tuple[int, bytes]:
    """Where the last whole line ends, and that line."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - 4096)
    file.seek(start)
    whole, _, _torn = file.read().rpartition(b"\n")
    if not whole:
        return 0, b""
    return start + len(whole) + 1, whole.rpartition(b"\n")[2]


def _append(file: BinaryIO, head: Signed) -> None:
    file.write(canonical.dumps(head.public()) + b"\n")
    file.flush()
    os.fsync(file.fileno())
