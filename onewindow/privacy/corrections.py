"""Reads of corrections of name and number: one's own, and those that wait, for who checks them."""

from __future__ import annotations

from typing import Any

from onewindow.base import crypto
from onewindow.documents import queries as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.people import queries as people
from onewindow.privacy.models import Correction

OPEN = ("asked", "checked")
# Who checks the proof, and who carries out what was checked: two people.
CHECKER, SECOND = "clerk", "manager"


def of_account(account_id: int) -> list[dict[str, Any]]:
    """One's own requests, newest first: {"id","state","name","id_number","reason","asked_at","ended_at","note"}."""
    rows = Correction.objects.filter(account=account_id).order_by("-id")[:20]
    return [
        _row(one) | {"ended_at": one.ended_at, "note": opened(one, one.note_sealed, "note")} for one in rows
    ]


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """What waits for the actor's hand, oldest first, without personal values: {"id","username","state","asked_at"}."""
    state = "asked" if actor.has(CHECKER) else "checked" if actor.has(SECOND) else ""
    rows = Correction.objects.select_related("account").filter(state=state).order_by("id")
    return [
        {"id": one.pk, "username": one.account.username, "state": one.state, "asked_at": one.asked_at}
        for one in rows[:200]
    ]


def one(actor: Actor, id: int) -> dict[str, Any]:
    """A request that waits, with what is held now and the proof's name; ``NotFound`` for whoever it does not wait for.

    Personal values stand in it in clear: the door records the look (``services.identity.look``).
    """
    row = Correction.objects.select_related("account").filter(pk=id).first()
    if row is None or not may_see(actor, row):
        raise NotFound("no-correction", N_("没有等您办理的这项更正。"))
    person = people.person_of(row.account_id)
    return _row(row) | {
        "username": row.account.username,
        "now": {"name": person.name, "id_number": person.id_number} if person else None,
        "checked_by": row.checked_by,
        "checked_at": row.checked_at,
    }


def may_see(actor: Actor, row: Correction) -> bool:
    """The clerk while it is asked, the second while it is checked, and never for oneself."""
    if actor.account_id == row.account_id:
        return False
    if row.state == "asked":
        return actor.has(CHECKER)
    return row.state == "checked" and actor.has(SECOND) and actor.username != row.checked_by


def may_see_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may open files tied to ``correction-<id>`` now."""
    kind, _, id = subject.partition("-")
    if kind != "correction" or not id.isdigit():
        return False
    row = Correction.objects.filter(pk=int(id)).first()
    return row is not None and may_see(actor, row)


def proof(actor: Actor, id: int) -> Any:
    """(name, media type, path) of the proof, for whoever may see the request."""
    row = Correction.objects.filter(pk=id).first()
    if row is None or not may_see(actor, row):
        raise NotFound("no-correction", N_("没有等您办理的这项更正。"))
    return documents.open_file(actor, row.file_id)


def opened(row: Correction, sealed: Any, what: str) -> str:
    """A sealed value of a request."""
    if not sealed:
        return ""
    return crypto.decrypt(bytes(sealed), bound_to=binding(row.account_id, what)).decode()


def binding(account_id: int, what: str) -> bytes:
    """What a value of a request is bound to."""
    return f"correction:{account_id}:{what}".encode()


def _row(row: Correction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "name": opened(row, row.name_sealed, "name"),
        "id_number": opened(row, row.id_number_sealed, "id_number"),
        "reason": opened(row, row.reason_sealed, "reason"),
        "asked_at": row.asked_at,
    }
