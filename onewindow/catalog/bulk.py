"""Many items at once: a selection, what is to be done, a preview of every item, then one change request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.catalog import compare, services
from onewindow.catalog.bulk_operations import AnyOperation, require_sound, together
from onewindow.catalog.changes import checking
from onewindow.catalog.changes.target import MOST_TARGETS, Target
from onewindow.catalog.compare import Difference
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.finding import Finding
from onewindow.catalog.sheets.taking import in_force
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which items: all that meet every condition given. ``codes`` empty: no condition, like all the others.

    ``text`` stands in the name, ``material`` is the code or name of one of the materials.
    """

    codes: tuple[str, ...] = ()
    organ_id: int | None = None
    type: str = ""
    region: str = ""
    kind: str = ""
    theme: str = ""
    text: str = ""
    material: str = ""

    def holds(self, item: ItemDefinition) -> bool:
        """True when ``item`` is meant (``codes`` are looked at by the reading)."""
        return (
            self.organ_id in (None, item.organ_id)
            and self.type in ("", item.type)
            and item.region.startswith(self.region)
            and self.kind in ("", item.kind)
            and (not self.theme or self.theme in item.themes)
            and self.text in item.name
            and (not self.material or any(self.material in (row.code, row.name) for row in item.materials))
        )


class Preview(msgspec.Struct, frozen=True):
    """One item that would change: what of it, and what the rules say about the result."""

    task_code: str
    name: str
    organ: str
    base_version: int
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    definition: ItemDefinition


class BulkPreview(msgspec.Struct, frozen=True):
    """All items of the selection: how many there are, how many stay as they are, and those that change.

    ``errors``: how many of the changed items break a rule that forbids; the change could not be handed in.
    """

    selected: int
    unaffected: int
    items: tuple[Preview, ...]
    errors: int


def selected(selection: Selection, *, actor: Actor | None = None) -> Iterator[ItemDefinition]:
    """The items in force that ``selection`` means, of organs that ``actor`` works for."""
    for item in in_force(selection.codes or None):
        if (actor is None or item.organ_id in actor.organ_ids) and selection.holds(item):
            yield item


def preview(actor: Actor, selection: Selection, operations: list[AnyOperation]) -> BulkPreview:
    """What ``operations`` would do to every selected item; writes nothing. Raises ``Invalid``."""
    require_sound(operations)
    apply = together(operations)
    count = 0
    changed: list[tuple[ItemDefinition, ItemDefinition]] = []
    for item in selected(selection, actor=actor):
        count += 1
        after = apply(item)
        if after != item:
            changed.append((item, after))
    told: dict[str, list[Finding]] = {}
    for one in checking.findings([_target(before, after) for before, after in changed]):
        told.setdefault(one.task_code, []).append(one.finding)
    rows = tuple(_row(before, after, told.get(before.task_code, [])) for before, after in changed)
    errors = sum(any(finding.level == "error" for finding in row.findings) for row in rows)
    return BulkPreview(count, count - len(rows), rows, errors)


def _row(before: ItemDefinition, after: ItemDefinition, told: Sequence[Finding]) -> Preview:
    differences = tuple(compare.differences(before, after))
    return Preview(
        before.task_code, before.name, before.organ_name, before.version, differences, tuple(told), after
    )


def _target(before: ItemDefinition, after: ItemDefinition) -> Target:
    return Target(task_code=before.task_code, action="publish", definition=after, base_version=before.version)


def propose(
    actor: Actor,
    selection: Selection,
    operations: list[AnyOperation],
    *,
    title: str,
    reason: str,
    basis: str = "",
    effective_on: date | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Begin one change request with every item that changes; gives it as ``services.propose`` does.

    Raises ``Invalid`` when nothing changes or more than ``MOST_TARGETS`` items do, and what ``propose`` raises.
    """
    found = preview(actor, selection, operations)
    if not found.items:
        raise Invalid("nothing-changes", N_("所选事项中没有一项会因此改变"))
    if len(found.items) > MOST_TARGETS:
        raise Invalid(
            "too-many-items",
            N_("会改变 %(count)s 个事项，一次变更最多 %(most)s 个；请缩小选择范围分次办理"),
            params={"count": len(found.items), "most": MOST_TARGETS},
        )
    targets = [
        Target(
            task_code=row.task_code,
            action="publish",
            definition=row.definition,
            base_version=row.base_version,
        )
        for row in found.items
    ]
    return services.propose(
        actor, kind="change", title=title, reason=reason, basis=basis, targets=targets,
        effective_on=effective_on, now=now,
    )  # fmt: skip
