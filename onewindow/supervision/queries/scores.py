"""Scores of a period: organs by their cards and promises, persons by their cards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from onewindow.base.clock import SHANGHAI
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed
from onewindow.org import queries as org
from onewindow.supervision.rules.answering import WATCHERS
from onewindow.supervision.rules.scores import Counted, Score, score

# Each card at its highest level, in the period in which it was raised to it.
_CARDS = """
SELECT organ_id, person, level, state = 'withdrawn', count(*) FROM supervision_card
WHERE raised_at >= %s AND raised_at < %s AND (%s::bigint[] IS NULL OR organ_id = ANY(%s::bigint[]))
GROUP BY 1, 2, 3, 4"""
_LIMITS = """
SELECT organ_id, legal_days, promised_days FROM catalog_itemversion
WHERE is_current AND handled AND legal_days > 0 AND promised_days IS NOT NULL AND legal_unit = promised_unit
  AND organ_id = ANY(%s::bigint[])"""

Json = dict[str, Any]


def of_period(actor: Actor, *, since: date, until: date) -> Json:
    """``{"organs": [...], "persons": [...]}``, the lowest first; days of Asia/Shanghai, both ends included.

    Whoever watches sees all, a head the own organ and its people. Raises ``NotAllowed`` for others.
    """
    bound = None if actor.has(*WATCHERS) else _own(actor)
    cards = _cards(since, until, bound)
    organs = {organ_id for organ_id, _, _ in cards} | set(bound or ())
    if bound is None:
        organs |= {one.id for one in org.organs()}
    limits = _limits(organs)
    rows = [
        {"organ": org.organ(id).name} | _told(score((c for o, _, c in cards if o == id), limits.get(id, ())))
        for id in sorted(organs)
        if id in limits or any(o == id for o, _, _ in cards)
    ]
    return {"organs": sorted(rows, key=_order), "persons": sorted(_persons(cards), key=_order)}


def _own(actor: Actor) -> list[int]:
    if not actor.has("head"):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能查看计分。"))
    return sorted(actor.organ_ids | ({actor.organ_id} if actor.organ_id else set()))


def _persons(cards: Iterable[tuple[int, str, Counted]]) -> list[Json]:
    by_person: dict[tuple[str, int], list[Counted]] = {}
    for organ_id, person, card in cards:
        if person:
            by_person.setdefault((person, organ_id), []).append(card)
    names = org.staff_names([person for person, _ in by_person])
    return [
        {"person": person, "name": names.get(person, person), "organ": org.organ(organ_id).name}
        | _told(score(found))
        for (person, organ_id), found in by_person.items()
    ]


def _order(row: Json) -> tuple[int, str]:
    return row["total"], row.get("person") or row["organ"]


def _told(found: Score) -> Json:
    return {
        "total": found.total,
        "deducted": found.deducted,
        "bonus": found.bonus,
        "compression": found.compression,
        **found.cards,
        "withdrawn": found.withdrawn,
    }


def _cards(since: date, until: date, bound: list[int] | None) -> list[tuple[int, str, Counted]]:
    begin = datetime.combine(since, time(), SHANGHAI)
    end = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [begin, end, bound, bound])
        return [
            (int(organ_id), person, Counted(level, is_withdrawn))
            for organ_id, person, level, is_withdrawn, count in cursor.fetchall()
            for _ in range(count)
        ]


def _limits(organs: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS, [sorted(organs)])
        for organ_id, legal, promised in cursor.fetchall():
            found.setdefault(int(organ_id), []).append((int(legal), int(promised)))
    return found
