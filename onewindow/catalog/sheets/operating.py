"""A workbook as an operator's take-over of what was approved elsewhere: published at once, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.catalog import publishing
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.publishing import Publication
from onewindow.catalog.sheets import taking
from onewindow.catalog.sheets.package import Limits
from onewindow.catalog.sheets.taking import SheetReport, Taken
from onewindow.kernel.actor import Actor
from onewindow.kernel.identifiers import item_code
from onewindow.kernel.identifiers.problem import Problem
from onewindow.org import queries as org
from onewindow.org import services as org_services


def take_over(
    path: Path,
    *,
    now: datetime,
    layout: str = "auto",
    dry_run: bool = False,
    actor: Actor,
    limits: Limits | None = None,
) -> SheetReport:
    """Publish what is new or changed in the workbook; the same file again changes nothing.

    Items with an error are left out and reported; when the file itself breaks off, nothing is written. Items
    whose handling was completed here are not overwritten. The caller has checked that ``actor`` may.
    """
    with transaction.atomic():
        if not dry_run:
            publishing.lock()
        deed = _Publishing(now)
        report = taking.take(
            path, layout=layout, dry_run=dry_run, deed=deed, check=not_completed_here, limits=limits
        )
        if report.refused:
            transaction.set_rollback(True)
            report.new = report.changed = 0
        elif deed.count:
            data = {"format": report.layout, "new": report.new, "changed": report.changed}
            facts.record("catalog", 0, "items-imported", at=now, actor=actor, data=data)
    return report


def not_completed_here(one: Taken) -> Taken | tuple[str, str]:
    """Refuse what editors of this platform completed: their work is changed by a change request alone."""
    if one.before is not None and one.before.handled:
        return "handled-here", "该事项的办理要素已在本平台补全，导入不予覆盖，请由事项编辑提出变更"
    return one


class _Publishing:
    """Publishes chunk by chunk; organs that are not there are made, as other imports make them."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.count = 0
        self._organs: dict[str, org.OrganInfo] = {}

    def __call__(self, wanted: Sequence[Taken]) -> None:
        publishing.write([self._publication(one) for one in wanted], now=self.now)
        self.count += len(wanted)

    def _publication(self, one: Taken) -> Publication:
        version = one.before.version + 1 if one.before else 1
        made = msgspec.structs.replace(one.definition, version_id=0, version=version)
        if not made.organ_id:
            organ = self._organ(made)
            made = msgspec.structs.replace(
                made, organ_id=organ.id, organ_name=organ.name, organ_short=organ.short_name
            )
        # The row of the list that the item came from stays what it was: that list again changes nothing.
        return Publication(made, one.before.source_digest if one.before else "")

    def _organ(self, item: ItemDefinition) -> org.OrganInfo:
        found = self._organs.get(item.organ_name) or org.find_organ(name=item.organ_name)
        if found is None:
            code = item_code.parse(item.task_code)
            uscc = None if isinstance(code, Problem) else code.body_uscc
            found = org_services.ensure_organ(
                code=uscc or f"{item.region}-{item.organ_name}",
                name=item.organ_name,
                uscc=uscc,
                region=item.region,
                now=self.now,
            )
        self._organs[item.organ_name] = found
        return found
