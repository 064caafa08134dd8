"""What is counted of each case, on which day and for whom: the one place where counting is defined.

An indicator is a ratio of these counts. A case contributes to the day it was received, to the day it was
accepted and to the day it was decided (contract section 3: closed means decided); a case that ended before
acceptance is in neither A nor C (handbook 5.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from onewindow.supervision.rules.matters import Matter

ONLINE = frozenset({"portal", "mobile"})
MEASURES = (
    "received",
    "accepted",
    "accepted_deemed",
    "accepted_online",
    "accepted_closed_same_month",
    "closed",
    "closed_granted",
    "closed_same_day",
    "closed_instant",
    "closed_commitment",
    "commitment_closed_at_once",
    "commitment_days",
    "closed_online",
    "closed_at_window",
    "closed_visits_known",
    "closed_one_visit",
    "closed_no_visit",
    "closed_two_visits",
    "limited",
    "on_time",
    "early",
    "over_promise",
    "over_law",
    "legal_known",
    "legal_cases",
    "legal_days",
    "legal_used_days",
    "promised_cases",
    "promised_days",
    "promised_used_days",
    "promised_halved",
    "paused_cases",
    "paused_days",
)

# Bounds that are often asked together and each hold many cases: counted as a pair, by month. Regions stand last,
# because a region stands for all that begin with it. Other combinations are summed from the grains.
PAIRS = (
    ("organ", "region"),
    ("organ", "window"),
    ("organ", "item"),
    ("organ", "person"),
    ("window", "region"),
)
BETWEEN = "|"


def pair(one: str, other: str) -> str:
    """The cut under which a pair of bounds is tallied by month."""
    return f"{one}+{other}/month"


class Contribution(msgspec.Struct, frozen=True, gc=False):
    """What one case adds to one day: the place where it counts, and how much of each measure."""

    day: date
    organ_id: int
    region: str
    window_id: int
    task_code: str
    person: str
    counts: dict[str, int]


def contributions(matter: Matter) -> Iterator[Contribution]:
    """All that ``matter`` adds; taking it away and adding the newer one moves every count exactly."""
    if matter.received_on is not None:
        yield _of(matter, matter.received_on, matter.accepted_by, {"received": 1})
    if matter.accepted_on is not None:
        yield _of(matter, matter.accepted_on, matter.accepted_by, _accepted(matter))
    if matter.decided_on is not None and matter.accepted_on is not None:
        yield _of(matter, matter.decided_on, matter.decided_by, _closed(matter))


def hours(matter: Matter) -> Iterator[tuple[date, int, str]]:
    """At which hour of which day the case was received and decided: (day, hour, "received" or "decided")."""
    if matter.received_on is not None and matter.received_hour is not None:
        yield matter.received_on, matter.received_hour, "received"
    if matter.decided_on is not None and matter.decided_hour is not None and matter.accepted_on is not None:
        yield matter.decided_on, matter.decided_hour, "decided"


def _of(matter: Matter, day: date, person: str, counts: dict[str, int]) -> Contribution:
    present = {name: count for name, count in counts.items() if count}
    window = matter.window_id or 0
    return Contribution(day, matter.organ_id, matter.region, window, matter.task_code, person, present)


def _accepted(matter: Matter) -> dict[str, int]:
    assert matter.accepted_on is not None
    month = (matter.accepted_on.year, matter.accepted_on.month)
    decided = matter.decided_on
    return {
        "accepted": 1,
        "accepted_deemed": int(matter.is_deemed),
        "accepted_online": int(matter.channel in ONLINE),
        "accepted_closed_same_month": int(decided is not None and (decided.year, decided.month) == month),
    }


def _closed(matter: Matter) -> dict[str, int]:
    at_once = matter.decided_on == matter.accepted_on
    is_commitment = matter.kind == "commitment"
    return {
        "closed": 1,
        "closed_granted": int(matter.outcome == "grant"),
        "closed_same_day": int(at_once),
        "closed_instant": int(matter.kind == "instant"),
        "closed_commitment": int(is_commitment),
        "commitment_closed_at_once": int(is_commitment and at_once),
        "commitment_days": (_used(matter) or 0) if is_commitment else 0,
        "closed_online": int(matter.channel in ONLINE),
        "closed_at_window": int(at_once and matter.channel == "window"),
        "closed_visits_known": int(matter.visits is not None),
        "closed_one_visit": int(matter.visits is not None and matter.visits <= 1),
        "closed_no_visit": int(matter.visits == 0),
        "closed_two_visits": int(matter.visits is not None and matter.visits <= 2),
        "paused_cases": int(matter.pauses > 0),
        "paused_days": matter.paused_days,
        **_limits(matter),
    }


def _limits(matter: Matter) -> dict[str, int]:
    """T against P and L; where nothing is promised the law's limit is what must be kept."""
    legal, promised = matter.legal_days, matter.promised_days
    legal_used, promised_used = matter.used_days, matter.promised_used_days
    limit, used = (promised, promised_used) if promised is not None else (legal, legal_used)
    counts: dict[str, int] = {}
    if limit is not None and used is not None:
        counts |= {"limited": 1, "on_time": int(used <= limit), "early": int(used < limit)}
        counts["over_promise"] = int(promised is not None and used > limit)
    if legal is not None and legal_used is not None:
        counts |= {"legal_known": 1, "over_law": int(legal_used > legal)}
        if legal > 0:
            counts |= {"legal_cases": 1, "legal_days": legal, "legal_used_days": legal_used}
    if promised and promised_used is not None:
        counts |= {"promised_cases": 1, "promised_days": promised, "promised_used_days": promised_used}
        counts["promised_halved"] = int(2 * promised_used <= promised)
    return counts


def _used(matter: Matter) -> int | None:
    return matter.used_days if matter.used_days is not None else matter.promised_used_days
