"""What a change leaves behind: lists, the feed, warm caches, statements, what stood before."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.catalog import queries, services
from onewindow.catalog.changes.target import Target
from onewindow.catalog.definition import Limit
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound
from tests.catalog.changing import (
    NOW,
    City,
    agreed,
    carried,
    proposed,
    published,
    rewritten,
    submitted,
)
from tests.catalog.items import sound

pytestmark = pytest.mark.django_db


def test_what_waits_for_whom(city: City) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    number = change["number"]

    def waiting(actor: Actor) -> list[str]:
        return [row["number"] for row in queries.changes(actor, waiting=True)[0]]

    assert (waiting(city.establishment), waiting(city.legal)) == ([number], [number])
    assert (waiting(city.leader), waiting(city.editor)) == ([], [])
    agreed(city, change)
    assert (waiting(city.establishment), waiting(city.leader)) == ([], [number])
    draft = proposed(city, rewritten(queries.current("A-100000-001-A"), name="甲"))
    assert waiting(city.editor) == [draft["number"]]
    assert [row["number"] for row in queries.changes(city.editor, mine=True)[0]] == [draft["number"], number]
    with pytest.raises(NotFound):
        queries.change(city.leader, draft["number"])
    with pytest.raises(NotAllowed):
        queries.changes(city.clerk)
    first, cursor = queries.changes(city.editor, limit=1)
    rest, end = queries.changes(city.editor, limit=1, cursor=cursor)
    assert [row["number"] for row in (*first, *rest)] == [draft["number"], number] and end is None


def test_the_feed_tells_every_event_once_and_in_order(city: City) -> None:
    start = queries.feed(None)["next"]
    published(city)
    for kind, action in (("suspend", "suspend"), ("resume", "resume"), ("cancel", "cancel")):
        carried(city, Target(task_code="A-100000-001-A", action=action), kind=kind)  # type: ignore[arg-type]
    told = queries.feed(start)
    assert [(row["what"], row["state"]) for row in told["results"]] == [
        ("published", "in-use"),
        ("suspended", "suspended"),
        ("resumed", "in-use"),
        ("cancelled", "cancelled"),
    ]
    assert queries.feed(told["next"]) == {"results": [], "next": told["next"]}
    one = queries.feed(start, limit=1)
    assert queries.feed(one["next"])["results"] == told["results"][1:]
    with pytest.raises(Invalid):
        queries.feed(-1)


def test_publishing_one_item_leaves_the_others_warm(city: City) -> None:
    published(city, "A-100000-001-A")
    published(city, "A-100000-001-B")
    for code in ("A-100000-001-A", "A-100000-001-B"):
        queries.guide_json(code)
    published(city, "A-100000-001-A", promised_limit=Limit(5))
    with CaptureQueriesContext(connection) as other:
        queries.guide_json("A-100000-001-B")
        queries.current("A-100000-001-B")
        queries.standing("A-100000-001-B")
    assert len(other) == 0
    with CaptureQueriesContext(connection) as own:
        assert b'"days":5' in queries.guide_json("A-100000-001-A")
    assert 0 < len(own) <= 2


def test_a_publication_costs_the_same_number_of_statements_whatever_stands(city: City) -> None:
    counts = []
    for extra in (0, 40):
        for number in range(extra):
            published(city, f"MORE-{number}")
        with CaptureQueriesContext(connection) as one:
            published(city, "A-100000-001-A", promised_limit=Limit(5 if extra else 6))
        counts.append(len(one))
    assert counts[0] >= counts[1] and counts[1] <= 12, counts


def test_no_statement_of_a_publication_reads_the_whole_catalogue(city: City) -> None:
    """Among 20,000 items each statement finds its rows by an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_item (task_code, created_at)"
            " SELECT 'BULK-' || n, now() FROM generate_series(1, 20000) n"
        )
        cursor.execute(
            "INSERT INTO catalog_itemversion (item_id, version, status, is_current, name, type, organ_id, region,"
            " handled, content, digest, source_digest, created_at, published_at, reason)"
            " SELECT id, 1, 'published', true, task_code, '01', %s, '', false, '{}', '', '', now(), now(), ''"
            " FROM catalog_item",
            [city.housing],
        )
        cursor.execute(
            'INSERT INTO catalog_itemsearch (item_id, version_id, "row", syllables, position, lists)'
            " SELECT item_id, id, '{\"row\": {}}', '', item_id, '{}' FROM catalog_itemversion"
        )
        cursor.execute("ANALYZE catalog_item, catalog_itemversion, catalog_itemsearch")
    plans: list[str] = []

    def explain(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if "catalog_" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + sql.strip(), params)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        services.publish(sound("BULK-7", organ_id=city.housing), actor=SYSTEM, now=NOW)
        services.withdraw("BULK-7", actor=SYSTEM, now=NOW, reason="取消")
    whole = [plan for plan in plans if "Seq Scan on catalog_item" in plan]
    assert len(plans) >= 8 and whole == []


def test_the_migration_takes_over_what_stood_before(city: City) -> None:
    """Items withdrawn before are cancelled, every version and withdrawal is an event, in the order of time."""
    published(city)
    services.publish(sound("A-100000-001-A", organ_id=city.housing, visits=0), actor=SYSTEM, now=NOW)
    published(city, "A-100000-001-B")
    services.withdraw("A-100000-001-B", actor=SYSTEM, now=NOW + timedelta(hours=1), reason="")
    migration = import_module("onewindow.catalog.migrations.0003_life_cycle")
    start = queries.feed(None)["next"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_item SET state = 'in-use', state_since = NULL")
        cursor.execute(migration.TAKEN_OVER)
    told = [(row["task_code"][-1], row["version"], row["what"]) for row in queries.feed(start)["results"]]
    assert told == [
        ("A", 1, "published"),
        ("A", 2, "published"),
        ("B", 1, "published"),
        ("B", 1, "cancelled"),
    ]
    queries.flush()
    assert queries.standing("A-100000-001-A").is_in_use
    assert queries.standing("A-100000-001-B").state == "cancelled"
