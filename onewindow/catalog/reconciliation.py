"""The nightly comparison: what the directory says is in force is what is handled (handbook 2.7)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from onewindow.base import clock, facts, generations
from onewindow.catalog.changes.reads import READERS
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.models import Reconciliation
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound

NIGHT_HOUR = 2  # in Shanghai; a worker that was off then makes it up when it starts
MOST_ROWS = 500  # kept of each kind; the count is always whole

LABELS = {
    "cases-outside-force": N_("收件时事项不在有效期内的办件"),
    "handled-incomplete": N_("可办理但缺少表单、步骤或材料的事项"),
    "catalogue-without-item": N_("没有实施清单的基本目录"),
    "item-of-cancelled-catalogue": N_("基本目录已取消、实施清单仍在用的事项"),
    "item-of-unknown-catalogue": N_("基本编码不在基本目录中的事项"),
    "not-listed": N_("现行有效但没有公布的事项"),
    "listed-not-in-force": N_("公布在目录中但不是现行版本的事项"),
}


class Span(msgspec.Struct, frozen=True):
    """The cases of one item version: how many, and when the first and the last of them was received."""

    version_id: int
    cases: int
    first_at: datetime
    last_at: datetime


# What the room of cases knows, filled in by site.wiring: a lower room asks for nothing above it.
spans: list[Callable[[], Iterable[Span]]] = []
_done: tuple[date, Hashable] | None = None


def sweep(now: datetime) -> int:
    """Once a day, from two in the night on: 1 when a report was made. No statement for the rest of the day."""
    global _done
    today = clock.day_of(now)
    mark = (today, generations.read("items"))
    if now.astimezone(clock.SHANGHAI).hour < NIGHT_HOUR or mark == _done:
        return 0
    made = 0 if Reconciliation.objects.filter(day=today).exists() else int(run(now))
    _done = mark
    return made


def run(now: datetime, *, actor: Actor = SYSTEM) -> bool:
    """Compare and keep the report of this day; False when there is one already."""
    day = clock.day_of(now)
    with transaction.atomic():
        report = compare()
        differences = sum(one["count"] for one in report["differences"])
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO catalog_reconciliation (day, made_at, differences, report)"
                " VALUES (%s, %s, %s, %s::jsonb) ON CONFLICT (day) DO NOTHING",
                [day, now, differences, msgspec.json.encode(report).decode()],
            )
            if not cursor.rowcount:
                return False
        counts = {one["kind"]: one["count"] for one in report["differences"]}
        data = {"day": day.isoformat(), "checked": report["checked"], "differences": counts}
        facts.record("catalog", 0, "items-reconciled", at=now, actor=actor, data=data)
    return True


def latest(actor: Actor, *, day: date | None = None) -> dict[str, Any]:
    """The last report, or that of ``day``: ``{"day","made_at","checked","differences":[{"kind","label","count",
    "rows"}]}``. Raises ``NotAllowed`` for who has nothing to do with the catalogue, ``NotFound`` without one."""
    if not actor.has(*READERS):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能查看核对报告。"))
    rows = Reconciliation.objects.order_by("-day")
    found = (rows.filter(day=day) if day is not None else rows).first()
    if found is None:
        raise NotFound("no-report", N_("还没有核对报告。"))
    return {"day": found.day, "made_at": found.made_at, **found.report}


def compare() -> dict[str, Any]:
    """What differs now; writes nothing. A handful of statements and one pass over the handled items."""
    found = {
        "cases-outside-force": _cases_outside_force(),
        "handled-incomplete": _incomplete(),
        **{kind: _rows(statement) for kind, statement in _STATEMENTS.items()},
    }
    return {
        "checked": _checked(),
        "differences": [
            {"kind": kind, "label": LABELS[kind], "count": len(rows), "rows": rows[:MOST_ROWS]}
            for kind, rows in found.items()
        ],
    }


def _cases_outside_force() -> list[dict[str, Any]]:
    """Cases received before their version was published, or after the item was cancelled or suspended."""
    known = [span for source in spans for span in source()]
    if not known:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.id, i.task_code, v.version, v.published_at, i.state, i.state_since"
            " FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id WHERE v.id = ANY(%s)",
            [[span.version_id for span in known]],
        )
        versions = {row[0]: row[1:] for row in cursor.fetchall()}
    found = []
    for span in known:
        task_code, version, published_at, state, since = versions[span.version_id]
        is_early = published_at is None or span.first_at < published_at
        is_late = state != "in-use" and since is not None and span.last_at > since
        if is_early or is_late:
            why = "received-before-publication" if is_early else f"received-while-{state}"
            found.append({"task_code": task_code, "version": version, "cases": span.cases, "why": why})
    return found


def _incomplete() -> list[dict[str, Any]]:
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content::text FROM catalog_itemversion WHERE is_current AND handled ORDER BY item_id"
        )
        while rows := cursor.fetchmany(500):
            for (content,) in rows:
                item = msgspec.json.decode(content, type=ItemDefinition)
                lacks = [
                    name for name in ("form_schema", "steps", "materials", "kind") if not getattr(item, name)
                ]
                if lacks:
                    found.append({"task_code": item.task_code, "version": item.version, "lacks": lacks})
    return found


def _rows(statement: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _checked() -> dict[str, int]:
    (row,) = _rows(
        "SELECT (SELECT count(*) FROM catalog_itemversion WHERE is_current) AS items,"
        " (SELECT count(*) FROM catalog_itemversion WHERE is_current AND handled) AS handled,"
        " (SELECT count(*) FROM catalog_catalogueversion WHERE is_current) AS catalogue_items"
    )
    return {name: int(value) for name, value in row.items()}


_IN_FORCE = (
    "SELECT i.task_code, v.name, v.content->>'catalog_code' AS catalog_code"
    " FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id WHERE v.is_current"
)
_STATEMENTS = {
    "catalogue-without-item": (
        "SELECT c.catalog_code, v.name FROM catalog_catalogueversion v"
        " JOIN catalog_catalogueitem c ON c.id = v.catalogue_item_id WHERE v.is_current"
        f" AND c.catalog_code NOT IN (SELECT catalog_code FROM ({_IN_FORCE}) f WHERE catalog_code IS NOT NULL)"
        " ORDER BY 1"
    ),
    "item-of-cancelled-catalogue": (
        f"SELECT f.task_code, f.name, f.catalog_code FROM ({_IN_FORCE}) f"
        " JOIN catalog_catalogueitem c USING (catalog_code) WHERE c.cancelled_at IS NOT NULL ORDER BY 1"
    ),
    "item-of-unknown-catalogue": (
        f"SELECT f.task_code, f.name, f.catalog_code FROM ({_IN_FORCE}) f WHERE f.catalog_code <> ''"
        " AND EXISTS (SELECT 1 FROM catalog_catalogueitem)"
        " AND NOT EXISTS (SELECT 1 FROM catalog_catalogueitem c WHERE c.catalog_code = f.catalog_code)"
        " ORDER BY 1"
    ),
    "not-listed": (
        "SELECT i.task_code, v.version FROM catalog_itemversion v JOIN catalog_item i ON i.id = v.item_id"
        " WHERE v.is_current AND NOT EXISTS (SELECT 1 FROM catalog_itemsearch s WHERE s.version_id = v.id)"
        " ORDER BY 1"
    ),
    "listed-not-in-force": (
        "SELECT i.task_code, v.version FROM catalog_itemsearch s"
        " JOIN catalog_itemversion v ON v.id = s.version_id JOIN catalog_item i ON i.id = v.item_id"
        " WHERE NOT v.is_current ORDER BY 1"
    ),
}
