"""Changes keys of the instance: the new one seals and signs, the old ones go on opening and verifying.

Two keys are not changed here, because what they made is found again only by them: the search hashes of people
and the salts of facts. Tokens and second factors hang on neither.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from onewindow.base import crypto, facts
from onewindow.kernel import canonical
from onewindow.kernel.actor import Actor

SIGNING, PERSONAL = 1, 2  # subjects of the facts that tell a change
LINK_PREFIX = b"onewindow-key-link-v1\n"


def rotate_personal(*, now: datetime, actor: Actor) -> int:
    """Begin a new key for personal values; its number. What is sealed already stays under its old key."""
    crypto.encrypt(b"")  # the first key is there
    number = len(crypto.key_files("personal", ".key")) + 1
    crypto.begin(f"personal-{number}.key", secrets.token_bytes(32))
    crypto.look_again()
    facts.record("keys", PERSONAL, "rotated", at=now, actor=actor, data={"number": number})
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
