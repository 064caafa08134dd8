"""Facts: how what happened is written down, once, in the transaction of the deed itself.

A leaf of the tree is ``SHA-256(0x00 || head)`` with ``head`` the canonical JSON of stream, subject, seq,
type, instant (microseconds since 1970) and the salted digest of the body (actor, role, organ, data). So a
fact can be proved to a stranger without telling who acted or what was said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quote
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import crypto, hot
from onewindow.kernel.actor import Actor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLUMNS = ("stream", "subject", "seq", "type", "at", "actor", "role", "organ", "data", "salt")

# Who listens to what: (stream, type) -> names; filled once by site.wiring.
_listeners: dict[tuple[str, str], tuple[str, ...]] = {}


class Row(msgspec.Struct, frozen=True):
    """A fact ready to be written; ``data_json`` is the canonical JSON text of ``data``."""

    stream: str
    subject: int
    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    organ: int | None
    data: Mapping[str, Any]
    data_json: str
    salt: bytes

    @property
    def listeners(self) -> tuple[str, ...]:
        return listeners_of(self.stream, self.type)


def row(
    stream: str,
    subject: int,
    *,
    seq: int,
    type: str,
    at: datetime,
    actor: Actor,
    role: str,
    data: Mapping[str, Any],
) -> Row:
    """Make a fact. ``data`` holds plain JSON values without floats and without personal values."""
    data_bytes = canonical_bytes(data)
    head = head_bytes(stream, subject, seq, type, micros_of(at))
    body = body_of(actor.username, role, actor.organ_id, data_bytes)
    return Row(
        stream,
        subject,
        seq,
        type,
        at,
        actor.username,
        role,
        actor.organ_id,
        data,
        data_bytes.decode(),
        crypto.fact_salt(head + body),
    )


# The same bytes as kernel.canonical.dumps for what facts may hold, thirty times faster (tests/base/test_facts.py).
canonical_bytes = msgspec.json.Encoder(order="sorted").encode


@lru_cache(maxsize=8192)
def micros_of(at: datetime) -> int:
    """Microseconds from 1970-01-01T00:00Z to ``at``; remembered, for one instant is asked for many times over."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def head_bytes(stream: str, subject: int, seq: int, type: str, micros: int) -> bytes:
    """The public part of a fact, canonical; written out, because every fact passes here twice."""
    return (
        f'{{"at":{micros},"seq":{seq},"stream":{_quote(stream)},"subject":{subject},"type":{_quote(type)}}}'
    ).encode()


def body_of(actor: str, role: str, organ: int | None, data_bytes: bytes) -> bytes:
    """The part told only to those who may see the matter: canonical JSON of who acted, then of the data."""
    place = "null" if organ is None else organ
    return f'{{"actor":{_quote(actor)},"organ":{place},"role":{_quote(role)}}}'.encode() + data_bytes


def leaf_content(head: bytes, body: bytes, salt: bytes) -> bytes:
    """What the tree's leaf hash is taken of: the head and the salted digest of the body."""
    return head + hashlib.sha256(salt + body).digest()


def listen(stream: str, type: str, names: Sequence[str]) -> None:
    """Let the listeners ``names`` hear of facts of this type (called by site.wiring at start)."""
    _listeners[(stream, type)] = tuple(names)


def listeners_of(stream: str, type: str) -> tuple[str, ...]:
    """The names of those who hear of such a fact."""
    return _listeners.get((stream, type), ())


def write(rows: Iterable[Row]) -> None:
    """Insert facts and their deliveries in one statement inside the caller's transaction.

    Hot deeds build the same two inserts into their own statement with ``parts``.
    """
    new = list(rows)
    if len(new) <= FEW:
        if new:
            hot.write(parts(new), last=hot.Part("SELECT 1"))
        return
    for start in range(0, len(new), MOST_AT_ONCE):
        _write_many(new[start : start + MOST_AT_ONCE])


# A statement with a place for every value is the quickest for a few facts and the slowest for a thousand.
FEW, MOST_AT_ONCE = 20, 2_000


def _write_many(new: Sequence[Row]) -> None:
    rows = [
        dict(zip(COLUMNS, values_of(one), strict=True))
        | {"data": msgspec.Raw(one.data_json.encode()), "salt": one.salt.hex()}
        for one in new
    ]
    to = [(fact.stream, fact.subject, fact.seq, name) for fact in new for name in fact.listeners]
    given = [msgspec.json.encode(rows).decode(), msgspec.json.encode(to).decode()]
    hot.execute(_MANY, given)


_TYPES = (
    "text",
    "bigint",
    "int",
    "text",
    "timestamptz",
    "text",
    "text",
    "bigint",
    "jsonb",
    "bytea",
)
INSERT = tuple(zip(COLUMNS, _TYPES, strict=True))
_MANY = f"""
WITH new_fact AS (INSERT INTO base_fact ({", ".join(COLUMNS)})
  SELECT {", ".join(COLUMNS[:-1])}, decode(salt, 'hex') FROM jsonb_to_recordset(%s::jsonb)
    AS new({", ".join(f"{name} {type}" for name, type in INSERT[:-1])}, salt text)
  RETURNING id, stream, subject, seq, at)
INSERT INTO base_delivery (fact_id, listener, attempts, due_at, is_dead, error)
SELECT f.id, d.told ->> 3, 0, f.at, false, '' FROM jsonb_array_elements(%s::jsonb) AS d(told)
  JOIN new_fact f ON f.stream = d.told ->> 0 AND f.subject = (d.told ->> 1)::bigint AND f.seq = (d.told ->> 2)::int"""


def values_of(one: Row) -> tuple[Any, ...]:
    """A fact as the columns of ``INSERT`` take it."""
    return (
        one.stream,
        one.subject,
        one.seq,
        one.type,
        one.at,
        one.actor,
        one.role,
        one.organ,
        one.data_json,
        one.salt,
    )


def parts(rows: Sequence[Row]) -> list[hot.Part]:
    """The inserts of these facts and of their deliveries, to be put into a deed's own statement."""
    if not rows:
        return []
    values = [values_of(one) for one in rows]
    found = [hot.insert("new_fact", "base_fact", INSERT, values, returning="id, stream, subject, seq, at")]
    to = [(fact.stream, fact.subject, fact.seq, name) for fact in rows for name in fact.listeners]
    if to:
        places = ", ".join(["(%s::text, %s::bigint, %s::int, %s::text)"] * len(to))
        text = (
            "new_delivery AS (INSERT INTO base_delivery (fact_id, listener, attempts, due_at, is_dead, error)"
            " SELECT f.id, d.listener, 0, f.at, false, ''"
            f" FROM (VALUES {places}) AS d(stream, subject, seq, listener)"
            " JOIN new_fact f USING (stream, subject, seq))"
        )
        found.append(hot.Part(text, [value for one in to for value in one]))
    return found


def next_seq(stream: str, subject: int) -> int:
    """The next place in a cold subject's life; the unique constraint settles a race."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(seq), 0) + 1 FROM base_fact WHERE stream = %s AND subject = %s",
            [stream, subject],
        )
        found = cursor.fetchone()
    return int(found[0])


def record(
    stream: str,
    subject: int,
    type: str,
    *,
    at: datetime,
    actor: Actor,
    role: str = "",
    data: Mapping[str, Any],
) -> None:
    """Write one fact about a cold subject (an organ, an account, a document)."""
    seq = next_seq(stream, subject)
    who = role or (sorted(actor.roles)[0] if actor.roles else "")
    write([row(stream, subject, seq=seq, type=type, at=at, actor=actor, role=who, data=data)])


def of_subject(stream: str, subject: int) -> list[tuple[int, str, datetime, str, str, dict[str, Any]]]:
    """The life of a subject: (seq, type, at, actor, role, data), oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, type, at, actor, role, data::text FROM base_fact"
            " WHERE stream = %s AND subject = %s ORDER BY seq",
            [stream, subject],
        )
        return [
            (seq, type, at, actor, role, msgspec.json.decode(data))
            for seq, type, at, actor, role, data in cursor.fetchall()
        ]
