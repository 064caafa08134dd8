"""One case, whole, for those who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onewindow.cases import access
from onewindow.cases.queries import presenting
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor


def view(actor: Actor, case_no: str, *, now: datetime) -> dict[str, Any]:
    """The contract's Case; ``NotFound`` for what is not there or not the actor's. One statement."""
    found = access.see(actor, case_no)
    item = catalog.definition(found.state.item_version_id)
    return presenting.case(actor, found, item, now=now)
