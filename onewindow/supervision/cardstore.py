"""How cards are read and written: rows as the fold makes them, and the digest that guards them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import facts
from onewindow.kernel.errors import N_, Stale
from onewindow.supervision.rules.cards import Card

COLUMNS = Card.__struct_fields__
_TYPES = {
    **dict.fromkeys(("id", "case_id", "organ_id"), "bigint"),
    **dict.fromkeys(("raised_at", "last_at", "look_at"), "timestamptz"),
    **dict.fromkeys(("params", "evidence", "life"), "jsonb"),
    "version": "int",
    "reply_due_on": "date",
}
_LIST = ", ".join(COLUMNS)
_TYPED = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COLUMNS)
_NEW = f"jsonb_to_recordset(%s::jsonb) AS new({_TYPED})"
_INSERT = f"INSERT INTO supervision_card ({_LIST}) SELECT {_LIST} FROM {_NEW}"
_UPDATE = (
    f"UPDATE supervision_card old SET {', '.join(f'{n} = new.{n}' for n in COLUMNS if n != 'id')} FROM {_NEW}"
    " WHERE old.id = new.id AND old.version = (%s::jsonb ->> old.id::text)::int"
)
_READ = "SELECT to_jsonb(c)::text FROM supervision_card c WHERE "


def read(where: str, values: Sequence[Any], *, then: str = "") -> list[Card]:
    """The cards that fit a condition on ``c``; ``then`` orders, bounds or locks."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_READ}{where} {then}", values)
        return [msgspec.json.decode(row[0], type=Card) for row in cursor.fetchall()]


def ids(count: int) -> list[int]:
    """Numbers of cards to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('supervision_card', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def insert(cards: Sequence[Card]) -> None:
    """Write new cards; a card for the same occasion breaks the unique constraint."""
    if cards:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [_json(cards)])


def update(cards: Sequence[Card], *, was: Mapping[int, int]) -> None:
    """Put these in the place of the versions ``was`` (by id); raises ``Stale`` when one has moved on."""
    if not cards:
        return
    with connection.cursor() as cursor:
        versions = msgspec.json.encode({str(id): version for id, version in was.items()}).decode()
        cursor.execute(_UPDATE, [_json(cards), versions])
        if cursor.rowcount != len(cards):
            raise Stale("stale-version", N_("刚才有人处理过这张卡，请看过最新情况再操作。"))


def _json(cards: Sequence[Card]) -> str:
    return msgspec.json.encode(cards).decode()


def digest(card: Card) -> str:
    """SHA-256 (hex) of the canonical row: the last fact of each deed carries it, so a changed row shows."""
    return hashlib.sha256(facts.canonical_bytes(plain(card))).hexdigest()


def plain(card: Card) -> dict[str, Any]:
    """The row as its digest is taken of it: plain JSON values, instants in microseconds whatever their zone."""
    found = msgspec.structs.asdict(card)
    for name in _INSTANTS:
        found[name] = None if found[name] is None else facts.micros_of(found[name])
    found["reply_due_on"] = None if card.reply_due_on is None else card.reply_due_on.isoformat()
    found["evidence"] = [msgspec.structs.asdict(one) for one in card.evidence]
    found["life"] = _plain(card.life)
    return found


_INSTANTS = ("raised_at", "last_at", "look_at")


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, datetime):
        return facts.micros_of(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value
