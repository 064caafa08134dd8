"""What whoever rates a case, or complains of it, must know of it; and that they may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.cases import access, store
from onewindow.cases.dossier import Dossier
from onewindow.cases.queries import telling
from onewindow.cases.rules.state import CaseState
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound

# The last act of a person that took the case through the link.
_HANDLING = {"acceptance": ("accepted", "received"), "completion": ("granted", "denied")}


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A case as reviews see it.

    ``name``, ``phone``, ``id_type``, ``id_number`` of who applied (or of the agent): never into facts or lists.
    ``window``: where the case came in. ``handlers``: link → user name of the member of staff who carried it,
    absent when nobody did.
    """

    id: int
    case_no: str
    organ_id: int
    task_code: str
    item: str
    region: str
    received_at: datetime | None
    window: int | None
    decided_on: date | None
    name: str
    phone: str
    id_type: str
    id_number: str
    handlers: dict[str, str]


def proved(case_no: str, check: str) -> Reviewed:
    """The case for whoever knows its check; ``NotFound`` and ``TooFast`` as ``track`` raises them."""
    return _reviewed(telling.prove(case_no, check))


def own(actor: Actor, case_no: str) -> Reviewed:
    """The case for its applicant; ``NotFound`` for everybody else, the office included."""
    found = access.see(actor, case_no)
    if not access.is_applicant(actor, found.state, found.found_by[0]):
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    return _reviewed(found)


def known(case_no: str) -> Reviewed | None:
    """The case for a caller that has proved its right by other means (a signed link)."""
    number = access.normal(case_no)
    found = store.load(number) if number is not None else None
    return None if found is None or found.state.state == "draft" else _reviewed(found)


def is_number(case_no: str) -> bool:
    """True when this has the form of a case number; whether there is such a case is not told."""
    return access.normal(case_no) is not None


def by_id(case_id: int) -> tuple[str, str] | None:
    """Number and item of a case."""
    found = next(iter(store.load_many([case_id])), None)
    if found is None:
        return None
    return found.state.case_no, catalog.definition(found.state.item_version_id).name


def _reviewed(found: store.Found) -> Reviewed:
    item = catalog.definition(found.state.item_version_id)
    return reviewed(found.state, found.dossier, item, found.events or [])


def reviewed(
    state: CaseState, dossier: Dossier, item: ItemDefinition, events: Sequence[Sequence[Any]]
) -> Reviewed:
    """A case in hand. ``events``: (seq, type, at, actor, role, data) of its facts, oldest first."""
    who = dossier.agent or dossier.applicant
    return Reviewed(
        id=state.id,
        case_no=state.case_no,
        organ_id=state.organ_id,
        task_code=item.task_code,
        item=item.name,
        region=state.region,
        received_at=state.received_at,
        window=_window(events),
        decided_on=state.decided_on,
        name=who.name,
        phone=who.phone,
        id_type=who.id_type,
        id_number=who.id_number,
        handlers=_handlers(events),
    )


def _window(events: Sequence[Sequence[Any]]) -> int | None:
    return next((int(one[5]["window"]) for one in events if "window" in one[5]), None)


def _handlers(events: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Who carried each link, by user name; the applicant's own receipt online is nobody's of the office."""
    found = {}
    for link, types in _HANDLING.items():
        for type in types:
            told = [
                one[3]
                for one in events
                if one[1] == type and one[4] not in ("citizen", "enterprise", "system")
            ]
            if told:
                found[link] = told[-1]
                break
    return found
