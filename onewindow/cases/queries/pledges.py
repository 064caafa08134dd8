"""Promises that cases were granted on: what the Case tells of one, the work list of checks, the credit record."""

from __future__ import annotations

from datetime import date
from typing import Any

from onewindow.base import clock, crypto, hot
from onewindow.cases import access
from onewindow.cases.rules.state import NEVER, CaseState
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor

MOST = 200
NEAR_DAYS = 7
STANDINGS = ("due", "rectifying", "breached")
# ``cases_case_pledge`` holds the cases with a promise alone; a licence that has ended is checked no more.
_LIST = """
SELECT case_no, item_version_id, applicant_mask, decided_on, life->'pledge'->>'standing',
       life->'pledge'->>'due_on', life->'pledge'->>'breach', life->'pledge'->>'breached_on'
FROM cases_case
WHERE life ? 'pledge' AND organ_id = ANY(%s::bigint[]) AND life->'pledge'->>'standing' = %s
  AND life->'pledge'->>'repaired_on' IS NULL
  AND (%s = 'breached' OR coalesce(life->'licence'->>'standing', 'valid') = 'valid')
ORDER BY life->'pledge'->>'due_on', id LIMIT %s"""
_BREACH = """
SELECT 1 FROM cases_case
WHERE subject_hash = ANY(%s::bytea[]) AND life->'pledge'->>'standing' = 'breached'
  AND life->'pledge'->>'repaired_on' IS NULL LIMIT 1"""


def shown(state: CaseState) -> dict[str, Any] | None:
    """``pledge`` of the Case, None where nothing was promised."""
    pledge = state.life.pledge
    if pledge is None:
        return None
    return {
        "standing": pledge.standing,
        "covers": list(pledge.covers),
        "days": pledge.days,
        "due_on": None if pledge.due_on == NEVER else pledge.due_on,
        "breach": pledge.breach or None,
        "breached_on": pledge.breached_on,
        "repaired_on": pledge.repaired_on,
    }


def is_barred(id_type: str, id_number: str) -> bool:
    """Whether an unrepaired breach stands in the applicant's credit record; under any key of search hashes."""
    return bool(hot.execute(_BREACH, [list(crypto.subject_hashes(id_type, id_number))]))


def listed(actor: Actor, standing: str) -> list[dict[str, Any]]:
    """The promises of the actor's organs in one standing, the earliest due first; one statement, at most 200.

    {"case_no", "item", "applicant", "decided_on", "standing", "due_on", "light", "days", "late", "breach",
    "breached_on"}
    """
    if not actor.has(*access.DEPARTMENT):
        return []
    organs = [one for one in {actor.organ_id, *actor.organ_ids} if one is not None]
    rows = hot.execute(_LIST, [organs, standing, standing, MOST])
    return [_line(row, clock.today()) for row in rows]


def _line(row: Any, today: date) -> dict[str, Any]:
    case_no, version, mask, decided_on, standing, due_on, breach, breached_on = row
    due = date.fromisoformat(due_on)
    return {
        "case_no": case_no,
        "item": catalog.definition(version).name,
        "applicant": mask,
        "decided_on": decided_on,
        "standing": standing,
        "due_on": due,
        "light": light(due, today) if standing in ("due", "rectifying") else "grey",
        "days": (due - today).days,
        "late": max(0, (today - due).days),
        "breach": breach or None,
        "breached_on": None if breached_on is None else date.fromisoformat(breached_on),
    }


def light(due_on: date, today: date) -> str:
    """Red past the day, yellow in the week before it."""
    if today > due_on:
        return "red"
    return "yellow" if (due_on - today).days <= NEAR_DAYS else "green"
