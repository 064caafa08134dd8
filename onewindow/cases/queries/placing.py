"""What a room above needs of a case to say where its paper belongs."""

from __future__ import annotations

import msgspec

from onewindow.cases import access
from onewindow.cases.queries.listing import scanned
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor


class Placed(msgspec.Struct, frozen=True):
    """A case by what stands outside on its folder; nothing personal."""

    case_no: str
    organ_id: int
    item: str
    state: str


def placed(actor: Actor, case_no: str) -> Placed:
    """The case with this number, as written, as a bar code or as the QR code of a receipt; else ``NotFound``."""
    state = access.see(actor, scanned(case_no)).state
    return Placed(state.case_no, state.organ_id, catalog.definition(state.item_version_id).name, state.state)
