"""What an outsider needs to check one fact against a signed head, or one head against another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from onewindow.base import rotation
from onewindow.base.ledger import heads, sequencer, stored, tiles
from onewindow.kernel.errors import N_, Away, NotFound
from onewindow.kernel.merkle import consistency_path_by, inclusion_path_by


def of_fact(stream: str, subject: int, seq: int, *, discloses: Callable[[str], bool]) -> dict[str, Any]:
    """The proof of one fact; numbers and signs first what waits.

    ``{"stream","subject","seq","type","at","head","body_digest","leaf","leaf_hash","path","tree_head"}``:
    ``head`` is the canonical public part as text, ``body_digest`` hex; the leaf hash is
    SHA-256(0x00 || head || body digest); ``path`` the audit path of RFC 6962 (hex) of leaf number ``leaf``
    in the tree of ``tree_head``. Where ``discloses(type)`` also ``salt`` (hex) and ``body`` (text), so that the
    body digest SHA-256(salt || body) can be checked. Raises NotFound, or Away while it cannot be proved.
    """
    fact = _fact(stream, subject, seq)
    number = _number(fact.id)
    tree = _head_over(number)
    found = _proved(fact, number, tiles.Reader(tree.size), disclose=discloses(fact.type))
    return {**found, "tree_head": tree.public()}


def of_life(stream: str, subject: int, *, discloses: Callable[[str], bool]) -> dict[str, Any]:
    """All facts of a subject under one head: ``{"tree_head", "facts": [as of_fact without a head]}``, oldest first.

    With ``key_links`` (``rotation.links``) once the signing key was changed.

    ``discloses(type)`` says of which facts ``salt`` and ``body`` are told. Raises as ``of_fact``.
    """
    facts = _facts(stream, subject)
    if not facts:
        raise NotFound("no-such-event", N_("没有这条记录"))
    numbers = [_number(fact.id) for fact in facts]
    tree = _head_over(max(numbers))
    reader = tiles.Reader(tree.size)
    pairs = zip(facts, numbers, strict=True)
    found = [_proved(fact, number, reader, disclose=discloses(fact.type)) for fact, number in pairs]
    links = rotation.links()
    return {"tree_head": tree.public(), "facts": found} | ({"key_links": links} if links else {})


def _proved(fact: stored.Stored, number: int, reader: tiles.Reader, *, disclose: bool) -> dict[str, Any]:
    leaf, _ = fact.check()
    if reader.leaf(number) != leaf:
        raise _away()  # the row was changed behind the platform's back: verification names it
    proof = {
        "stream": fact.stream,
        "subject": fact.subject,
        "seq": fact.seq,
        "type": fact.type,
        "at": heads.instant(fact.at).isoformat(),
        "head": fact.head.decode(),
        "body_digest": hashlib.sha256(fact.salt + fact.body).hexdigest(),
        "leaf": number,
        "leaf_hash": leaf.hex(),
        "path": [step.hex() for step in inclusion_path_by(number, reader.size, reader.subtree)],
    }
    return {**proof, "salt": fact.salt.hex(), "body": fact.body.decode()} if disclose else proof


def consistency(old_size: int, size: int) -> list[str]:
    """The path (hex) that proves the older tree a prefix of the newer (RFC 6962, 2.1.2), by their sizes.

    Raises NotFound when there is no such tree.
    """
    if not 0 < old_size <= size <= sequencer.tree_size():
        raise NotFound("no-such-head", N_("没有这样的树头"))
    return [step.hex() for step in consistency_path_by(old_size, size, tiles.Reader(size).subtree)]


def leaf_of(fact_id: int) -> int | None:
    """The number of a fact in the tree, None while it has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT first + array_position(facts, %s) - 1 FROM base_leaf"
            " WHERE int8range(low, high, '[]') @> %s::bigint AND facts @> ARRAY[%s::bigint]",
            [fact_id, fact_id, fact_id],
        )
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _fact(stream: str, subject: int, seq: int) -> stored.Stored:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {stored.COLUMNS} FROM base_fact f WHERE stream = %s AND subject = %s AND seq = %s",
            [stream, subject, seq],
        )
        rows = cursor.fetchall()
    if not rows:
        raise NotFound("no-such-event", N_("没有这条记录"))
    return stored.of_rows(rows)[0]


def _facts(stream: str, subject: int) -> list[stored.Stored]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {stored.COLUMNS} FROM base_fact f WHERE stream = %s AND subject = %s ORDER BY seq",
            [stream, subject],
        )
        return stored.of_rows(cursor.fetchall())


def _number(fact_id: int) -> int:
    number = leaf_of(fact_id)
    if number is None:
        sequencer.catch_up()
        number = leaf_of(fact_id)
    if number is None:
        raise _away()
    return number


def _head_over(number: int) -> heads.Signed:
    head = heads.stored_newest()
    if head is None or head.size <= number:
        try:
            head = heads.sign_now()
        except heads.Bent as error:
            raise _away() from error
    return head


def _away() -> Away:
    return Away("not-proved", N_("这条记录暂时无法证明，请联系平台管理员"), retry_after=60)


def leaf_hashes(stream: str, subject: int, seqs: Sequence[int]) -> dict[int, str]:
    """The leaf hashes (hex) of these facts by their places, as the rows stand now; one statement."""
    if not seqs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {stored.COLUMNS} FROM base_fact f WHERE stream = %s AND subject = %s AND seq = ANY(%s)",
            [stream, subject, list(seqs)],
        )
        return {fact.seq: fact.check()[0].hex() for fact in stored.of_rows(cursor.fetchall())}
