"""Passkeys (WebAuthn): registered and asked with user verification, so that one is two factors in itself."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import msgspec

from onewindow.base.factors import challenges
from onewindow.base.models import Account, Factor
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, Unidentified

LONGEST = 20_000
NAME = "一窗 OneWindow"
_ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256: those that the library checks


class Site(msgspec.Struct, frozen=True):
    """Where a passkey holds: the host name without its port, and the origin as the browser tells it."""

    host: str
    origin: str

    @property
    def is_fit(self) -> bool:
        """WebAuthn knows host names only, no bare addresses."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return bool(self.host)
        return False


class Registered(msgspec.Struct, frozen=True):
    """What is kept of a new passkey."""

    credential: bytes
    public_key: bytes
    counter: int


def offer(actor: Actor, *, site: Site, now: datetime) -> str:
    """What the browser is asked for to make a passkey, as JSON (WebAuthn level 2, 5.4)."""
    options = {
        "rp": {"id": site.host, "name": NAME},
        "user": {
            "id": _text(str(actor.account_id).encode()),
            "name": actor.username,
            "displayName": actor.username,
        },
        "challenge": _text(challenges.make("register", actor.account_id, now=now)),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in _ALGORITHMS],
        "excludeCredentials": _known(actor.account_id),
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
        "attestation": "none",
    }
    return json.dumps(options)


def proven(actor: Actor, answer: str, *, site: Site, now: datetime) -> Registered:
    """Check the browser's answer to ``offer``; ``Invalid`` when it does not hold."""
    from webauthn import verify_registration_response

    credential, challenge = _read(answer)
    challenges.spend(challenge, "register", actor.account_id, now=now)
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _faults() as error:
        raise Invalid("wrong-passkey", N_("没有收到可用的通行密钥，请再试一次。")) from error
    if Factor.objects.filter(credential=found.credential_id).exists():
        raise Invalid("known-passkey", N_("这个通行密钥已经登记过。"))
    return Registered(found.credential_id, found.credential_public_key, found.sign_count)


def question(account_id: int, *, site: Site, now: datetime) -> str:
    """What the browser is asked for at log-in, as JSON (5.5); ``account_id`` 0 when nobody is known yet."""
    options = {
        "rpId": site.host,
        "challenge": _text(challenges.make("login", account_id, now=now)),
        "allowCredentials": _known(account_id),
        "userVerification": "required",
    }
    return json.dumps(options)


def take(account_id: int, answer: str, *, site: Site, now: datetime) -> Account:
    """Whose passkey has answered ``question``; raises ``Unidentified`` when the answer does not hold."""
    from webauthn import verify_authentication_response

    credential, challenge = _read(answer)
    challenges.spend(challenge, "login", account_id, now=now)
    factor = _factor_of(credential, account_id)
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(factor.secret),
            credential_current_sign_count=factor.counter,
            require_user_verification=True,
        )
    except _faults() as error:
        raise _wrong() from error
    rows = Factor.objects.filter(pk=factor.pk, counter=factor.counter, removed_at=None)
    if not rows.update(counter=found.new_sign_count, used_at=now):
        raise _wrong()
    return factor.account


def _factor_of(credential: dict[str, Any], account_id: int) -> Factor:
    try:
        identity = _bytes(str(credential.get("rawId", "")))
    except ValueError:
        raise _wrong() from None
    rows = Factor.objects.select_related("account").filter(credential=identity, removed_at=None)
    factor = (rows.filter(account=account_id) if account_id else rows).first()
    if factor is None or not factor.account.is_active:
        raise _wrong()
    return factor


def _known(account_id: int) -> list[dict[str, str]]:
    rows = Factor.objects.filter(account=account_id, kind="passkey", removed_at=None)
    return [
        {"type": "public-key", "id": _text(bytes(one))}
        for one in rows.values_list("credential", flat=True)
        if one is not None
    ]


def _text(content: bytes) -> str:
    """Base64url without its padding, as the browser's side has it."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _read(answer: str) -> tuple[dict[str, Any], bytes]:
    """The answer and the challenge that it says it answers."""
    try:
        if len(answer) > LONGEST:
            raise ValueError
        credential = json.loads(answer)
        client = json.loads(_bytes(credential["response"]["clientDataJSON"]))
        return credential, _bytes(client["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _wrong() from None


def _wrong() -> Unidentified:
    return Unidentified("wrong-passkey", N_("没有收到可用的通行密钥，请再试一次。"))


def _faults() -> tuple[type[Exception], ...]:
    """All that the reader of foreign bytes may raise: the library's own and what broken CBOR leads to."""
    from webauthn.helpers.exceptions import WebAuthnException

    return (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)
