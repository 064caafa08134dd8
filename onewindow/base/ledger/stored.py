"""Facts as the database holds them, turned back into what was salted and hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import crypto, facts
from onewindow.kernel.merkle import leaf_hash

# `at` in microseconds since 1970; numeric in the database, so nothing is rounded.
COLUMNS = (
    "f.id, f.stream, f.subject, f.seq, f.type, (extract(epoch FROM f.at) * 1000000)::bigint,"
    " f.actor, f.role, f.organ, f.data::text, f.salt"
)

# The same bytes as kernel.canonical, without its checks: what comes from jsonb has passed them, and what
# was bent there need not raise but simply fit no salt. The slow way, for what the fast one cannot hold.
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One row of ``base_fact``; ``at`` in microseconds since 1970, ``data`` the text of the jsonb value."""

    id: int
    stream: str
    subject: int
    seq: int
    type: str
    at: int
    actor: str
    role: str
    organ: int | None
    data: str
    salt: bytes

    @property
    def head(self) -> bytes:
        """The public part, canonical."""
        return facts.head_bytes(self.stream, self.subject, self.seq, self.type, self.at)

    @property
    def body(self) -> bytes:
        """The part for those who may see the matter, canonical."""
        return facts.body_of(self.actor, self.role, self.organ, _canonical(decode(self.data)))

    @property
    def where(self) -> str:
        """How a person finds this fact: stream, subject and place in its life."""
        return f"{self.stream} {self.subject} #{self.seq}"

    def check(self) -> tuple[bytes, bool]:
        """The leaf hash, and whether the salt is one that only this platform could have made."""
        head, body = self.head, self.body
        is_ours = crypto.is_fact_salt(self.salt, head + body, fact_id=self.id)
        return leaf_hash(head + hashlib.sha256(self.salt + body).digest()), is_ours

    def is_newest_key(self) -> bool:
        """Whether the salt was made under the key in use."""
        return crypto.fact_salt(self.head + self.body) == self.salt


def newest(limit: int) -> list[Stored]:
    """The facts with the highest ids, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM base_fact f ORDER BY f.id DESC LIMIT %s", [limit])
        return of_rows(cursor.fetchall())


def _canonical(data: Any) -> bytes:
    try:
        return facts.canonical_bytes(data)
    except (OverflowError, RecursionError):
        return _encode(data).encode()


def decode(text: str) -> Any:
    """The value of a jsonb text; whole numbers of any size stay whole."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return json.loads(text)


def of_rows(rows: Iterable[tuple[Any, ...]]) -> list[Stored]:
    """Rows of ``COLUMNS`` as ``Stored``."""
    return [Stored(*(*row[:10], bytes(row[10]))) for row in rows]
