"""Searches without a good answer: counted without a person, gathered in the process, written behind the requests.

What is gathered and not yet written is lost with the process; nothing rests on single counts.
"""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from onewindow.base import clock, facts
from onewindow.catalog.changes import store
from onewindow.catalog.editorial import discretion
from onewindow.catalog.editorial.acting import EDITOR, require_editor
from onewindow.catalog.editorial.tables import MissedVerdict
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid

POOR = 0.5  # what the best answer weighs at least; 1 in 100 right answers weighs less, 9 of 10 wrong ones do
MOST_GATHERED = 500  # texts in one process between two writings
MOST_A_DAY = 2_000  # texts kept of a day
KEPT_DAYS = 90
WRITE_SECONDS = 30.0
STREAM = "missed-search"
VERDICTS = ("done", "ignored")
_log = logging.getLogger(__name__)
_lock = threading.Lock()
_gathered: dict[tuple[date, str], tuple[str, int]] = {}


def note(query: str, weight: float, *, on: date, is_word: Any = lambda pair: False) -> None:
    """Count ``query`` when the best answer weighs too little; costs no statement."""
    if weight >= POOR:
        return
    text = discretion.recordable(query, is_word=is_word)
    if not text:
        return
    kind = "none" if weight <= 0 else "poor"
    with _lock:
        before = _gathered.get((on, text))
        if before is not None or len(_gathered) < MOST_GATHERED:
            _gathered[on, text] = kind, (before[1] if before else 0) + 1


def write() -> int:
    """Add what was gathered to the table, in one statement; how many texts."""
    with _lock:
        lines = [(day, text, kind, count) for (day, text), (kind, count) in _gathered.items()]
        _gathered.clear()
    if not lines:
        return 0
    days, texts, kinds, counts = (list(part) for part in zip(*lines, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [days, texts, kinds, counts, MOST_A_DAY])
    return len(lines)


# A text that stands already is always counted; a new one only while its day has room.
_WRITE = """
WITH given AS (SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::int[]) AS g(day, text, kind, count)),
room AS (
 SELECT g.*, m.id IS NOT NULL AS stands, row_number() OVER (PARTITION BY g.day, m.id IS NULL ORDER BY g.count DESC)
   + (SELECT count(*) FROM catalog_missedsearch d WHERE d.day = g.day) AS place
 FROM given g LEFT JOIN catalog_missedsearch m USING (day, text))
INSERT INTO catalog_missedsearch AS s (day, text, kind, count)
SELECT day, text, kind, count FROM room WHERE stands OR place <= %s ORDER BY day, text
ON CONFLICT (day, text) DO UPDATE SET count = s.count + excluded.count, kind = excluded.kind"""


def start() -> None:
    """Write every half minute from a thread of its own; called once in each web process."""
    threading.Thread(target=_run, name="missed-searches", daemon=True).start()


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(WRITE_SECONDS):
        if not _gathered:
            continue
        try:
            write()
        except DatabaseError as error:
            _log.warning("could not write missed searches: %s", type(error).__name__)
        finally:
            connection.close()


def forget() -> None:
    """Throw away what was gathered."""
    with _lock:
        _gathered.clear()


def most_frequent(*, since: date, limit: int = 50, kind: str = "") -> list[dict[str, Any]]:
    """Texts not yet settled, the most frequent first: ``{"text","count","days","last","kind"}``; one statement.

    What is done comes back when it fails on a later day; what is ignored does not.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.text, sum(m.count)::int AS count, count(*)::int AS days, max(m.day) AS last,"
            " (array_agg(m.kind ORDER BY m.day DESC))[1] AS kind FROM catalog_missedsearch m"
            " LEFT JOIN catalog_missedverdict v USING (text)"
            " WHERE m.day >= %s AND (v.id IS NULL OR v.verdict = 'done'"
            " AND m.day > (v.at AT TIME ZONE 'Asia/Shanghai')::date)"
            " GROUP BY m.text HAVING %s IN ('', (array_agg(m.kind ORDER BY m.day DESC))[1])"
            " ORDER BY 2 DESC, 4 DESC, 1 LIMIT %s",
            [since, kind, limit],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def settle(actor: Actor, text: str, verdict: str, *, now: datetime) -> None:
    """Say of a failed search that it is ``done`` or to be ``ignored``; the fact holds the digest of the text."""
    require_editor(actor)
    if verdict not in VERDICTS or not discretion.recordable(text):
        raise Invalid("invalid-verdict", N_("没有这条搜索记录。"))
    with transaction.atomic():
        row, is_new = MissedVerdict.objects.select_for_update().get_or_create(
            text=text,
            defaults={"verdict": verdict, "by": actor.account_id, "name": actor.name, "at": now},
        )
        if not is_new and (row.verdict, clock.day_of(row.at)) == (verdict, clock.day_of(now)):
            return
        row.verdict, row.by, row.name, row.at = verdict, actor.account_id, actor.name, now
        row.save()
        data = {"verdict": verdict, "text": store.text_digest(text)}
        facts.record(STREAM, row.pk, "missed-search-settled", at=now, actor=actor, role=EDITOR, data=data)


def clear_away(today: date) -> int:
    """Delete counts that have served their time, and verdicts on texts that nobody types any more."""
    first = today - timedelta(days=KEPT_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_missedsearch WHERE day < %s", [first])
        gone = cursor.rowcount
        cursor.execute(
            "DELETE FROM catalog_missedverdict v WHERE at < %s"
            " AND NOT EXISTS (SELECT 1 FROM catalog_missedsearch m WHERE m.text = v.text)",
            [clock.start_of(first)],
        )
        return int(gone)
