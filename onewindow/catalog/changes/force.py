"""A passed change comes into force: all its targets in one transaction, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import clock, facts
from onewindow.catalog import directory, publishing
from onewindow.catalog.changes import checking, store
from onewindow.catalog.changes.target import Target
from onewindow.catalog.models import Change, ChangeTarget
from onewindow.catalog.publishing import Publication
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org

_DONE = {"suspend": "suspended", "resume": "resumed", "cancel": "cancelled"}


def is_due(change: Change, now: datetime) -> bool:
    """Passed, not yet in force, and its day has come."""
    is_open = change.state == "passed" and change.in_force_at is None
    return is_open and (change.effective_on is None or change.effective_on <= clock.day_of(now))


def put_into_force(change: Change, *, actor: Actor, now: datetime) -> bool:
    """Carry out a passed change. False when its bases have moved since it was approved: then it goes back to the
    proposer, for what the four persons agreed to was another change. The caller holds the row and the lock."""
    targets = store.targets_of(change)
    refused = checking.refusal(change.kind, targets)
    if refused is not None:
        _hold(change, refused, now=now)
        return False
    if change.kind == "directory":
        versions = _directory(change, targets, actor, now)
    else:
        versions = _items(change, targets, actor, now)
    for code, version in versions.items():
        ChangeTarget.objects.filter(change=change, task_code=code).update(version=version)
    change.in_force_at, change.held = now, ""
    store.save(change, now=now)
    store.tell(change, "change-in-force", actor, now=now, targets=store.summary(targets))
    return True


def _hold(change: Change, refused: Refusal, *, now: datetime) -> None:
    store.back_to_draft(change)
    change.held = refused.text
    store.save(change, now=now)
    store.tell(change, "change-held", SYSTEM, now=now, why=refused.code)


def _items(change: Change, targets: Sequence[Target], actor: Actor, now: datetime) -> dict[str, int]:
    known = publishing.known([target.task_code for target in targets])
    publications = [
        _publication(change, target, known.get(target.task_code), now)
        for target in targets
        if target.definition is not None
    ]
    ids = publishing.write(publications, now=now)
    for version_id, one in zip(ids, publications, strict=True):
        data = {
            "task_code": one.definition.task_code,
            "version": one.definition.version,
            "digest": publishing.digest_of(one.definition),
            "way": change.kind,
            "change": change.number,
        }
        facts.record("item", version_id, "item-published", at=now, actor=actor, data=data)
    for target in targets:
        if target.action in _DONE:
            _put_state(change, target, actor, now)
    return {one.definition.task_code: one.definition.version for one in publications}


def _publication(
    change: Change, target: Target, before: publishing.Known | None, now: datetime
) -> Publication:
    assert target.definition is not None
    organ = org.organ(target.definition.organ_id)
    ready = msgspec.structs.replace(
        target.definition,
        version_id=0,
        version=before.version + 1 if before else 1,
        organ_name=organ.name,
        organ_short=organ.short_name,
        effective_on=clock.day_of(now),
    )
    return Publication(ready, (before.source_digest or "") if before else "", change.reason, change.pk)


def _put_state(change: Change, target: Target, actor: Actor, now: datetime) -> None:
    what = _DONE[target.action]
    version_id = publishing.put_state(target.task_code, what, reason=change.reason, now=now)
    assert version_id is not None  # looked at under the same lock
    data = {"task_code": target.task_code, "way": change.kind, "change": change.number}
    facts.record("item", version_id, f"item-{what}", at=now, actor=actor, data=data)


def _directory(change: Change, targets: Sequence[Target], actor: Actor, now: datetime) -> dict[str, int]:
    known = directory.known([target.task_code for target in targets])
    versions = {}
    for target in targets:
        before = known.get(target.task_code)
        data: dict[str, Any] = {"catalog_code": target.task_code, "change": change.number}
        if target.common is None:
            assert before is not None
            directory.cancel(target.task_code, reason=change.reason, now=now)
            facts.record(
                "directory", before.version_id, "directory-cancelled", at=now, actor=actor, data=data
            )
            continue
        ready = msgspec.structs.replace(target.common, version=before.version + 1 if before else 1)
        version_id = directory.write(ready, reason=change.reason, now=now)
        data |= {"version": ready.version, "digest": directory.digest_of(ready)}
        facts.record("directory", version_id, "directory-published", at=now, actor=actor, data=data)
        versions[target.task_code] = ready.version
    return versions
