"""What was served in a case, how and when, and until when one may object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from onewindow.cases import store
from onewindow.cases.rules.acting import Context
from onewindow.cases.rules.serving import DELIVERED, service_of, terms
from onewindow.cases.rules.state import Service


def shown(found: store.Found, context: Context) -> list[dict[str, Any]]:
    """``services`` of the contract's Case; an applicant's leaves out what went to third parties."""
    return [
        {
            "document_no": one.document_no,
            "method": one.method,
            "served_on": one.on,
            "read_at": one.read_at,
            "terms": [
                {"remedy": name, "until": until} for name, until in terms(one.kind, one.on, context.table)
            ],
        }
        for one in (*found.state.life.served, *_delivered(found))
        if context.actor.is_staff or not one.party
    ]


def _delivered(found: store.Found) -> Iterator[Service]:
    """The decisions that the delivery of the result handed over."""
    state = found.state
    event = next((one for one in found.events or [] if one[1] == "delivered"), None)
    if event is None or state.delivered_on is None:
        return
    for number, kind, *_ in found.papers or []:
        if kind in DELIVERED and service_of(state, number) is None:
            yield Service(number, kind, event[5]["method"], state.delivered_on)
