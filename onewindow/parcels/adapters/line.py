"""The line to a carrier: JSON over HTTP, each way with a keyed hash over instant and body.

Headers: ``X-Timestamp`` (seconds since 1970) and ``X-Signature``, the HMAC-SHA-256 (hex) of ``<timestamp>.<body>``.
"""

from __future__ import annotations

import hmac
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, TypeVar

import msgspec

from onewindow.kernel.errors import N_, Away, NotAllowed

SECONDS = 8
LARGEST = 256 * 1024
OLDEST = 300  # seconds that a signed message may be old
T = TypeVar("T")


class Rejected(Exception):
    """The carrier does not take it; the message is its own word for why."""


class Place(msgspec.Struct, frozen=True):
    """Where a carrier answers, and the key that both sides know."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f"Place({self.url})"


def signed(key: str, body: bytes, *, at: int) -> str:
    """The signature of a message."""
    return hmac.digest(key.encode(), b"%d." % at + body, "sha256").hex()


def require_signed(key: str, body: bytes, *, timestamp: str, signature: str) -> None:
    """Raise ``NotAllowed`` for a message that the carrier did not sign in the last five minutes."""
    at = int(timestamp) if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 else 0
    is_right = hmac.compare_digest(signed(key, body, at=at).encode(), signature.encode(errors="replace"))
    if not key or not is_right or abs(time.time() - at) > OLDEST:
        raise NotAllowed("bad-signature", N_("签名不对，或者已经过期。"))


def ask(place: Place, path: str, body: dict[str, Any] | None, kind: type[T]) -> T:
    """POST ``body`` (GET without one). Raises ``Rejected`` (4xx), ``Away``."""
    content = b"" if body is None else msgspec.json.encode(body)
    at = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": str(at),
        "X-Signature": signed(place.key, content, at=at),
    }
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        place.url.rstrip("/") + path, content or None, headers, method="GET" if body is None else "POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return msgspec.json.decode(answer.read(LARGEST), type=kind)
    except urllib.error.HTTPError as error:
        if 400 <= error.code < 500 and error.code not in (408, 429):
            raise Rejected(_why(error)) from None
        raise _away() from None
    except (OSError, HTTPException, msgspec.DecodeError):
        raise _away() from None  # what went wrong may hold the address that was sent


class _Problem(msgspec.Struct):
    message: str = ""


def _why(error: urllib.error.HTTPError) -> str:
    try:
        told = msgspec.json.decode(error.read(4096), type=_Problem).message
    except (msgspec.DecodeError, OSError):
        told = ""
    return told[:100] or f"HTTP {error.code}"


def _away() -> Away:
    return Away("carrier-away", N_("投递服务暂时没有回应，稍后会再试。"), retry_after=60)
