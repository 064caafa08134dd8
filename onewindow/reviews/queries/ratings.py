"""Reads of ratings: published figures, the ranking of organs, the list, and what a case still may say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet

from onewindow.cases.queries import reviewing
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound
from onewindow.org import queries as org
from onewindow.reviews import cursors, links, store
from onewindow.reviews.models import Rating, Ticket
from onewindow.reviews.queries import counting
from onewindow.reviews.rules import acts, figures, ratings
from onewindow.reviews.rules.figures import Tally

Json = dict[str, Any]

_TALLIES = """
SELECT organ_id, count(*), count(*) FILTER (WHERE grade >= 3), sum(grade), sum(grade * grade)
FROM reviews_rating
WHERE standing = 'valid' AND rated_on >= %s AND rated_on <= %s
GROUP BY organ_id"""

# Cases that could be rated in the period: their materials were received in it, or they were decided in it; each
# once. Which came in earlier is told by name, for their ratings lie under other days.
_RATEABLE = """
SELECT count(*), array_agg(c.id) FILTER (WHERE c.received_at < %(since)s::date) FROM cases_case c
WHERE c.state <> 'draft' AND (%(organ)s::bigint IS NULL OR c.organ_id = %(organ)s)
  AND ((c.received_at >= %(since)s::date AND c.received_at < %(until)s::date + 1)
    OR (c.decided_on >= %(since)s AND c.decided_on <= %(until)s))"""

_FIRST, _LAST = date(1949, 1, 1), date(2199, 12, 31)


class Ranked(msgspec.Struct, frozen=True):
    """An organ in the ranking; rates in percent, means from 1 to 5."""

    organ: str
    count: int
    good_rate: float | None
    mean: float | None
    shrunk_mean: float | None


def summary(*, organ: str | None = None, since: date | None = None, until: date | None = None) -> Json:
    """``voices`` and ``participation`` (contract, section 3): of the cases that were received or decided in the
    period, those with at least one valid rating by its end, in percent.

    It looks at every case of the period. Boards take the indicator ``rating_participation``, which says the same.
    """
    organ_id = _organ_id(organ)
    told = _participation(organ_id, since or _FIRST, until or _LAST)
    return voices(organ=organ, since=since, until=until) | {"participation": told}


def voices(*, organ: str | None = None, since: date | None = None, until: date | None = None) -> Json:
    """{"count", "good_rate", "mean", "shrunk_mean"}.

    Population: valid ratings (neither mistaken nor malicious) given from ``since`` to ``until``, both included,
    of the organ by name or code, or of all. ``good_rate``: grades 3 to 5 among them, in percent.
    ``shrunk_mean``: ``figures.shrunk`` with the prior of all organs in the same period. Two decimals, half up;
    0/0 is None. Raises ``Invalid`` for an organ that does not exist.
    """
    organ_id = _organ_id(organ)
    first, last = since or _FIRST, until or _LAST
    tallies = _tallies(first, last)
    own = tallies.get(organ_id, Tally()) if organ_id else sum(tallies.values(), Tally())
    prior = figures.prior_of(tallies.values())
    return {
        "count": own.count,
        "good_rate": figures.rate(own.good, own.count),
        "mean": _two(own.mean),
        "shrunk_mean": _two(figures.shrunk(own, prior)),
    }


def ranking(*, since: date, until: date) -> list[Ranked]:
    """The organs by their shrunken mean, best first; those with no rating are not ranked."""
    tallies = _tallies(since, until)
    prior = figures.prior_of(tallies.values())
    found = [
        Ranked(
            org.organ(id).name,
            one.count,
            figures.rate(one.good, one.count),
            _two(one.mean),
            _two(figures.shrunk(one, prior)),
        )
        for id, one in tallies.items()
    ]
    return sorted(found, key=lambda one: (-(one.shrunk_mean or 0), one.organ))


# Of what ratings are told: the column and nothing else reaches the statement.
_BY = {"organ": "organ_id::text", "person": "person", "window": '"window"::text', "region": "region"}


def tallies_by(by: str, *, since: date, until: date) -> dict[str, Tally]:
    """Valid ratings by ``organ``, ``person`` (user name), ``window`` (id) or ``region`` (code); one statement."""
    column = _BY[by]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, count(*), count(*) FILTER (WHERE grade >= 3), sum(grade), sum(grade * grade)"
            " FROM reviews_rating WHERE standing = 'valid' AND rated_on >= %s AND rated_on <= %s"
            f" AND {column} <> '' GROUP BY 1",
            [since, until],
        )
        return {row[0]: Tally(*map(int, row[1:])) for row in cursor.fetchall()}


def spread(*, organ_id: int | None = None, since: date, until: date) -> list[tuple[int, int]]:
    """(grade, how many valid ratings) from 5 down to 1."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grade, count(*) FROM reviews_rating WHERE standing = 'valid' AND rated_on >= %s"
            " AND rated_on <= %s AND (%s::bigint IS NULL OR organ_id = %s) GROUP BY grade",
            [since, until, organ_id, organ_id],
        )
        counts = dict(cursor.fetchall())
    return [(grade, counts.get(grade, 0)) for grade in ratings.GRADES]


def tags(*, organ_id: int | None = None, since: date, until: date) -> list[tuple[str, int]]:
    """(label of a tag, how often) of valid ratings, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tag, count(*) FROM reviews_rating r, jsonb_array_elements_text(r.tags) AS t(tag)"
            " WHERE r.standing = 'valid' AND r.rated_on >= %s AND r.rated_on <= %s"
            " AND (%s::bigint IS NULL OR r.organ_id = %s) GROUP BY t.tag ORDER BY 2 DESC, 1",
            [since, until, organ_id, organ_id],
        )
        return [(ratings.TAG_LABELS.get(code, code), count) for code, count in cursor.fetchall()]


def _tallies(since: date, until: date) -> dict[int, Tally]:
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, [since, until])
        return {int(row[0]): Tally(*map(int, row[1:])) for row in cursor.fetchall()}


def _participation(organ_id: int | None, since: date, until: date) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(_RATEABLE, {"organ": organ_id, "since": since, "until": until})
        could, earlier = cursor.fetchone()
    bounds = {} if organ_id is None else {"organ": [str(organ_id)]}
    did = counting.rated(bounds, since=since, until=until)
    did += counting.rated_of(earlier, bounds, until=until) if earlier else 0
    return figures.rate(did, int(could))


def _two(value: float | None) -> float | None:
    return None if value is None else figures.rounded(value)


def _organ_id(organ: str | None) -> int | None:
    if not organ:
        return None
    found = org.find_organ(name=organ, code=organ)
    if found is None:
        message = N_("没有这个部门")
        raise Invalid("invalid-fields", message, fields=[FieldError("organ", "unknown-value", message)])
    return found.id


# ---------------------------------------------------------------- lists


def listing(
    actor: Actor,
    *,
    organ_id: int | None = None,
    link: str | None = None,
    is_bad: bool = False,
    cursor: str | None = None,
    limit: int = 20,
) -> Json:
    """Ratings, newest first: {"results": [...], "next"}; heads see those of their organ.

    A row is {"grade", "link", "tags", "text" (redacted), "organ", "item", "way", "standing", "on"}: no number
    of a case and no instant, for either would lead those who were rated to whoever rated.
    """
    rows = Rating.objects.filter(_scope(actor))
    if organ_id is not None:
        rows = rows.filter(organ_id=organ_id)
    if link is not None:
        rows = rows.filter(link=link)
    if is_bad:
        rows = rows.filter(grade__in=ratings.BAD)
    page, following = cursors.cut(rows, cursor, limit)
    return {"results": [_line(row) for row in page], "next": following}


def _scope(actor: Actor) -> Q:
    if acts.is_watcher(actor):
        return Q()
    if actor.has("head"):
        return Q(organ_id__in=actor.organ_ids | ({actor.organ_id} if actor.organ_id else set()))
    raise NotFound("no-ratings", N_("没有可以看的评价。"))


def _line(row: Rating) -> Json:
    return {
        "grade": row.grade,
        "link": row.link,
        "tags": row.tags,
        "text": text_of(row),
        "organ": org.organ(row.organ_id).name,
        "item": item_name(row.task_code),
        "way": row.way,
        "standing": row.standing,
        "anonymous": row.is_anonymous,
        "on": row.rated_on,
    }


def item_name(task_code: str) -> str:
    """The name of an item, its code when it is no longer there."""
    try:
        return catalog.latest(task_code).name
    except NotFound:
        return task_code


def text_of(row: Rating) -> str:
    """The words of a rating; personal data was taken out before they were kept."""
    return store.unseal(row.text_sealed, "rating", row.pk)


# ---------------------------------------------------------------- the case's own side


def of_case(case_id: int) -> dict[str, Rating]:
    """Link → rating of a case."""
    rows: QuerySet[Rating] = Rating.objects.filter(case_id=case_id)
    return {row.link: row for row in rows}


def block(case_id: int, case: ratings.Rateable, *, today: date) -> list[Json]:
    """What the case's page says of rating: for each link that is open {"link", "grade" or None, "ticket" or None}.

    ``ticket``: {"number", "state", "answer" or None, "again": token or None} of a bad rating.
    """
    given = of_case(case_id)
    tickets = {
        one.rating_id: one for one in Ticket.objects.filter(rating_id__in=[row.pk for row in given.values()])
    }
    found = []
    for link in ratings.open_links(case):
        row = given.get(link)
        ticket = tickets.get(row.pk) if row else None
        told = _ticket(ticket, today) if ticket else None
        found.append({"link": link, "grade": row.grade if row else None, "ticket": told})
    return found


def of_own(actor: Actor, case_no: str, *, today: date) -> list[Json]:
    """``block`` for the applicant of the case; nothing for an agent whose case it no longer is."""
    case = reviewing.own(actor, case_no)
    return block(case.id, ratings.Rateable(case.received_at, case.decided_on), today=today)


def _ticket(ticket: Ticket, today: date) -> Json:
    answer = next((text for step, text in store.steps("ticket", ticket.pk) if step.deed == "answer"), None)
    may = answer is not None and ticket.second_grade is None
    return {
        "number": ticket.number,
        "state": ticket.state,
        "verdict": ticket.verdict,
        "answer": answer,
        "second_grade": ticket.second_grade,
        "again": second_link(ticket.number, today=today) if may else None,
    }


def second_link(number: str, *, today: date) -> str:
    """The token by which a rater rates again after the answer."""
    days = store.terms_now().link
    return links.make(links.Link("online", "", number, today + timedelta(days=days)))


def link_of(case_no: str, what: str, *, way: str, today: date, window: int | None = None) -> str:
    """The token by which the applicant of a case rates it: in a message, or as a code at the window."""
    days = store.terms_now().link if way == "sms" else 1
    return links.make(links.Link(way, case_no, what, today + timedelta(days=days), window))


def window_link(window_id: int, what: str, *, today: date) -> str:
    """The token that stands on a window's own sheet: the visitor adds number and check of the case."""
    return links.make(links.Link("qr", "", what, window_link_ends(today), window_id))


def window_link_ends(today: date) -> date:
    """A sheet on a wall serves to the end of the next year; a year's sheets look alike however often printed."""
    return date(today.year + 1, 12, 31)
