"""Reads of tickets: the list, the record with the acts that may be taken, figures with their sample size."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q

from onewindow.cases.queries import reviewing
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org
from onewindow.reviews import cursors, store
from onewindow.reviews.models import Ticket
from onewindow.reviews.queries import ratings as rating_queries
from onewindow.reviews.rules import acts, figures, tickets

Json = dict[str, Any]


def listing(
    actor: Actor,
    *,
    state: str | None = None,
    is_overdue: bool = False,
    cursor: str | None = None,
    limit: int = 20,
) -> Json:
    """Tickets, newest first: {"results": [...], "next"}; heads see those of their organ."""
    rows = Ticket.objects.filter(_scope(actor)).select_related("rating")
    if state:
        rows = rows.filter(state=state)
    if is_overdue:
        rows = rows.filter(is_overdue=True)
    page, following = cursors.cut(rows, cursor, limit)
    return {"results": [_line(row) for row in page], "next": following}


def one(actor: Actor, number: str, *, today: date) -> Json:
    """A ticket's record: its line, the words of the rating, the steps, the acts with their reasons.

    ``case_no`` is told to watchers of other organs only.
    """
    row = Ticket.objects.select_related("rating").filter(number=number).first()
    if row is None or not acts.may_read(actor, row.organ_id):
        raise NotFound("no-ticket", N_("没有这张整改单。"))
    outside = acts.is_watcher(actor) and actor.organ_id != row.organ_id
    case = reviewing.by_id(row.rating.case_id) if outside else None
    return _line(row) | {
        "version": row.version,
        "text": rating_queries.text_of(row.rating),
        "case_no": case[0] if case else None,
        "is_anonymous": row.rating.is_anonymous,
        "may_open_rater": outside and actor.has("supervisor") and not row.rating.is_anonymous,
        "appeal_by": row.appeal_by,
        "rectify_due_on": row.rectify_due_on,
        "rectified_on": row.rectified_on,
        "steps": _steps(actor, row),
        "acts": [msgspec.to_builtins(one) for one in _offers(actor, row, today)],
    }


def number_of(case_no: str, link: str) -> str:
    """The number of the ticket that the bad rating of a case at a link opened; ``NotFound`` when there is none."""
    case = reviewing.known(case_no)
    row = Ticket.objects.filter(rating__case_id=case.id if case else 0, rating__link=link).first()
    if row is None:
        raise NotFound("no-ticket", N_("没有这张整改单。"))
    return row.number


def _offers(actor: Actor, row: Ticket, today: date) -> list[acts.Offer]:
    anonymous = row.rating.is_anonymous
    return [
        acts.offer(name, act, tickets.refusal(name, row, actor, is_anonymous=anonymous, today=today))
        for name, act in tickets.ACTS.items()
        if acts.wrong_person(act, row, actor) is None
    ]


# What passes between those who watch is not for the organ that is watched.
_INSIDE = ("rater-opened", "call")


def _steps(actor: Actor, row: Ticket) -> list[Json]:
    told = store.steps("ticket", row.pk)
    names = org.staff_names([step.actor for step, _ in told])
    return [
        {
            "deed": step.deed,
            "by": names.get(step.actor, ""),
            "at": step.at,
            "text": "" if step.deed in _INSIDE and not acts.is_watcher(actor) else text,
            "data": step.data,
        }
        for step, text in told
        if step.deed != "opened" or acts.is_watcher(actor)  # its instant is that of the rating
    ]


def _scope(actor: Actor) -> Q:
    if acts.is_watcher(actor):
        return Q()
    if actor.has("head"):
        return Q(organ_id__in=actor.organ_ids | ({actor.organ_id} if actor.organ_id else set()))
    raise NotFound("no-tickets", N_("没有可以看的整改单。"))


def _line(row: Ticket) -> Json:
    return {
        "number": row.number,
        "state": row.state,
        "organ": org.organ(row.organ_id).name,
        "item": rating_queries.item_name(row.rating.task_code),
        "link": row.rating.link,
        "grade": row.rating.grade,
        "tags": row.rating.tags,
        "standing": row.rating.standing,
        "verdict": row.verdict,
        "due_on": row.due_on,
        "is_overdue": row.is_overdue,
        "second_grade": row.second_grade,
        "on": row.rating.rated_on,
    }


def late(today: date) -> list[tuple[int, str, date]]:
    """Tickets whose next step is past its day and that are not closed: (case id, number, due day)."""
    rows = Ticket.objects.filter(due_on__lt=today, closed_at=None).order_by("pk")
    return [
        (case_id, number, due_on)
        for case_id, number, due_on in rows.values_list("rating__case_id", "number", "due_on")
        if due_on is not None
    ]


_FIGURES = """
SELECT count(*), count(*) FILTER (WHERE t.verdict = 'real'), count(*) FILTER (WHERE t.verdict = 'mistaken'),
  count(*) FILTER (WHERE t.verdict = 'malicious'),
  count(*) FILTER (WHERE t.verdict = 'real' AND (t.rectify_due_on < %(today)s OR t.rectified_on IS NOT NULL)),
  count(*) FILTER (WHERE t.verdict = 'real' AND t.rectified_on <= t.rectify_due_on),
  count(*) FILTER (WHERE NOT r.is_anonymous AND t.verdict = 'real' AND t.state IN ('answered', 'called', 'closed')),
  count(*) FILTER (WHERE t.called IS NOT NULL),
  count(t.second_grade), count(*) FILTER (WHERE t.second_grade >= 3)
FROM reviews_ticket t JOIN reviews_rating r ON r.id = t.rating_id
WHERE r.rated_on >= %(since)s AND r.rated_on <= %(until)s
  AND (%(organ)s::bigint IS NULL OR t.organ_id = %(organ)s)"""


def totals(*, since: date, until: date, today: date, organ_id: int | None = None) -> Json:
    """Figures of the tickets of bad ratings given in the period, each rate as (percent or None, part, whole).

    ``rectified_on_time``: rectified by the due day / those whose due day has passed or that are rectified
    (差评按时整改率). ``called_back``: called / answered ones that are not anonymous (回访率).
    ``made_good``: second ratings of grade 3 and more / second ratings.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"since": since, "until": until, "today": today, "organ": organ_id})
        found = [int(value) for value in cursor.fetchone()]
    count, real, mistaken, malicious, due, timely, named, called, again, good = found
    return {
        "count": count,
        "real": real,
        "mistaken": mistaken,
        "malicious": malicious,
        "rectified_on_time": (figures.rate(timely, due), timely, due),
        "called_back": (figures.rate(called, named), called, named),
        "made_good": (figures.rate(good, again), good, again),
    }
