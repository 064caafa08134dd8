"""The one sequencer: gives every committed fact its number in the tree, without gaps, leaving none out.

Ids are given out before commit, so a fact with a lower id may appear after one with a higher id. What has
been seen is kept as ``high`` (the greatest id looked at) and ``gaps`` (ids below it that were not there);
every round looks into the gaps again, so a late commit is numbered as soon as it is visible.

A gap may be forgotten only when nobody can fill it any more. An insert holds ROW EXCLUSIVE on ``base_fact``
from before it draws its id until its transaction ends. So: read the id sequence, THEN list who holds that
lock. Once all of those have ended, every id drawn up to that moment is committed, and visible to the next
statement, or will never be. That moment is the low-water mark, ``settled``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
from django.db import connection, transaction

from onewindow.base.ledger import stored, tiles

log = logging.getLogger(__name__)

BATCH = 8192
LOCK_KEY = 0x6F6E6577696E  # "onewin": one sequencer or signer at a time
_ALL = 1 << 63

Gap = tuple[int, int]


class _Edge(msgspec.Struct):
    """What a process remembers of the tree's growing edge; ``key`` is the last run it was true for."""

    key: tuple[int, ...]
    builder: tiles.Builder
    high: int
    settled: int
    gaps: list[Gap]
    database: int  # its oid: a database made anew under the same name is another
    epoch: tuple[int, frozenset[str]] | None = None


_remembered: _Edge | None = None


def run_once(limit: int = BATCH, *, wait: bool = False) -> int:
    """Number up to ``limit`` facts in one transaction; how many were numbered.

    0 also when another sequencer is at work; with ``wait`` its end is awaited instead.
    """
    global _remembered
    edge, _remembered = _remembered, None  # forgotten unless the transaction succeeds
    with transaction.atomic():
        if not lock(wait=wait):
            return 0
        key = _last_run()
        drawn, database = _drawn()
        if edge is None or (edge.key, edge.database) != (key, database) or drawn < edge.settled:
            edge = _load(key, database)
        done = _round(edge, limit)
    _remembered = edge
    return done


def catch_up() -> int:
    """Number every fact that is committed now; how many were numbered."""
    total = 0
    while done := run_once(wait=True):
        total += done
    return total


def lock(*, wait: bool) -> bool:
    """Become the only sequencer and signer until the transaction ends."""
    verb = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {verb}(%s)", [LOCK_KEY])
        return wait or bool(cursor.fetchone()[0])


def tree_size() -> int:
    """How many facts are numbered."""
    key = _last_run()
    return key[0] + key[1]


def _last_run() -> tuple[int, ...]:
    """first, count, low, high and settled of the last run of leaves; zeros before the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT first, cardinality(facts), low, high, settled FROM base_leaf ORDER BY first DESC LIMIT 1"
        )
        return cursor.fetchone() or (0, 0, 0, 0, 0)


def _load(key: tuple[int, ...], database: int) -> _Edge:
    """The edge from what is stored: runs that reach above the low-water mark tell what is numbered there."""
    settled = key[4]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM base_leaf, unnest(facts) AS id"
            " WHERE int8range(low, high, '[]') && int8range(%s::bigint + 1, NULL) AND id > %s ORDER BY id",
            [settled, settled],
        )
        seen = [row[0] for row in cursor.fetchall()]
    high = seen[-1] if seen else settled
    return _Edge(key, tiles.load_builder(key[0] + key[1]), high, settled, _between(settled, seen), database)


def _round(edge: _Edge, limit: int) -> int:
    while True:
        settling = _settling(edge)
        found, looked_to = _find(edge, limit)
        ours = _without_aliens(found)
        edge.high, edge.gaps = _seen(edge, [fact.id for fact, _ in found])
        if settling is not None:
            _settle(edge, min(settling, looked_to))
        if ours:
            _number(edge, ours)
        if ours or looked_to == _ALL:
            return len(ours)


def _settling(edge: _Edge) -> int | None:
    """The id up to which nobody can commit a fact any more, when that is newly known."""
    drawn, _ = _drawn()
    if edge.epoch is None and drawn <= edge.settled and not edge.gaps:
        return None
    writers = _writers()
    mark = None
    if edge.epoch is not None and edge.epoch[1].isdisjoint(writers):
        mark, edge.epoch = edge.epoch[0], None
    if not writers:
        return drawn  # read before the writers were: none of them, so nothing up to here is open
    if edge.epoch is None:
        edge.epoch = (drawn, writers)
    return mark


def _drawn() -> tuple[int, int]:
    """The greatest fact id given out so far, and the oid of the database."""
    with connection.cursor() as cursor:
        # Before the first draw `last_value` names the id to come.
        cursor.execute(
            "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END,"
            " (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) FROM base_fact_id_seq"
        )
        drawn, database = cursor.fetchone()
    return int(drawn), int(database)


def _writers() -> frozenset[str]:
    """Transactions that may yet commit a fact (ours excepted: we know what we wrote)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND relation = 'base_fact'::regclass AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
        )
        return frozenset(row[0] for row in cursor.fetchall())


def _find(edge: _Edge, limit: int) -> tuple[list[tuple[stored.Stored, bytes | None]], int]:
    """Facts not looked at yet, late ones first, each with its leaf hash (None for an alien); and how far
    we looked: below that id nothing visible was left out.
    """
    rows, looked_to = [], _ALL
    with connection.cursor() as cursor:
        if edge.gaps:
            cursor.execute(
                f"SELECT {stored.COLUMNS} FROM unnest(%s::bigint[], %s::bigint[]) AS gap(low, high)"
                " JOIN base_fact f ON f.id BETWEEN gap.low AND gap.high ORDER BY f.id LIMIT %s",
                [[low for low, _ in edge.gaps], [high for _, high in edge.gaps], limit],
            )
            rows = cursor.fetchall()
            if len(rows) == limit:
                looked_to = rows[-1][0]
        if len(rows) < limit:
            cursor.execute(
                f"SELECT {stored.COLUMNS} FROM base_fact f WHERE f.id > %s ORDER BY f.id LIMIT %s",
                [edge.high, limit - len(rows)],
            )
            fresh = cursor.fetchall()
            if len(fresh) == limit - len(rows):
                looked_to = fresh[-1][0]
            rows += fresh
    return [(fact, _leaf(fact)) for fact in stored.of_rows(rows)], looked_to


def _leaf(fact: stored.Stored) -> bytes | None:
    hashed, is_ours = fact.check()
    return hashed if is_ours else None


def _without_aliens(found: Sequence[tuple[stored.Stored, bytes | None]]) -> list[tuple[int, bytes]]:
    aliens = [fact for fact, leaf in found if leaf is None]
    if aliens:
        for fact in aliens[:20]:
            log.critical(
                "ledger: fact %d (%s) was not written by the platform; not numbered", fact.id, fact.where
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO base_setting (name, value) VALUES ('ledger.aliens', to_jsonb(%s::bigint[]))"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [[fact.id for fact in aliens[:100]]],
            )
    return [(fact.id, leaf) for fact, leaf in found if leaf is not None]


def _seen(edge: _Edge, ids: Sequence[int]) -> tuple[int, list[Gap]]:
    """The new ``high`` and ``gaps`` after these ids (ascending) were looked at."""
    late = [id for id in ids if id <= edge.high]
    fresh = [id for id in ids if id > edge.high]
    gaps = edge.gaps
    if late:
        gaps, rest = [], iter(late)
        taken = next(rest, None)
        for low, high in edge.gaps:
            inside = []
            while taken is not None and taken <= high:
                inside.append(taken)
                taken = next(rest, None)
            gaps += _between(low - 1, inside)
            last = inside[-1] if inside else low - 1
            if last < high:
                gaps.append((last + 1, high))
    if fresh:
        return fresh[-1], gaps + _between(edge.high, fresh)
    return edge.high, gaps


def _between(below: int, ids: Sequence[int]) -> list[Gap]:
    """The stretches of missing ids between ``below`` and the last of ``ids`` (ascending)."""
    gaps = []
    for id in ids:
        if id > below + 1:
            gaps.append((below + 1, id - 1))
        below = id
    return gaps


def _settle(edge: _Edge, mark: int) -> None:
    if mark > edge.settled:
        edge.settled = mark
        edge.high = max(edge.high, mark)
        edge.gaps = [(max(low, mark + 1), high) for low, high in edge.gaps if high > mark]


def _number(edge: _Edge, leaves: Sequence[tuple[int, bytes]]) -> None:
    first = edge.builder.size
    grown = [tile for _, leaf in leaves for tile in edge.builder.append(leaf)]
    tiles.write([*grown, *edge.builder.unfinished()])
    ids = [id for id, _ in leaves]
    edge.key = (first, len(ids), min(ids), max(ids), edge.settled)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_leaf (first, low, high, settled, facts) VALUES (%s, %s, %s, %s, %s)",
            [first, min(ids), max(ids), edge.settled, ids],
        )


def idle() -> bool:
    """True when this process knows, by one look at the id sequence, that nothing waits to be numbered."""
    edge = _remembered
    if edge is None or edge.epoch is not None or edge.gaps:
        return False
    return _drawn() == (edge.settled, edge.database)
