"""What people are told of a parcel: the applicant where it is and how to fetch it, the sender that it came back."""

from __future__ import annotations

from datetime import datetime

import msgspec

from onewindow.base import accounts, crypto
from onewindow.cases import queries as cases
from onewindow.documents.presentation import in_words
from onewindow.notices import handlers, preferences, services
from onewindow.notices.tasks import send
from onewindow.org import queries as org
from onewindow.parcels.models import Parcel, ParcelEvent

_TO_APPLICANT = {
    ("courier", "ordered"): "parcel-sent",
    ("locker", "ready"): "parcel-ready",
    ("locker", "expired"): "parcel-expired",
}
_TO_SENDER = frozenset({"refused", "expired", "returned", "failed"})


class Detail(msgspec.Struct):
    """What an event tells beside its kind and instant."""

    place: str = ""
    code: str = ""
    until: datetime | None = None


def detail_of(row: Parcel, event: ParcelEvent) -> Detail:
    """The opened detail of an event."""
    plain = crypto.decrypt(bytes(event.detail_sealed), bound_to=row.reference.encode())
    return msgspec.json.decode(plain, type=Detail)


def tell(row: Parcel, *, now: datetime) -> None:
    """Tell of the state as it stands, each once."""
    template = _TO_APPLICANT.get((row.carrier, row.state))
    if template:
        _tell_applicant(row, template, now)
    if row.state in _TO_SENDER:
        _tell_sender(row, now)


def stored(row: Parcel) -> Detail:
    """Place, code and term of the cell that a parcel lies in; empty while it lies in none."""
    event = ParcelEvent.objects.filter(parcel=row, kind="stored").order_by("-at").first()
    return detail_of(row, event) if event is not None else Detail()


def _tell_applicant(row: Parcel, template: str, now: datetime) -> None:
    brief = cases.brief_of(row.case_no)
    contact = accounts.contact_of(brief["applied_by"]) if brief is not None else None
    if brief is None or (contact is None and brief["subject_hash"] is None):
        return
    chosen = preferences.of(contact[0] if contact else None)
    cell = stored(row)
    waiting = services.notify(
        services.Whom(
            contact[0] if contact else None,
            brief["subject_hash"],
            contact[1] if contact else "",
            brief["phone"],  # a code is of no use that comes by no way
        ),
        template=template,
        params={
            "item": brief["item"],
            "case_no": row.case_no,
            "title": row.title,
            "number": row.number,
            "place": cell.place,
            "code": cell.code,
            "until": in_words(cell.until.date()) if cell.until else "",
        },
        key=f"parcel:{row.pk}:{row.state}",
        at=now,
        case_no=row.case_no,
        language=chosen.language,
    )
    for message_id in waiting:
        send.defer(message_id=message_id)


def _tell_sender(row: Parcel, now: datetime) -> None:
    person = org.staff_by_username(row.sent_by.username)
    if person is None:
        return
    handlers.tell_staff(
        [
            services.Whom(
                person.id, email=accounts.emails_of([person.id]).get(person.id, ""), phone=person.phone
            )
        ],
        template=f"parcel-{'failed' if row.state == 'failed' else 'back'}",
        params={"case_no": row.case_no, "title": row.title, "number": row.number, "why": row.why},
        key=f"parcel:{row.pk}:{row.state}",
        at=now,
        path=f"/issue/cases/{row.case_no}"
        if "issuer" in _roles(person.id)
        else f"/counter/cases/{row.case_no}",
    )


def _roles(account_id: int) -> frozenset[str]:
    return accounts.actor(account_id).roles
