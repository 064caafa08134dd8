"""The outbox: carries each fact to those who listen, again and again until they have it or a person looks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from onewindow.base import facts
from onewindow.base.ledger import stored
from onewindow.base.ledger.heads import instant
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid

log = logging.getLogger(__name__)

MOST_TRIES = 8
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_REASON = 200


class DeliveredFact(msgspec.Struct, frozen=True):
    """A fact as a listener gets it; ``data`` is the plain value that was recorded."""

    id: int
    stream: str
    subject: int
    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    organ: int | None
    data: dict[str, Any]


class DeadDelivery(msgspec.Struct, frozen=True):
    """A delivery that was given up, for a person to look at."""

    id: int
    listener: str
    attempts: int
    error: str
    stream: str
    subject: int
    seq: int
    type: str
    at: datetime


class _Waiting(msgspec.Struct, frozen=True):
    id: int
    listener: str
    attempts: int
    fact: DeliveredFact


Handler = Callable[[DeliveredFact], object]
_handlers: dict[str, Handler] = {}


_ORDER = """
INSERT INTO base_delivery (fact_id, listener, attempts, due_at, is_dead, error)
SELECT f.id, %s, 0, %s, false, '' FROM base_fact f
WHERE f.stream = %s AND f.subject IN
  (SELECT subject FROM base_fact WHERE stream = %s AND seq = 1 AND actor = ANY(%s))
  AND (%s::bigint[] IS NULL OR f.subject = ANY(%s::bigint[]))
ON CONFLICT DO NOTHING"""


def handle(name: str, function: Handler) -> None:
    """Let ``function`` be the listener ``name`` (called by site.wiring at start).

    It runs inside a transaction together with the removal of the delivery; what it does outside the
    database may happen twice, so it must be idempotent.
    """
    _handlers[name] = function


def deliver_due(now: datetime, limit: int = 50) -> int:
    """Deliver up to ``limit`` facts that are due, oldest first; how many were taken up.

    First the whole batch in one go; when one of it fails, all of it again, each alone, so that one bad
    listener holds nobody up.
    """
    try:
        with transaction.atomic():
            batch = _claim(now, limit)
            for one in batch:
                _call(one)
            _remove([one.id for one in batch])
            return len(batch)
    except Exception:
        if _is_away():
            raise
        return _one_by_one(now, limit)


def order(
    listener: str,
    *,
    stream: str,
    begun_by: Sequence[str],
    now: datetime,
    subjects: list[int] | None = None,
) -> int:
    """Let ``listener`` hear afterwards of all facts of the subjects (None: all) that these actors began; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, [listener, now, stream, stream, list(begun_by), subjects, subjects])
        return int(cursor.rowcount)


def dead(limit: int = 100) -> list[DeadDelivery]:
    """Deliveries that were given up, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.listener, d.attempts, d.error, f.stream, f.subject, f.seq, f.type, f.at"
            " FROM base_delivery d JOIN base_fact f ON f.id = d.fact_id WHERE d.is_dead ORDER BY d.id DESC LIMIT %s",
            [limit],
        )
        return [DeadDelivery(*row) for row in cursor.fetchall()]


def retry(actor: Actor, ids: Sequence[int] | None, *, reason: str, now: datetime) -> int:
    """Let an administrator give dead deliveries another round, all of them with ``None``; how many there were.

    Who, why and how many stand in a fact. Raises ``Invalid`` without a reason.
    """
    if not reason.strip():
        message = N_("请写明为什么重试")
        raise Invalid("no-reason", message, fields=[FieldError("reason", "required", message)])
    with transaction.atomic():
        found = _revive("" if ids is None else "AND id = ANY(%s)", [] if ids is None else [list(ids)], now)
        if found:
            data = {"count": len(found), "all": ids is None, "reason": reason.strip()[:_LONGEST_REASON]}
            facts.record("delivery", min(found), "retried", at=now, actor=actor, data=data)
    return len(found)


def _revive(condition: str, values: list[Any], now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE base_delivery SET is_dead = false, attempts = 0, due_at = %s, error = ''"
            f" WHERE is_dead {condition} RETURNING id",
            [now, *values],
        )
        return [id for (id,) in cursor.fetchall()]


def _claim(now: datetime, limit: int) -> list[_Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id, d.listener, d.attempts, {stored.COLUMNS} FROM base_delivery d"
            " JOIN base_fact f ON f.id = d.fact_id WHERE NOT d.is_dead AND d.due_at <= %s"
            " ORDER BY d.due_at, d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED",
            [now, limit],
        )
        rows = cursor.fetchall()
    return [
        _Waiting(row[0], row[1], row[2], _delivered(fact))
        for row, fact in zip(rows, stored.of_rows(row[3:] for row in rows), strict=True)
    ]


def _delivered(fact: stored.Stored) -> DeliveredFact:
    return DeliveredFact(
        fact.id,
        fact.stream,
        fact.subject,
        fact.seq,
        fact.type,
        instant(fact.at),
        fact.actor,
        fact.role,
        fact.organ,
        stored.decode(fact.data),
    )


def _call(one: _Waiting) -> None:
    handler = _handlers.get(one.listener)
    if handler is None:
        raise LookupError(f"no listener {one.listener}")
    handler(one.fact)


def _remove(ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM base_delivery WHERE id = ANY(%s)", [ids])


def _one_by_one(now: datetime, limit: int) -> int:
    with transaction.atomic():
        batch = _claim(now, limit)
        done = []
        for one in batch:
            try:
                with transaction.atomic():
                    _call(one)
                done.append(one.id)
            except Exception as error:
                if _is_away():
                    raise
                _fail(one, error, now)
        _remove(done)
    return len(batch)


def _fail(one: _Waiting, error: Exception, now: datetime) -> None:
    """Wait 2, 4, 8 … seconds before the next try, and give up after ``MOST_TRIES``."""
    attempts = one.attempts + 1
    is_dead = attempts >= MOST_TRIES
    wait = min(timedelta(seconds=2**attempts), _LONGEST_WAIT)
    level = logging.ERROR if is_dead else logging.WARNING
    told = _redacted(error)
    log.log(level, "outbox: %s failed on fact %d (try %d): %s", one.listener, one.fact.id, attempts, told)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE base_delivery SET attempts = %s, due_at = %s, is_dead = %s, error = %s WHERE id = %s",
            [attempts, now + wait, is_dead, told, one.id],
        )


def _is_away() -> bool:
    """Whether the database itself went away: that is no listener's fault and costs it no try."""
    return connection.connection is None or bool(connection.connection.closed)


def _redacted(error: Exception) -> str:
    """Where and what kind, never the message itself: messages quote values, and values are people."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    code = getattr(error, "code", "")
    detail = f" {code}" if isinstance(code, str) and code else ""
    return f"{kind}{detail} at {place}"
