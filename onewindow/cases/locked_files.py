"""A file that turned out to be infected: whom its lock concerns, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onewindow.base import accounts
from onewindow.base.outbox import DeliveredFact
from onewindow.cases import store
from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.state import ENDS
from onewindow.catalog import queries as catalog
from onewindow.documents import queries as documents
from onewindow.notices import handlers, preferences, services
from onewindow.notices.tasks import send
from onewindow.org import queries as org


def tell(fact: DeliveredFact) -> None:
    """Tell whoever uploaded the file, and those who handle the cases that it stands in, each once."""
    owner, case_nos = documents.standing_of(fact.subject)
    found = [one for one in (store.load(number) for number in case_nos) if one is not None]
    if not found:
        _tell_owner(owner, "", "", fact)
    for one in found:
        item = catalog.definition(one.state.item_version_id).name
        _tell_owner(owner, item, one.state.case_no, fact)
        if one.state.state not in ENDS:
            handlers.tell_staff(
                _handling(one, day_of(fact.at)),
                template="file-locked-staff",
                params={"item": item, "case_no": one.state.case_no},
                key=f"file:{fact.subject}:{one.state.case_no}",
                at=fact.at,
                path=f"/office/cases/{one.state.case_no}",
            )


def _tell_owner(owner: str | None, item: str, case_no: str, fact: DeliveredFact) -> None:
    contact = accounts.contact_of(owner) if owner else None
    if contact is None:
        return
    waiting = services.notify(
        services.Whom(contact[0], email=contact[1]),
        template="file-locked" if case_no else "file-locked-loose",
        params={"item": item, "case_no": case_no},
        key=f"file:{fact.subject}:{case_no}:{contact[0]}",
        at=fact.at,
        case_no=case_no,
        language=preferences.of(contact[0]).language,
    )
    for message_id in waiting:
        send.defer(message_id=message_id)


def _handling(found: store.Found, on: date) -> Iterator[services.Whom]:
    """Who holds the case; while nobody does, the head of its organ."""
    holder = org.staff_by_username(found.state.holder) if found.state.holder else None
    people = [holder] if holder else org.holders("head", organ_id=found.state.organ_id, on=on)
    emails = accounts.emails_of([one.id for one in people])
    for one in people:
        yield services.Whom(one.id, email=emails.get(one.id, ""), phone=one.phone)
