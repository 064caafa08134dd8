"""Where an account is logged in: the list for its owner and for security, and ending one or all of them."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from onewindow.base import crypto, facts, generations, tokens
from onewindow.base.models import Account, Token
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound


class SessionLine(msgspec.Struct, frozen=True):
    """One log-in: ``key`` names it, ``address`` is masked, ``purpose`` "page" or "api"."""

    key: str
    purpose: str
    device: str
    address: str
    issued_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool


def of(account_id: int, *, token: str = "") -> list[SessionLine]:
    """The log-ins that live now, the last used first; ``token`` marks the asker's own."""
    now, this = tokens.real_now(), crypto.token_digest(token)
    rows = Token.objects.filter(account=account_id, revoked_at=None, expires_at__gt=now).exclude(
        purpose="step"
    )
    return [
        SessionLine(
            key=_key(row),
            purpose=row.purpose,
            device=row.device,
            address=row.address,
            issued_at=row.issued_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            is_this=bytes(row.digest) == this,
        )
        for row in rows.order_by("-seen_at")
        if (now - row.seen_at).total_seconds() < row.idle_seconds
    ]


def end(actor: Actor, key: str, *, now: datetime) -> None:
    """End one of one's own log-ins; every process knows it with its next request."""
    _end(actor.account_id, key, by=actor, now=now)


def end_others(actor: Actor, token: str, *, now: datetime) -> int:
    """End all of one's own log-ins but this; returns how many."""
    with transaction.atomic():
        count = tokens.revoke_all(actor.account_id, but=token)
        _record(actor.account_id, count, by=actor, now=now)
    return count


def end_of(actor: Actor, username: str, *, now: datetime, key: str = "") -> int:
    """End a log-in of somebody else, or all of them: for the security administrator; returns how many."""
    if not actor.has("secadmin", "system"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以结束别人的登录"))
    account_id = Account.objects.filter(username=username).values_list("id", flat=True).first()
    if account_id is None:
        raise NotFound("no-account", N_("没有这个账号"))
    if key:
        _end(account_id, key, by=actor, now=now)
        return 1
    with transaction.atomic():
        count = tokens.revoke_all(account_id)
        _record(account_id, count, by=actor, now=now)
    return count


def _end(account_id: int, key: str, *, by: Actor, now: datetime) -> None:
    digests = [
        row.digest
        for row in Token.objects.filter(account=account_id, revoked_at=None)
        if _key(row) == key and row.purpose != "step"
    ]
    if not digests:
        raise NotFound("no-session", N_("这个登录已经结束。"))
    with transaction.atomic():
        Token.objects.filter(digest__in=digests).update(revoked_at=tokens.real_now())
        generations.touch("tokens")
        _record(account_id, 1, by=by, now=now)


def _record(account_id: int, count: int, *, by: Actor, now: datetime) -> None:
    facts.record("account", account_id, "sessions-ended", at=now, actor=by, data={"count": count})


def _key(row: Token) -> str:
    """Part of the digest: names the log-in and opens nothing."""
    return bytes(row.digest).hex()[:24]
