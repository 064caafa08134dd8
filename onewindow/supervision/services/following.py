"""Supervision reads the numbered facts behind the deeds: nothing of it stands in their way.

The position of the reader moves in the transaction that takes the facts in, so that each is taken in once;
all of it may be thrown away and read again. Cases whose clock may have struck are looked at by an indexed
instant. In both cases the whole life of the case is folded anew, and only what is new is told.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from onewindow.base import calendars
from onewindow.cases.queries.histories import Event, histories
from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import Refusal
from onewindow.supervision import store
from onewindow.supervision.rules.history import history
from onewindow.supervision.rules.matters import Matter, matter
from onewindow.supervision.rules.shipped import RULES
from onewindow.supervision.rules.watching import Hit, watch
from onewindow.supervision.services import carding, tallying

log = logging.getLogger(__name__)

READER = "supervision"
BATCH = 2_000
_RUNS = 64

# A row of its own for each reader; whoever holds it is the only one who reads.
_BEGIN = "INSERT INTO supervision_position (reader, leaf) VALUES (%s, 0) ON CONFLICT DO NOTHING"
_HOLD = "SELECT leaf FROM supervision_position WHERE reader = %s FOR UPDATE SKIP LOCKED"
_MOVE = "UPDATE supervision_position SET leaf = %s WHERE reader = %s"
_NEW = "SELECT first, facts FROM base_leaf WHERE first >= %s ORDER BY first LIMIT %s"
_SUBJECTS = "SELECT DISTINCT subject FROM base_fact WHERE id = ANY(%s) AND stream = 'case'"
_DUE = "SELECT case_id FROM supervision_matter WHERE look_at <= %s ORDER BY look_at LIMIT %s"


def sweep(now: datetime) -> int:
    """Take in what happened and tell what time made true, a batch of each; how much was done."""
    return follow(now) + look(now)


def follow(now: datetime, *, limit: int = BATCH) -> int:
    """Take in about ``limit`` numbered facts (whole runs of the sequencer); how many."""
    with transaction.atomic():
        leaf = _hold()
        if leaf is None:
            return 0
        ids, following = _new(leaf, limit)
        if not ids:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_SUBJECTS, [ids])
            subjects = [int(row[0]) for row in cursor.fetchall()]
        _take(subjects, now)
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [following, READER])
        return len(ids)


def look(now: datetime, *, limit: int = BATCH) -> int:
    """Look at the cases whose clock may have struck by ``now``; how many."""
    with transaction.atomic():
        if _hold() is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [now, limit])
            due = [int(row[0]) for row in cursor.fetchall()]
        _take(due, now)
        return len(due)


def _hold() -> int | None:
    """Where the reader stands, held until the transaction ends; None when another one reads."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [READER])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(_BEGIN, [READER])
            cursor.execute(_HOLD, [READER])
            found = cursor.fetchone()
    return None if found is None else int(found[0])


def _new(leaf: int, limit: int) -> tuple[list[int], int]:
    """Ids of the next facts in whole runs, and the leaf after them."""
    ids: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [leaf, _RUNS])
        for first, facts in cursor.fetchall():
            ids += facts
            leaf = first + len(facts)
            if len(ids) >= limit:
                break
    return ids, leaf


def _take(ids: Sequence[int], now: datetime) -> None:
    if not ids:
        return
    known, lives = store.matters(ids), histories(ids)
    found: list[Matter] = []
    hits: list[tuple[Matter, Hit]] = []
    for id in ids:
        read = _watched(id, lives.get(id, []), known.get(id), now)
        if read is not None:
            found.append(read[0])
            hits += [(read[0], hit) for hit in read[1]]
    store.write(found)
    tallying.move((known.get(one.case_id), one) for one in found)
    carding.issue(hits, now=now)


def _watched(
    id: int, events: Sequence[Event], known: Matter | None, now: datetime
) -> tuple[Matter, tuple[Hit, ...]] | None:
    """The case as it stands and what is new about it; None for a draft, or a life that makes no case."""
    if not any(event.type == "received" for event in events):
        return None
    try:
        item = catalog.definition(events[0].data["item_version_id"])
        life = history(events, item, calendars.table(), id=id)
        seen = watch(life, RULES, since=known.seq if known else 0, until=now)
    except (KeyError, ValueError, TypeError, IndexError, msgspec.ValidationError, Refusal):
        log.exception("supervision: the facts of case %d cannot be read", id)
        return None
    return msgspec.structs.replace(matter(life), look_at=seen.look_at), seen.hits
