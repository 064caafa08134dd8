"""An account is closed for good: name, address, password, devices and second factors go, the user name stays.

Facts name who acted by the user name; it is all that is left, and nobody logs in with it any more.
"""

from __future__ import annotations

from datetime import datetime

from onewindow.base import facts, tokens
from onewindow.base.models import Account, Factor, RecoveryCode, Token
from onewindow.kernel.actor import Actor

GONE = "***"
NEVER_RIGHT = "!"  # what no password hashes to


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
