"""Staff: taken on, moved to another organ or window, dismissed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from onewindow.base import accounts, crypto, facts, generations
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound
from onewindow.kernel.identifiers import id_card
from onewindow.kernel.identifiers.problem import Problem
from onewindow.org.models import Duty, Organ, Staff, Window


def hire(
    actor: Actor,
    *,
    username: str,
    name: str,
    organ_id: int,
    now: datetime,
    number: str = "",
    title: str = "",
    window_id: int | None = None,
    phone: str = "",
    id_number: str | None = None,
    password: str | None = None,
    password_hash: str = "",
    must_change: bool = False,
) -> int:
    """Open an account for a member of staff and put them into an organ; returns the account id.

    Roles are granted apart from this, by another administrator (``duties.appoint``). With ``id_number``
    one natural person cannot get a second staff account.
    """
    if not actor.has("sysadmin", "system"):
        raise NotAllowed("not-sysadmin", N_("只有系统管理员可以登记工作人员"))
    if not Organ.objects.filter(pk=organ_id, is_active=True).exists():
        raise NotFound("no-organ", N_("没有这个部门"))
    if window_id is not None and not Window.objects.filter(pk=window_id, is_active=True).exists():
        raise NotFound("no-window", N_("没有这个窗口"))
    hashes = _person_hashes(id_number, now) if id_number else (None,)
    if Staff.objects.filter(person_hash__in=hashes[1:]).exists():
        raise Invalid("second-account", N_("此人已有工作人员账号，一人只能有一个"))
    with transaction.atomic():
        account = accounts.create(
            username,
            name=name,
            kind="staff",
            by=actor,
            now=now,
            password=password,
            password_hash=password_hash,
            must_change=must_change,
        )
        row = Staff(
            account_id=account.id,
            number=number or account.username,
            name=account.name,
            title=title,
            organ_id=organ_id,
            window_id=window_id,
            phone=phone,
            person_hash=hashes[0],
        )
        _insert(row)
        data = {"organ": organ_id, "window": window_id}
        facts.record("staff", account.id, "hired", at=now, actor=actor, data=data)
        generations.touch("org")
    return account.id


def move(actor: Actor, staff_id: int, *, organ_id: int, window_id: int | None, now: datetime) -> None:
    """Put somebody into another organ or window; duties stay and must be revoked apart when they end."""
    if not actor.has("sysadmin", "system", "manager"):
        raise NotAllowed("not-sysadmin", N_("只有系统管理员可以调整工作人员的岗位"))
    with transaction.atomic():
        locked(staff_id)
        Staff.objects.filter(pk=staff_id).update(organ_id=organ_id, window_id=window_id)
        data = {"organ": organ_id, "window": window_id}
        facts.record("staff", staff_id, "moved", at=now, actor=actor, data=data)
        generations.touch("org")


def dismiss(actor: Actor, staff_id: int, *, now: datetime) -> None:
    """Somebody leaves: the account is closed, its tokens and duties end at once."""
    if not actor.has("secadmin", "system"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以办理工作人员离岗"))
    with transaction.atomic():
        row = locked(staff_id)
        accounts.set_active(actor, row.account.username, is_active=False, now=now)
        Staff.objects.filter(pk=staff_id).update(is_active=False)
        Duty.objects.filter(staff=staff_id, is_revoked=False).update(is_revoked=True)
        facts.record("staff", staff_id, "dismissed", at=now, actor=actor, data={})
        generations.touch("org")


def locked(staff_id: int) -> Staff:
    """The row of somebody, locked: deeds about one person go one after the other."""
    row = Staff.objects.select_for_update(of=("self",)).select_related("account").filter(pk=staff_id).first()
    if row is None:
        raise NotFound("no-staff", N_("没有这位工作人员"))
    return row


def _person_hashes(id_number: str, now: datetime) -> tuple[bytes, ...]:
    """Under every key, newest first."""
    found = id_card.parse(id_number, today=now.date())
    if isinstance(found, Problem):
        raise Invalid(found.code, found.message, fields=[FieldError("id_number", found.code, found.message)])
    return crypto.search_hashes("staff", found.number)


def _insert(row: Staff) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "org_staff_one_per_person" in str(error):
            raise Invalid("second-account", N_("此人已有工作人员账号，一人只能有一个")) from error
        if "number" in str(error):
            raise Invalid("number-taken", N_("工号已被使用")) from error
        raise
