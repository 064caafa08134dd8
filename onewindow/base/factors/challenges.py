"""Challenges for passkeys: signed instead of stored, good for five minutes, for one purpose, once."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from onewindow.base import crypto
from onewindow.base.models import SpentChallenge
from onewindow.kernel.errors import N_, Unidentified

LIFE = timedelta(minutes=5)
_RANDOM, _TIME, _MAC = 16, 8, 16


def make(purpose: str, account_id: int, *, now: datetime) -> bytes:
    """A fresh challenge for "register" or "login"; ``account_id`` 0 when nobody is known yet."""
    until = int((now + LIFE).timestamp()).to_bytes(_TIME, "big")
    body = secrets.token_bytes(_RANDOM) + until
    return body + _macs(purpose, account_id, body)[0]


def spend(challenge: bytes, purpose: str, account_id: int, *, now: datetime) -> None:
    """Take a challenge back, once; raises ``Unidentified`` when it is not ours, has ended or was spent."""
    body, mac = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
    is_ours = any(secrets.compare_digest(mac, one) for one in _macs(purpose, account_id, body))
    until = int.from_bytes(body[_RANDOM:], "big")
    if not is_ours or until < now.timestamp() or not _is_first(challenge, until):
        raise Unidentified("challenge-ended", N_("这次验证已过期，请再试一次。"))


def _is_first(challenge: bytes, until: int) -> bool:
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(
                # Under the oldest key, so that a new one lets nothing be spent twice.
                digest=crypto.factor_digests("spent", challenge)[-1],
                expires_at=datetime.fromtimestamp(until, UTC),
            )
    except IntegrityError:
        return False
    return True


def _macs(purpose: str, account_id: int, body: bytes) -> list[bytes]:
    """Under each key, the newest first."""
    return [one[:_MAC] for one in crypto.factor_digests(f"challenge:{purpose}:{account_id}", body)]
