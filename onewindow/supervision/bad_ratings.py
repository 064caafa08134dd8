"""Rule 19: bad ratings whose tickets nobody handles in time, as the reviews tell them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from onewindow.base import calendars
from onewindow.cases.rules.clocks import day_of, first_instant_after
from onewindow.kernel.errors import N_
from onewindow.reviews.queries import tickets
from onewindow.supervision import conventions
from onewindow.supervision.rules.watching import Hit

_WHY = N_("差评整改单 %(number)s 的这一步应在 %(due)s 前办完，没有办。")


def hits(now: datetime) -> Iterator[tuple[int, Hit]]:
    """Case and hit of every ticket that is late at ``now``, told or not; still late some days later is worse."""
    late = tickets.late(day_of(now))
    if not late:
        return
    table, days = calendars.table(), conventions.current().still_days
    for case_id, number, due_on in late:
        at = first_instant_after(due_on)
        params = {"number": number, "due": due_on.isoformat()}
        mark = f"ticket:{number}:{due_on:%m%d}"
        yield case_id, Hit(rule="19", mark=mark, degree="over", at=at, why=_WHY, params=params)
        still = first_instant_after(table.add(day_of(at), days))
        if still <= now:
            yield case_id, Hit(rule="19", mark=mark, degree="still", at=still, why=_WHY, params=params)
