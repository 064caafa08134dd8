"""Cards as verification and export see them: every row is the fold of its facts, and none is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection

from onewindow.base.ledger import export as exports
from onewindow.base.ledger.findings import Finding
from onewindow.supervision import cardstore
from onewindow.supervision.rules.cards import TYPES, Card, Told, evolve

CHUNK = 1000
_FACTS = """
SELECT subject, seq, type, at, actor, data::text FROM base_fact
WHERE stream = 'card' AND subject = ANY(%s) ORDER BY subject, seq"""
_LOST = """
SELECT DISTINCT f.subject FROM base_fact f
WHERE f.stream = 'card' AND f.seq = 1 AND NOT EXISTS (SELECT 1 FROM supervision_card c WHERE c.id = f.subject)"""

Lives = dict[int, list[tuple[int, Told]]]


def findings() -> Iterator[Finding]:
    """Every card folded again from its facts and compared with what is stored; nothing when all is whole."""
    for cards in _chunks():
        lives = _lives([card.id for card in cards])
        for card in cards:
            yield from _of_card(card, lives.get(card.id, []))
    with connection.cursor() as cursor:
        cursor.execute(_LOST)
        for (subject,) in cursor.fetchall():
            yield Finding("card-lost", f"card {subject}", "有发卡记录，卡却不存在")


def export(folder: Path) -> None:
    """Write ``cards.jsonl``: the stored row of every card, letters and all, as the row digest is taken of it."""
    exports.write_stored(folder / "cards.jsonl", (_line(card) for cards in _chunks() for card in cards))


def _line(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "card_no": card.card_no,
        "version": card.version,
        "last_seq": card.version,
        "row": cardstore.plain(card),
    }


def _chunks() -> Iterator[list[Card]]:
    last = 0
    while cards := cardstore.read("id > %s", [last], then=f"ORDER BY id LIMIT {CHUNK}"):
        yield cards
        last = cards[-1].id


def _lives(ids: Sequence[int]) -> Lives:
    found: Lives = {}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [list(ids)])
        for subject, seq, type, at, actor, data in cursor.fetchall():
            told = Told(type, msgspec.json.decode(data), at, actor)
            found.setdefault(subject, []).append((seq, told))
    return found


def _of_card(card: Card, life: list[tuple[int, Told]]) -> Iterator[Finding]:
    where = f"card {card.card_no}"
    if not life or [seq for seq, _ in life] != list(range(1, len(life) + 1)):
        yield Finding("card-gap", where, "卡的记录序号不连续")
        return
    if any(told.type not in TYPES for _, told in life):
        yield Finding("card-alien", where, "卡的记录里有不认识的种类")
        return
    folded: Card | None = None
    try:
        for _, told in life:
            folded = evolve(folded, told, id=card.id)
    except (KeyError, ValueError, TypeError, AttributeError, msgspec.ValidationError):
        yield Finding("card-broken", where, "卡的记录无法重演")
        return
    assert folded is not None
    if cardstore.digest(folded) != cardstore.digest(card):
        yield Finding("card-changed", where, "卡的存储与其记录不符：已被改动")
    if life[-1][1].data.get("row") != cardstore.digest(card):
        yield Finding("card-row-changed", where, "卡的存储与最后一条记录的摘要不符")
