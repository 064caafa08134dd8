"""Codes of authenticator apps by RFC 6238: six digits, thirty seconds, one step of grace, each step once."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from onewindow.base import crypto
from onewindow.base.models import Factor
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid

ISSUER = "OneWindow"
STEP = 30
GRACE = 1  # steps before and after: clocks of telephones differ
SET_UP = timedelta(minutes=15)


class Offer(msgspec.Struct, frozen=True):
    """A secret on its way into an app: to be scanned (``uri``), typed (``text``), given back (``sealed``)."""

    uri: str
    text: str
    sealed: str


def offer(actor: Actor, *, now: datetime) -> Offer:
    """A fresh secret. Nothing is kept until a code proves that the app has it."""
    secret = secrets.token_bytes(20)
    until = int((now + SET_UP).timestamp()).to_bytes(8, "big")
    sealed = crypto.encrypt(until + secret, bound_to=_bound(actor.account_id))
    return _offer(actor, secret, urlsafe_b64encode(sealed).decode())


def again(actor: Actor, sealed: str, *, now: datetime) -> Offer:
    """The same offer once more, after a wrong code; raises ``Invalid`` when it has run out."""
    return _offer(actor, _opened(actor, sealed, now), sealed)


def proven(actor: Actor, sealed: str, code: str, *, now: datetime) -> tuple[bytes, int]:
    """The secret as it is kept and the step of the first code; ``Invalid`` when the code is wrong."""
    secret = _opened(actor, sealed, now)
    step = _step_of(secret, code, after=0, now=now)
    if step is None:
        message = N_("验证码不对，请核对手机时间后再输一次")
        raise Invalid("wrong-code", message, fields=[FieldError("code", "wrong", message)])
    return crypto.encrypt(secret, bound_to=_bound(actor.account_id)), step


def take(account_id: int, code: str, *, now: datetime) -> bool:
    """Whether one of the account's apps shows this code now; the same code is never taken twice."""
    for factor in Factor.objects.filter(account=account_id, kind="totp", removed_at=None):
        secret = crypto.decrypt(bytes(factor.secret), bound_to=_bound(account_id))
        step = _step_of(secret, code, after=factor.counter, now=now)
        # Two who bring the same code at once: the database lets one through.
        rows = Factor.objects.filter(pk=factor.pk, counter__lt=step or 0)
        if step is not None and rows.update(counter=step, used_at=now):
            return True
    return False


def _step_of(secret: bytes, code: str, *, after: int, now: datetime) -> int | None:
    """The step whose code this is, None when it is of no step nearby or not after the last one taken."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    here, found = int(now.timestamp()) // STEP, None
    for step in range(here - GRACE, here + GRACE + 1):
        right = _codes(secret).generate(step * STEP)
        if hmac.compare_digest(right, digits.encode()) and step > after:
            found = step
    return found


def _offer(actor: Actor, secret: bytes, sealed: str) -> Offer:
    uri = _codes(secret).get_provisioning_uri(actor.username, ISSUER)
    text = b32encode(secret).decode()
    grouped = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    return Offer(uri, grouped, sealed)


def _codes(secret: bytes) -> TOTP:
    # HMAC with SHA-1 is what RFC 6238 takes by default and the one that every app knows.
    return TOTP(secret, 6, SHA1(), STEP)  # noqa: S303


def _opened(actor: Actor, sealed: str, now: datetime) -> bytes:
    try:
        plain = crypto.decrypt(urlsafe_b64decode(sealed.encode()), bound_to=_bound(actor.account_id))
    except (ValueError, InvalidTag):
        plain = b""
    if len(plain) != 28 or int.from_bytes(plain[:8], "big") < now.timestamp():
        raise Invalid("offer-ended", N_("这个二维码已过期，请重新开始。"))
    return plain[8:]


def _bound(account_id: int) -> bytes:
    return f"totp:{account_id}".encode()
