"""All that supervision counts, made anew from the facts, beside the running platform.

First the cases: each is folded again without holding anybody up, and only where the result differs from what is
known is it put right, in a short transaction that holds the reader and leaves out what moved meanwhile (the
reader has taken that in itself). Cases that are not known at all are taken in with all that they break. Then
the counts: month by month, from the cases as they are known, replaced under the reader's lock. Memory is bound
by a chunk of cases and by a month of counts. Checking does the same and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec
from django.db import connection, transaction

from onewindow.cases.queries.histories import histories
from onewindow.supervision import conventions, store
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.services import carding, following, tallying

CHUNK = 2_000
_IDS = "SELECT id FROM cases_case WHERE id > %s AND id %% %s = %s ORDER BY id LIMIT %s"
_GONE = """
SELECT m.case_id FROM supervision_matter m LEFT JOIN cases_case c ON c.id = m.case_id WHERE c.id IS NULL LIMIT 1000"""
_SPAN = """
SELECT least(min(received_on), min(accepted_on), min(decided_on)),
  greatest(max(received_on), max(accepted_on), max(decided_on)) FROM supervision_matter"""
_COUNTED_SPAN = "SELECT min(day), max(day) FROM supervision_tally"
_OF_MONTH = """
SELECT case_id FROM supervision_matter WHERE received_on BETWEEN %(a)s AND %(b)s
UNION SELECT case_id FROM supervision_matter WHERE accepted_on BETWEEN %(a)s AND %(b)s
UNION SELECT case_id FROM supervision_matter WHERE decided_on BETWEEN %(a)s AND %(b)s ORDER BY 1"""

# A case that is told again has no look_at of its own: that moves with the clock, not with the facts.
_MOVING = {"look_at": None}


class Difference(msgspec.Struct, frozen=True):
    """What is stored otherwise than the facts tell: of which case or count, and what the two say."""

    what: str
    stored: str | Mapping[str, int] | None
    told: str | Mapping[str, int] | None

    def __str__(self) -> str:
        return f"{self.what}: stored {_said(self.stored)}, the facts tell {_said(self.told)}"


def _said(told: str | Mapping[str, int] | None) -> str:
    """In words only when somebody reads it: after a rebuild from nothing every count differs."""
    if isinstance(told, str):
        return told
    return ", ".join(f"{name} {count}" for name, count in sorted((told or {}).items())) or "nothing"


class _Fold(msgspec.Struct):
    matter: Matter
    struck: list[carding.Struck]


def cases(now: datetime, *, part: int = 0, parts: int = 1, is_dry_run: bool = False) -> Iterator[Difference]:
    """Fold the cases whose id leaves ``part`` when divided by ``parts``; what differed, put right unless dry."""
    last = 0
    while ids := _ids(last, part, parts):
        last = ids[-1]
        yield from _chunk(ids, now, is_dry_run=is_dry_run)


def _ids(last: int, part: int, parts: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [last, parts, part, CHUNK])
        return [int(row[0]) for row in cursor.fetchall()]


def _chunk(ids: Sequence[int], now: datetime, *, is_dry_run: bool) -> list[Difference]:
    known = store.matters(ids)
    folds = _folded(ids, known, now)
    wrong = {id: one for id, one in folds.items() if not _is_same(known.get(id), one.matter)}
    if wrong and not is_dry_run:
        _put_right(wrong, known, now)
    return [_difference(known.get(id), one.matter) for id, one in wrong.items()]


def _folded(ids: Sequence[int], known: dict[int, Matter], now: datetime) -> dict[int, _Fold]:
    """The cases as the facts tell them; those with facts that the reader has yet to take in are left to it."""
    lives, profile = histories(ids), conventions.current()
    found: dict[int, _Fold] = {}
    for id in ids:
        before = known.get(id)
        events = lives.get(id, [])
        if before is not None and events and events[-1].seq != before.seq:
            continue
        life = following.life_of(id, events, profile)
        if life is None:
            continue
        matter, seen = following.watched(life, before, now)
        struck = [] if before is not None else [carding.struck(matter, hit, life) for hit in seen.hits]
        found[id] = _Fold(matter, struck)
    return found


def _is_same(known: Matter | None, told: Matter) -> bool:
    return known is not None and _still(known) == _still(told)


def _still(matter: Matter) -> Matter:
    return msgspec.structs.replace(matter, **_MOVING)


def _put_right(wrong: dict[int, _Fold], known: dict[int, Matter], now: datetime) -> None:
    with transaction.atomic():
        following.hold(following.WAITING)
        present = store.matters(list(wrong))
        still = [one for id, one in wrong.items() if present.get(id) == known.get(id)]
        for one in still:
            before = known.get(one.matter.case_id)
            if before is not None:  # when its clock strikes next is as it was: nothing may be left untold
                one.matter = msgspec.structs.replace(one.matter, look_at=before.look_at)
        store.write([one.matter for one in still])
        struck = [hit for one in still for hit in one.struck]
        carding.issue(struck, conventions.current(), now=now)


def _difference(known: Matter | None, told: Matter) -> Difference:
    if known is None:
        return Difference(f"case {told.case_id}", "nothing", told.state)
    names = [
        name
        for name in Matter.__struct_fields__
        if name not in _MOVING and getattr(known, name) != getattr(told, name)
    ]
    stored = ", ".join(f"{name} {getattr(known, name)}" for name in names)
    return Difference(
        f"case {told.case_id}", stored, ", ".join(f"{name} {getattr(told, name)}" for name in names)
    )


def strays(*, is_dry_run: bool = False) -> Iterator[Difference]:
    """Cases that supervision knows and that do not exist: their rows are taken away unless dry."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        gone = [int(row[0]) for row in cursor.fetchall()]
        if gone and not is_dry_run:
            cursor.execute("DELETE FROM supervision_matter WHERE case_id = ANY(%s)", [gone])
    for id in gone:
        yield Difference(f"case {id}", "a case", "none")


def counts(*, part: int = 0, parts: int = 1, is_dry_run: bool = False) -> Iterator[Difference]:
    """Count every ``parts``-th month anew from the cases as they are known; what differed, put right unless dry.

    Months are counted side by side: those who count share the reader's turn, so that no case moves meanwhile.
    """
    for first in list(_months())[part::parts]:
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        with transaction.atomic():
            following.hold(following.SHARING)
            counted = tallying.Counted()
            for ids in _of_month(first, last):
                for matter in store.matters(ids).values():
                    counted.add(matter, 1, since=first, until=last)
            yield from _replaced(counted, first, last, is_dry_run=is_dry_run)


def _months() -> Iterator[date]:
    with connection.cursor() as cursor:
        cursor.execute(_SPAN)
        days = list(cursor.fetchone())
        cursor.execute(_COUNTED_SPAN)
        days += cursor.fetchone()
    known = [day for day in days if day is not None]
    if known:
        month, end = min(known).replace(day=1), max(known)
        while month <= end:
            yield month
            month = (month + timedelta(days=32)).replace(day=1)


def _of_month(first: date, last: date) -> Iterator[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_MONTH, {"a": first, "b": last})
        ids = [int(row[0]) for row in cursor.fetchall()]
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _replaced(
    counted: tallying.Counted, first: date, last: date, *, is_dry_run: bool
) -> Iterator[Difference]:
    for table in tallying.TABLES:
        stored = tallying.stored(table, first, last)
        told = {key: row for key, row in counted.rows(table).items() if any(row.values())}
        wrong = {key for key in stored.keys() | told.keys() if stored.get(key, {}) != told.get(key, {})}
        if wrong and not is_dry_run:
            tallying.replace(table, wrong, told)
        for key in sorted(wrong):
            what = f"{table.name} {' '.join(map(str, key))}"
            yield Difference(what, stored.get(key), told.get(key))
