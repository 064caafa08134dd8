"""Values of indicators over any cut and period, each from the counts that its definition names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import msgspec
from django.db import connection

from onewindow.catalog import counting
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound
from onewindow.org import queries as org
from onewindow.reviews.queries import counting as ratings
from onewindow.supervision.queries.cuts import Counts, Cut, counts
from onewindow.supervision.queries.trends import daily, side_by_side
from onewindow.supervision.rules.indicators import INDICATORS, MILLION, Indicator, Value, value_of
from onewindow.supervision.rules.shipped import RULES

LONGEST_DAYS = 3_700

_OPEN = """
SELECT count(*) FILTER (WHERE promised_due_on < %s), count(*) FILTER (WHERE legal_due_on < %s)
FROM supervision_matter m WHERE is_open{where}"""
_HITS = """
SELECT count(*) FROM (SELECT DISTINCT c.case_id, c.rule FROM supervision_card c
  JOIN supervision_matter m ON m.case_id = c.case_id
  WHERE c.state <> 'withdrawn' AND m.decided_on BETWEEN %s AND %s{where}) AS hit"""
_BOUNDS = {
    "organ": "m.organ_id = ANY(%s::bigint[])",
    "window": "m.window_id = ANY(%s::bigint[])",
    "region": "m.region LIKE ANY(%s)",
    "item": "m.task_code = ANY(%s)",
    "person": "coalesce(nullif(m.decided_by, ''), m.accepted_by) = ANY(%s)",
}


def indicator(name: str) -> Indicator:
    """The definition; raises ``NotFound``."""
    found = INDICATORS.get(name)
    if found is None:
        raise NotFound("no-indicator", N_("没有这个指标。"))
    return found


def value(name: str, *, cut: Cut, since: date, until: date, today: date) -> Value:
    """One indicator; raises ``NotFound`` for its name and ``Invalid`` for a period that is none."""
    return values([name], cut=cut, since=since, until=until, today=today)[name]


def values(names: list[str], *, cut: Cut, since: date, until: date, today: date) -> dict[str, Value]:
    """Several indicators of one cut and period; what they share is counted once."""
    if not 0 <= (until - since).days <= LONGEST_DAYS:
        raise Invalid(
            "invalid-fields",
            N_("有的内容不符合要求，请改正后再提交。"),
            fields=[FieldError("to", "out-of-range", N_("期末不能早于期初，期间不能超过十年。"))],
        )

    @cache
    def counted(source: str) -> Counts:
        return SOURCES[source](cut, since, until, today)

    return {name: value_of(indicator(name), counted) for name in names}


def _cases(cut: Cut, since: date, until: date, today: date) -> Counts:
    return counts(cut, since, until)


def _open(cut: Cut, since: date, until: date, today: date) -> Counts:
    """What is being handled counts where the period reaches today: of the past nobody knows it any more."""
    if not since <= today <= until:
        return {}
    sql, given = _bounded(_OPEN, [today, today], cut)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        promise, law = cursor.fetchone()
    return {"over_promise": promise, "over_law": law}


def _checks(cut: Cut, since: date, until: date, today: date) -> Counts:
    sql, given = _bounded(_HITS, [since, until], cut)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        hit = int(cursor.fetchone()[0])
    return {"done": counts(cut, since, until)["closed"] * len(RULES.all), "hit": hit}


def _bounded(sql: str, given: list[Any], cut: Cut) -> tuple[str, list[Any]]:
    bounds = cut.bounds()
    where = "".join(f" AND {_BOUNDS[name]}" for name in bounds)
    return sql.format(where=where), [*given, *bounds.values()]


def _items(cut: Cut, since: date, until: date, today: date) -> Counts:
    """The catalogue as it is in force now, for whichever period: windows and persons have no items."""
    chosen = [
        one
        for one in counting.items()
        if cut.organ_id in (None, one.organ_id)
        and (cut.region is None or one.region.startswith(cut.region))
        and cut.task_code in (None, one.task_code)
    ]
    told = counting.counts(chosen)
    told["authorised"] = sum(1 for one in chosen if one.is_in_center and _is_authorised(one, today))
    return told


def _is_authorised(item: counting.CountedItem, today: date) -> bool:
    """True when somebody at a window may decide on the item today."""
    return any(
        authority.organ_id == item.organ_id
        and "decide" in authority.powers
        and (not authority.items or item.task_code in authority.items)
        and authority.holds(today)
        for one in org.staff()
        if one.window_id is not None and one.is_active
        for authority in one.authorities
    )


def _ratings(cut: Cut, since: date, until: date, today: date) -> Counts:
    return ratings.given(cut.bounds(), since=since, until=until)


def _tickets(cut: Cut, since: date, until: date, today: date) -> Counts:
    return ratings.rectified(cut.bounds(), since=since, until=until, today=today)


def _received(cut: Cut, since: date, until: date, today: date) -> Counts:
    return {"rated": ratings.rated(cut.bounds(), since=since, until=until)}


# In the words of the index: the few cases that were under way when the period began.
_EARLIER = """
SELECT m.case_id FROM supervision_matter m
WHERE m.decided_on > m.received_on AND daterange(m.received_on, m.decided_on, '(]') @> %s::date
 AND m.decided_on <= %s{where}"""


def _earlier(cut: Cut, since: date, until: date, today: date) -> Counts:
    """Cases decided in the period that were received before it: with those received in it, each case once."""
    sql, given = _bounded(_EARLIER, [since, until], cut)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        ids = [int(row[0]) for row in cursor.fetchall()]
    rated = ratings.rated_of(ids, cut.bounds(), until=until) if ids else 0
    return {"decided": len(ids), "rated": rated}


def _days(cut: Cut, since: date, until: date, today: date) -> Counts:
    """The daily rates of closing on the same day, summed; days on which nothing was closed do not count."""
    total = days = 0
    for one in daily(cut, since, until).values():
        if one["closed"]:
            total += (2 * MILLION * one["closed_same_day"] + one["closed"]) // (2 * one["closed"])
            days += 1
    return {"same_day_millionths": total, "closed": days}


SOURCES: dict[str, Callable[[Cut, date, date, date], Counts]] = {
    "cases": _cases,
    "open": _open,
    "items": _items,
    "checks": _checks,
    "ratings": _ratings,
    "tickets": _tickets,
    "received": _received,
    "earlier": _earlier,
    "days": _days,
}


def compared(name: str, by: str, *, cut: Cut, since: date, until: date, today: date) -> dict[str, Value]:
    """One indicator for every key of ``by`` within the cut.

    One statement for indicators of cases alone (the counts of all keys at once); the others ask for each organ.
    """
    one = indicator(name)
    if one.sources == {"cases"}:
        found = side_by_side(by, cut, since, until)
        return {key: value_of(one, lambda _, told=told: told) for key, told in found.items()}  # type: ignore[misc]
    if by != "organ":
        return {}
    keys = [id for id in (o.id for o in org.organs()) if cut.organ_id in (None, id)]
    return {
        str(id): value(
            name, cut=msgspec.structs.replace(cut, organ_id=id), since=since, until=until, today=today
        )
        for id in keys
    }
