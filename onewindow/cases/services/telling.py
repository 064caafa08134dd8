"""The common end of all deeds: fold the facts in, issue their papers, write everything in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from psycopg import errors as pg

from onewindow.base import answers, facts
from onewindow.cases import papers as paper_contents
from onewindow.cases import store
from onewindow.cases.dossier import Dossier, Sealed
from onewindow.cases.rules.clocks import Clocks, clocks_of, day_of, outlook
from onewindow.cases.rules.evolve import Told, evolve, first
from onewindow.cases.rules.state import CaseState, Fact
from onewindow.catalog.definition import ItemDefinition
from onewindow.documents import services as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, Stale
from onewindow.org import queries as org


class Deed(msgspec.Struct, frozen=True):
    """What a deed is made of: who, in which role, when, about which item; the dossier is opened for papers only.

    ``organ``: the item's, where it is known already.
    """

    actor: Actor
    role: str
    now: datetime
    item: ItemDefinition
    open_dossier: Callable[[], Dossier]
    table: DayTable
    handed: tuple[tuple[str, str], ...] = ()
    organ: org.OrganInfo | None = None
    record: str = ""  # number of the hearing's record


class Outcome(msgspec.Struct, frozen=True):
    """The case after a deed, with what was told: enough to answer without reading again."""

    state: CaseState
    row: dict[str, Any]
    told: list[facts.Row]
    papers: list[Any]


def fold(
    before: CaseState | None, new: Sequence[Fact], deed: Deed, *, case_id: int
) -> tuple[CaseState, list[Told]]:
    """The case after ``new`` facts. Time never goes back: a fact is not older than the one before."""
    state, told = before, []
    at = deed.now if before is None else max(deed.now, before.last_at)
    for fact in new:
        one = Told(fact.type, fact.data, at, deed.actor.username)
        state = first(one, id=case_id) if state is None else evolve(state, one)
        told.append(one)
    assert state is not None
    return state, told


def prepare(
    before: CaseState | None,
    new: Sequence[Fact],
    deed: Deed,
    *,
    case_id: int,
    found_by: tuple[bytes, bytes, str],
) -> Outcome:
    """Everything that the statement will write, without touching the database (serials aside)."""
    state, told = fold(before, new, deed, case_id=case_id)
    clocks = clocks_of(state, deed.item, deed.table)
    row = store.values(state, found_by, outlook(state, deed.item, deed.table, clocks))
    papers = _papers(state, new, told, deed, clocks)
    rows = []
    for place, one in enumerate(told):
        data = one.data
        if place in papers:
            data = {**data, "documents": [paper.as_fact() for paper in papers[place]]}
        if place == len(told) - 1:
            data = {**data, "row": store.new_row_digest(row)}
        rows.append(
            facts.row(
                "case",
                state.id,
                seq=state.version - len(told) + place + 1,
                type=one.type,
                at=one.at,
                actor=deed.actor,
                role=deed.role,
                data=data,
            )
        )
    return Outcome(state, row, rows, [paper for issued in papers.values() for paper in issued])


def _papers(
    state: CaseState, new: Sequence[Fact], told: Sequence[Told], deed: Deed, clocks: Clocks
) -> dict[int, list[documents.DocumentRow]]:
    """The papers that each fact issues, by the place of the fact."""
    count = sum([len(fact.papers) for fact in new])
    if not count:
        return {}
    organ = deed.organ or org.organ(state.organ_id)
    today = day_of(told[-1].at)
    dossier = deed.open_dossier()
    matter = paper_contents.Matter(
        state, deed.item, dossier, deed.table, today, deed.actor.name, clocks, deed.handed, deed.record, organ
    )
    serials = iter(documents.serials(count))
    return {
        place: [
            documents.prepare(
                kind,
                serial=next(serials),
                case_no=state.case_no,
                subject=state.id,
                fact_seq=state.version - len(new) + place + 1,
                organ=organ,
                content=paper_contents.content(kind, matter, more),
                at=told[place].at,
            )
            for kind, more in fact.papers
        ]
        for place, fact in enumerate(new)
        if fact.papers
    }


def write(
    outcome: Outcome,
    *,
    was: int | None,
    dossier: tuple[int, int, Sealed] | None = None,
    kept: answers.Kept | None = None,
) -> None:
    """One statement, one transaction. Somebody was faster: ``Stale``."""
    try:
        store.write(
            outcome.row, was=was, told=outcome.told, papers=outcome.papers, dossier=dossier, kept=kept
        )
    except IntegrityError as error:
        if (
            was is not None
            and isinstance(error.__cause__, pg.UniqueViolation)
            and "base_fact_once" in str(error)
        ):
            raise stale() from None
        raise


def stale() -> Stale:
    """Somebody acted in between."""
    return Stale("stale-version", N_("刚才有人办理过这件事，请看过最新情况再操作。"))


def write_many(batch: Sequence[tuple[int, Outcome]]) -> None:
    """Many cases in one transaction, rows one by one and facts together (sweeps and moves)."""
    if not batch:
        return
    with transaction.atomic():
        for was, outcome in batch:
            store.write_row(outcome.row, was=was)
        # A row that somebody changed meanwhile was not written; its fact then has a place that is taken.
        facts.write(row for _, outcome in batch for row in outcome.told)
        documents.write([paper for _, outcome in batch for paper in outcome.papers])
