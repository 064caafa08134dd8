"""What administrators see of the machinery: queues, the sequencer's lag, accounts, the log of facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q

from onewindow.base.ledger import sequencer
from onewindow.base.models import Account

MOST = 100
# Counting stops here: a page that only warns needs no exact total of a queue that has run away.
COUNTED = 10_000


class Queues(msgspec.Struct, frozen=True):
    """Lengths now, each counted up to 10,000; ``oldest_at`` is the due moment of the oldest delivery,
    ``unnumbered_since`` the instant of the oldest fact that the sequencer has not numbered."""

    waiting: int
    dead: int
    oldest_at: datetime | None
    unnumbered: int
    unnumbered_since: datetime | None
    numbered: int
    jobs: dict[str, int]


class FactLine(msgspec.Struct, frozen=True):
    """One fact in the log."""

    id: int
    stream: str
    subject: int
    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    data: dict[str, Any]


class AccountLine(msgspec.Struct, frozen=True):
    """An account in the list of the security administrator."""

    id: int
    username: str
    name: str
    kind: str
    is_active: bool
    must_change_password: bool
    locked_until: datetime | None
    last_login_at: datetime | None


def queues() -> Queues:
    """The lengths of the queues; four short statements."""
    waiting, oldest = _one(
        "SELECT count(*), min(due_at) FROM (SELECT due_at FROM base_delivery WHERE NOT is_dead"
        " ORDER BY due_at LIMIT %s) AS d",
        [COUNTED],
    )
    (dead,) = _one(
        "SELECT count(*) FROM (SELECT 1 FROM base_delivery WHERE is_dead LIMIT %s) AS d", [COUNTED]
    )
    unnumbered, since = _one(
        "SELECT count(*), min(at) FROM (SELECT at FROM base_fact WHERE id >"
        " coalesce((SELECT max(high) FROM base_leaf WHERE first = (SELECT max(first) FROM base_leaf)), 0)"
        " ORDER BY id LIMIT %s) AS f",
        [COUNTED],
    )
    return Queues(waiting, dead, oldest, unnumbered, since, sequencer.tree_size(), _jobs())


def connections() -> dict[str, int]:
    """Connections of the platform's own role by what they do (active, idle, idle in transaction, other)."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user GROUP BY state"
        )
        for state, number in cursor.fetchall():
            name = state if state in ("active", "idle", "idle in transaction") else "other"
            found[name] = found.get(name, 0) + number
    return found


def _jobs() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status ORDER BY status"
        )
        return dict(cursor.fetchall())


def _one(sql: str, values: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def log(
    *,
    stream: str | None = None,
    type: str | None = None,
    actor: str | None = None,
    subject: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[list[FactLine], int | None]:
    """The facts that fit, newest first, and the id to go on before (None: no more)."""
    where, values = ["true"], []
    wanted = {"stream": stream, "type": type, "actor": actor, "subject": subject}
    for column, value in wanted.items():
        if value is not None:
            where.append(f"{column} = %s")
            values.append(value)
    if before is not None:
        where.append("id < %s")
        values.append(before)
    limit = max(1, min(limit, MOST))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, stream, subject, seq, type, at, actor, role, data::text FROM base_fact"
            f" WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT %s",
            [*values, limit + 1],
        )
        rows = cursor.fetchall()
    lines = [
        FactLine(id, stream, subject, seq, type, at, actor, role, msgspec.json.decode(data))
        for id, stream, subject, seq, type, at, actor, role, data in rows[:limit]
    ]
    return lines, (lines[-1].id if len(rows) > limit else None)


def accounts(*, q: str = "", after: str = "", limit: int = 50) -> tuple[list[AccountLine], str]:
    """Accounts by user name, those whose user name or name holds ``q``, and the name to go on after."""
    rows = Account.objects.filter(username__gt=after) if after else Account.objects.all()
    if q.strip():
        text = q.strip().replace("\0", "")
        rows = rows.filter(Q(username__icontains=text) | Q(name__icontains=text))
    limit = max(1, min(limit, MOST))
    fields = AccountLine.__struct_fields__
    found = [AccountLine(*row) for row in rows.order_by("username").values_list(*fields)[: limit + 1]]
    return found[:limit], (found[limit - 1].username if len(found) > limit else "")


def account(username: str) -> AccountLine | None:
    """One account by its user name."""
    row = Account.objects.filter(username=username).values_list(*AccountLine.__struct_fields__).first()
    return AccountLine(*row) if row else None
