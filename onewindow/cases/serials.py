"""Serials of cases, taken from a sequence in blocks: no process waits for another."""

from __future__ import annotations

import os
import threading

from django.db import connection

BLOCK = 50  # the sequence's increment
_LOCK = threading.Lock()
_free: list[int] = []
_owner = 0

# Without 0, 1, I, L, O and U: read aloud and copied by hand without doubt.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(one + other for one in _ALPHABET for other in _ALPHABET)


def take() -> int:
    """The next serial; one statement in fifty."""
    global _owner
    with _LOCK:
        if _owner != os.getpid():  # a forked process must not use its parent's block
            _free.clear()
            _owner = os.getpid()
        if not _free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('cases_serial')")
                first = int(cursor.fetchone()[0])
            _free.extend(range(first + BLOCK - 1, first - 1, -1))
        return _free.pop()


def forget() -> None:
    """Throw the block away (a test database starts anew)."""
    with _LOCK:
        _free.clear()


def query_code() -> str:
    """Eight characters by which an applicant may follow the case without an account."""
    # 96 random bits for 39: what the division leaves uneven is one in 10^17.
    number, found = int.from_bytes(os.urandom(12)), ""
    for _ in range(4):
        number, place = divmod(number, len(_PAIRS))
        found += _PAIRS[place]
    return found
