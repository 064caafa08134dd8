"""Erasing the personal values of a case: its fact first, then what the fact names."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import connection, transaction

from onewindow.base import calendars, facts
from onewindow.base.clock import day_of
from onewindow.cases import dossier as dossiers
from onewindow.cases import store
from onewindow.cases.rules import retention
from onewindow.cases.rules.state import Fact
from onewindow.cases.services import telling
from onewindow.catalog import queries as catalog
from onewindow.documents import services as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound, RuleBroken


class Erased(msgspec.Struct, frozen=True):
    """What of one case went: digests (hex) of dossiers, of papers and of uploaded files."""

    case_no: str
    dossiers: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def erase(
    actor: Actor,
    case_id: int,
    *,
    role: str,
    erasure: int,
    kept: retention.Table,
    now: datetime,
    cause: str = "erasure",
) -> Erased:
    """Erase dossiers, papers' texts and files of a case under the erasure (or what ``cause`` says) of this number.

    The fact carries the digests and the digest of the row, in which search hashes and mask are overwritten.
    Asked again, nothing more happens. Raises ``NotFound``, ``RuleBroken`` ("must-stay") and ``Stale``.
    """
    with transaction.atomic():
        found = next(iter(store.load_many([case_id])), None)
        if found is None:
            raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
        if not found.sealed:
            return Erased(found.state.case_no)
        terms = kept.of(catalog.definition(found.state.item_version_id))
        if retention.stays(found.state, today=day_of(now), kept=terms):
            raise RuleBroken("must-stay", N_("这件事的资料依法还要保存，现在不能删除。"))
        told = _told(case_id)
        papers, files = documents.erase(found.state.case_no, actor=actor, role=role, now=now)
        _write(found, Fact("erased", {cause: erasure, "dossiers": told}), actor, role, now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_erase(%s)", [case_id])
    return Erased(found.state.case_no, tuple(one for _, one in told), papers, files)


def _told(case_id: int) -> list[tuple[int, str]]:
    """Number and digest of each dossier, as the facts that brought them tell."""
    life = facts.of_subject("case", case_id)
    return [(data["dossier_no"], data["dossier"]) for _, _, _, _, _, data in life if "dossier_no" in data]


def _write(found: store.Found, fact: Fact, actor: Actor, role: str, now: datetime) -> None:
    item = catalog.definition(found.state.item_version_id)
    deed = telling.Deed(actor, role, now, item, lambda: dossiers.ERASED, calendars.table())
    outcome = telling.prepare(found.state, [fact], deed, case_id=found.state.id, found_by=dossiers.ERASED_BY)
    telling.write(outcome, was=found.state.version)
