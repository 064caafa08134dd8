"""Everything that is held of a person: account, person, mandates, cases, originals, messages, looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import accounts
from onewindow.base.clock import day_of
from onewindow.cases import queries as cases
from onewindow.custody import lent
from onewindow.intake import drafts
from onewindow.kernel.actor import Actor
from onewindow.notices import preferences
from onewindow.notices import queries as notices
from onewindow.people import consents
from onewindow.people import queries as people
from onewindow.privacy import corrections, queries

FORMAT = "onewindow-my-data-v1"
MOST = 1000
_PAGE = 100
Json = dict[str, Any]


def of(actor: Actor, *, now: datetime) -> Json:
    """{"format", "made_at", "account", "person", "former", "corrections", "mandates", "cases", "originals",
    "drafts", "consents", "preferences", "messages", "looks", "erasures", "may_be_erased"}.

    Cases and messages of firms that the actor acts for are among them; at most ``MOST`` of each, newest first.
    """
    numbers = [row["case_no"] for row in _all(lambda at: cases.find(actor, cursor=at, limit=_PAGE, now=now))]
    return {
        "format": FORMAT,
        "made_at": now,
        "account": _account(actor),
        "person": _person(actor.account_id),
        "former": people.former_of(actor.account_id),
        "corrections": corrections.of_account(actor.account_id),
        "mandates": people.mandates_of(actor.account_id),
        "cases": [_case(actor, number, now) for number in numbers],
        "originals": lent.of_holder(numbers),
        "drafts": [_draft(one) for one in drafts.open_ones(actor)],
        "consents": {"now": consents.of(actor.account_id), "said": consents.said(actor.account_id)},
        "preferences": msgspec.to_builtins(preferences.of(actor.account_id)),
        "messages": list(_all(lambda at: notices.messages_of(actor, cursor=at, limit=_PAGE))),
        "looks": cases.looks_of(actor),
        "erasures": queries.of_account(actor.account_id),
        "may_be_erased": [one.case_no for one in queries.plan_of(actor.account_id, today=day_of(now)).goes],
    }


def _all(page: Callable[[str | None], Json]) -> Iterator[Json]:
    cursor: str | None = None
    for _ in range(MOST // _PAGE):
        found = page(cursor)
        yield from found["results"]
        cursor = found["next"]
        if not cursor:
            return


def _account(actor: Actor) -> Json:
    found = accounts.find(actor.username)
    if found is None:
        return {"username": actor.username}
    return {
        "username": found.username,
        "name": found.name,
        "email": found.email,
        "created_at": found.created_at,
        "last_login_at": found.last_login_at,
    }


def _person(account_id: int) -> Json | None:
    one = people.person_of(account_id)
    if one is None:
        return None
    return {
        name: getattr(one, name)
        for name in ("name", "id_type", "id_number", "phone", "assurance", "verified_at")
    }


def _case(actor: Actor, case_no: str, now: datetime) -> Json:
    """The case as its applicant sees it, without what only a page needs."""
    found = cases.view(actor, case_no, now=now)
    return {
        name: value for name, value in found.items() if name not in ("actions", "clocks", "light", "flags")
    }


def _draft(one: drafts.Writing) -> Json:
    return {"task_code": one.task_code, "saved_at": one.saved_at, "content": msgspec.to_builtins(one.content)}
