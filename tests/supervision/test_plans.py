"""Boards and indicators find what they need by an index, however many cases are stored; figures stay the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import boards
from onewindow.supervision.queries import board, cuts, hours, indicators, listing, trends, urgent

TODAY, SINCE = date(2026, 12, 18), date(2026, 1, 2)
BIG = {f"supervision_{name}" for name in ("matter", "tally", "grain", "hour", "card")} | {"reviews_rating"}
CUTS = {
    "all": cuts.Cut(),
    "organ": cuts.Cut(organ_id=1),
    "region": cuts.Cut(region="5116"),
    "window": cuts.Cut(window_id=5),
    "item": cuts.Cut(task_code="T1"),
    "person": cuts.Cut(person="q1"),
    "organ and region": cuts.Cut(organ_id=1, region="5116"),
    "item and window": cuts.Cut(task_code="T1", window_id=5),
}
BOARDS: dict[str, Callable[[cuts.Cut], Any]] = {
    "board": lambda cut: board.board(cut, today=TODAY),
    "by organ": lambda cut: board.on_hand_by("organ", cut, today=TODAY),
    "by item": lambda cut: board.on_hand_by("item", cut, today=TODAY),
    "by state": lambda cut: board.flow(cut, today=TODAY),
    "hours": lambda cut: hours.heat(cut, today=TODAY, hour=10),
    "days": lambda cut: trends.working_days(cut, today=TODAY),
    "months": lambda cut: trends.months(cut, today=TODAY),
    "levels": lambda cut: urgent.levels(cut, today=TODAY),
    "first cards": lambda cut: urgent.first(cut, today=TODAY),
    **{
        f"list {show}": lambda cut, show=show: listing.cases(show, cut, today=TODAY)  # type: ignore[misc]
        for show in ("received", "accepted", "closed", "on_hand", "red", "over_law")
    },
    **{
        name: lambda cut, name=name: indicators.value(name, cut=cut, since=SINCE, until=TODAY, today=TODAY)  # type: ignore[misc]
        for name in (
            "on_time_rate",
            "overdue_promise",
            "same_day_closure_rate_daily_mean",
            "good_rating_rate",
            "rating_participation",
        )  # fmt: skip
    },
    "compliance of a week": lambda cut: indicators.value(
        "rule_compliance", cut=cut, since=date(2026, 12, 7), until=date(2026, 12, 13), today=TODAY
    ),
}


@pytest.fixture(scope="module")
def few(_city: None, django_db_blocker: Any) -> Iterator[set[str]]:
    """The bench's year in small, in tables of this connection; the indexes of open and unsettled rows alone."""
    with django_db_blocker.unblock():
        boards.fill(3_000)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname FROM pg_indexes WHERE indexdef ~ 'WHERE' AND tablename = ANY(%s)"
                " AND indexname <> 'supervision_card_hit'",  # of nearly all cards
                [list(BIG)],
            )
            found = {row[0] for row in cursor.fetchall()}
        yield found
        connection.close()


def scans(node: dict[str, Any], big: set[str], few: set[str]) -> Iterator[str]:
    """The reads of big tables that no index bounds; an index of few rows may be read whole."""
    table, index = node.get("Relation Name", ""), node.get("Index Name", "")
    if (
        table in big
        and node["Node Type"] != "Bitmap Heap Scan"
        and "Index Cond" not in node
        and index not in few
    ):
        yield f"{node['Node Type']} {index} on {table}"
    for child in node.get("Plans", ()):
        yield from scans(child, big, few)


def plans(work: Callable[[], Any]) -> Iterator[dict[str, Any]]:
    with CaptureQueriesContext(connection) as seen:
        work()
    for query in seen.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
            yield msgspec.json.decode(msgspec.json.encode(cursor.fetchone()[0]))[0]["Plan"]


@pytest.mark.parametrize("name", BOARDS)
def test_no_figure_reads_a_big_table_whole(few: set[str], db: None, name: str) -> None:
    # Of whose cases the cards are is told by the cases: one in ten has one, and a stretch asks for all of them.
    big = BIG - ({"supervision_card"} if name.startswith("compliance") else set())
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for title, cut in CUTS.items():
        for plan in plans(partial(BOARDS[name], cut)):
            found += [f"{title}: {one}" for one in scans(plan, big, few)]
    assert not found


def test_what_was_under_way_when_the_period_began(few: set[str], db: None) -> None:
    for since, until in ((date(2026, 2, 1), TODAY), (date(2026, 6, 15), date(2026, 6, 30))):
        for cut, where in (CUTS["all"], "true"), (CUTS["organ"], "organ_id = 1"):
            told = indicators.SOURCES["earlier"](cut, since, until, TODAY)["decided"]
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM supervision_matter WHERE decided_on BETWEEN %s AND %s AND received_on < %s"
                    f" AND {where}",
                    [since, until, since],
                )
                assert told == cursor.fetchone()[0]
            assert told or where != "true"
