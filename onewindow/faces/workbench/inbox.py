"""Lists of cases as the desks show them: rows with their day bar, grouped by the day they fall due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.ui import dates, words

CORRECTION_DAYS = 5
STAGES = ("received", "correcting", "accepted", "in_review", "paused", "granted", "denied", "produced")
ALL_STATES = (*STAGES, "delivered", "refused_acceptance", "returned", "withdrawn", "terminated")


class Row(msgspec.Struct, frozen=True):
    """One line of a list: the contract's row, and what the eye needs beside it."""

    case: Mapping[str, Any]
    promised: int | None
    legal: int | None
    used: int
    left: str
    unit: str
    tone: str
    sums: str
    flags: tuple[tuple[str, str], ...]
    waits: str
    is_mine: bool

    @property
    def pick(self) -> str:
        """What a ticked box sends: number and version, so that nothing is done to a newer state."""
        return f"{self.case['case_no']}:{self.case['version']}"


class Group(msgspec.Struct):
    """Rows that fall due on one day, or that are past it, or that stand still."""

    title: str
    note: str
    rows: list[Row]


def row_of(case: Mapping[str, Any], *, actor: Actor, today: date) -> Row:
    """The row for one entry of ``cases.queries.inbox`` or ``find``."""
    definition = _definition(case["item"])
    promised, legal = _limits(case, definition)
    remaining = case.get("remaining")
    whole = promised if promised is not None else legal
    used = max(0, whole - remaining) if whole is not None and isinstance(remaining, int) else 0
    left, unit, tone = _left(case, remaining, today)
    # The light and the figure beside it tell already that the day is past.
    flags = tuple(_flag(code) for code in case.get("flags") or () if code != "overdue")
    claimed = case.get("claimed_by")
    mine = claimed in (actor.username, actor.name)
    return Row(
        case,
        promised,
        legal,
        used,
        left,
        unit,
        tone,
        _sums(used, promised, legal),
        flags,
        _waits(case, actor),
        mine,
    )


def _definition(item: Mapping[str, Any]) -> ItemDefinition | None:
    try:
        return catalog.current(item["task_code"], item["version"])
    except Refusal:
        return None


def _limits(case: Mapping[str, Any], definition: ItemDefinition | None) -> tuple[int | None, int | None]:
    if case["state"] in ("received", "correcting"):
        days = definition.type_rules.correction_days if definition else CORRECTION_DAYS
        return days, None
    if case["state"] in ("granted", "produced", "denied"):
        return (definition.type_rules.delivery_days if definition else None), None
    promised = definition.promised_limit if definition else None
    legal = definition.legal_limit if definition else None
    return (promised.days if promised else None), (legal.days if legal else None)


def _left(case: Mapping[str, Any], remaining: Any, today: date) -> tuple[str, str, str]:
    """The large figure of the row, its unit, and the tone: seal when past, still when stopped.

    A red light alone does not make the figure late: it may tell of an earlier clock (视为受理).
    """
    if not isinstance(remaining, int):
        return "—", "", "soft"
    due = dates.as_date(case.get("due_on"))
    if remaining < 0 or (case["light"] == "red" and due is not None and due < today):
        return _("超 %(n)s") % {"n": max(1, -remaining)}, _("天"), "stop"
    tone = "still" if case["state"] == "paused" else ""
    return (_("今天"), "", tone) if remaining == 0 else (str(remaining), _("天"), tone)


def _sums(used: int, promised: int | None, legal: int | None) -> str:
    parts = []
    if promised is not None or legal is not None:
        parts.append(_("已用 %(n)s") % {"n": used})
    if promised is not None and legal is None:
        parts.append(_("期限 %(n)s") % {"n": promised})
    if promised is not None and legal is not None:
        parts.append(_("承诺 %(n)s") % {"n": promised})
    if legal is not None:
        parts.append(_("法定 %(n)s") % {"n": legal})
    return _("，").join(parts)


def _flag(flag: Any) -> tuple[str, str]:
    code = flag["code"] if isinstance(flag, Mapping) else str(flag)
    return words.word(code, "flag"), words.FLAG_CLASSES.get(code, "")


def _waits(case: Mapping[str, Any], actor: Actor) -> str:
    """For whom the matter waits; empty when it is the reader."""
    waits = case.get("waits_for") or ()
    names = waits if isinstance(waits, list | tuple) else [waits]
    if any(actor.has(name) for name in names):
        return ""
    return "、".join(words.word(name, "role") for name in names if name)


def grouped(rows: Iterable[Row], today: date) -> list[Group]:
    """Rows in their order, gathered under the day they fall due; what stands still comes last."""
    groups: dict[str, Group] = {}
    for row in rows:
        key, title, note = _heading(row.case, today)
        groups.setdefault(key, Group(title, note, [])).rows.append(row)
    still = groups.pop("paused", None)
    return [*groups.values(), *([still] if still else [])]


def _heading(case: Mapping[str, Any], today: date) -> tuple[str, str, str]:
    due = dates.as_date(case.get("due_on"))
    if case["state"] == "paused":
        return "paused", _("停钟中"), _("不计时，等特别程序的结果")
    if due is None:
        return "none", _("没有期限"), _("现在没有在计的时限")
    if due < today:
        return "late", _("已超期"), _("先办这些")
    day = dates.day_text(due, with_year=due.year != today.year)
    if due == today:
        return due.isoformat(), _("今天 %(day)s") % {"day": day}, _("24:00 前")
    return due.isoformat(), day, ""
