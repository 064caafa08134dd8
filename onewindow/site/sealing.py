"""Encrypts backups: one random key a backup, locked by a passphrase or for the holder of a key file.

`seal.json` in the folder holds the locked key. Each file is its salt and then pieces of 1 MiB, each AES-256-GCM
under a key drawn from the backup's key, the salt and the file's name, with a nonce that counts the pieces and
marks the last one: a piece that is bent, missing, moved or of another file does not open (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). Passphrases go through scrypt (RFC 7914); key
files are X25519 (RFC 7748).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from onewindow.kernel.errors import N_, Refusal

LOCK = "seal.json"
FORMAT = "onewindow-sealed-1"
SHORTEST_PASSPHRASE = 12
PIECE = 1 << 20
_TAG, _SALT = 16, 16
_COST = {"n": 2**16, "r": 8, "p": 1}  # 64 MiB, about a quarter of a second


class Secret(msgspec.Struct, frozen=True):
    """What locks or opens a backup: a passphrase, or the PEM of an X25519 key (public to lock, private to open)."""

    passphrase: str = ""
    pem: bytes = b""


class Damaged(Exception):
    """The bytes are not those that were sealed under this name."""


def lock(folder: Path, secret: Secret) -> bytes:
    """Draw the key of a backup and leave it locked in the folder."""
    key = os.urandom(32)
    told, outer = _new_outer(secret)
    told = {"format": FORMAT, **told}
    nonce = os.urandom(12)
    locked = AESGCM(outer).encrypt(nonce, key, _bytes(told))
    told |= {"nonce": nonce.hex(), "locked": locked.hex()}
    (folder / LOCK).write_text(json.dumps(told, indent=1), encoding="ascii")
    return key


def unlock(folder: Path, secret: Secret) -> bytes:
    """The key of a backup; refuses a secret that does not fit, in one sentence."""
    try:
        told: dict[str, Any] = json.loads((folder / LOCK).read_text(encoding="ascii"))
        nonce, locked = bytes.fromhex(told.pop("nonce")), bytes.fromhex(told.pop("locked"))
        if told["format"] != FORMAT:
            raise ValueError
        return AESGCM(_outer(told, secret)).decrypt(nonce, locked, _bytes(told))
    except InvalidTag:
        raise Refusal("wrong-key", N_("口令或私钥不对，打不开这份备份")) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Refusal("damaged-backup", N_("备份已损坏：%(name)s"), params={"name": LOCK}) from None


def seal(plain: Iterable[bytes], into: BinaryIO, *, key: bytes, name: str) -> None:
    """Write ``plain`` sealed as the file ``name``."""
    salt = os.urandom(_SALT)
    cipher = _cipher(key, salt, name)
    into.write(salt)
    waiting, number = b"", 0
    for part in plain:
        waiting += part
        while len(waiting) > PIECE:  # at least a byte stays for the last piece
            into.write(cipher.encrypt(_nonce(number, is_last=False), waiting[:PIECE], None))
            waiting, number = waiting[PIECE:], number + 1
    into.write(cipher.encrypt(_nonce(number, is_last=True), waiting, None))


def unseal(source: BinaryIO, *, key: bytes, name: str) -> Iterator[bytes]:
    """The plain pieces of the file ``name``; raises ``Damaged`` at the first that is not right."""
    cipher = _cipher(key, source.read(_SALT), name)
    number, sealed = 0, source.read(PIECE + _TAG)
    while True:
        following = source.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), sealed, None)
        except (InvalidTag, ValueError):
            raise Damaged(name) from None
        if not following:
            return
        number, sealed = number + 1, following


def make_pair() -> tuple[bytes, bytes]:
    """A new key file and its public half, both PEM."""
    made = X25519PrivateKey.generate()
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, made.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _new_outer(secret: Secret) -> tuple[dict[str, Any], bytes]:
    """How the outer key is come by, as told in the folder, and that key."""
    if not secret.pem:
        told = {"kind": "passphrase", "salt": os.urandom(16).hex(), **_COST}
        return told, _outer(told, secret)
    public = _loaded(secret.pem, is_private=False)
    ours = X25519PrivateKey.generate()
    point = _raw(ours.public_key())
    told = {"kind": "recipient", "ephemeral": point.hex()}
    return told, _agreed(ours.exchange(public), point + _raw(public))


def _outer(told: dict[str, Any], secret: Secret) -> bytes:
    if told["kind"] == "passphrase":
        if not secret.passphrase:
            raise Refusal("sealed-backup", N_("这份备份用口令加密：请用 --passphrase-file 给出口令"))
        cost = {name: int(told[name]) for name in _COST}
        if cost["n"] > 2**20 or cost["r"] > 16 or cost["p"] > 4:
            raise ValueError  # somebody wants this machine's memory
        kdf = Scrypt(salt=bytes.fromhex(told["salt"]), length=32, **cost)
        return kdf.derive(secret.passphrase.encode())
    if not secret.pem:
        raise Refusal("sealed-backup", N_("这份备份用密钥文件加密：请用 --key 给出私钥文件"))
    private = _loaded(secret.pem, is_private=True)
    point = bytes.fromhex(told["ephemeral"])
    shared = private.exchange(X25519PublicKey.from_public_bytes(point))
    return _agreed(shared, point + _raw(private.public_key()))


def _loaded(pem: bytes, *, is_private: bool) -> Any:
    try:
        found: Any = (
            serialization.load_pem_private_key(pem, None)
            if is_private
            else serialization.load_pem_public_key(pem)
        )
    except (ValueError, TypeError):
        found = None
    if not isinstance(found, X25519PrivateKey if is_private else X25519PublicKey):
        raise Refusal("bad-key", N_("密钥文件不对：要 X25519 密钥（PEM），加密用公钥，恢复用私钥"))
    return found


def _agreed(shared: bytes, points: bytes) -> bytes:
    return HKDF(SHA256(), 32, points, FORMAT.encode() + b" recipient").derive(shared)


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, FORMAT.encode() + b" file " + name.encode()).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])


def _raw(key: X25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _bytes(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True).encode()
