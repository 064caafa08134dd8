"""Cards of a period counted and listed, and since when there is any record; each by one statement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection

from onewindow.base.clock import start_of
from onewindow.org import queries as org
from onewindow.supervision.bulletin.content import CardCount, CardLine
from onewindow.supervision.models import CARD_STATES, LEVELS
from onewindow.supervision.rules.shipped import RULES

MOST_CARDS = 500  # of one bulletin; the counts tell how many there are
_BEGAN = "SELECT min(day) FROM supervision_tally WHERE cut = 'all'"
_CARDS = """
SELECT organ_id::text, level, state, count(*) FROM supervision_card
WHERE raised_at >= %s AND raised_at < %s GROUP BY 1, 2, 3"""
_LINES = """
SELECT card_no, organ_id, rule, level, state FROM supervision_card
WHERE raised_at >= %s AND raised_at < %s AND (%s::bigint IS NULL OR organ_id = %s)
ORDER BY array_position(ARRAY['red', 'yellow', 'reminder'], level), id LIMIT %s"""
_NAMES = {rule.number: rule.name for rule in RULES.all}


def began_on() -> date | None:
    """The first day of which anything was counted; None while nothing was."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGAN)
        found: date | None = cursor.fetchone()[0]
    return found


def cards(since: date, until: date) -> dict[str, dict[str, CardCount]]:
    """Cards raised in the period by organ id and level."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, _between(since, until))
        for organ, level, state, count in cursor.fetchall():
            counts.setdefault(organ, {}).setdefault(level, {})[state] = int(count)
    return {
        organ: {level: _count(level, states) for level, states in levels.items()}
        for organ, levels in counts.items()
    }


def _count(level: str, states: dict[str, int]) -> CardCount:
    return CardCount(level, sum(states.values()), **states)


def summed(organs: Iterable[dict[str, CardCount]]) -> list[CardCount]:
    """The cards of several organs together, one line a level."""
    given = list(organs)
    return [
        _count(
            level,
            {
                state: sum(getattr(one[level], state) for one in given if level in one)
                for state in CARD_STATES
            },
        )
        for level in LEVELS
    ]


def card_lines(since: date, until: date, organ_id: int | None) -> list[CardLine]:
    """The cards one by one, the gravest first."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [*_between(since, until), organ_id, organ_id, MOST_CARDS])
        return [
            CardLine(card_no, org.organ(organ).name, rule, _NAMES.get(rule, rule), level, state)
            for card_no, organ, rule, level, state in cursor.fetchall()
        ]


def _between(since: date, until: date) -> list[Any]:
    return [start_of(since), start_of(until + timedelta(days=1))]
