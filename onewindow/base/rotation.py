"""Changes keys of the instance: the new one seals, salts and signs, the old ones go on opening and verifying.

Search hashes are not made anew: rows keep the hash they were written with, and whoever looks for a value asks for
it under every key. An old key of salts is retired once every process has the new one: from then on it holds for the
facts before that moment alone.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.db import transaction

from onewindow.base import crypto, facts
from onewindow.base.ledger import stored
from onewindow.kernel import canonical
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, RuleBroken

SIGNING, PERSONAL, LEDGER, FACTORS, SEARCH = 1, 2, 3, 4, 5  # subjects of the facts that tell a change
MOST_LOOKED_AT = 5  # newest facts that must be salted under the new key before the old one is retired
LINK_PREFIX = b"onewindow-key-link-v1\n"


def rotate_personal(*, now: datetime, actor: Actor) -> int:
    """Begin a new key for personal values; its number. What is sealed already stays under its old key."""
    crypto.encrypt(b"")  # the first key is there
    return _begin("personal", PERSONAL, now=now, actor=actor)


def rotate_ledger(*, now: datetime, actor: Actor) -> int:
    """Begin a new key for the salts of facts; its number. Facts that were salted before verify under theirs."""
    crypto.fact_salt(b"")
    return _begin("ledger", LEDGER, now=now, actor=actor)


def rotate_factors(*, now: datetime, actor: Actor) -> int:
    """Begin a new key for challenges and recovery codes; its number. Codes that were given out go on serving."""
    crypto.factor_digests("", b"")
    return _begin("factors", FACTORS, now=now, actor=actor)


def rotate_search(*, now: datetime, actor: Actor) -> int:
    """Begin a new key for search hashes; its number. What was written before is found under its key."""
    crypto.search_hash("", "")
    return _begin("search", SEARCH, now=now, actor=actor)


def retire_ledger(*, now: datetime, actor: Actor) -> int:
    """Let the earlier keys of salts hold for the facts up to now alone; the id of the last of these.

    Raises ``RuleBroken`` ("one-key" without a newer one, "still-used" while a process salts under an old one).
    """
    paths = crypto.key_files("ledger", ".key")
    if len(paths) < 2:
        raise RuleBroken("one-key", N_("还没有换过这个密钥。"))
    with transaction.atomic():
        facts.record("keys", LEDGER, "retired", at=now, actor=actor, data={"number": len(paths) - 1})
        newest = stored.newest(MOST_LOOKED_AT)
        if any(not fact.is_newest_key() for fact in newest):
            raise RuleBroken(
                "still-used", N_("还有进程在用旧密钥，请先重新加载网页进程、重启后台进程，过一会儿再试。")
            )
        for path in paths[:-1]:
            if not path.with_suffix(".until").exists():
                crypto.begin(path.with_suffix(".until").name, str(newest[0].id).encode())
    crypto.look_again()
    return newest[0].id


def _begin(name: str, subject: int, *, now: datetime, actor: Actor) -> int:
    number = len(crypto.key_files(name, ".key")) + 1
    crypto.begin(f"{name}-{number}.key", secrets.token_bytes(32))
    crypto.look_again()
    facts.record("keys", subject, "rotated", at=now, actor=actor, data={"number": number})
    return number


def rotate_signing(*, now: datetime, actor: Actor) -> int:
    """Begin a new key for tree heads; its number. Old and new sign for each other, so that whoever trusts one
    of them can follow to the other."""
    old, number = crypto.signing_key(), len(crypto.signing_keys()) + 1
    pem = crypto.new_signing_pem()
    new = load_pem_private_key(pem, None)
    assert isinstance(new, Ed25519PrivateKey)
    statement = {"new": public_hex(new), "old": public_hex(old)}
    signed = LINK_PREFIX + canonical.dumps(statement)
    link = {**statement, "by_new": new.sign(signed).hex(), "by_old": old.sign(signed).hex()}
    crypto.begin(f"{crypto.SIGNING}-{number}.link", canonical.dumps(link))  # first: no key without its link
    crypto.begin(f"{crypto.SIGNING}-{number}.pem", pem)
    facts.record("keys", SIGNING, "rotated", at=now, actor=actor, data={"number": number, "link": link})
    return number


def links() -> list[dict[str, Any]]:
    """How each signing key followed on the one before: ``{"old", "new", "by_old", "by_new"}`` in hex."""
    paths = [path.with_suffix(".link") for path in crypto.key_files(crypto.SIGNING, ".pem")[1:]]
    return [json.loads(path.read_bytes()) for path in paths]


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half, 64 hex digits."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
