"""What an applicant wrote in earlier applications, for the applicant alone: to ask it no second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import hot
from onewindow.cases.dossier import unseal
from onewindow.kernel.actor import Actor


class Earlier(msgspec.Struct, frozen=True):
    """One earlier application: the version of its item, when it was received, its form as it stands."""

    item_version_id: int
    received_at: datetime
    form: dict[str, Any]


def earlier_forms(actor: Actor, hashes: Sequence[bytes], *, limit: int = 5) -> list[Earlier]:
    """The forms of the last received applications of a subject (its hashes under every key), newest first.

    Only of the actor, or of a principal who gave the actor a mandate for everything: none for anybody else.
    One statement.
    """
    own = [one for one in hashes if one in actor.subject_hashes]
    if not own:
        return []
    rows = hot.execute(
        "SELECT c.id, c.item_version_id, c.received_at, d.sealed FROM cases_case c"
        " JOIN cases_dossier d ON d.case_id = c.id AND d.no = c.dossier_no"
        " WHERE c.subject_hash = ANY(%s::bytea[]) AND c.received_at IS NOT NULL AND d.sealed IS NOT NULL"
        " ORDER BY c.id DESC LIMIT %s",
        [own, limit],
        is_binary=True,
    )
    return [
        Earlier(version, at, unseal(bytes(sealed), case_id)[0].form) for case_id, version, at, sealed in rows
    ]
