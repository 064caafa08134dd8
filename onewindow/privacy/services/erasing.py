"""Erasing a person's data where the law allows (个人信息保护法 art. 47): in one transaction, told by facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from onewindow.base import accounts, crypto, facts, own_account
from onewindow.base.clock import day_of
from onewindow.cases import services as cases
from onewindow.intake import drafts
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.notices import erasing as notices
from onewindow.people import services as people
from onewindow.privacy import queries, rules, settings
from onewindow.privacy.models import Erasure
from onewindow.privacy.services import identity

LONGEST_REASON = 500

# What rooms above erase with a person: (actor, case_ids=, account_id=, is_with_account=, kept=, role=, now=) -> what
# went, by name. Called in the transaction of the erasure, filled by site.wiring.
also: list[Callable[..., dict[str, Any]]] = []


def erase_own(
    actor: Actor, *, password: str, with_account: bool, address: str, now: datetime
) -> dict[str, Any]:
    """Erase what may go of the actor's own data, at once; the password is asked once more.

    Gives the outcome. Raises ``Invalid`` (password), ``RuleBroken`` ("nothing-to-erase", "account-stays").
    """
    accounts.prove(actor, password, address=address)
    with transaction.atomic():
        _lock(actor.account_id)
        plan = _checked(actor.account_id, with_account, now)
        row = _note(actor, actor.account_id, is_own=True, with_account=with_account, reason="", now=now)
        return _carry_out(row, plan, actor, "applicant", now)


def ask(actor: Actor, username: str, *, reason: str, with_account: bool, now: datetime) -> int:
    """A system administrator asks for a person, on a written request named in ``reason``; the request's key."""
    if not actor.has("sysadmin"):
        raise NotAllowed("not-sysadmin", N_("只有系统管理员可以登记删除请求。"))
    text = " ".join(reason.split())
    if not 5 <= len(text) <= LONGEST_REASON:
        message = N_("请写明书面请求的日期、编号和理由，5 至 500 字。")
        raise Invalid("bad-reason", message, fields=[FieldError("reason", "length", message)])
    account = queries.applicant(username)
    if account is None:
        raise NotFound("no-account", N_("没有这个账号。"))
    try:
        with transaction.atomic():
            _checked(account.id, with_account, now)
            return _note(actor, account.id, is_own=False, with_account=with_account, reason=text, now=now).pk
    except IntegrityError:
        raise RuleBroken("already-asked", N_("这个账号已有等待确认的删除请求。")) from None


def confirm(actor: Actor, erasure_id: int, *, now: datetime) -> dict[str, Any]:
    """A security administrator, another person than who asked, confirms: what may go today goes."""
    with transaction.atomic():
        row = _waiting(actor, erasure_id)
        plan = _checked(row.account_id, row.is_with_account, now)
        return _carry_out(row, plan, actor, "secadmin", now)


def refuse(actor: Actor, erasure_id: int, *, now: datetime) -> None:
    """A security administrator refuses a request."""
    with transaction.atomic():
        row = _waiting(actor, erasure_id)
        row.state, row.confirmed_by, row.ended_at = "refused", actor.username, now
        row.save(update_fields=["state", "confirmed_by", "ended_at"])
        facts.record("erasure", row.pk, "refused", at=now, actor=actor, role="secadmin", data={})


def _waiting(actor: Actor, erasure_id: int) -> Erasure:
    if not actor.has("secadmin"):
        raise NotAllowed("not-secadmin", N_("只有安全管理员可以确认删除请求。"))
    row = Erasure.objects.select_for_update().filter(pk=erasure_id, state="asked").first()
    if row is None:
        raise NotFound("no-erasure", N_("没有等待确认的这项请求。"))
    if row.asked_by == actor.username:
        raise RuleBroken("same-person", N_("登记和确认必须是两个人。"))
    _lock(row.account_id)
    return row


def _lock(account_id: int) -> None:
    own_account.lock(account_id)


def _checked(account_id: int, with_account: bool, now: datetime) -> rules.Plan:
    plan = queries.plan_of(account_id, today=day_of(now))
    if with_account and plan.account_stays:
        raise RuleBroken("account-stays", rules.ACCOUNT_SENTENCES[plan.account_stays])
    if plan.is_empty(with_account=with_account):
        raise RuleBroken("nothing-to-erase", N_("现在没有可以删除的信息。"))
    return plan


def _note(
    actor: Actor, account_id: int, *, is_own: bool, with_account: bool, reason: str, now: datetime
) -> Erasure:
    row = Erasure.objects.create(
        account_id=account_id,
        is_own=is_own,
        is_with_account=with_account,
        state="asked",
        asked_by=actor.username,
        reason_sealed=crypto.encrypt(reason.encode(), bound_to=b"erasure:%d" % account_id),
        asked_at=now,
    )
    role = "applicant" if is_own else "sysadmin"
    data = {"account": account_id, "is_with_account": with_account}
    facts.record("erasure", row.pk, "asked", at=now, actor=actor, role=role, data=data)
    return row


def _carry_out(row: Erasure, plan: rules.Plan, actor: Actor, role: str, now: datetime) -> dict[str, Any]:
    kept = settings.retention()
    gone = [cases.erase(actor, one.id, role=role, erasure=row.pk, kept=kept, now=now) for one in plan.goes]
    messages = notices.erase_of_cases([one.case_no for one in gone])
    data: dict[str, Any] = {
        "cases": [
            {"case_no": one.case_no, "dossiers": one.dossiers, "papers": one.papers, "files": one.files}
            for one in gone
        ],
        "drafts": drafts.discard_all(row.account_id),
        "is_with_account": row.is_with_account,
    }
    for erase_more in also:
        data |= erase_more(
            actor,
            case_ids=[one.id for one in plan.goes],
            account_id=row.account_id,
            is_with_account=row.is_with_account,
            kept=kept,
            role=role,
            now=now,
        )
    if row.is_with_account:
        messages += notices.erase_of_account(row.account_id)
        identity.erase_of_account(row.account_id, actor=actor, role=role, now=now)
        people.erase(row.account_id, actor=actor, role=role, now=now)
        own_account.erase(row.account_id, actor=actor, role=role, now=now)
    data["messages"] = messages
    facts.record("erasure", row.pk, "done", at=now, actor=actor, role=role, data=data)
    row.state, row.ended_at, row.confirmed_by = "done", now, "" if row.is_own else actor.username
    outcome = {
        "cases": [one.case_no for one in gone],
        "left": [one.case_no for one in plan.stays],
        "drafts": data["drafts"],
        "messages": messages,
    }
    row.outcome = outcome
    row.save(update_fields=["state", "ended_at", "confirmed_by", "outcome"])
    return outcome
