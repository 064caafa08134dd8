"""Reads of privacy: what is held of a person and may go, requests that wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from onewindow.base import accounts, crypto
from onewindow.cases import queries as cases
from onewindow.cases.rules.retention import Table
from onewindow.custody import lent
from onewindow.intake import drafts
from onewindow.kernel.actor import Actor
from onewindow.people import queries as people
from onewindow.privacy import rules, settings
from onewindow.privacy.models import Disposal, Erasure

# What stays of a person's complaints, which a room above keeps: (account_id, kept, today) -> complaints; by wiring.
complaints: list[Callable[[int, Table, date], list[rules.Complaint]]] = []


def plan_of(account_id: int, *, today: date) -> rules.Plan:
    """What an erasure would take of this account's person today; firms are no natural persons."""
    kept, hashes = settings.retention(), people.hashes_of(account_id)
    held = [one for subject in hashes for one in cases.held(subject, kept=kept, today=today)]
    return rules.plan(
        [rules.Held(**one) for one in held],
        drafts=drafts.count_of(account_id),
        has_mandates=people.has_mandates(account_id, on=today),
        complaints=[one for ask in complaints for one in ask(account_id, kept, today)],
    )


def originals_of(actor: Actor) -> list[dict[str, Any]]:
    """Originals of the actor's cases that lie or lay at a window, the latest first (see ``custody.lent.of_holder``)."""
    return lent.of_holder(cases.own_numbers(actor))


def gone_accounts() -> list[int]:
    """The accounts that were erased with their person."""
    done = Erasure.objects.filter(is_with_account=True, state="done").order_by("pk")
    return list(done.values_list("account_id", flat=True))


def of_account(account_id: int) -> list[dict[str, Any]]:
    """Earlier requests of an account, newest first."""
    return [_row(one) for one in Erasure.objects.filter(account=account_id).order_by("-id")[:20]]


def requests(*, limit: int = 100) -> list[dict[str, Any]]:
    """For administrators: those that wait first, then what was done, newest first."""
    rows = Erasure.objects.select_related("account").order_by("-id")[:limit]
    found = [_row(one) | {"username": one.account.username, "reason": reason_of(one)} for one in rows]
    return sorted(found, key=lambda one: one["state"] != "asked")


def reason_of(one: Erasure) -> str:
    """What was written as the reason."""
    return crypto.decrypt(bytes(one.reason_sealed), bound_to=b"erasure:%d" % one.account_id).decode()


def applicant(username: str) -> Any:
    """The applicant's account with this name, None when there is none."""
    found = accounts.find(username)
    return found if found is not None and found.kind == "applicant" and found.is_active else None


def _row(one: Erasure) -> dict[str, Any]:
    return {
        "id": one.pk,
        "state": one.state,
        "is_own": one.is_own,
        "is_with_account": one.is_with_account,
        "asked_by": one.asked_by,
        "confirmed_by": one.confirmed_by,
        "asked_at": one.asked_at,
        "ended_at": one.ended_at,
        "outcome": one.outcome,
    }


def expired(*, today: date, limit: int) -> list[cases.Expired]:
    """Closed cases whose files need be kept no longer today, by the operator's table of retention."""
    return cases.expired(kept=settings.retention(), today=today, limit=limit)


def disposals(*, limit: int = 50) -> list[dict[str, Any]]:
    """Lists of disposal, newest first."""
    rows = Disposal.objects.select_related("proposer", "second").order_by("-id")[:limit]
    return [
        {
            "id": one.pk,
            "as_of": one.as_of,
            "state": one.state,
            "count": len(one.cases),
            "case_nos": [case_no for _, case_no in one.cases],
            "digest": bytes(one.digest).hex(),
            "reason": one.reason,
            "proposer": one.proposer.username,
            "proposed_at": one.proposed_at,
            "second": one.second.username if one.second else "",
            "decided_at": one.decided_at,
            "done_at": one.done_at,
            "outcome": one.outcome,
        }
        for one in rows
    ]
