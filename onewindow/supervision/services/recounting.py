"""A notice that changes days which have passed: what was counted of them is counted anew.

Cases that are open are looked at again whatever the notice says. Of those that ended, the ones that were under
way on a changed day are marked to be looked at, in the transaction of the notice; the sweep then folds them
batch by batch like all others, and their sums follow. Nobody is told of it: a case that has ended breaks no
limit any more, so that no card comes of a day that was worked in hindsight, and those that stand are for the
supervisor to withdraw.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from onewindow.base import facts
from onewindow.cases.rules.clocks import day_of
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayTable
from onewindow.supervision import store

# In the words of the index of what was under way; without a decision a pause alone was counted.
_TOUCHED = """
UPDATE supervision_matter SET look_at = %(now)s WHERE NOT is_open AND case_id IN (
  SELECT m.case_id FROM unnest(%(days)s::date[]) AS changed(day) JOIN supervision_matter m
    ON m.decided_on > m.received_on AND daterange(m.received_on, m.decided_on, '(]') @> changed.day
  UNION SELECT case_id FROM supervision_matter
    WHERE NOT is_open AND decided_on IS NULL AND pauses > 0 AND received_on <= %(last)s)"""


def follow_calendar(before: DayTable, after: DayTable, now: datetime, actor: Actor) -> int:
    """Have everything looked at that the calendar changes, in the caller's transaction; how many ended cases.

    Those are told in a fact: the changed ``days`` (ISO) up to today and how many ``cases`` they touch.
    """
    store.look_again(now)
    days = [day for day in before.changed_days(after) if day <= day_of(now)]
    if not days:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"now": now, "days": days, "last": days[-1]})
        count = int(cursor.rowcount)
    if count:
        data = {"days": [day.isoformat() for day in days], "cases": count}
        facts.record("supervision", 0, "recounted", at=now, actor=actor, data=data)
    return count
