"""Boards and indicators over a year of 1,200,000 cases: how long the database takes for each.

The rows lie in temporary tables that stand before the real ones in one session: nothing is changed, nothing is
left, and nothing runs in parallel. They are made by a formula, not by deeds: what is measured is the reading.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import connection

from bench.verdict import Row
from onewindow.supervision import store
from onewindow.supervision.queries import board, cuts, hours, indicators, listing, trends, urgent
from onewindow.supervision.rules.measures import BETWEEN, MEASURES, PAIRS, pair
from onewindow.supervision.services import tallying

TODAY = date(2026, 12, 18)
SINCE = date(2026, 1, 1)
TABLES = (
    "supervision_matter",
    "supervision_tally",
    "supervision_grain",
    "supervision_hour",
    "supervision_card",
    "reviews_rating",
)

# 40 organs of very different size, 60 windows, 21 divisions, 1,500 items, 600 people; 4 in 100 cases are open.
_MATTERS = """
INSERT INTO supervision_matter ({columns}) SELECT n, 'C' || n, 8,
 CASE WHEN is_open THEN 'in_review' ELSE 'granted' END, is_open,
 CASE WHEN n %% 6 = 0 THEN 'instant' ELSE 'commitment' END, CASE WHEN n %% 3 = 0 THEN 'portal' ELSE 'window' END,
 organ, '5116' || lpad((n %% 21)::text, 2, '0'), CASE WHEN n %% 3 = 0 THEN NULL ELSE 1 + n %% 60 END, 1,
 'T' || (n * 7919 %% 1500), 'p' || (n %% 200), CASE WHEN is_open THEN '' ELSE 'q' || (n %% 400) END,
 CASE WHEN is_open THEN '' ELSE 'grant' END, day, day, false, CASE WHEN is_open THEN NULL ELSE day + (n %% 9)::int END,
 NULL, 'working_day', 20, 10, CASE WHEN is_open THEN NULL ELSE (n %% 12)::int END,
 CASE WHEN is_open THEN NULL ELSE (n %% 12)::int END, (n %% 4)::int,
 CASE WHEN is_open THEN %(today)s::date + (n %% 23)::int - 3 END,
 CASE WHEN is_open THEN %(today)s::date + (n %% 40)::int - 1 END,
 CASE WHEN is_open THEN %(today)s::date + (n %% 23)::int - 3 END,
 NULL, (9 + n %% 9)::int, CASE WHEN is_open THEN NULL ELSE (9 + n %% 8)::int END, '', NULL, 0, 0
FROM (SELECT n, %(since)s::date + (n * 351 / %(cases)s::bigint)::int AS day,
  (1 + least(39, (60 * power((n * 7919 %% 1500) / 1500.0, 3))))::int AS organ,
  n > %(cases)s * 0.9 AND n %% 5 < 2 AS is_open FROM generate_series(1::bigint, %(cases)s::bigint) n) one"""

# One case in ten has a card, whose supervisor has settled four in five; one in two of the decided is rated.
_CARDS = """
INSERT INTO supervision_card (card_no, version, case_id, case_no, rule, mark, level, degree, state, organ_id,
 person, raised_at, issued_by, why, params, evidence, life, last_at)
SELECT 'JC' || case_id, 3, case_id, case_no, (1 + case_id %% 20)::text, 'limit',
 (ARRAY['reminder', 'yellow', 'red'])[1 + case_id %% 3], 'over',
 CASE WHEN is_open OR case_id %% 50 = 0 THEN 'issued' WHEN case_id %% 30 = 0 THEN 'withdrawn' ELSE 'upheld' END,
 organ_id, accepted_by, received_on + interval '5 days', 'system', 'why', '{}',
 '[{"at": 1789000000000000, "seq": 1, "type": "received"}]', '{"letters": []}', received_on + interval '6 days'
FROM supervision_matter WHERE case_id %% 10 = 0"""
_RATINGS = """
INSERT INTO reviews_rating (case_id, link, grade, is_anonymous, way, standing, organ_id, task_code, region,
 "window", person, received_on, received_window, rated_on, at, tags)
SELECT case_id, 'completion', 1 + (case_id %% 17 > 0)::int * 4, true, 'online', 'valid', organ_id, task_code,
 region, window_id, decided_by, received_on, window_id, decided_on, decided_on, '[]'
FROM supervision_matter WHERE NOT is_open AND case_id %% 2 = 0"""


class Scene(msgspec.Struct, frozen=True):
    """What is asked for: a year up to a day, and the largest of each cut in it."""

    today: date = TODAY
    since: date = SINCE
    until: date = date(2026, 12, 31)
    organ_id: int = 1
    window_id: int = 5
    region: str = "5116"
    task_code: str = "T1"
    person: str = "q1"


def measure(cases: int) -> list[Row]:
    """Fill, take the time of each, and give the slowest board and the slowest indicator."""
    fill(cases)
    return asked(Scene(), cases)


def measure_stored() -> list[Row]:
    """The same questions to what the instance has stored itself, for instance a simulated year; nothing is filled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(received_on), count(*) FROM supervision_matter")
        today, cases = cursor.fetchone()
    columns = ("organ_id", "window_id", "region", "task_code", "decided_by")
    organ_id, window_id, region, task_code, person = (_largest(column) for column in columns)
    since = today - timedelta(days=365)
    return asked(Scene(today, since, today, organ_id, window_id, region[:4], task_code, person), cases)


def _largest(column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM supervision_matter WHERE coalesce({column}::text, '') <> ''"
            f" GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        return cursor.fetchone()[0]


def asked(scene: Scene, cases: int) -> list[Row]:
    """The time of each question, and the slowest board and the slowest indicator as rows."""
    rows = []
    for work, ways in (("board", _boards(scene)), ("indicator", _indicators(scene))):
        times = [(_time(way), name) for name, way in ways]
        for took, name in times:
            _say(f"{work}: {name:58} {took:8.1f} ms")
        worst = max(times)[0]
        middle = sorted(times)[len(times) // 2][0]
        rows.append(Row(work, cases, 1000 / middle, middle, worst))
    return rows


def fill(cases: int) -> None:
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'; SET temp_buffers = '1GB'; SET statement_timeout = 0")
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL)")
        columns = ", ".join(store.COLUMNS)
        given = {"today": TODAY, "since": SINCE, "cases": cases}
        cursor.execute(_MATTERS.format(columns=columns), given)
        for statement in (_CARDS, _RATINGS, *_counts()):
            cursor.execute(statement, {})
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
            cursor.execute(f"SELECT count(*) FROM {table}")
            _say(f"{table}: {cursor.fetchone()[0]:,} rows")
        cursor.execute("RESET work_mem; RESET statement_timeout")
    _say(f"filled in {time.monotonic() - began:.0f} s")


def _counts() -> list[str]:
    """Grains from the cases, every other count from the grains."""
    keys = "organ_id, region, coalesce(window_id, 0), task_code"
    closed = (
        "closed",
        "limited",
        "on_time",
        "promised_cases",
        "promised_days",
        "promised_used_days",
        "legal_known",
    )
    grains = (
        f"INSERT INTO supervision_grain (day, organ_id, region, window_id, task_code, person, received, accepted)"
        f" SELECT received_on, {keys}, accepted_by, count(*), count(*) FROM supervision_matter GROUP BY 1,2,3,4,5,6",
        f"INSERT INTO supervision_grain (day, organ_id, region, window_id, task_code, person, {', '.join(closed)})"
        f" SELECT decided_on, {keys}, decided_by, count(*), count(*), count(*) FILTER (WHERE used_days <= 10),"
        f" count(*), 10 * count(*), sum(used_days), count(*) FROM supervision_matter WHERE decided_on IS NOT NULL"
        f" GROUP BY 1,2,3,4,5,6",
    )
    sums = ", ".join(f"sum({name})" for name in MEASURES)
    names = ", ".join(MEASURES)
    columns = dict(
        zip(
            tallying.CUTS,
            ("''", "organ_id::text", "region", "window_id::text", "task_code", "person"),
            strict=True,
        )
    )
    days = [
        f"INSERT INTO supervision_tally (cut, key, day, {names})"
        f" SELECT '{cut}', {column}, day, {sums} FROM supervision_grain GROUP BY 2, 3"
        for cut, column in columns.items()
    ]
    values = columns | {"all": "''"}
    pairs = [
        f"INSERT INTO supervision_tally (cut, key, day, {names}) SELECT '{pair(one, other)}',"
        f" {values[one]} || '{BETWEEN}' || {values[other]}, date_trunc('month', day)::date, {sums}"
        f" FROM supervision_grain GROUP BY 2, 3"
        for one, other in PAIRS
    ]
    months = (
        f"INSERT INTO supervision_tally (cut, key, day, {names}) SELECT cut || '/month', key,"
        f" date_trunc('month', day)::date, {sums} FROM supervision_tally GROUP BY 1, 2, 3"
    )
    hours = (
        "INSERT INTO supervision_hour SELECT received_on, coalesce(window_id, 0), organ_id, region, received_hour,"
        " count(*), 0 FROM supervision_matter GROUP BY 1,2,3,4,5"
    )
    return [*grains, *days, months, *pairs, hours]


def _boards(scene: Scene) -> list[tuple[str, Callable[[], Any]]]:
    whole, big, today = cuts.Cut(), cuts.Cut(organ_id=scene.organ_id), scene.today
    return [
        ("board (API)", lambda: board.board(whole, today=today)),
        ("board of the largest organ", lambda: board.board(big, today=today)),
        *[(f"on hand by {by}", lambda by=by: board.on_hand_by(by, whole, today=today)) for by in board.BY],
        ("on hand by state", lambda: board.flow(whole, today=today)),
        ("hours by window", lambda: hours.heat(whole, today=today, hour=10)),
        ("14 working days", lambda: trends.working_days(whole, today=today)),
        ("12 months", lambda: trends.months(whole, today=today)),
        (
            "organs side by side, month",
            lambda: trends.side_by_side("organ", whole, today.replace(day=1), today),
        ),
        ("cards by level", lambda: urgent.levels(whole, today=today)),
        ("first cards", lambda: urgent.first(whole, today=today)),
        ("list: on hand", lambda: listing.cases("on_hand", whole, today=today)),
        ("list: closed today", lambda: listing.cases("closed", whole, today=today)),
        ("list: over promise, one organ", lambda: listing.cases("over_promise", big, today=today)),
    ]


def _indicators(scene: Scene) -> list[tuple[str, Callable[[], Any]]]:
    whole, big = cuts.Cut(), cuts.Cut(organ_id=scene.organ_id)
    since, until, today = scene.since, scene.until, scene.today
    month = today.replace(day=1)

    def value(name: str, since: date = since, to: date = until, **cut: Any) -> Callable[[], Any]:
        return lambda: indicators.value(name, cut=cuts.Cut(**cut), since=since, until=to, today=today)

    return [
        ("rate of a year, all", value("on_time_rate")),
        (
            "rate of a year less a day at both ends, largest organ",
            value("on_time_rate", since + timedelta(days=1), today, organ_id=scene.organ_id),
        ),
        ("rate of a year, region and its divisions", value("on_time_rate", region=scene.region)),
        ("rate of a year, item", value("on_time_rate", task_code=scene.task_code)),
        ("rate of a year, person", value("on_time_rate", person=scene.person)),
        (
            "rate of a year, largest organ × window",
            value("on_time_rate", organ_id=scene.organ_id, window_id=scene.window_id),
        ),
        (
            "rate of a year, largest organ × region with divisions",
            value("on_time_rate", organ_id=scene.organ_id, region=scene.region),
        ),
        (
            "rate of a year, region × item",
            value("on_time_rate", region=scene.region, task_code=scene.task_code),
        ),
        (
            "rate of a year, region × window",
            value("on_time_rate", region=scene.region, window_id=scene.window_id),
        ),
        ("over promise with those open, year", value("overdue_promise")),
        (
            "mean of daily rates, year, largest organ",
            value("same_day_closure_rate_daily_mean", organ_id=scene.organ_id),
        ),
        ("compliance with rules, year", value("rule_compliance")),
        ("participation in ratings, year", value("rating_participation", since + timedelta(days=31))),
        ("participation in ratings, last month", value("rating_participation", month, today)),
        (
            "participation in ratings, year, largest organ",
            value("rating_participation", organ_id=scene.organ_id),
        ),
        ("good ratings, year", value("good_rating_rate")),
        ("good ratings, year, window", value("good_rating_rate", window_id=scene.window_id)),
        ("organs side by side, year", lambda: trends.side_by_side("organ", whole, since, until)),
        ("persons side by side, year", lambda: trends.side_by_side("person", whole, since, until)),
        (
            "items of the largest organ side by side, year",
            lambda: trends.side_by_side("item", big, since, until),
        ),
    ]


def _time(work: Callable[[], Any]) -> float:
    """The best of three, in milliseconds: the machine may be busy with others."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        work()
        best = min(best, (time.perf_counter() - began) * 1000)
    return best


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
