"""Keys of the instance and what they do: encrypt personal values, keyed search hashes, signatures."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

SIGNING = "ledger-ed25519"


def encrypt(plain: bytes, *, bound_to: bytes = b"") -> bytes:
    """AES-256-GCM; ``bound_to`` must be given again to decrypt. Nonce stands before the text."""
    nonce = os.urandom(12)
    return nonce + _ciphers(_keys_dir())[0].encrypt(nonce, plain, bound_to)


def decrypt(sealed: bytes, *, bound_to: bytes = b"") -> bytes:
    """The inverse of ``encrypt``, also under earlier keys; ``cryptography.exceptions.InvalidTag`` when changed."""
    folder = _keys_dir()
    known = _ciphers(folder)
    for cipher in known:
        try:
            return cipher.decrypt(sealed[:12], sealed[12:], bound_to)
        except InvalidTag:
            continue
    if len(key_files("personal", ".key")) > len(known):  # another process has begun a new one
        _ciphers.cache_clear()
        return decrypt(sealed, bound_to=bound_to)
    raise InvalidTag


def search_hash(kind: str, value: str) -> bytes:
    """16 bytes by which an encrypted value can be found: keyed, so a list of ids does not help a thief.

    Made under the newest key; who looks for a value asks for ``search_hashes``.
    """
    return _search_hash(_search_keys(_keys_dir())[0], kind, value)


def search_hashes(kind: str, value: str) -> tuple[bytes, ...]:
    """The hashes of a value under every key, newest first: what was kept may carry any of them."""
    return tuple(_search_hash(key, kind, value) for key in _search_keys(_keys_dir()))


def lasting_hash(kind: str, value: str) -> bytes:
    """The hash under the first key: for names and references that must stay the same when the key is changed."""
    return _search_hash(_search_keys(_keys_dir())[-1], kind, value)


def has_one_search_key() -> bool:
    """Whether the key of search hashes was never changed, so that a stored hash is the only one."""
    return len(_search_keys(_keys_dir())) == 1


def _search_hash(key: bytes, kind: str, value: str) -> bytes:
    text = f"{kind}\x00{value.strip().upper()}".encode()
    return hmac.digest(key, text, "sha256")[:16]


def subject_hash(id_type: str, id_number: str) -> bytes:
    """The search hash of an applicant: the one key by which a person's or firm's cases are found."""
    return search_hash(f"id:{id_type}", id_number)


def subject_hashes(id_type: str, id_number: str) -> tuple[bytes, ...]:
    """The same under every key, newest first."""
    return search_hashes(f"id:{id_type}", id_number)


def fact_salt(content: bytes) -> bytes:
    """The salt of a fact: 16 bytes that only the holder of the ledger secret could have made.

    HMAC-SHA-256 by copies of the two primed halves: every fact is salted once and checked again when it is
    numbered and verified, and setting the key up anew costs as much as the rest.
    """
    return _salted(_ledger_keys(_keys_dir())[0], content)


def is_fact_salt(salt: bytes, content: bytes, *, fact_id: int) -> bool:
    """Whether this platform made the salt, under its newest key or an earlier one that holds for this fact."""
    folder = _keys_dir()
    known = _ledger_keys(folder)
    for key in known:
        if (key.until is None or fact_id <= key.until) and hmac.compare_digest(_salted(key, content), salt):
            return True
    if len(key_files("ledger", ".key")) > len(known):  # another process has begun a new one
        _ledger_keys.cache_clear()
        return is_fact_salt(salt, content, fact_id=fact_id)
    return False


def _salted(key: _LedgerKey, content: bytes) -> bytes:
    inner, outer = key.inner.copy(), key.outer.copy()
    inner.update(content)
    outer.update(inner.digest())
    return outer.digest()[:16]


def factor_digests(purpose: str, content: bytes) -> tuple[bytes, ...]:
    """Keyed hashes for what second factors keep or hand out (recovery codes, challenges), newest key first.

    What is made takes the first; what is checked may be any of them.
    """
    told = purpose.encode() + b"\0" + content
    return tuple(hmac.digest(key, told, "sha256") for key in _secrets(_keys_dir(), "factors"))


def token_digest(token: str) -> bytes:
    """What is kept of a token instead of the token."""
    return hashlib.sha256(token.encode()).digest()


def signing_key() -> Ed25519PrivateKey:
    """The newest Ed25519 key for tree heads; the first is made at first use, kept outside the database."""
    return signing_keys()[-1]


def signing_keys() -> tuple[Ed25519PrivateKey, ...]:
    """All keys that ever signed tree heads, oldest first."""
    if not key_files(SIGNING, ".pem"):
        _write_once(Path(_keys_dir()) / f"{SIGNING}.pem", new_signing_pem())
    return tuple(_signing_key(str(path)) for path in key_files(SIGNING, ".pem"))


def new_signing_pem() -> bytes:
    """A fresh key for tree heads, as it is kept."""
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return Ed25519PrivateKey.generate().private_bytes(pem, form, serialization.NoEncryption())


@lru_cache(maxsize=32)
def _signing_key(path: str) -> Ed25519PrivateKey:
    loaded = serialization.load_pem_private_key(Path(path).read_bytes(), None)
    assert isinstance(loaded, Ed25519PrivateKey)
    return loaded


def key_files(name: str, suffix: str) -> list[Path]:
    """The files of a key that is changed now and then, oldest first: ``name``, ``name-2``, ``name-3`` …"""
    folder = Path(_keys_dir())
    found = [folder / f"{name}{suffix}"]
    while found[-1].exists():
        found.append(folder / f"{name}-{len(found) + 1}{suffix}")
    return found[:-1]


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """The file ``name`` beside the keys, made at first use; two processes that start at once read the same."""
    path = Path(_keys_dir()) / name
    if not path.exists():
        _write_once(path, make())
    return path.read_bytes()


def kept_names(pattern: str) -> list[str]:
    """Names of the files beside the keys that fit a shell pattern."""
    return [path.name for path in Path(_keys_dir()).glob(pattern)]


@lru_cache(maxsize=4)
def _ciphers(folder: str) -> tuple[AESGCM, ...]:
    """One for each key of personal values, the newest first."""
    _secret_of(folder, "personal")  # makes the first
    return tuple(AESGCM(path.read_bytes()) for path in reversed(key_files("personal", ".key")))


@lru_cache(maxsize=4)
def _search_keys(folder: str) -> tuple[bytes, ...]:
    return _secrets(folder, "search")


class _LedgerKey(NamedTuple):
    """SHA-256 with the inner and with the outer pad of a secret taken in (RFC 2104), and the last fact it holds for."""

    inner: hashlib._Hash
    outer: hashlib._Hash
    until: int | None


@lru_cache(maxsize=4)
def _ledger_keys(folder: str) -> tuple[_LedgerKey, ...]:
    """One for each key of salts, the newest first; a retired one holds up to the fact that its ``.until`` names."""
    secrets_ = _secrets(folder, "ledger")
    ends = [path.with_suffix(".until") for path in reversed(key_files("ledger", ".key"))]
    return tuple(_ledger_key(key, end) for key, end in zip(secrets_, ends, strict=True))


def _ledger_key(secret: bytes, end: Path) -> _LedgerKey:
    key = secret.ljust(64, b"\0")
    halves = [hashlib.sha256(bytes(one ^ pad for one in key)) for pad in (0x36, 0x5C)]
    return _LedgerKey(halves[0], halves[1], int(end.read_text("ascii")) if end.exists() else None)


def _secrets(folder: str, name: str) -> tuple[bytes, ...]:
    """All keys of a name, the newest first; the first is made at first use."""
    _secret_of(folder, name)
    return tuple(path.read_bytes() for path in reversed(key_files(name, ".key")))


@lru_cache(maxsize=16)
def _secret_of(folder: str, name: str) -> bytes:
    path = Path(folder) / f"{name}.key"
    if not path.exists():
        _write_once(path, secrets.token_bytes(32))
    return path.read_bytes()


def look_again() -> None:
    """Seal, salt and hash under the newest keys from now on, in this process."""
    _ciphers.cache_clear()
    _ledger_keys.cache_clear()
    _search_keys.cache_clear()


def begin(name: str, content: bytes) -> None:
    """Keep ``content`` as the file ``name`` beside the keys, once."""
    _write_once(Path(_keys_dir()) / name, content)


def _write_once(path: Path, content: bytes) -> None:
    """Two processes may start at once: the first to link its file wins, both read the same."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _keys_dir() -> str:
    return str(settings.ONEWINDOW_KEYS_DIR)
