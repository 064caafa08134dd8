"""Coming in: password, then the second factor of whoever has one; or a passkey, which is both at once."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onewindow.base import clock, facts, generations, passwords, throttle, tokens
from onewindow.base.factors import passkeys, recovery, store, totp
from onewindow.base.models import Account
from onewindow.base.tokens import Login
from onewindow.kernel.errors import N_, FieldError, Invalid, Unidentified

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class FactorNeeded(Unidentified):
    """The password is right; ``step`` (a token, pages only) leads on to the second factor."""

    def __init__(self, step: str = "") -> None:
        super().__init__("second-factor-required", N_("还需要第二步验证：请提供验证码。"))
        self.step = step


def login(
    username: str, password: str, *, address: str, purpose: str = "api", otp: str = "", device: str = ""
) -> Login:
    """Exchange user name and password for a token: ``(token, expires_at, account)``.

    Who has a second factor gives ``otp`` (a code of the app or a recovery code) or meets ``FactorNeeded``.
    An unknown user, a wrong password and a closed account look and cost the same (``Unidentified``).
    Raises ``TooFast`` after too many failures of this name or from this address. Lives on the real clock.
    """
    name = tidy_username(username)
    now = tokens.real_now()
    counted = name or _printable(username)
    throttle.refuse_if_locked(counted, address, now=now)
    account = Account.objects.filter(username=name).first() if name else None
    if (
        not passwords.matches(password, account.password if account else "")
        or not account
        or not account.is_active
    ):
        throttle.note_failure(counted, address, account=account, now=now)
        raise Unidentified("wrong-credentials", N_("用户名或密码不正确"))
    _renew_hash(account, password)
    factor = ""
    if store.has_any(account.id):
        factor = _second(account, otp, address=address, purpose=purpose, now=now)
    elif purpose == "api" and _must_enrol(account):
        message = N_("您的岗位必须有第二步验证，请先在网页上登录并设置。")
        raise Unidentified("second-factor-not-set-up", message)
    return _in(account, purpose=purpose, address=address, device=device, factor=factor, now=now)


def finish(step: str, otp: str, *, address: str, device: str = "") -> Login:
    """The second step of a page's log-in by a code; raises ``Unidentified`` (``step-ended``) or ``TooFast``."""
    now = tokens.real_now()
    account = owner_of_step(step)
    throttle.refuse_if_locked(account.username, address, now=now)
    factor = _take_code(account, otp, address=address, now=now)
    tokens.logout(step)
    return _in(account, purpose="page", address=address, device=device, factor=factor, now=now)


def by_passkey(answer: str, *, site: passkeys.Site, address: str, device: str = "", step: str = "") -> Login:
    """Log in by a passkey: as the second step, or without any name or password."""
    now = tokens.real_now()
    asked = owner_of_step(step) if step else None
    throttle.refuse_if_locked(asked.username if asked else "", address, now=now)
    try:
        account = passkeys.take(asked.id if asked else 0, answer, site=site, now=now)
    except Unidentified:
        name = asked.username if asked else ""
        throttle.note_failure(name, address, account=asked, now=now, kind="passkey")
        raise
    throttle.refuse_if_locked(account.username, address, now=now)
    if step:
        tokens.logout(step)
    return _in(account, purpose="page", address=address, device=device, factor="passkey", now=now)


def owner_of_step(step: str) -> Account:
    """Who has given the password and not yet the second factor; ``Unidentified`` when that took too long."""
    account = tokens.owner_of_step(step, now=tokens.real_now())
    if account is None:
        raise Unidentified("step-ended", N_("登录超时，请重新输入用户名和密码。"))
    return account


def prove_password(account: Account, password: str, *, field: str, address: str) -> None:
    """Ask for the password again before something grave; wrong guesses are throttled like log-ins."""
    now = tokens.real_now()
    throttle.refuse_if_locked(account.username, address, now=now)
    if not passwords.matches(password, account.password):
        throttle.note_failure(account.username, address, account=account, now=now)
        fault = FieldError(field, "wrong", N_("原密码不正确") if field == "old" else N_("密码不正确"))
        raise Invalid("wrong-password", fault.message, fields=[fault])


def tidy_username(text: str) -> str:
    """The one spelling of a user name; empty when no account can have it."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    return name if _USERNAME.fullmatch(name) else ""


def _printable(text: str) -> str:
    """What can be counted of a name that no account can have."""
    return "".join(char for char in text[:64] if char.isprintable())


def _second(account: Account, otp: str, *, address: str, purpose: str, now: datetime) -> str:
    """A code that came along is taken, and which kind it was; without one the caller is told that it is needed."""
    if otp:
        return _take_code(account, otp, address=address, now=now)
    if purpose == "page":
        raise FactorNeeded(tokens.issue(account, purpose="step", now=now).token)
    raise FactorNeeded


def _must_enrol(account: Account) -> bool:
    is_asked = settings.ONEWINDOW_SECOND_FACTOR != "offered"
    return is_asked and tokens.needs_factor(tokens.build_actor(account))


def _take_code(account: Account, otp: str, *, address: str, now: datetime) -> str:
    """A code of the app ("totp"), else a recovery code ("recovery"); a wrong one counts like a wrong password."""
    if totp.take(account.id, otp, now=now):
        return "totp"
    if len(otp) <= 64 and recovery.take(account.id, otp, now=now):
        actor = tokens.build_actor(account)
        data = {"left": recovery.left(account.id)}
        facts.record("account", account.id, "recovery-code-used", at=clock.now(), actor=actor, data=data)
        return "recovery"
    throttle.note_failure(account.username, address, account=account, now=now, kind="code")
    fault = FieldError("otp", "wrong", N_("验证码不对或已用过"))
    raise Unidentified("second-factor-wrong", fault.message, fields=[fault])


def _in(
    account: Account, *, purpose: str, address: str, device: str, now: datetime, factor: str = ""
) -> Login:
    """Only now the failures before no longer count: a known password alone opens no new guesses."""
    changes: dict[str, Any] = {"failed_logins": 0, "locked_until": None, "last_login_at": now}
    Account.objects.filter(pk=account.pk).update(**changes)
    return tokens.issue(account, purpose=purpose, now=now, device=device, address=address, factor=factor)


def _renew_hash(account: Account, password: str) -> None:
    if passwords.is_outdated(account.password):
        Account.objects.filter(pk=account.pk).update(password=passwords.encode(password))


def set_password(
    account: Account, password: str, *, must_change: bool, by: Any, fact: str, now: datetime
) -> None:
    """Write a password that is known to be good; every log-in of the account ends."""
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(
            password=passwords.encode(password),
            must_change_password=must_change,
            password_set_at=tokens.real_now(),
        )
        tokens.revoke_all(account.id)
        facts.record("account", account.id, fact, at=now, actor=by, data={})
    generations.touch("tokens")
