"""Supervision reads the numbered facts behind the deeds: nothing of it stands in their way.

The position of the reader moves in the transaction that takes the facts in, so that each is taken in once;
all of it may be thrown away and read again. Cases whose clock may have struck are looked at by an indexed
instant. In both cases the whole life of the case is folded anew, and only what is new is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from onewindow.base import calendars
from onewindow.base.ledger import sequencer
from onewindow.cases.queries.histories import Event, histories
from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import Refusal
from onewindow.supervision import conventions, store
from onewindow.supervision.rules.history import History, history
from onewindow.supervision.rules.matters import Matter, matter
from onewindow.supervision.rules.profile import Profile
from onewindow.supervision.rules.shipped import RULES
from onewindow.supervision.rules.watching import Hit, Watch, watch
from onewindow.supervision.services import carding, closing, tallying

log = logging.getLogger(__name__)

READER = "supervision"
BATCH = 2_000
_RUNS = 64

# What other rooms see that breaks a rule by now: (case id, hit). Filled by site.wiring; each is asked at every
# sweep and names what stands, told or not: the same occasion makes one card.
sources: list[Callable[[datetime], Iterable[tuple[int, Hit]]]] = []

# A row of its own for each reader; whoever holds it is the only one who reads.
_BEGIN = "INSERT INTO supervision_position (reader, leaf) VALUES (%s, 0) ON CONFLICT DO NOTHING"
_HOLD = "SELECT leaf FROM supervision_position WHERE reader = %s FOR UPDATE"
_SHARE = "SELECT leaf FROM supervision_position WHERE reader = %s FOR SHARE"
_MOVE = "UPDATE supervision_position SET leaf = %s WHERE reader = %s"
_NEW = "SELECT first, facts FROM base_leaf WHERE first >= %s ORDER BY first LIMIT %s"
_SUBJECTS = "SELECT DISTINCT subject FROM base_fact WHERE id = ANY(%s) AND stream = 'case'"
_DUE = "SELECT case_id FROM supervision_matter WHERE look_at <= %s ORDER BY look_at LIMIT %s"


class Way(msgspec.Struct, frozen=True):
    """``waits`` for another reader that is at it (else that one does it all); ``in_order``: see ``carding.issue``.

    ``shares`` its turn with others of its kind, while no reader moves: for those who count side by side.
    """

    waits: bool = False
    in_order: bool = False
    shares: bool = False


LIVE, WAITING, SHARING = Way(), Way(waits=True), Way(waits=True, shares=True)


def sweep(now: datetime) -> int:
    """Take in what happened and tell what time made true, a batch of each; how much was done."""
    return _sweep(now, LIVE)


def settle(now: datetime) -> int:
    """Number what waits and tell all that came true by ``now``, each at its own instant; how much was done.

    For whoever moves the sandbox clock and for the loader of the demonstration: waits for another reader.
    """
    total = 0
    while done := sequencer.catch_up() + _sweep(now, Way(waits=True, in_order=True)):
        total += done
    return total


def _sweep(now: datetime, way: Way) -> int:
    return follow(now, way=way) + look(now, way=way) + _listen(now, way) + _tell_terms(now, way)


def follow(now: datetime, *, limit: int = BATCH, way: Way = LIVE) -> int:
    """Take in about ``limit`` numbered facts (whole runs of the sequencer); how many."""
    with transaction.atomic():
        leaf = hold(way)
        if leaf is None:
            return 0
        ids, following = _new(leaf, limit)
        if not ids:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_SUBJECTS, [ids])
            subjects = [int(row[0]) for row in cursor.fetchall()]
        take(subjects, now, way)
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [following, READER])
        return len(ids)


def look(now: datetime, *, limit: int = BATCH, way: Way = LIVE) -> int:
    """Look at the cases whose clock may have struck by ``now``; how many."""
    with transaction.atomic():
        if hold(way) is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [now, limit])
            due = [int(row[0]) for row in cursor.fetchall()]
        unread = set(due) - take(due, now, way)
        store.look_no_more(sorted(unread))
        return len(due)


def _listen(now: datetime, way: Way) -> int:
    """Cards for what other rooms see; 0, because what stands is named again and again."""
    found = [one for source in sources for one in source(now)]
    if found:
        with transaction.atomic():
            if hold(way) is not None:
                known = store.matters([case_id for case_id, _ in found])
                struck = [carding.Struck(known[id], hit) for id, hit in found if id in known]
                carding.issue(struck, conventions.current(), now=now, in_order=way.in_order)
    return 0


def _tell_terms(now: datetime, way: Way) -> int:
    with transaction.atomic():
        return carding.tell_missed_terms(now, in_order=way.in_order)


def hold(way: Way) -> int | None:
    """Where the reader stands, held until the transaction ends; None when another one reads and nobody waits."""
    hold = _SHARE if way.shares else _HOLD
    hold = hold if way.waits else f"{hold} SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(hold, [READER])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(_BEGIN, [READER])
            cursor.execute(hold, [READER])
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


def take(ids: Sequence[int], now: datetime, way: Way = LIVE) -> set[int]:
    """Fold these cases anew and tell what is new; the ids of those that could be read."""
    if not ids:
        return set()
    known, lives, profile = store.matters(ids), histories(ids), conventions.current()
    found: list[Matter] = []
    struck: list[carding.Struck] = []
    for id in ids:
        life = life_of(id, lives.get(id, []), profile)
        if life is None:
            continue
        read, seen = watched(life, known.get(id), now)
        found.append(read)
        struck += [carding.struck(read, hit, life) for hit in seen.hits]
    store.write(found)
    tallying.move((known.get(one.case_id), one) for one in found)
    carding.issue(struck, profile, now=now, in_order=way.in_order)
    return {one.case_id for one in found}


def life_of(id: int, events: Sequence[Event], profile: Profile) -> History | None:
    """The case as its facts tell it; None for a draft, or facts that make no case."""
    if not any(event.type == "received" for event in events):
        return None
    try:
        item = catalog.definition(events[0].data["item_version_id"])
        closed = closing.of(item)
        return history(events, item, calendars.table(), id=id, profile=profile, closed=closed)
    except (KeyError, ValueError, TypeError, IndexError, msgspec.ValidationError, Refusal):
        log.exception("supervision: the facts of case %d cannot be read", id)
        return None


def watched(life: History, known: Matter | None, now: datetime) -> tuple[Matter, Watch]:
    """The case as it stands and what is new about it. A rule that fails must not stop the others' cases."""
    try:
        seen = watch(life, RULES, since=known.seq if known else 0, until=now)
    except Exception:
        log.exception("supervision: a rule failed on case %d", life.state.id)
        seen = Watch((), None)
    return msgspec.structs.replace(matter(life), look_at=seen.look_at), seen
