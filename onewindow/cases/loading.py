"""Cases made in bulk on their way into the tables: packed rows, sent by COPY."""

from __future__ import annotations

import operator
from typing import Any

from onewindow.base import copying, facts
from onewindow.cases import store
from onewindow.cases.dossier import Sealed
from onewindow.documents import services as documents

_case = copying.Packer(store.INSERT, few={"state", "kind", "disposition", "region", "channel", "waits_for"})
_dossier = copying.Packer(store.DOSSIER)
_fact = copying.Packer(facts.INSERT, few={"stream", "type", "actor", "role"})
_paper = copying.Packer(documents.INSERT, few={"kind", "title"})

TABLES: dict[str, tuple[str, copying.Columns]] = {
    "cases": ("cases_case", store.INSERT),
    "dossiers": ("cases_dossier", store.DOSSIER),
    "facts": ("base_fact", facts.INSERT),
    "papers": ("documents_document", documents.INSERT),
}
_columns = operator.itemgetter(*store.COLUMNS)


def case(row: dict[str, Any]) -> bytes:
    """A row of ``telling.Outcome`` packed."""
    return _case.pack(_columns(row))


def dossier(case_id: int, no: int, sealed: Sealed) -> bytes:
    """A dossier packed."""
    return _dossier.pack((case_id, no, sealed.sealed))


def fact(row: facts.Row) -> bytes:
    """A fact packed. Nobody listens to it: what is made in bulk lies in the past."""
    return _fact.pack(facts.values_of(row))


def paper(row: documents.DocumentRow) -> bytes:
    """A paper packed."""
    return _paper.pack(documents.values_of(row))


def send(what: str, packed: list[bytes]) -> None:
    """Insert packed rows of one of ``TABLES`` in the caller's transaction."""
    if packed:
        copying.copy(*TABLES[what], packed)


def move(packed: list[bytes]) -> None:
    """Replace stored cases by newer rows of themselves, in the caller's transaction."""
    where = "old.version < new.version"
    copying.update("cases_case", store.INSERT, packed, changing=store.CHANGING, where=where)
