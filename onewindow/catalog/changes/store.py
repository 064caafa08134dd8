"""Rows of changes: found under a lock, their targets and opinions read and written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import clock, facts
from onewindow.catalog import directory, publishing
from onewindow.catalog.changes.target import Target
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.models import Change, ChangeOpinion, ChangeTarget
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound, Stale

STREAM = "item-change"
SEES_ALL = ("establishment", "legal", "leader", "supervisor", "manager", "auditor", "system")


def next_number(now: datetime) -> tuple[int, str]:
    """The id of the next change and the number that people call it by: BG, day, serial."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('catalog_change', 'id'))")
        serial = int(cursor.fetchone()[0])
    return serial, f"BG{clock.day_of(now):%Y%m%d}{serial:06d}"


def locked(actor: Actor, number: str, *, version: int | None = None) -> Change:
    """The change, held for this transaction; raises ``NotFound``, ``Stale`` when it is not at ``version``."""
    change = _visible(Change.objects.select_for_update().filter(number=number), actor)
    if version is not None and change.version != version:
        raise stale()
    return change


def seen(actor: Actor, number: str) -> Change:
    """The change as it stands; raises ``NotFound`` for what the actor may not see."""
    return _visible(Change.objects.filter(number=number), actor)


def stale() -> Stale:
    return Stale("stale-version", N_("刚才有人处理过这项变更，请看过最新情况再操作。"))


def _visible(rows: Any, actor: Actor) -> Change:
    change: Change | None = rows.first()
    if change is None or not may_see(actor, change):
        raise NotFound("no-change", N_("没有找到这项变更。"))
    return change


def may_see(actor: Actor, change: Change) -> bool:
    """The proposer and editors of his organ from the beginning, the offices from the first submission on."""
    if change.proposer_id == actor.account_id:
        return True
    if change.submitted_at is not None and actor.has(*SEES_ALL):
        return True
    return actor.has("catalog") and change.organ_id in actor.organ_ids


def targets_of(change: Change) -> tuple[Target, ...]:
    """What the change does, in the order in which it was written down."""
    rows = change.targets.order_by("position").extra(select={"text": "content::text"}).defer("content")
    return tuple(_target(change.kind, row) for row in rows)


def _target(kind: str, row: Any) -> Target:
    text = row.text
    is_common = kind == "directory"
    return Target(
        task_code=row.task_code,
        action=row.action,
        definition=msgspec.json.decode(text, type=ItemDefinition) if text and not is_common else None,
        common=msgspec.json.decode(text, type=CommonElements) if text and is_common else None,
        base_version=row.base_version,
        source=row.source_code,
    )


def put_targets(change: Change, targets: Sequence[Target]) -> None:
    """Write the targets of a draft in place of what it held."""
    change.targets.all().delete()
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO catalog_changetarget"
            " (change_id, position, task_code, action, content, base_version, source_code)"
            " VALUES (%s, %s, %s, %s, %s::json, %s, %s)",
            [
                (
                    change.pk,
                    place,
                    target.task_code,
                    target.action,
                    _content(target),
                    target.base_version,
                    target.source,
                )
                for place, target in enumerate(targets)
            ],
        )


def _content(target: Target) -> str | None:
    content = target.definition if target.definition is not None else target.common
    return None if content is None else msgspec.json.encode(content).decode()


def versions_made(change: Change) -> dict[str, int]:
    """Code → the version that the change brought into force."""
    rows = ChangeTarget.objects.filter(change=change, version__isnull=False)
    return {code: number for code, number in rows.values_list("task_code", "version") if number is not None}


def put_opinion(change: Change, actor: Actor, seat: str, verdict: str, text: str, *, now: datetime) -> None:
    """Keep what a seat said in this round."""
    ChangeOpinion.objects.create(
        change=change,
        round=change.round,
        seat=seat,
        verdict=verdict,
        text=text,
        account_id=actor.account_id,
        name=actor.name,
        at=now,
    )


def save(change: Change, *, now: datetime) -> None:
    """Write the row; its version grows by one."""
    change.version += 1
    change.changed_at = now
    change.save()


def back_to_draft(change: Change) -> None:
    """A new round: everybody has to look again."""
    change.state, change.round = "to-submit", change.round + 1
    change.establishment_id = change.legal_id = change.leader_id = change.decided_at = None


def tell(change: Change, type: str, actor: Actor, *, now: datetime, role: str = "", **data: Any) -> None:
    """Record a step of the change's life in the ledger."""
    told = {"number": change.number, "round": change.round} | data
    facts.record(STREAM, change.pk, type, at=now, actor=actor, role=role, data=told)


def summary(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """What a fact tells of the targets: codes and digests, so that what was approved can be proved."""
    return [
        {"task_code": target.task_code, "action": target.action, "base_version": target.base_version}
        | ({"digest": _digest(target)} if target.action == "publish" else {})
        for target in targets
    ]


def _digest(target: Target) -> str:
    if target.definition is not None:
        return publishing.digest_of(target.definition)
    return directory.digest_of(target.common) if target.common is not None else ""


def text_digest(text: str) -> str:
    """SHA-256 (hex) of what somebody wrote: free text stays out of the ledger, its proof does not."""
    return hashlib.sha256(text.encode()).hexdigest()
