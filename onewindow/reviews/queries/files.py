"""Reads of files under review and of calls: what each may see, and hints that a machine can give."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from onewindow.cases.queries import sampling as population
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org
from onewindow.reviews import store
from onewindow.reviews.models import Call, File, Round
from onewindow.reviews.rules import acts, calls, files, hints, sheets
from onewindow.reviews.services.files import readers

Json = dict[str, Any]


def of_round(actor: Actor, row: Round, *, organ_id: int | None = None, state: str = "") -> list[Json]:
    """The files of a round that the actor may see, in the order of the draw.

    An organ sees its own from the moment they are scored; readers see others' at any time, their scores only
    when they are published.
    """
    rows = File.objects.filter(_scope(actor), round=row).order_by("layer", "pk")
    if organ_id is not None:
        rows = rows.filter(organ_id=organ_id)
    if state:
        rows = rows.filter(state=state)
    return [_line(actor, one, row) for one in rows]


def _scope(actor: Actor) -> Q:
    if acts.is_watcher(actor) or actor.has("leader"):
        return Q()
    return ~Q(organ_id__in=_own(actor)) | Q(state__in=files.SHOWN)


def _own(actor: Actor) -> set[int]:
    return set(actor.organ_ids) | ({actor.organ_id} if actor.organ_id else set())


def _sees_score(actor: Actor, row: File, drawn: Round) -> bool:
    if drawn.state == "published" or acts.is_watcher(actor) or actor.has("leader"):
        return row.state in files.SHOWN
    return row.state in files.SHOWN and (row.organ_id in _own(actor) or actor.username in readers(row))


def _line(actor: Actor, row: File, drawn: Round) -> Json:
    return {
        "case_no": row.case_no,
        "organ": org.organ(row.organ_id).name,
        "kind": drawn.layers[row.layer][0][1],
        "state": row.state,
        "score": row.score if _sees_score(actor, row, drawn) else None,
        "has_appealed": row.has_appealed,
        "appeal_by": row.appeal_by,
        "has_read": actor.username in readers(row),
    }


def one(actor: Actor, number: str, case_no: str, *, today: date) -> Json:
    """A file: what lies in it, the sheet, what was filled in so far as the actor may see it, what can be done."""
    row = (
        File.objects.select_related("round")
        .filter(_scope(actor), round__number=number, case_no=case_no)
        .first()
    )
    if row is None:
        raise NotFound("no-file", N_("这一批里没有这份案卷。"))
    held = population.file(case_no)
    refused = files.refuse_reading(row, actor, handlers=population.handlers(case_no), readers=readers(row))
    is_closed = row.round.state == "published"
    appeal = files.refuse_appeal(row, actor, today=today)
    criteria = sheets.thawed(row.round.sheet)
    return _line(actor, row, row.round) | {
        "round": row.round.number,
        "file": held,
        "seat": None if is_closed or refused else files.seat_of(row),
        "why_not": None if is_closed else refused,
        "may_appeal": not is_closed and appeal is None,
        "criteria": criteria,
        "hints": hints.of_file(held),
        "steps": _steps(actor, row),
    }


def _steps(actor: Actor, row: File) -> list[Json]:
    told = store.steps("file", row.pk)
    is_inside = acts.is_watcher(actor) or actor.has("leader")
    names = org.staff_names([step.actor for step, _ in told]) if is_inside else {}
    return [
        {
            "seat": step.deed,
            "by": names.get(step.actor, ""),
            "at": step.at,
            "text": text,
            "score": step.data.get("score"),
            "deducted": step.data.get("deducted", {}),
            "idle": step.data.get("idle", []),
        }
        for step, text in told
        if _shown(actor, row, step.actor)
    ]


def _shown(actor: Actor, row: File, by: str) -> bool:
    """Until a score stands, a reader sees the own sheet alone; only whoever reads third sees both."""
    if by == actor.username:
        return True
    if row.state == "third":
        return actor.has("manager")
    return _sees_score(actor, row, row.round)


def calls_of(actor: Actor, row: Round, *, state: str = "") -> list[Json]:
    """The calls of a round, for watchers; who was called is nobody's business in the organ."""
    if not acts.is_watcher(actor):
        return []
    rows = Call.objects.filter(round=row).order_by("layer", "pk")
    return [_call(one) for one in (rows.filter(state=state) if state else rows)]


def one_call(actor: Actor, number: str, case_no: str) -> Json:
    """A call with its attempts, for watchers."""
    row = Call.objects.select_related("round").filter(round__number=number, case_no=case_no).first()
    if row is None or not acts.is_watcher(actor):
        raise NotFound("no-call", N_("这一批里没有这件回访。"))
    told = store.steps("call", row.pk)
    names = org.staff_names([step.actor for step, _ in told])
    held = population.file(case_no)
    return _call(row) | {
        "round": row.round.number,
        "version": row.version,
        "item": held["item"],
        "decided_on": held["decided_on"],
        "outcome": held["outcome"],
        "refused": calls.refusal(row, actor),
        "steps": [
            {
                "deed": step.deed,
                "by": names.get(step.actor, ""),
                "at": step.at,
                "text": text,
                "data": step.data,
            }
            for step, text in told
        ],
    }


def _call(row: Call) -> Json:
    return {
        "case_no": row.case_no,
        "organ": org.organ(row.organ_id).name,
        "state": row.state,
        "attempts": row.attempts,
        "grade": row.grade,
        "problems": row.problems,
        "is_rated": row.rating_id is not None,
    }
