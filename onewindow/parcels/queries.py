"""Reads of parcels: the ways of a case's papers."""

from __future__ import annotations

from typing import Any

from onewindow.parcels import telling
from onewindow.parcels.models import Parcel, ParcelEvent


def of_case(case_no: str, *, with_codes: bool) -> list[dict[str, Any]]:
    """The parcels of a case, newest first: {"reference", "carrier", "number", "document_no", "title", "state",
    "moved_at", "why", "events": [{"kind", "at", "place"}], "cell": place, code and term while it waits in one,
    else None}.

    ``with_codes``: for the addressee alone. The caller has checked that the reader may see the case. Two statements.
    """
    rows = list(Parcel.objects.filter(case_no=case_no).order_by("-pk")[:50])
    events = list(ParcelEvent.objects.filter(parcel__in=rows).order_by("at", "pk"))
    return [_told(row, [one for one in events if one.parcel_id == row.pk], with_codes) for row in rows]


def _told(row: Parcel, events: list[ParcelEvent], with_codes: bool) -> dict[str, Any]:
    details = [(one, telling.detail_of(row, one)) for one in events]
    cell = next((detail for one, detail in reversed(details) if one.kind == "stored"), None)
    return {
        "reference": row.reference,
        "carrier": row.carrier,
        "number": row.number,
        "document_no": row.document_no,
        "title": row.title,
        "state": row.state,
        "moved_at": row.moved_at,
        "why": row.why,
        "events": [{"kind": one.kind, "at": one.at, "place": detail.place} for one, detail in details][::-1],
        "cell": cell if with_codes and row.state == "ready" else None,
    }
