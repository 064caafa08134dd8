"""Lists of cases: the inbox (what waits for me, earliest due first) and the search; keyset pages, no counts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from onewindow.base import calendars, clock, crypto, hot
from onewindow.cases import access
from onewindow.cases.rules.acting import invalid
from onewindow.cases.rules.state import NEVER, STATES
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed
from onewindow.org import queries as org

MOST = 100
_COLUMNS = (
    "c.id, c.case_no, c.version, c.state, c.kind, c.item_version_id, c.organ_id, c.region, c.applicant_mask,"
    " c.received_at, c.accepted_on, c.due_on, c.waits_for, c.holder, c.is_deemed, c.promised_due_on,"
    " c.legal_due_on, c.life ->> 'seen', c.life ->> 'extended_on', c.life -> 'proposal' ->> 'action', c.channel,"
    " c.state IN ('accepted', 'in_review', 'paused') AND c.materials @> '[[\"deferred\"]]',"
    " c.life -> 'recusals' @? '$[*] ? (!exists(@.is_granted))',"
    " c.life -> 'pledge' ->> 'standing'"
)
# What each role finds in its inbox; a head confirms what waits for an approver.
_WAITS = {
    "clerk": "clerk",
    "issuer": "issuer",
    "examiner": "examiner",
    "approver": "approver",
    "head": "approver",
}
# Red for good, or until a deferred material that did not come in time is supplied.
_RED = """c.is_deemed OR c.life -> 'seen' @? '$[*] ? (@ starts with "overdue")'
 OR (c.life -> 'seen' @? '$[*] ? (@ starts with "deferred")' AND c.materials @> '[["deferred"]]')"""
_LIGHTS = ("green", "yellow", "red", "grey")
_MARKS = {"overdue": "overdue", "deferred": "deferral-missed", "stop": "pause-overrun"}
Page = dict[str, Any]


def inbox(
    actor: Actor,
    *,
    role: str | None = None,
    light: str | None = None,
    stage: str | None = None,
    mine: bool = False,
    cursor: str | None = None,
    limit: int = 20,
    now: datetime,
) -> Page:
    """What waits for the actor, earliest due first: {"results", "next"}. One statement a page."""
    roles = _roles(actor, role)
    today = clock.day_of(now)
    after = read_cursor(cursor, 2)
    where, values = _inbox_filters(actor, light, stage, mine, today)
    if after is not None:
        where += " AND (c.due_on, c.id) > (%s::date, %s::bigint)"
        values += [_day(after[0]), number_of(after[1])]
    branches, parameters = [], []
    for place, scope in _scopes(actor, roles):
        branches.append(
            f"(SELECT {_COLUMNS} FROM cases_case c WHERE {place}{where} ORDER BY c.due_on, c.id LIMIT %s)"
        )
        parameters += [*scope, *values, limit + 1]
    rows = hot.execute(" UNION ALL ".join(branches), parameters, is_binary=True)
    if len(branches) > 1:
        rows = sorted({row[0]: row for row in rows}.values(), key=lambda row: (row[11], row[0]))
    return _page(rows, limit, today, lambda row: [row[11].isoformat(), row[0]])


def _roles(actor: Actor, role: str | None) -> list[str]:
    if role is not None and role not in _WAITS:
        raise invalid("role", "unknown-role", N_("没有这个岗位。"))
    held = [name for name in _WAITS if name in actor.roles and role in (None, name)]
    if not held:
        raise NotAllowed("role-lacks-it", N_("您的岗位没有待办。"))
    return held


def _scopes(actor: Actor, roles: Sequence[str]) -> list[tuple[str, list[Any]]]:
    """One branch per queue, so that each follows its own index and nothing is sorted."""
    found: dict[tuple[str, int | None], tuple[str, list[Any]]] = {}
    organs = sorted({*actor.organ_ids, *([actor.organ_id] if actor.organ_id is not None else [])})
    for role in roles:
        waits = _WAITS[role]
        if waits in ("clerk", "issuer"):
            found[(waits, None)] = (f"c.waits_for = '{waits}'", [])
            continue
        for organ in organs:
            found[(waits, organ)] = (f"c.organ_id = %s AND c.waits_for = '{waits}'", [organ])
    return list(found.values())


def _inbox_filters(
    actor: Actor, light: str | None, stage: str | None, mine: bool, today: date
) -> tuple[str, list[Any]]:
    where: str = ""
    values: list[Any] = []
    if stage is not None:
        if stage not in STATES:
            raise invalid("stage", "unknown-state", N_("没有这个状态。"))
        where, values = where + " AND c.state = %s", [*values, stage]
    if light is not None:
        condition, more = _of_light(light, today)
        where, values = where + condition, [*values, *more]
    if mine:
        where, values = where + " AND c.holder = ANY(%s)", [*values, [actor.username, *_absent(actor, today)]]
    return where, values


def _absent(actor: Actor, today: date) -> list[str]:
    """Colleagues whose work passes to the actor while they are away (AB岗)."""
    return sorted(org.stands_in_for_usernames(actor.username, on=today))


def _of_light(light: str, today: date) -> tuple[str, list[Any]]:
    if light not in _LIGHTS:
        raise invalid("light", "unknown-light", N_("灯只有绿、黄、红、灰四种。"))
    soon = calendars.table().add(today, 1)
    if light == "red":
        return (
            f" AND (c.due_on < %s OR {_RED})",
            [today],
        )
    if light == "grey":
        return " AND c.due_on = %s", [NEVER]
    if light == "yellow":
        return f" AND c.due_on BETWEEN %s AND %s AND ({_RED}) IS NOT TRUE", [today, soon]
    return f" AND c.due_on > %s AND c.due_on < %s AND ({_RED}) IS NOT TRUE", [soon, NEVER]


def find(
    actor: Actor,
    *,
    q: str | None = None,
    state: str | None = None,
    item: str | None = None,
    from_: date | None = None,
    to: date | None = None,
    cursor: str | None = None,
    limit: int = 20,
    now: datetime,
) -> Page:
    """The cases in the actor's own scope, newest first; ``q``: number, name, id number or scanned receipt."""
    where, values = _scope(actor)
    if q is not None and q.strip():
        condition, more = _of_q(q)
        where, values = where + condition, [*values, *more]
    if state is not None:
        if state not in STATES:
            raise invalid("state", "unknown-state", N_("没有这个状态。"))
        where, values = where + " AND c.state = %s", [*values, state]
    if item is not None:
        where += " AND c.item_version_id = ANY(%s)"
        values = [*values, list(catalog.version_ids(item))]
    if from_ is not None:
        where, values = where + " AND c.received_at >= %s", [*values, clock.start_of(from_)]
    if to is not None:
        where, values = where + " AND c.received_at < %s", [*values, clock.start_of(to + timedelta(days=1))]
    after = read_cursor(cursor, 1)
    if after is not None:
        where, values = where + " AND c.id < %s", [*values, number_of(after[0])]
    rows = hot.execute(
        f"SELECT {_COLUMNS} FROM cases_case c WHERE {where} ORDER BY c.id DESC LIMIT %s",
        [*values, limit + 1],
        is_binary=True,
    )
    return _page(rows, limit, clock.day_of(now), lambda row: [row[0]])


def _scope(actor: Actor) -> tuple[str, list[Any]]:
    """The same border as ``access.may_see``, for lists."""
    if actor.has(*access.EVERYWHERE):
        return "c.state <> 'draft'", []
    if actor.has(*access.DEPARTMENT):
        organs = sorted({*actor.organ_ids, *([actor.organ_id] if actor.organ_id is not None else [])})
        return "c.state <> 'draft' AND c.organ_id = ANY(%s)", [organs]
    if actor.has("citizen", "enterprise"):
        return (
            "(c.subject_hash = ANY(%s) OR (c.life ->> 'applied_by' = %s"
            " AND (c.state = 'draft' OR c.life ->> 'agent_until' IS NOT NULL)))",
            [list(actor.subject_hashes), actor.username],
        )
    raise NotAllowed("role-lacks-it", N_("您的岗位不能查看办件。"))


def _of_q(q: str) -> tuple[str, list[Any]]:
    text = q.strip()[:300]
    number = access.normal(scanned(text))
    if number is not None:
        return " AND c.case_no = %s", [number]
    kinds = ("id_card", "uscc", "passport")
    hashes = [one for kind in kinds for one in crypto.subject_hashes(kind, text)]
    return (
        " AND (c.name_hash = ANY(%s) OR c.subject_hash = ANY(%s) OR c.query_code = %s)",
        [list(crypto.search_hashes("name", text)), hashes, text.upper().replace("\0", "")],
    )


def scanned(text: str) -> str:
    """The number inside a scanned receipt: its QR code is an address that ends with the number."""
    return text.split("case_no=")[-1].split("&")[0].split("?")[0].rstrip("/").split("/")[-1]


def _page(rows: Sequence[Any], limit: int, today: date, key: Any) -> Page:
    shown = rows[:limit]
    more = len(rows) > limit
    # Most lines of a page share their item, organ and day: each is looked up once.
    items = {number: _item(number) for number in {row[5] for row in shown}}
    organs = {number: org.organ(number).name for number in {row[6] for row in shown}}
    remains = _remains({row[11] for row in shown}, today)
    return {
        "results": [_line(row, items[row[5]], organs[row[6]], remains[row[11]]) for row in shown],
        "next": write_cursor(key(shown[-1])) if more else None,
    }


def _item(version_id: int) -> dict[str, Any]:
    item = catalog.definition(version_id)
    return {"task_code": item.task_code, "version": item.version, "name": item.name}


def _remains(days: Iterable[date], today: date) -> dict[date, int | None]:
    """Working days from ``today`` to each due day, below 0 for what is late; None for "never"."""
    table = calendars.table()
    found: dict[date, int | None] = {
        day: table.count(today, day) - table.count(day, today) for day in days if day != NEVER
    }
    found[NEVER] = None
    return found


def _line(row: Sequence[Any], item: dict[str, Any], organ: str, remaining: int | None) -> dict[str, Any]:
    seen = msgspec.json.decode(row[17]) if row[17] else ()
    return {
        "case_no": row[1],
        "version": row[2],
        "state": row[3],
        "kind": row[4],
        "item": item,
        "organ": organ,
        "region": row[7],
        "applicant": row[8],
        "received_at": row[9],
        "accepted_on": row[10],
        "due_on": None if remaining is None else row[11],
        "promised_due_on": row[15],
        "legal_due_on": row[16],
        "light": _light(row[3], remaining, is_red=row[14] or _is_late(seen, is_deferred=row[21])),
        "remaining": remaining,
        "stage": row[3],
        "flags": _flags(
            row[14], seen, row[18], row[19], is_deferred=row[21], steps_down=row[22], pledge=row[23]
        ),
        "claimed_by": row[13],
        "waits_for": row[12],
        "channel": row[20],
    }


def _is_late(seen: Sequence[str], *, is_deferred: bool) -> bool:
    kinds = ("overdue", "deferred") if is_deferred else ("overdue",)
    return bool(seen) and any(one.startswith(kinds) for one in seen)


def _light(state: str, remaining: int | None, *, is_red: bool) -> str:
    if is_red or (remaining is not None and remaining < 0):
        return "red"
    if remaining is None:
        return "grey" if state in ("paused", "draft") else "green"
    return "yellow" if remaining <= 1 else "green"


def _flags(
    is_deemed: bool,
    seen: Sequence[str],
    extended_on: Any,
    proposed: str | None,
    *,
    is_deferred: bool,
    steps_down: bool | None,
    pledge: str | None,
) -> list[str]:
    found = ["deemed"] if is_deemed else []
    if seen:
        kinds = dict.fromkeys(mark.split(":")[0] for mark in seen)
        found += [_MARKS[kind] for kind in kinds if kind in _MARKS]
    if extended_on:
        found.append("extended")
    if is_deferred:
        found.append("deferred")
    if pledge == "rectifying":
        found.append("rectifying")
    if proposed:
        found.append(f"proposed-{proposed}")
    if steps_down:
        found.append("recusal-pending")
    return found


def write_cursor(key: list[Any]) -> str:
    """The place after which the next page begins, opaque to its bearer."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(cursor: str | None, length: int) -> list[Any] | None:
    """What ``write_cursor`` wrote, of this length; None for the first page, ``Invalid`` for anything else."""
    if not cursor:
        return None
    try:
        key = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        key = []
    if len(key) != length:
        raise _bad_cursor()
    return key


def _bad_cursor() -> Exception:
    return invalid("cursor", "bad-cursor", N_("翻页标记无效，请从第一页重新开始。"))


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _bad_cursor() from None


def number_of(value: Any) -> int:
    """A key of a cursor that must be a number; ``Invalid`` otherwise."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    raise _bad_cursor()
