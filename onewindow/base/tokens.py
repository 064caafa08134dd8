"""Tokens: issued at log-in, kept as digests, and turned back into an actor without a statement when warm."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from onewindow.base import clock, crypto, generations
from onewindow.base.clock import real_now
from onewindow.base.models import Account, Token
from onewindow.kernel.actor import Actor

LIVES = {"api": timedelta(hours=12), "page": timedelta(hours=12)}
IDLES = {"api": timedelta(hours=8), "page": timedelta(minutes=30)}
SEEN_EVERY = timedelta(seconds=60)
KEPT = timedelta(days=180)
_MOST = 20_000


class Login(NamedTuple):
    """What a log-in gives: the secret (told once), when it ends, and whose it is."""

    token: str
    expires_at: datetime
    account: Account


class Session(NamedTuple):
    """A living token: who it speaks for, for what it was issued, and whether the password must be changed."""

    actor: Actor
    purpose: str
    expires_at: datetime
    must_change: bool


class _Entry:
    """A token as this process knows it; ``seen_at`` moves in memory and is written once a minute."""

    __slots__ = ("expires_at", "idle", "seen_at", "session", "stale_at", "written_at")

    def __init__(self, session: Session, *, seen_at: datetime, idle: timedelta, stale_at: datetime) -> None:
        self.session = session
        self.expires_at = session.expires_at
        self.idle = idle
        self.seen_at = self.written_at = seen_at
        self.stale_at = stale_at

    def is_living(self, now: datetime) -> bool:
        return now < self.expires_at and now - self.seen_at < self.idle


def _nobody(account: Account) -> Actor:
    """Until wiring names a builder an account may do nothing."""
    return Actor(account_id=account.id, username=account.username, name=account.name)


builder: Callable[[Account], Actor] = _nobody
_entries: dict[bytes, _Entry] = {}
_version: Hashable = None
_lock = threading.Lock()


def build_actor(account: Account) -> Actor:
    """What the account may do today, from org or people."""
    return builder(account)


def issue(account: Account, *, purpose: str, now: datetime) -> Login:
    """Make a token of ``purpose`` "api" (12 h, idle 8 h) or "page" (12 h, idle 30 min)."""
    secret = secrets.token_urlsafe(32)
    expires_at = now + LIVES[purpose]
    Token.objects.create(
        digest=crypto.token_digest(secret),
        account=account,
        purpose=purpose,
        issued_at=now,
        expires_at=expires_at,
        seen_at=now,
        idle_seconds=int(IDLES[purpose].total_seconds()),
    )
    return Login(secret, expires_at, account)


def actor_of(token: str) -> Actor | None:
    """Who acts with this token; None when it is unknown, ended, or idle for too long.

    A token whose password must first be changed acts for nobody: see ``session_of``.
    """
    session = session_of(token)
    return session.actor if session and not session.must_change else None


def session_of(token: str) -> Session | None:
    """The living session of a token, None when there is none. No statement while it is warm."""
    if not token.isascii() or len(token) > 200:
        return None
    digest = crypto.token_digest(token)
    now = real_now()
    entry = _cached(digest, now) or _load(digest, now)
    if entry is None:
        return None
    entry.seen_at = now
    if now - entry.written_at >= SEEN_EVERY:
        _write_seen(digest, entry, now)
    return entry.session


def logout(token: str) -> bool:
    """End a token; False when it was not alive."""
    if not token.isascii():
        return False
    digest = crypto.token_digest(token)
    ended = Token.objects.filter(digest=digest, revoked_at=None).update(revoked_at=real_now())
    generations.touch("tokens")
    return bool(ended)


def revoke_all(account_id: int) -> int:
    """End every token of an account; returns how many."""
    ended = Token.objects.filter(account=account_id, revoked_at=None).update(revoked_at=real_now())
    generations.touch("tokens")
    return ended


def prune(*, now: datetime) -> int:
    """Delete tokens that ended more than 180 days ago (run daily by the worker); returns how many."""
    deleted, _ = Token.objects.filter(expires_at__lt=now - KEPT).delete()
    return deleted


def _cached(digest: bytes, now: datetime) -> _Entry | None:
    _flush_when_stale()
    entry = _entries.get(digest)
    # Another process may have seen the token since: an entry that looks idle is asked for again. At the end
    # of the business day too, because duties and mandates hold by the day.
    if entry is None or now >= entry.stale_at or not entry.is_living(now):
        return None
    return entry


def _flush_when_stale() -> None:
    global _version
    version = generations.versions("tokens", "org", "clock")
    if version != _version:
        with _lock:
            _entries.clear()
            _version = version


_LOAD = """
SELECT t.purpose, t.expires_at, t.seen_at, t.idle_seconds, a.id, a.username, a.name, a.kind, a.email,
  a.must_change_password
FROM base_token t JOIN base_account a ON a.id = t.account_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.purpose IN ('api', 'page') AND a.is_active
"""


def _load(digest: bytes, now: datetime) -> _Entry | None:
    version = _version  # read before the rows: a flush in between must not let an old row in
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    purpose, expires_at, seen_at, idle_seconds, account_id, username, name, kind, email, must_change = row
    account = Account(id=account_id, username=username, name=name, kind=kind, email=email)
    session = Session(builder(account), purpose, expires_at, must_change)
    business = clock.now()
    stale_at = now + (clock.start_of(business.date() + timedelta(days=1)) - business)
    entry = _Entry(session, seen_at=seen_at, idle=timedelta(seconds=idle_seconds), stale_at=stale_at)
    if not entry.is_living(now):
        return None
    with _lock:
        if version == _version:
            if len(_entries) >= _MOST:
                _entries.clear()
            _entries[digest] = entry
    return entry


def _write_seen(digest: bytes, entry: _Entry, now: datetime) -> None:
    entry.written_at = now
    Token.objects.filter(digest=digest, seen_at__lt=now).update(seen_at=now)
