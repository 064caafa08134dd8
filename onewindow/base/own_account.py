"""An account's address is corrected, or it is closed for good: all goes but the user name.

Facts name who acted by the user name; it is all that is left, and nobody logs in with it any more.
"""

from __future__ import annotations

import re
from datetime import datetime

from onewindow.base import facts, tokens
from onewindow.base.models import Account, Factor, RecoveryCode, Token
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid

GONE = "***"
NEVER_RIGHT = "!"  # what no password hashes to

_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")


def correct_email(actor: Actor, email: str, *, now: datetime) -> bool:
    """Keep another address (empty: none) for one's own account; whether it changed. Raises ``Invalid``."""
    told = email.strip()
    if told and not _EMAIL.fullmatch(told):
        message = N_("电子邮箱格式不正确")
        raise Invalid("bad-email", message, fields=[FieldError("email", "format", message)])
    if not Account.objects.filter(pk=actor.account_id).exclude(email=told).update(email=told):
        return False
    facts.record("account", actor.account_id, "email-corrected", at=now, actor=actor, data={})
    return True


def lock(account_id: int) -> None:
    """Let nobody else change this account until the transaction ends."""
    Account.objects.select_for_update().get(pk=account_id)


def erase(account_id: int, *, actor: Actor, role: str, now: datetime) -> None:
    """Overwrite what an account says of its person and end all its sessions; inside the caller's transaction."""
    Account.objects.filter(pk=account_id).update(
        name=GONE, email="", password=NEVER_RIGHT, is_active=False, must_change_password=False
    )
    Token.objects.filter(account=account_id).update(device="", address="")
    Factor.objects.filter(account=account_id).delete()
    RecoveryCode.objects.filter(account=account_id).delete()
    tokens.revoke_all(account_id)
    facts.record("account", account_id, "erased", at=now, actor=actor, role=role, data={})


def rename(account_id: int, name: str) -> None:
    """The account shows the corrected name; the fact is that of the person."""
    Account.objects.filter(pk=account_id).update(name=name)
