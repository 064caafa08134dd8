"""What an organ owes supervision: cards to explain and letters to answer, for the head of its pages."""

from __future__ import annotations

from datetime import date

import msgspec
from django.db import connection

from onewindow.kernel.actor import Actor

# The condition of the index supervision_card_owed, word for word: else the index is not taken.
OWED = (
    "((state = 'issued' AND reply_due_on IS NOT NULL)"
    " OR life @? '$.letters[*] ? (!exists(@.answer))'::jsonpath)"
)
_OWED = f"""
SELECT card_no, least(
  CASE WHEN state = 'issued' THEN reply_due_on END,
  (SELECT min((l->>'answer_by')::date) FROM jsonb_array_elements(life->'letters') l WHERE NOT l ? 'answer')
) AS due FROM supervision_card
WHERE (%s::bigint[] IS NULL OR organ_id = ANY(%s::bigint[])) AND {OWED} ORDER BY due, id LIMIT 1000"""


class Owed(msgspec.Struct, frozen=True):
    """How many cards wait for the organ's word; the one whose term ends first, and that last day."""

    count: int
    card_no: str = ""
    due_on: date | None = None


def of(actor: Actor) -> Owed:
    """What the actor's organs owe; one statement over an index of what is owed alone."""
    found = owed(organs_of(actor))
    return Owed(len(found), *found[0]) if found else Owed(0)


def organs_of(actor: Actor) -> list[int]:
    """The organs for which the actor works."""
    return sorted(actor.organ_ids | ({actor.organ_id} if actor.organ_id else set()))


def owed(organs: list[int] | None) -> list[tuple[str, date]]:
    """Number of each card that waits for a word of these organs (None: of any), with the last day, first first."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [organs, organs])
        return cursor.fetchall()
