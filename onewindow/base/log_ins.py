"""The record of log-ins for the auditor (GB/T 22239-2019, 8.1.4.3): who came in, how, from where, and who did not.

Addresses are shortened to their network. A name that no account has is not shown: people type passwords there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from onewindow.base import facts, tokens
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed
from onewindow.kernel.masking import mask_address

MOST = 100
LARGEST_EXPORT = 100_000
OUTCOMES = ("in", "wrong")


class Line(msgspec.Struct, frozen=True):
    """One log-in or one that failed.

    ``outcome``: "in", or what was wrong ("password", "code", "passkey"); ``factor``: "", "totp", "recovery" or
    "passkey"; ``username`` "" for a name that nobody has; ``ended``: "", "closed" (by a person) or "lapsed".
    """

    at: datetime
    username: str
    outcome: str
    purpose: str
    factor: str
    device: str
    address: str
    ended: str
    ended_at: datetime | None


class Asked(msgspec.Struct, frozen=True):
    """What to look for: a user name, an outcome ("in" or "wrong"), from ``since`` on, before ``until``."""

    username: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


_IN = """
SELECT t.issued_at AS at, a.username, 'in' AS outcome, t.purpose, t.factor, t.device, t.address,
  t.revoked_at, least(t.expires_at, t.seen_at + t.idle_seconds * interval '1 second') AS lapses_at
FROM base_token t JOIN base_account a ON a.id = t.account_id
WHERE t.purpose <> 'step' AND {where} ORDER BY t.issued_at DESC LIMIT %(limit)s"""
_WRONG = """
SELECT f.at, coalesce(a.username, '') AS username, f.kind AS outcome, '' AS purpose, '' AS factor, '' AS device,
  f.address, NULL::timestamptz AS revoked_at, NULL::timestamptz AS lapses_at
FROM base_loginfailure f LEFT JOIN base_account a ON a.username = f.username
WHERE f.kind <> 'guess' AND {where} ORDER BY f.at DESC LIMIT %(limit)s"""


def page(
    asked: Asked, *, before: datetime | None = None, limit: int = 50
) -> tuple[list[Line], datetime | None]:
    """The records that fit, newest first, and the instant to go on before (None: no more). One statement."""
    limit = max(1, min(limit, MOST))
    rows = _rows(asked, before, limit + 1)
    return rows[:limit], (rows[limit - 1].at if len(rows) > limit else None)


def export(actor: Actor, asked: Asked, *, now: datetime) -> Iterator[Line]:
    """All that fits, newest first, at most ``LARGEST_EXPORT``, for the auditor; that it was taken is a fact."""
    if not actor.has("auditor"):
        raise NotAllowed("not-auditor", N_("只有审计管理员可以导出登录记录。"))
    with transaction.atomic():
        facts.record("account", actor.account_id, "log-ins-exported", at=now, actor=actor, data={})
    return iter(_rows(asked, None, LARGEST_EXPORT))


def _rows(asked: Asked, before: datetime | None, limit: int) -> list[Line]:
    values: dict[str, Any] = {
        "limit": limit, "username": asked.username, "since": asked.since, "until": asked.until, "before": before,
    }  # fmt: skip
    halves = []
    if asked.outcome != "wrong":
        halves.append(_IN.format(where=_where(asked, before, "t.issued_at")))
    if asked.outcome != "in":
        halves.append(_WRONG.format(where=_where(asked, before, "f.at")))
    sql = (
        " UNION ALL ".join(f"SELECT * FROM ({half}) AS one" for half in halves)
        + " ORDER BY at DESC LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_line(*row) for row in cursor.fetchall()]


def _where(asked: Asked, before: datetime | None, at: str) -> str:
    parts = ["true"]
    parts += ["a.username = %(username)s"] if asked.username else []
    parts += [f"{at} >= %(since)s"] if asked.since else []
    parts += [f"{at} < %(until)s"] if asked.until else []
    parts += [f"{at} < %(before)s"] if before else []
    return " AND ".join(parts)


def _line(
    at: datetime, username: str, outcome: str, purpose: str, factor: str, device: str, address: str,
    revoked_at: datetime | None, lapses_at: datetime | None,
) -> Line:  # fmt: skip
    shown = address if address.endswith("*") else mask_address(address)
    ended, ended_at = "", None
    if revoked_at is not None:
        ended, ended_at = "closed", revoked_at
    elif lapses_at is not None and lapses_at <= tokens.real_now():
        ended, ended_at = "lapsed", lapses_at
    return Line(at, username, outcome, purpose, factor, device, shown, ended, ended_at)
