"""Cards come to be and rise: one per case, rule and mark, never twice for the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from onewindow.base import calendars, facts
from onewindow.cases.rules.clocks import day_of
from onewindow.kernel.actor import SYSTEM
from onewindow.supervision.models import Card
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.profile import PROFILES, Profile, higher
from onewindow.supervision.rules.watching import Hit

_IDS = "SELECT nextval(pg_get_serial_sequence('supervision_card', 'id')) FROM generate_series(1, %s)"


def profile() -> Profile:
    """The convention of cards in force."""
    return PROFILES["remind-yellow-red"]


def issue(hits: Sequence[tuple[Matter, Hit]], *, now: datetime) -> None:
    """Issue cards for these hits, or let those that stand rise; a level that is reached is not told again."""
    told = profile()
    levelled = [(matter, hit, level) for matter, hit in hits if (level := told.level(hit.rule, hit.degree))]
    if not levelled:
        return
    cards = _standing({matter.case_id for matter, _, _ in levelled})
    ids = iter(_ids(len(levelled)))
    fresh: list[Card] = []
    risen: dict[int, Card] = {}
    rows: list[facts.Row] = []
    for matter, hit, level in levelled:
        key = (matter.case_id, hit.rule, hit.mark)
        card = cards.get(key)
        if card is None:
            card = cards[key] = _card(next(ids), matter, hit, level, told)
            fresh.append(card)
            rows.append(_fact(card, "issued", _told(card), now))
        elif higher(level, card.level):
            card.level, card.version = level, card.version + 1
            risen[card.id] = card
            rows.append(_fact(card, "raised", {"level": level, "at": facts.micros_of(hit.at)}, now))
    Card.objects.bulk_create(fresh)
    made = {card.id for card in fresh}
    Card.objects.bulk_update([card for id, card in risen.items() if id not in made], ["level", "version"])
    facts.write(rows)


def _standing(case_ids: set[int]) -> dict[tuple[int, str, str], Card]:
    found = Card.objects.filter(case_id__in=case_ids)
    return {(card.case_id, card.rule, card.mark): card for card in found}


def _ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [count])
        return [int(row[0]) for row in cursor.fetchall()]


def _card(id: int, matter: Matter, hit: Hit, level: str, told: Profile) -> Card:
    return Card(
        id=id,
        card_no=f"JC{day_of(hit.at):%Y%m%d}{id:08d}",
        version=1,
        case_id=matter.case_id,
        case_no=matter.case_no,
        rule=hit.rule,
        mark=hit.mark,
        level=level,
        state="issued",
        organ_id=matter.organ_id,
        person=hit.person,
        raised_at=hit.at,
        reply_due_on=calendars.table().add(day_of(hit.at), told.reply_days),
        evidence=list(hit.evidence),
        params=hit.params,
        life={},
    )


def _told(card: Card) -> dict[str, Any]:
    return {
        "card_no": card.card_no,
        "case": card.case_id,
        "rule": card.rule,
        "mark": card.mark,
        "level": card.level,
        "person": card.person,
        "evidence": card.evidence,
        "raised_at": facts.micros_of(card.raised_at),
    }


def _fact(card: Card, type: str, data: dict[str, Any], now: datetime) -> facts.Row:
    return facts.row(
        "card", card.id, seq=card.version, type=type, at=now, actor=SYSTEM, role="system", data=data
    )
