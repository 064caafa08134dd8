"""Reads of complaints: for those who handle them, for those complained of, and for whoever complained."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q

from onewindow.base import crypto
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org
from onewindow.reviews import cursors, store
from onewindow.reviews.models import Complaint
from onewindow.reviews.rules import acts, complaints, figures
from onewindow.reviews.services import complaints as deeds

Json = dict[str, Any]
# Steps whose words the complainant reads; everything else is the office's own.
_TOLD = ("refuse", "answer", "extend")
# Steps that those complained of see: what was released to them, and their own words.
_CONCERNED = ("accept", "respond", "investigate")


def listing(
    actor: Actor,
    *,
    state: str | None = None,
    is_overdue: bool = False,
    cursor: str | None = None,
    limit: int = 20,
) -> Json:
    """Complaints, newest first: {"results": [...], "next"}; never with the complainant."""
    rows = Complaint.objects.filter(_scope(actor)).select_related("earlier")
    if state:
        rows = rows.filter(state=state)
    if is_overdue:
        rows = rows.filter(is_overdue=True)
    page, following = cursors.cut(rows, cursor, limit)
    return {"results": [_line(actor, row) for row in page], "next": following}


def one(actor: Actor, number: str) -> Json:
    """A complaint's record. Those complained of read the released words; nobody reads the complainant here."""
    row = Complaint.objects.select_related("earlier").filter(number=number).first()
    if row is None or not deeds.may_see(actor, row):
        raise NotFound("no-complaint", N_("没有这个编号的投诉。"))
    concerned = complaints.is_concerned(actor, row)
    repeats = Complaint.objects.filter(earlier=row).order_by("pk").values_list("number", flat=True)
    return _line(actor, row) | {
        "version": row.version,
        "text": _words(row, is_concerned=concerned),
        "release": "" if concerned or row.state != "filed" else deeds.released(row),
        "repeats": list(repeats),
        "may_open_complainant": complaints.may_know(actor, row) and not row.is_anonymous,
        "steps": _steps(row, is_concerned=concerned),
        "acts": [msgspec.to_builtins(one) for one in _offers(actor, row)],
    }


def _words(row: Complaint, *, is_concerned: bool) -> str:
    """The whole words for those who handle it; what a person released for those complained of."""
    if not is_concerned:
        return store.unseal(row.text_sealed, "complaint", row.pk)
    found = [text for step, text in store.steps("complaint", row.pk) if step.deed == "accept"]
    return found[-1] if found else ""


def _offers(actor: Actor, row: Complaint) -> list[acts.Offer]:
    return [
        acts.offer(name, act, complaints.refusal(name, row, actor))
        for name, act in complaints.ACTS.items()
        if acts.wrong_person(act, row, actor) is None
    ]


def _steps(row: Complaint, *, is_concerned: bool) -> list[Json]:
    told = store.steps("complaint", row.pk)
    names = org.staff_names([step.actor for step, _ in told])
    return [
        {
            "deed": step.deed,
            "by": names.get(step.actor, ""),
            "at": step.at,
            "text": "" if is_concerned and step.deed not in _CONCERNED else text,
            "data": step.data,
        }
        for step, text in told
        if not is_concerned or step.deed not in ("filed", "complainant-opened")
    ]


def _scope(actor: Actor) -> Q:
    not_me = ~Q(person=actor.username)
    if acts.is_watcher(actor):
        return not_me
    if actor.has("head"):
        own = actor.organ_ids | ({actor.organ_id} if actor.organ_id else set())
        return not_me & Q(organ_id__in=own) & ~Q(state__in=("filed", "refused", "withdrawn"))
    raise NotFound("no-complaints", N_("没有可以看的投诉。"))


def _line(actor: Actor, row: Complaint) -> Json:
    """A line; who is complained of sees neither the case nor how the complaint came, only the day of acceptance."""
    concerned = complaints.is_concerned(actor, row)
    person = org.staff_by_username(row.person) if row.person else None
    return {
        "number": row.number,
        "state": row.state,
        "about": row.about,
        "organ": org.organ(row.organ_id).name,
        "person": person.name if person else "",
        "way": "" if concerned else row.way,
        "anonymous": None if concerned else row.is_anonymous,
        "case_no": "" if concerned else row.case_no,
        "card_no": row.card_no,
        "earlier": row.earlier.number if row.earlier and not concerned else "",
        "verdict": row.verdict,
        "due_on": row.due_on,
        "is_overdue": row.is_overdue,
        "filed_at": None if concerned else row.filed_at,
    }


# ---------------------------------------------------------------- the complainant's own side


def follow(number: str, code: str) -> Json:
    """Progress for whoever holds number and query code: {"number","state","due_on","organ","about","steps"}."""
    return _followed(deeds.of_code(number, code))


def mine(actor: Actor, *, limit: int = 20) -> list[Json]:
    """The complaints that an applicant filed signed in and with their name, newest first."""
    found_by = crypto.search_hashes("complainant", f"account:{actor.account_id}")
    rows = Complaint.objects.filter(complainant__found_by__in=found_by).order_by("-pk")[:limit]
    return [_followed(row) for row in rows]


def _followed(row: Complaint) -> Json:
    return {
        "number": row.number,
        "state": row.state,
        "about": row.about,
        "organ": org.organ(row.organ_id).name,
        "filed_at": row.filed_at,
        "due_on": row.due_on,
        "verdict": row.verdict if row.state == "answered" else None,
        "may_withdraw": complaints.refuse_withdrawal(row) is None,
        "steps": [
            {
                "deed": step.deed,
                "at": step.at,
                "text": text if step.deed in _TOLD else "",
                "ground": step.data.get("ground", ""),
            }
            for step, text in store.steps("complaint", row.pk)
            if step.deed not in ("complainant-opened", "respond", "overdue")
        ],
    }


_FIGURES = """
SELECT count(*), count(*) FILTER (WHERE state NOT IN ('filed', 'refused', 'withdrawn')),
  count(*) FILTER (WHERE state = 'answered'), count(*) FILTER (WHERE verdict IN ('upheld', 'partly')),
  count(*) FILTER (WHERE verdict IS NOT NULL), count(*) FILTER (WHERE is_overdue), count(earlier_id)
FROM reviews_complaint WHERE filed_at >= %(since)s::date AND filed_at < %(until)s::date + 1
  AND (%(organ)s::bigint IS NULL OR organ_id = %(organ)s)"""


def totals(*, since: date, until: date, organ_id: int | None = None) -> Json:
    """Figures of the complaints filed in the period; ``upheld`` as (percent or None, part, whole)."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"since": since, "until": until, "organ": organ_id})
        count, accepted, answered, upheld, judged, overdue, repeats = map(int, cursor.fetchone())
    return {
        "count": count,
        "accepted": accepted,
        "answered": answered,
        "overdue": overdue,
        "repeats": repeats,
        "upheld": (figures.rate(upheld, judged), upheld, judged),
    }
