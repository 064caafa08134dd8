"""Throttling of log-ins: failures are counted per user name and per address, successes never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F

from onewindow.base.models import Account, LoginFailure
from onewindow.kernel.errors import N_, TooFast

WINDOW = timedelta(minutes=15)  # of guesses and deeds; that of log-ins is a setting
PER_ADDRESS = 200  # a whole hall may sit behind one address
KEPT = timedelta(days=180)

# The n-th newest failure within the window tells both whether somebody is locked out and until when. A name
# that nobody has is locked like any other, so that a lock does not tell who is there. Failures before the
# last success of the account no longer count for it.
_SQL = """
SELECT
  (SELECT f.at FROM base_loginfailure f
    WHERE f.username = %(username)s AND NOT f.is_lifted AND f.at > greatest(%(since)s,
      (SELECT a.last_login_at FROM base_account a WHERE a.username = %(username)s))
    ORDER BY f.at DESC OFFSET %(account_limit)s - 1 LIMIT 1),
  (SELECT f.at FROM base_loginfailure f
    WHERE f.address = %(address)s AND NOT f.is_lifted AND f.at > %(since)s
    ORDER BY f.at DESC OFFSET %(address_limit)s - 1 LIMIT 1)
"""


def per_account() -> int:
    """Failures of one name after which it is locked (GB/T 22239-2019, 8.1.4.1 b; handbook 9: five)."""
    found: int = settings.ONEWINDOW_LOGIN_FAILURES
    return found


def lock_time() -> timedelta:
    """How long failures count, and so how long a lock lasts."""
    return timedelta(minutes=settings.ONEWINDOW_LOGIN_LOCK_MINUTES)


def refuse_if_locked(username: str, address: str, *, now: datetime) -> None:
    """Raise ``TooFast`` while the name or the address has failed too often within the time of the lock.

    Guesses that run at the same moment may overshoot by the number of web threads, not more.
    """
    values: dict[str, Any] = {
        "username": username,
        "address": address,
        "since": now - lock_time(),
        "account_limit": per_account(),
        "address_limit": PER_ADDRESS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        decisive = [at for at in cursor.fetchone() if at is not None]
    if decisive:
        seconds = int((max(decisive) + lock_time() - now).total_seconds()) + 1
        raise TooFast("too-many-failures", N_("登录失败次数过多，请稍后再试"), retry_after=seconds)


def note_failure(
    username: str, address: str, *, account: Account | None, now: datetime, kind: str = "password"
) -> None:
    """Count a wrong password, code or passkey; the account shows how often and until when it is locked."""
    LoginFailure.objects.create(username=username, address=address, at=now, kind=kind)
    if account is None:
        return
    since = max(now - lock_time(), account.last_login_at or now - lock_time())
    recent = LoginFailure.objects.filter(username=username, is_lifted=False, at__gt=since).count()
    until = now + lock_time() if recent >= per_account() else None
    Account.objects.filter(pk=account.pk).update(failed_logins=F("failed_logins") + 1, locked_until=until)


def lift(account: Account) -> None:
    """Count the failures of an account no more: its password has just been reset. The record keeps them."""
    LoginFailure.objects.filter(username=account.username).update(is_lifted=True)
    Account.objects.filter(pk=account.pk).update(failed_logins=0, locked_until=None)


def prune(*, now: datetime) -> int:
    """Delete failures older than 180 days (run daily by the worker); returns how many."""
    deleted, _ = LoginFailure.objects.filter(at__lt=now - KEPT).delete()
    return deleted


GUESSES = 5  # wrong checks of one number before it is locked for the window
DEEDS = 20  # of one kind by one account or from one address, behind which a hall may sit


def refuse_if_guessed(what: str, *, now: datetime) -> None:
    """Raise ``TooFast`` after five wrong guesses at ``what`` within 15 minutes, whoever guessed."""
    _refuse_beyond(what, GUESSES, "too-many-guesses", N_("核对错误次数过多，请稍后再试"), now)


def refuse_if_flooding(what: str, *, now: datetime) -> None:
    """Raise ``TooFast`` after twenty deeds ``what`` within 15 minutes; each is counted by ``note_guess``."""
    _refuse_beyond(what, DEEDS, "too-many-at-once", N_("提交得太频繁，请稍后再试。"), now)


def _refuse_beyond(what: str, most: int, code: str, message: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at FROM base_loginfailure WHERE username = %s AND at > %s ORDER BY at DESC OFFSET %s LIMIT 1",
            [what, now - WINDOW, most - 1],
        )
        row = cursor.fetchone()
    if row is not None:
        seconds = int((row[0] + WINDOW - now).total_seconds()) + 1
        raise TooFast(code, message, retry_after=seconds)


def note_guess(what: str, *, now: datetime) -> None:
    """Count a wrong guess; one statement."""
    LoginFailure.objects.create(username=what, address="", at=now, kind="guess")
