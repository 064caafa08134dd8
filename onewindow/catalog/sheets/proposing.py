"""A workbook as an editor's proposal: what is new or changed in it ends in change requests, never in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction

from onewindow.catalog import services
from onewindow.catalog.changes.target import MOST_TARGETS, Target
from onewindow.catalog.services.propose import require_texts as require_texts
from onewindow.catalog.sheets import taking
from onewindow.catalog.sheets.package import Limits
from onewindow.catalog.sheets.taking import Progress, SheetReport, Taken
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed
from onewindow.org import queries as org

# An editor's workbook is part of a catalogue; a whole one is an operator's to take over.
LIMITS = Limits(file_bytes=50_000_000, total_bytes=500_000_000, items=5_000, rows=200_000, cells=10_000_000)


class Proposed(msgspec.Struct):
    """The report, and the change requests that were begun, in the shape of ``queries.change``."""

    report: SheetReport
    changes: list[dict[str, Any]]


def propose_file(
    path: Path,
    actor: Actor,
    *,
    title: str,
    reason: str,
    basis: str = "",
    effective_on: date | None = None,
    layout: str = "auto",
    dry_run: bool = False,
    limits: Limits = LIMITS,
    now: datetime,
) -> Proposed:
    """Lay the workbook over what stands and begin a change for what differs: ``read``, then ``propose``."""
    report, wanted = read(path, actor, layout=layout, dry_run=dry_run, limits=limits)
    if not wanted:
        return Proposed(report, [])
    made = propose(actor, wanted, title=title, reason=reason, basis=basis, effective_on=effective_on, now=now)
    return Proposed(report, made)


def read(
    path: Path,
    actor: Actor,
    *,
    layout: str = "auto",
    dry_run: bool,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> tuple[SheetReport, list[Taken]]:
    """The report of a workbook laid over what stands, and what is new or changed in it (under ``dry_run``: nothing).

    Items of organs that ``actor`` does not work for are refused one by one. Raises ``NotAllowed`` for who is no
    editor; never for what stands in the file.
    """
    if not actor.has("catalog"):
        raise NotAllowed("needs-editor", N_("只有事项编辑可以用工作簿提出变更。"))
    wanted: list[Taken] = []
    report = taking.take(
        path,
        layout=layout,
        dry_run=dry_run,
        deed=wanted.extend,
        check=lambda one: _within_reach(one, actor),
        limits=limits,
        progress=progress,
    )
    return report, [] if report.refused else wanted


def propose(
    actor: Actor,
    wanted: Sequence[Taken],
    *,
    title: str,
    reason: str,
    basis: str = "",
    effective_on: date | None = None,
    now: datetime,
) -> list[dict[str, Any]]:
    """Begin changes for these items: for new ones and for changed ones, in parts of ``MOST_TARGETS``; all or none.

    Gives them in the shape of ``queries.change``; raises what ``services.propose`` raises.
    """
    changes = []
    with transaction.atomic():
        for kind in ("new", "change"):
            parts = _parts([_target(one) for one in wanted if (one.before is None) == (kind == "new")])
            for number, part in enumerate(parts, 1):
                shown = title if len(parts) == 1 else f"{title}（第 {number} 部分，共 {len(parts)} 部分）"
                changes.append(
                    services.propose(
                        actor, kind=kind, title=shown, reason=reason, basis=basis, targets=part,
                        effective_on=effective_on, now=now,
                    )
                )  # fmt: skip
    return changes


def _parts(targets: Sequence[Target]) -> list[Sequence[Target]]:
    return [targets[at : at + MOST_TARGETS] for at in range(0, len(targets), MOST_TARGETS)]


def _target(one: Taken) -> Target:
    return Target(
        task_code=one.definition.task_code,
        action="publish",
        definition=one.definition,
        base_version=one.before.version if one.before else None,
    )


def _within_reach(one: Taken, actor: Actor) -> Taken | tuple[str, str]:
    made = one.definition
    if not made.organ_id:
        organ = org.find_organ(name=made.organ_name)
        if organ is None:
            return "no-organ", f"没有名为“{made.organ_name[:60]}”的部门；部门由系统管理员设立，导入不予新设"
        made = msgspec.structs.replace(
            made, organ_id=organ.id, organ_name=organ.name, organ_short=organ.short_name
        )
    organs = {made.organ_id} | ({one.before.definition.organ_id} if one.before else set())
    if not organs <= actor.organ_ids:
        return "not-your-organ", f"您不负责“{made.organ_name[:60]}”的事项"
    return msgspec.structs.replace(one, definition=made)
