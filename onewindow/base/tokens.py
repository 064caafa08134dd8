"""Tokens: issued at log-in, kept as digests, and turned back into an actor without a statement when warm."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from onewindow.base import clock, crypto, generations, passwords
from onewindow.base.clock import real_now
from onewindow.base.models import Account, Token
from onewindow.kernel import masking
from onewindow.kernel.actor import ADMINISTRATORS, Actor

STEP = timedelta(minutes=10)  # from the password to the second factor
SEEN_EVERY = timedelta(seconds=60)
KEPT = timedelta(days=180)
_MOST = 20_000


class Login(NamedTuple):
    """What a log-in gives: the secret (told once), when it ends, and whose it is."""

    token: str
    expires_at: datetime
    account: Account


class Session(NamedTuple):
    """A living token: who it speaks for, for what it was issued, and what must be done before anything else."""

    actor: Actor
    purpose: str
    expires_at: datetime
    must_change: bool  # the password
    must_enrol: bool = False  # a second factor

    @property
    def is_free(self) -> bool:
        """False as long as the password must be changed or a second factor set up: it acts for nobody."""
        return not self.must_change and not self.must_enrol


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


def needs_factor(actor: Actor) -> bool:
    """Whether this actor may do nothing without a second factor (``ONEWINDOW_SECOND_FACTOR``)."""
    who = settings.ONEWINDOW_SECOND_FACTOR
    return actor.has(*ADMINISTRATORS) if who == "administrators" else who == "staff" and actor.is_staff


def life_of(purpose: str) -> tuple[timedelta, timedelta]:
    """How long a token lives and how long it may rest: "api" 12 h and 8 h, "page" by the settings."""
    if purpose == "step":
        return STEP, STEP
    if purpose == "api":
        return timedelta(hours=12), timedelta(hours=8)
    return (
        timedelta(hours=settings.ONEWINDOW_SESSION_HOURS),
        timedelta(minutes=settings.ONEWINDOW_SESSION_IDLE_MINUTES),
    )


def issue(
    account: Account, *, purpose: str, now: datetime, device: str = "", address: str = "", factor: str = ""
) -> Login:
    """Make a token of ``purpose`` "api", "page" or "step" (password given, second factor not yet).

    ``factor`` tells the second factor that was given: "totp", "recovery", "passkey".
    """
    secret = secrets.token_urlsafe(32)
    life, idle = life_of(purpose)
    expires_at = now + life
    Token.objects.create(
        digest=crypto.token_digest(secret),
        account=account,
        purpose=purpose,
        issued_at=now,
        expires_at=expires_at,
        seen_at=now,
        idle_seconds=int(idle.total_seconds()),
        device=device[:80],
        address=masking.mask_address(address),
        factor=factor,
    )
    return Login(secret, expires_at, account)


def actor_of(token: str) -> Actor | None:
    """Who acts with this token; None when it is unknown, ended, or idle for too long.

    A token whose password must first be changed, or a second factor set up, acts for nobody.
    """
    session = session_of(token)
    return session.actor if session and session.is_free else None


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


def revoke_all(account_id: int, *, but: str = "") -> int:
    """End every token of an account, or every one ``but`` this; returns how many."""
    rows = Token.objects.filter(account=account_id, revoked_at=None)
    if but:
        rows = rows.exclude(digest=crypto.token_digest(but))
    ended = rows.update(revoked_at=real_now())
    generations.touch("tokens")
    return ended


def owner_of_step(token: str, *, now: datetime) -> Account | None:
    """Whose password has just been given with this token of purpose "step"; None when it has ended."""
    if not token.isascii():
        return None
    row = (
        Token.objects.select_related("account")
        .filter(digest=crypto.token_digest(token), purpose="step", revoked_at=None, expires_at__gt=now)
        .first()
    )
    return row.account if row is not None and row.account.is_active else None


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
  a.must_change_password, a.password_set_at,
  EXISTS (SELECT 1 FROM base_factor f WHERE f.account_id = a.id AND f.removed_at IS NULL)
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
    purpose, expires_at, seen_at, idle_seconds, account_id, username, name, kind, email, *state = row
    account = Account(id=account_id, username=username, name=name, kind=kind, email=email)
    session = _session(account, purpose, expires_at, *state, now=now)
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


def _session(
    account: Account,
    purpose: str,
    expires_at: datetime,
    must_change: bool,
    password_set_at: datetime | None,
    has_factor: bool,
    *,
    now: datetime,
) -> Session:
    actor = builder(account)
    is_stale = account.kind == "staff" and passwords.is_stale(password_set_at, now=now)
    return Session(
        actor, purpose, expires_at, must_change or is_stale, not has_factor and needs_factor(actor)
    )


def _write_seen(digest: bytes, entry: _Entry, now: datetime) -> None:
    entry.written_at = now
    Token.objects.filter(digest=digest, seen_at__lt=now).update(seen_at=now)
