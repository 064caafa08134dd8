"""Answers kept for repeats: the same request with the same key gets its first answer again, for 24 hours."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction

from onewindow.base import clock, hot
from onewindow.kernel.errors import N_, FieldError, Invalid


class Kept(msgspec.Struct, frozen=True):
    """One row to be written in the deed's own statement."""

    account: int
    operation: str
    key: str
    digest: bytes
    status: int
    answer: bytes
    at: datetime


class Repeat(msgspec.Struct, frozen=True):
    """A request by its idempotency key: scope is the account and the operation."""

    account: int
    operation: str
    key: str
    digest: bytes

    @classmethod
    def of(cls, account: int, operation: str, key: str, body: bytes) -> Repeat:
        """The request with this key and raw body."""
        return cls(account, operation, key, hashlib.sha256(body).digest())

    def saying(self, told: bytes) -> Repeat:
        """The same request, told apart from others under its key by ``told`` instead of the raw body."""
        return msgspec.structs.replace(self, digest=hashlib.sha256(told).digest())

    def keep(self, status: int, answer: dict[str, Any]) -> Kept:
        """The row that remembers ``answer``; kept on the real clock."""
        packed = zlib.compress(msgspec.json.encode(answer), 1)
        return Kept(self.account, self.operation, self.key, self.digest, status, packed, clock.real_now())

    def find(self) -> dict[str, Any] | None:
        """The first answer, None when there is none; another body under the same key is ``Invalid``."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT body_digest, answer FROM base_keptanswer WHERE account = %s AND operation = %s AND key = %s",
                [self.account, self.operation, self.key],
            )
            row = cursor.fetchone()
        if row is None:
            return None
        if bytes(row[0]) != self.digest:
            message = N_("这个幂等键已经用于另一份内容。")
            raise Invalid(
                "key-reused", message, fields=[FieldError("Idempotency-Key", "key-reused", message)]
            )
        answer: dict[str, Any] = msgspec.json.decode(zlib.decompress(row[1]))
        return answer


_INSERT = (
    ("account", "bigint"),
    ("operation", "text"),
    ("key", "text"),
    ("body_digest", "bytea"),
    ("status", "int"),
    ("answer", "bytea"),
    ("at", "timestamptz"),
)


def part(kept: Kept | None) -> hot.Part:
    """The insert of a kept answer, to be put into the deed's own statement."""
    rows = (
        [(kept.account, kept.operation, kept.key, kept.digest, kept.status, kept.answer, kept.at)]
        if kept
        else []
    )
    return hot.insert("kept", "base_keptanswer", _INSERT, rows)


def keep(asked: Repeat, status: int, answer: dict[str, Any]) -> dict[str, Any]:
    """Keep ``answer`` after a deed that is done; the answer of whoever was faster with the same key."""
    try:
        with transaction.atomic():
            hot.write([part(asked.keep(status, answer))], last=hot.Part("SELECT 1"))
    except IntegrityError:
        return asked.find() or answer
    return answer
