"""Accounts: who may come in, how that is checked, and whose token this is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from onewindow.base import facts, passwords, throttle, tokens
from onewindow.base.entering import (
    FactorNeeded,
    by_passkey,
    finish,
    login,
    owner_of_step,
    prove_password,
    set_password,
    tidy_username,
)
from onewindow.base.models import Account
from onewindow.base.tokens import Login, Session, actor_of, logout, session_of
from onewindow.kernel.actor import ADMINISTRATORS, SYSTEM, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken

# An account as those who build actors see it: id, username, name, kind.
Identity = Account


def build_actors_with(builder: Callable[[Account], Actor]) -> None:
    """Name the function that knows what an account may do (called once, by ``site.wiring``)."""
    tokens.builder = builder


def create(
    username: str,
    *,
    name: str,
    kind: str,
    by: Actor,
    now: datetime,
    password: str | None = None,
    password_hash: str = "",
    email: str = "",
    must_change: bool = False,
) -> Account:
    """Open an account of ``kind`` "staff" or "applicant"; it may do nothing until org or people say so.

    Staff accounts are opened by a system administrator, applicants by themselves. ``password_hash`` (from
    ``passwords.encode``) stands in for a password that is known to be good. Raises ``Invalid``.
    """
    if kind == "staff" and not by.has("sysadmin", "system"):
        raise NotAllowed("not-sysadmin", N_("只有系统管理员可以开立工作人员账号"))
    account = Account(
        username=_new_username(username),
        name=_new_name(name),
        kind=kind,
        email=email,
        must_change_password=must_change,
        password_set_at=tokens.real_now(),
        created_at=now,
    )
    if not password_hash:
        passwords.check(password or "", username=account.username, is_staff=kind == "staff")
    account.password = password_hash or passwords.encode(password or "")
    with transaction.atomic():
        _insert(account)
        facts.record("account", account.id, "created", at=now, actor=by, data={"kind": kind})
    return account


def change_password(actor: Actor, *, old: str, new: str, address: str, now: datetime) -> None:
    """Set one's own password; all tokens of the account end, this one too. Wrong guesses are throttled."""
    account = _account(actor.username)
    prove_password(account, old, field="old", address=address)
    passwords.check(new, username=account.username, field="new", is_staff=account.kind == "staff")
    if new == old:
        raise Invalid("same-password", N_("新密码不能与原密码相同"), fields=[_same()])
    set_password(account, new, must_change=False, by=actor, fact="password-changed", now=now)


def prove(actor: Actor, password: str, *, address: str) -> None:
    """Ask an actor's password once more before something grave; raises ``Invalid`` on field "password"."""
    prove_password(_account(actor.username), password, field="password", address=address)


def reset_password(actor: Actor, username: str, *, now: datetime) -> str:
    """Give an account a temporary password, which must be changed at the next login; returns it, once.

    Done by the security administrator; an administrator's own account is reset only at the machine
    (``onewindow user reset``), or else one administrator could step into another's place.
    """
    if not actor.has("secadmin", "system"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以重置密码"))
    account = _account(username)
    if not actor.has("system") and tokens.build_actor(account).has(*ADMINISTRATORS):
        raise RuleBroken("administrator-reset", N_("管理员账号的密码只能由运维人员在服务器上重置"))
    temporary = passwords.make_temporary()
    set_password(account, temporary, must_change=True, by=actor, fact="password-reset", now=now)
    throttle.lift(account)
    return temporary


def actor(account_id: int) -> Actor:
    """What this account may do now, for work that goes on after its request; raises ``NotFound``."""
    found = Account.objects.filter(id=account_id, is_active=True).first()
    if found is None:
        raise NotFound("no-account", N_("没有这个账号"))
    return tokens.build_actor(found)


def find(username: str) -> Account | None:
    """The account with this user name, closed ones too."""
    return Account.objects.filter(username=tidy_username(username)).first()


def set_passwords(usernames: Iterable[str], *, password_hash: str) -> None:
    """Give several accounts one password: the cast of the demonstration; their tokens end."""
    ids = list(Account.objects.filter(username__in=list(usernames)).values_list("id", flat=True))
    with transaction.atomic():
        Account.objects.filter(pk__in=ids).update(password=password_hash, must_change_password=False)
        for account_id in ids:
            tokens.revoke_all(account_id)


def set_active(actor: Actor, username: str, *, is_active: bool, now: datetime) -> None:
    """Close an account or open it again; closing ends its tokens at once."""
    if not actor.has("secadmin", "system"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以停用或启用账号"))
    if actor.username == username:
        raise RuleBroken("own-account", N_("不能停用或启用自己的账号"))
    account = _account(username)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=is_active)
        if not is_active:
            tokens.revoke_all(account.id)
        kind = "opened" if is_active else "closed"
        facts.record("account", account.id, kind, at=now, actor=actor, data={})


def _new_username(text: str) -> str:
    name = tidy_username(text)
    if not name or name == SYSTEM.username:
        message = N_("用户名为 2 至 64 个小写字母、数字或 . _ @ -，以字母或数字开头")
        raise Invalid("bad-username", message, fields=[FieldError("username", "format", message)])
    return name


def _new_name(text: str) -> str:
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > 100 or not name.isprintable():
        message = N_("姓名不能为空，最多 100 个字符")
        raise Invalid("bad-name", message, fields=[FieldError("name", "format", message)])
    return name


def _same() -> FieldError:
    return FieldError("new", "same", N_("新密码不能与原密码相同"))


def _insert(account: Account) -> None:
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        if "username" not in str(error):
            raise
        message = N_("用户名已被使用")
        raise Invalid("username-taken", message, fields=[FieldError("username", "taken", message)]) from error


def _account(username: str) -> Account:
    account = Account.objects.filter(username=tidy_username(username)).first()
    if account is None:
        raise NotFound("no-account", N_("没有这个账号"))
    return account


__all__ = [
    "ADMINISTRATORS",
    "Account",
    "FactorNeeded",
    "Login",
    "Session",
    "actor_of",
    "build_actors_with",
    "by_passkey",
    "change_password",
    "create",
    "find",
    "finish",
    "login",
    "logout",
    "owner_of_step",
    "prove",
    "reset_password",
    "session_of",
    "set_active",
    "set_passwords",
    "tidy_username",
]


def emails_of(ids: Iterable[int]) -> dict[int, str]:
    """Account id -> e-mail of those accounts that are active and have one; one statement."""
    rows = Account.objects.filter(id__in=list(ids), is_active=True).exclude(email="")
    return dict(rows.values_list("id", "email"))


def contact_of(username: str) -> tuple[int, str] | None:
    """(account id, e-mail) of an applicant's account, to tell them of their matter; None for staff and strangers."""
    row = Account.objects.filter(username=username, kind="applicant", is_active=True).first()
    return None if row is None else (row.id, row.email)
