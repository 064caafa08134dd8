"""Telling staff of the cards of their organ: when one comes or moves, and before a term ends.

The facts of cards are heard through the outbox, so that whom they concern is told once whatever happens to the
delivery. Of a term that ends soon no fact tells: the days that nobody looked at yet are told in the
transaction that moves the mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction

from onewindow.base import accounts, calendars, facts
from onewindow.base.outbox import DeliveredFact
from onewindow.cases.rules.clocks import day_of, first_instant_after
from onewindow.documents.presentation import in_words
from onewindow.notices import handlers
from onewindow.notices.services import Whom
from onewindow.org import queries as org
from onewindow.org.snapshot import StaffInfo
from onewindow.supervision import cardstore, conventions
from onewindow.supervision.rules.cards import Card, Told, evolve, owed
from onewindow.supervision.rules.profile import LEVEL_LABELS
from onewindow.supervision.rules.shipped import HIDES_CASE, RULES

TOLD = ("issued", "raised", "upheld", "withdrawn", "inquired")
READER = "card-terms"
_BEGIN = "INSERT INTO supervision_position (reader, leaf) VALUES (%s, 0) ON CONFLICT DO NOTHING"
_HOLD = "SELECT leaf FROM supervision_position WHERE reader = %s FOR UPDATE SKIP LOCKED"
_MOVE = "UPDATE supervision_position SET leaf = %s WHERE reader = %s"
_TOLD = "SELECT leaf FROM supervision_position WHERE reader = %s"


def tell(fact: DeliveredFact) -> None:
    """Tell head, chief representative and the person concerned of a fact of a card, as the card stood then.

    What the organ said itself, and what time alone told, is nobody's news.
    """
    if fact.type not in TOLD:
        return
    card = _then(fact)
    _tell(
        card,
        _template(card, fact.type),
        key=f"card:{card.id}:{fact.seq}",
        at=fact.at,
        due=_due(card, fact),
        text=str(fact.data.get("text", "")),
    )


def _then(fact: DeliveredFact) -> Card:
    card: Card | None = None
    for seq, type, at, actor, _, data in facts.of_subject("card", fact.subject):
        if seq <= fact.seq:
            card = evolve(card, Told(type, data, at, actor), id=fact.subject)
    assert card is not None
    return card


def _template(card: Card, type: str) -> str:
    if type in ("issued", "raised") and card.level == "reminder":
        return "card-reminder"
    if type == "upheld" and card.life.final is not None:
        return "card-final"
    return f"card-{type}"


def _due(card: Card, fact: DeliveredFact) -> date | None:
    """The last day for what the organ may do next."""
    if fact.type == "upheld":
        return calendars.table().add(day_of(fact.at), conventions.current().appeal_days)
    if fact.type == "inquired":
        return card.life.letters[-1].answer_by
    return card.reply_due_on


def _tell(card: Card, template: str, *, key: str, at: datetime, due: date | None, text: str = "") -> None:
    rule = RULES.by_number[card.rule]
    params = {
        "level": LEVEL_LABELS[card.level],
        "rule": rule.name,
        "card_no": card.card_no,
        "case": "" if card.rule in HIDES_CASE else f"，办件 {card.case_no}",
        "organ": org.organ(card.organ_id).name,
        "why": card.why % card.params if card.params else card.why,
        "text": text,
        "due": in_words(due) if due else "",
    }
    people = _whom(_concerned(card, day_of(at)))
    path = f"/supervision/cards/{card.card_no}"
    handlers.tell_staff(people, template=template, params=params, key=key, at=at, path=path)


def _concerned(card: Card, on: date) -> dict[int, StaffInfo]:
    """Those who lead the organ at the window and the person, with whoever stands in for one who is away."""
    person, chief = org.staff_by_username(card.person), org.chief_of(card.organ_id, on=on)
    found = [*org.holders("head", organ_id=card.organ_id, on=on), *(one for one in (chief, person) if one)]
    away = [one for one in found if org.is_away(one.id, on=on)]
    stand_ins = [deputy for one in away for deputy in org.deputies_of(one.id, on=on)]
    return {one.id: one for one in (*found, *stand_ins) if one.is_active}


def _whom(people: dict[int, StaffInfo]) -> Iterable[Whom]:
    emails = accounts.emails_of(people)
    return [Whom(id, email=emails.get(id, ""), phone=one.phone) for id, one in people.items()]


def sweep(now: datetime) -> int:
    """Tell of explanations and answers that are due by the next working day, each once; of how many."""
    last = calendars.table().add(day_of(now), 1)
    if (_read(_TOLD) or 0) >= last.toordinal():
        return 0
    with transaction.atomic():
        before = _hold()
        if before is None or before >= last.toordinal():
            return 0
        since = max(day_of(now), date.fromordinal(before + 1))
        told = [
            (card, name, day)
            for card in cardstore.read("look_at <= %s", [first_instant_after(last)], then="ORDER BY id")
            for name, day in owed(card)
            if since <= day <= last and name not in card.life.missed
        ]
        for card, name, day in told:
            kind = "explanation" if name == "explanation" else "letter"
            key = f"card:{card.id}:{name}:{day.isoformat()}"
            _tell(card, f"card-{kind}-near", key=key, at=now, due=day)
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [last.toordinal(), READER])
    return len(told)


def _hold() -> int | None:
    """The day up to which all was told, held until the transaction ends; None when another process is at it."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [READER])
    return _read(_HOLD)


def _read(statement: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [READER])
        found = cursor.fetchone()
    return None if found is None else int(found[0])
