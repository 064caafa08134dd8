"""The verification code that stands on a paper: easy to read out, hard to guess."""

from __future__ import annotations

import hmac
import os

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH = 10
_PAIRS = tuple(one + other for one in ALPHABET for other in ALPHABET)
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new() -> str:
    """50 random bits."""
    number = int.from_bytes(os.urandom(7))
    return (
        _PAIRS[number & 1023]
        + _PAIRS[number >> 10 & 1023]
        + _PAIRS[number >> 20 & 1023]
        + _PAIRS[number >> 30 & 1023]
        + _PAIRS[number >> 40 & 1023]
    )


def printed(code: str) -> str:
    """In two groups, as it stands on the paper."""
    return f"{code[:5]}-{code[5:]}"


def is_same(code: str, typed: str) -> bool:
    """Compare what somebody typed, forgiving case, dashes and misread letters; in constant time."""
    plain = typed.strip().upper().translate(_MISREAD)
    return hmac.compare_digest(plain.encode("utf-8", "replace"), code.encode())
