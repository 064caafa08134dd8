"""Hot items (热门事项): counted each night from the cases received, with what editors pin or block."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from onewindow.base import clock, facts
from onewindow.catalog import indexing
from onewindow.catalog.editorial import kept
from onewindow.catalog.editorial.acting import EDITOR, require_editor
from onewindow.catalog.editorial.tables import HotMark, ItemUse
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, NotFound

STREAM = "hot-item"
WINDOW_DAYS = 30
MARKS = ("pin", "block")
MOST_PINS = 12
_LOCK = 0x0E17_0001
# What the room of cases knows, filled in by site.wiring: since an instant, (item version, cases received).
received: list[Callable[[datetime], Iterable[tuple[int, int]]]] = []


def count(now: datetime) -> int:
    """Count the cases of the last 30 days anew; how many items had any. Run by night, never by a request."""
    today = clock.day_of(now)
    since = clock.start_of(today - timedelta(days=WINDOW_DAYS))
    lines = [line for source in received for line in source(since)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DELETE FROM catalog_itemuse")
        cursor.execute(
            "INSERT INTO catalog_itemuse (task_code, received, counted_on)"
            " SELECT i.task_code, sum(g.cases), %s FROM unnest(%s::bigint[], %s::int[]) AS g(version_id, cases)"
            " JOIN catalog_itemversion v ON v.id = g.version_id JOIN catalog_item i ON i.id = v.item_id"
            " GROUP BY i.task_code",
            [today, [line[0] for line in lines], [line[1] for line in lines]],
        )
        counted = int(cursor.rowcount)
        kept.touch()
    return counted


def counted_on() -> date | None:
    """The day of the last count."""
    return ItemUse.objects.values_list("counted_on", flat=True).first()


def rows(*, limit: int = 6) -> list[dict[str, Any]]:
    """The rows of the hottest items in force as lists show them: pins first, then by cases; no statement.

    Where nothing is counted or pinned yet, those that can be applied for here stand in.
    """
    held = kept.kept()
    found = _listed(dict.fromkeys((*held.pins, *(code for code, _ in held.used))), held.blocks, limit)
    if found:
        return found
    index = indexing.current().index
    first = (index.entries[number].row for number in index.in_order[: 4 * limit])
    return [row for row in first if row["handled"] and row["task_code"] not in held.blocks][:limit]


def for_editors(*, limit: int = 30) -> list[dict[str, Any]]:
    """Pins, blocks and the most used: ``{"task_code","name","received","mark"}``."""
    held, index = kept.kept(), indexing.current().index
    received_of = dict(held.used)
    codes = dict.fromkeys((*held.pins, *sorted(held.blocks), *list(received_of)[:limit]))
    return [
        {
            "task_code": code,
            "name": index.entries[index.by_code[code.lower()]].row["name"]
            if code.lower() in index.by_code
            else "",
            "received": received_of.get(code, 0),
            "mark": "pin" if code in held.pins else "block" if code in held.blocks else "",
        }
        for code in codes
    ]


def mark(actor: Actor, task_code: str, what: str, *, position: int = 0, now: datetime) -> None:
    """Pin an item to the front, block it, or lift either (``what`` empty). Said again: nothing happens."""
    require_editor(actor)
    if what not in ("", *MARKS) or not 0 <= position <= 999:
        raise Invalid("invalid-mark", N_("只能置顶、屏蔽或取消。"))
    if what and task_code.lower() not in indexing.current().index.by_code:
        raise NotFound("no-item", N_("现行有效的事项里没有这个编码。"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        held = HotMark.objects.filter(task_code=task_code, lifted_at=None).first()
        if (held.mark, held.position) == (what, position) if held else not what:
            return
        if what == "pin" and HotMark.objects.filter(mark="pin", lifted_at=None).count() >= MOST_PINS:
            raise Invalid("too-many-pins", N_("最多置顶 12 个事项，请先取消一个。"))
        if held is not None:
            _lift(held, actor, now)
        if what:
            _put(actor, task_code, what, position, now)
        kept.touch()


def _put(actor: Actor, task_code: str, what: str, position: int, now: datetime) -> None:
    row = HotMark.objects.create(
        task_code=task_code, mark=what, position=position,
        set_by=actor.account_id, set_name=actor.name, set_at=now,
    )  # fmt: skip
    data = {"task_code": task_code, "mark": what, "position": position}
    facts.record(STREAM, row.pk, "hot-item-marked", at=now, actor=actor, role=EDITOR, data=data)


def _lift(row: HotMark, actor: Actor, now: datetime) -> None:
    row.lifted_by, row.lifted_at = actor.account_id, now
    row.save(update_fields=["lifted_by", "lifted_at"])
    data = {"task_code": row.task_code, "mark": row.mark}
    facts.record(STREAM, row.pk, "hot-item-lifted", at=now, actor=actor, role=EDITOR, data=data)


def _listed(codes: Iterable[str], blocked: frozenset[str], limit: int) -> list[dict[str, Any]]:
    index = indexing.current().index
    found = []
    for code in codes:
        number = index.by_code.get(code.lower())
        if number is not None and code not in blocked:
            found.append(index.entries[number].row)
        if len(found) >= limit:
            break
    return found
