"""Recovery codes: ten at a time, each good once, kept as keyed hashes."""

from __future__ import annotations

import secrets
from datetime import datetime

from onewindow.base import crypto
from onewindow.base.models import RecoveryCode

COUNT = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
# 24 of 31 characters are 118 bits, so that a plain keyed hash is enough (ASVS 5.0, 6.5.2).
_GROUPS, _LENGTH = 6, 4


def renew(account_id: int) -> list[str]:
    """Ten new codes in place of all old ones, told here once."""
    codes = [_code() for _ in range(COUNT)]
    RecoveryCode.objects.filter(account=account_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account_id, digest=_digests(account_id, code)[0]) for code in codes
    )
    return codes


def take(account_id: int, code: str, *, now: datetime) -> bool:
    """Spend a code; False when it is none of this account's or has been used."""
    rows = RecoveryCode.objects.filter(
        account=account_id, digest__in=_digests(account_id, code), used_at=None
    )
    return bool(rows.update(used_at=now))


def left(account_id: int) -> int:
    """How many codes are still good."""
    return RecoveryCode.objects.filter(account=account_id, used_at=None).count()


def _code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(_GROUPS))


def _digests(account_id: int, code: str) -> tuple[bytes, ...]:
    """Under each key, the newest first."""
    plain = "".join(char for char in code.lower() if char in _ALPHABET)
    return crypto.factor_digests("recovery", f"{account_id}:{plain}".encode())
