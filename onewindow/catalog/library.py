"""The item library as its editors read it: every item ever published, whatever its state, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection

from onewindow.catalog import indexing, versions
from onewindow.catalog.changes import checking, reads
from onewindow.catalog.changes.target import Target
from onewindow.catalog.compare import Difference, differences
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.quality import completeness
from onewindow.catalog.rules.saving import is_applied_for
from onewindow.catalog.search import Filters
from onewindow.kernel.errors import N_, FieldError, Invalid

STATES = ("in-use", "suspended", "cancelled")
LACKS = tuple(required.label for required in completeness.REQUIRED)
MOST = 100
FOUND_AT_MOST = 100  # by words: the best, on one page
_LOOKED_AT = 2_000  # items that one page looks through for what they lack


class Line(msgspec.Struct, frozen=True):
    """One item in the list: its last published version. ``lacks`` are labels of required elements (msgids)."""

    id: int
    task_code: str
    name: str
    organ_id: int
    organ: str
    state: str
    version: int
    handled: bool
    legal_limit: Limit | None
    promised_limit: Limit | None
    lacks: tuple[str, ...]


def items(
    q: str = "",
    *,
    organ_id: int | None = None,
    state: str | None = None,
    handled: bool | None = None,
    lacks: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Line], str | None]:
    """Items of every state and the cursor of what follows.

    With ``q`` (name, pinyin, everyday words, part of a name or of a code) the best hundred on one page; without
    it all, in the order in which they were made. ``lacks`` is a label of ``LACKS``. A page looks through 2,000
    items at most: it may hold fewer than ``limit`` and have a cursor all the same. Raises ``Invalid``.
    """
    _require_known(state, lacks, cursor)
    limit = max(1, min(limit, MOST))
    where, values = _conditions(organ_id, state, handled)
    if q.strip():
        return _by_words(q.strip()[:100], where, values, lacks), None
    found: list[Line] = []
    after, looked = int(cursor or 0), 0
    step = limit + 1 if lacks is None else 200
    while looked < _LOOKED_AT:
        rows = _read([*where, "i.id > %s"], [*values, after], "i.id", [], step)
        for row in rows:
            if lacks is None or lacks in row.lacks:
                if len(found) == limit:
                    return found, str(found[-1].id)
                found.append(row)
        looked += len(rows)
        if len(rows) < step:
            return found, None
        after = rows[-1].id
    return found, str(after)


def judgement(definition: ItemDefinition) -> tuple[list[dict[str, Any]], list[str]]:
    """What the rules on saving say about an item as it stands, and the required elements that it lacks."""
    target = Target(task_code=definition.task_code, action="publish", definition=definition)
    found = [reads.finding_shape(one) for one in checking.findings([target])]
    return found, completeness.lacking(definition, is_applied_for=is_applied_for(definition))


def comparison(task_code: str, before: int, after: int) -> list[Difference]:
    """What version ``after`` changed of version ``before``; raises ``NotFound``."""
    return differences(versions.current(task_code, before), versions.current(task_code, after))


def _require_known(state: str | None, lacks: str | None, cursor: str | None) -> None:
    wrong = [
        name
        for name, value, known in (("state", state, STATES), ("lacks", lacks, LACKS))
        if value is not None and value not in known
    ]
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        wrong.append("cursor")
    if wrong:
        message = N_("筛选条件有误")
        raise Invalid(
            "invalid-filter",
            message,
            fields=[FieldError(name, "not-an-option", message) for name in wrong],
        )


def _conditions(organ_id: int | None, state: str | None, handled: bool | None) -> tuple[list[str], list[Any]]:
    where, values = ["true"], list[Any]()
    for condition, value in (
        ("v.organ_id = %s", organ_id),
        ("i.state = %s", state),
        ("(v.handled AND i.state = 'in-use') = %s", handled),
    ):
        if value is not None:
            where.append(condition)
            values.append(value)
    return where, values


def _by_words(q: str, where: Sequence[str], values: Sequence[Any], lacks: str | None) -> list[Line]:
    """The best of the search first, then what holds the words and is not searched: cancelled items."""
    if "\x00" in q:
        return []
    held = indexing.current().index
    found = indexing.worded(held).search(q, Filters(), most=FOUND_AT_MOST)
    codes = [held.entries[n].row["task_code"] for n in found]
    part = "%" + q.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    matching = "(i.task_code = ANY(%s) OR v.name LIKE %s OR i.task_code LIKE %s)"
    rows = _read(
        [*where, matching],
        [*values, codes, part, part],
        "array_position(%s::text[], i.task_code), i.id",
        [codes],
        FOUND_AT_MOST,
    )
    return [row for row in rows if lacks is None or lacks in row.lacks]


def _read(
    where: Iterable[str], values: Sequence[Any], order: str, order_values: Sequence[Any], most: int
) -> list[Line]:
    # The parts of the statement are constants of this module; what people type is always a parameter.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, i.state, v.version, v.content::text FROM catalog_item i JOIN LATERAL ("
            " SELECT * FROM catalog_itemversion w WHERE w.item_id = i.id AND w.published_at IS NOT NULL"
            " ORDER BY w.version DESC LIMIT 1) v ON true"
            f" WHERE {' AND '.join(where)} ORDER BY {order} LIMIT %s",
            [*values, *order_values, most],
        )
        rows = cursor.fetchall()
    return [_line(item_id, state, version, content) for item_id, state, version, content in rows]


def _line(item_id: int, state: str, version: int, content: str) -> Line:
    one = msgspec.json.decode(content, type=ItemDefinition)
    return Line(
        id=item_id,
        task_code=one.task_code,
        name=one.name,
        organ_id=one.organ_id,
        organ=one.organ_name,
        state=state,
        version=version,
        handled=one.handled and state == "in-use",
        legal_limit=one.legal_limit,
        promised_limit=one.promised_limit,
        lacks=tuple(completeness.lacking(one, is_applied_for=is_applied_for(one))),
    )
