"""The factors of an account: listed, added, removed, and taken away when all of them are lost."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from onewindow.base import facts, tokens
from onewindow.base.factors import recovery
from onewindow.base.models import Account, Factor, RecoveryCode
from onewindow.kernel.actor import ADMINISTRATORS, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken

MOST = 10


class FactorLine(msgspec.Struct, frozen=True):
    """One factor as its owner sees it; ``kind`` is "totp" or "passkey"."""

    id: int
    kind: str
    name: str
    created_at: datetime
    used_at: datetime | None


def of(account_id: int) -> list[FactorLine]:
    """The factors in use, oldest first."""
    rows = Factor.objects.filter(account=account_id, removed_at=None).order_by("id")
    return [FactorLine(*row) for row in rows.values_list(*FactorLine.__struct_fields__)]


def has_any(account_id: int) -> bool:
    """Whether a second factor is asked of this account."""
    return Factor.objects.filter(account=account_id, removed_at=None).exists()


def add(
    actor: Actor,
    *,
    kind: str,
    name: str,
    secret: bytes,
    credential: bytes | None = None,
    counter: int,
    token: str,
    now: datetime,
) -> list[str]:
    """Keep a proven factor; every other log-in of the account ends, for it was made without it.

    Gives recovery codes with the first factor, to be shown once; else nothing.
    """
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=actor.account_id)
        is_first = _make_room(actor.account_id)
        row = Factor.objects.create(
            account_id=actor.account_id,
            kind=kind,
            name=_name(name),
            secret=secret,
            credential=credential,
            counter=counter,
            created_at=tokens.real_now(),
        )
        data = {"factor": row.id, "kind": kind}
        facts.record("account", actor.account_id, "factor-added", at=now, actor=actor, data=data)
        tokens.revoke_all(actor.account_id, but=token)
        return recovery.renew(actor.account_id) if is_first else []


def remove(actor: Actor, factor_id: int, *, token: str, now: datetime) -> None:
    """Take one's own factor away; the last one stays where a second factor is required."""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=actor.account_id)
        rows = Factor.objects.filter(account=actor.account_id, removed_at=None)
        if not rows.filter(pk=factor_id).exists():
            raise NotFound("no-factor", N_("没有这个验证方式。"))
        if rows.count() == 1 and tokens.needs_factor(actor):
            raise RuleBroken("last-factor", N_("您的岗位必须有第二验证方式：先添加新的，再移除这一个。"))
        rows.filter(pk=factor_id).update(removed_at=tokens.real_now(), secret=b"")
        if not rows.exists():
            RecoveryCode.objects.filter(account=actor.account_id).delete()
        data = {"factor": factor_id}
        facts.record("account", actor.account_id, "factor-removed", at=now, actor=actor, data=data)
        tokens.revoke_all(actor.account_id, but=token)


def renew_codes(actor: Actor, *, now: datetime) -> list[str]:
    """New recovery codes; the old ones are worth nothing from now on."""
    if not has_any(actor.account_id):
        raise RuleBroken("no-factor", N_("先添加一种验证方式，再生成恢复码。"))
    with transaction.atomic():
        facts.record("account", actor.account_id, "recovery-codes-made", at=now, actor=actor, data={})
        return recovery.renew(actor.account_id)


def clear(actor: Actor, username: str, *, now: datetime) -> int:
    """Somebody has lost every factor: all end, and all log-ins; returns how many factors there were.

    Done by the security administrator after seeing the person; an administrator's own only at the machine.
    """
    if not actor.has("secadmin", "system"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以解除第二验证方式"))
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise NotFound("no-account", N_("没有这个账号"))
    if not actor.has("system") and tokens.build_actor(account).has(*ADMINISTRATORS):
        raise RuleBroken("administrator-reset", N_("管理员账号的第二验证方式只能由运维人员在服务器上解除"))
    with transaction.atomic():
        ended = Factor.objects.filter(account=account, removed_at=None).update(
            removed_at=tokens.real_now(), secret=b""
        )
        RecoveryCode.objects.filter(account=account).delete()
        tokens.revoke_all(account.id)
        data = {"count": ended}
        facts.record("account", account.id, "factors-cleared", at=now, actor=actor, data=data)
    return ended


def _make_room(account_id: int) -> bool:
    """True when there is none yet; refuses the eleventh."""
    count = Factor.objects.filter(account=account_id, removed_at=None).count()
    if count >= MOST:
        raise RuleBroken("too-many-factors", N_("验证方式最多 10 个，先移除不用的。"))
    return count == 0


def _name(text: str) -> str:
    name = text.strip()
    if len(name) > 40 or not name.isprintable():
        message = N_("名称最多 40 个字符")
        raise Invalid("bad-name", message, fields=[FieldError("name", "format", message)])
    return name
