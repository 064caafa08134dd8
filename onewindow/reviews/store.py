"""Ids before rows, words sealed to their row, and the one way in which a deed leaves its trace."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from onewindow.base import crypto, facts, settings_store
from onewindow.kernel.actor import Actor
from onewindow.reviews.models import Step
from onewindow.reviews.rules import terms
from onewindow.reviews.rules.terms import Terms

TERMS = "reviews.terms"

# Whoever rates or complains leaves no name in the ledger.
RATER = Actor(account_id=0, username="rater", name="评价人", roles=frozenset({"rater"}))
COMPLAINANT = Actor(account_id=0, username="complainant", name="投诉人", roles=frozenset({"complainant"}))


def next_id(table: str) -> int:
    """The id of a row that is about to be written: what is sealed to it needs it first."""
    return ids(table, 1)[0]


def ids(table: str, count: int) -> list[int]:
    """Ids of rows to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def seal(text: str, kind: str, id: int) -> bytes | None:
    """Words sealed to their row; None for no words."""
    return crypto.encrypt(text.encode(), bound_to=f"{kind}:{id}".encode()) if text else None


def unseal(sealed: Any, kind: str, id: int) -> str:
    """The words again."""
    return crypto.decrypt(bytes(sealed), bound_to=f"{kind}:{id}".encode()).decode() if sealed else ""


def seal_person(person: dict[str, Any], kind: str, id: int) -> bytes:
    """Who it was, sealed to the row."""
    return crypto.encrypt(msgspec.json.encode(person), bound_to=f"{kind}:{id}".encode())


def unseal_person(sealed: Any, kind: str, id: int) -> dict[str, Any]:
    """Who it was; empty once it was erased."""
    if not sealed:
        return {}
    found: dict[str, Any] = msgspec.json.decode(
        crypto.decrypt(bytes(sealed), bound_to=f"{kind}:{id}".encode())
    )
    return found


def digest(sealed: Any) -> str:
    """What the ledger keeps of words: the digest of their sealed form, which a fresh nonce makes unguessable."""
    return hashlib.sha256(sealed).hexdigest() if sealed else ""


class Trace(NamedTuple):
    """What a deed leaves: one step for the page, one fact for the ledger."""

    step: Step
    fact: facts.Row


def trace(
    matter: str,
    id: int,
    deed: str,
    *,
    seq: int,
    actor: Actor,
    at: datetime,
    text: str = "",
    data: dict[str, Any],
) -> Trace:
    """The trace of a deed, not yet written; the words are sealed to their place."""
    role = sorted(actor.roles)[0] if actor.roles else ""
    sealed = seal(text.strip(), f"{matter}-step-{seq}", id)
    step = Step(
        matter=matter, subject=id, seq=seq, deed=deed, actor=actor.username, role=role, at=at, data=data,
        text_sealed=sealed,
    )  # fmt: skip
    told = data | ({"text": digest(sealed)} if sealed else {})
    return Trace(step, facts.row(matter, id, seq=seq, type=deed, at=at, actor=actor, role=role, data=told))


def keep(one: Trace) -> None:
    """Write a trace in the caller's transaction."""
    one.step.save(force_insert=True)
    facts.write([one.fact])


def leave(
    matter: str, id: int, deed: str, *, actor: Actor, at: datetime, text: str = "", data: dict[str, Any]
) -> None:
    """Record a deed in the caller's transaction."""
    seq = facts.next_seq(matter, id)
    keep(trace(matter, id, deed, seq=seq, actor=actor, at=at, text=text, data=data))


def steps(matter: str, id: int) -> list[tuple[Step, str]]:
    """The steps of a matter with their words, oldest first."""
    rows = Step.objects.filter(matter=matter, subject=id).order_by("seq")
    return [(row, unseal(row.text_sealed, f"{matter}-step-{row.seq}", id)) for row in rows]


def terms_now() -> Terms:
    """The terms in force; one statement."""
    return terms.read(settings_store.get(TERMS))
