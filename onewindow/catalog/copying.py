"""One item copied to many organs: codes given or derived, what belongs to the first organ alone left behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.catalog import publishing, services, versions
from onewindow.catalog.changes.target import Target
from onewindow.catalog.definition import Contact, ItemDefinition
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound
from onewindow.kernel.identifiers import division_code, item_code, uscc
from onewindow.kernel.identifiers.problem import Problem
from onewindow.org import queries as org

_LEVELS = {1: "国家级", 2: "省级", 3: "市级", 4: "县级", 5: "镇级", 6: "村级"}
# These belong to the organ that the item is copied from: the other organ writes its own.
_LEFT_BEHIND = ("办理地点", "咨询方式", "监督投诉方式")


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To which organ, and under which code; without a code it is derived."""

    organ_id: int
    task_code: str = ""


class CopyPlan(msgspec.Struct, frozen=True):
    """One copy before it is proposed: the definition, or ``reason`` (Chinese) why it cannot be made."""

    organ_id: int
    organ: str
    task_code: str = ""
    definition: ItemDefinition | None = None
    reason: str = ""


def plan(task_code: str, copies: Sequence[Copy]) -> list[CopyPlan]:
    """What each copy would be; writes nothing. Raises ``NotFound`` for an item that is not in force."""
    source = versions.current(task_code)
    plans = [_plan(source, copy) for copy in copies]
    used = publishing.known([one.task_code for one in plans if one.task_code])
    seen: set[str] = set()
    return [_once(one, used, seen) for one in plans]


def _once(one: CopyPlan, used: dict[str, Any], seen: set[str]) -> CopyPlan:
    if one.definition is None:
        return one
    if one.task_code in used or one.task_code in seen:
        reason = f"编码 {one.task_code} 已经用过，编码不得重复使用"
        return msgspec.structs.replace(one, definition=None, reason=reason)
    seen.add(one.task_code)
    return one


def _plan(source: ItemDefinition, copy: Copy) -> CopyPlan:
    try:
        organ = org.organ(copy.organ_id)
    except NotFound:
        return CopyPlan(copy.organ_id, "", reason="没有这个部门")
    if organ.id == source.organ_id:
        return CopyPlan(organ.id, organ.name, reason="事项就是这个部门的")
    code = copy.task_code.strip() or derived_code(source.task_code, organ)
    if isinstance(code, Problem):
        return CopyPlan(organ.id, organ.name, reason=code.message)
    return CopyPlan(organ.id, organ.name, code, _copied(source, code, organ))


def derived_code(task_code: str, organ: org.OrganInfo) -> str | Problem:
    """The code of the same item at ``organ``: its credit code, the level of its region, the basic code.

    Only in the national layout (GB/T 39554.1: 18 + 1 + 12); a ``Problem`` says why it cannot be derived.
    """
    code = item_code.parse(task_code)
    if isinstance(code, Problem) or code.layout not in ("national-31", "national-33"):
        return Problem("local-code", "原编码不是国家 31/33 位编码，不能推导新编码，请写明编码")
    if not organ.uscc:
        return Problem("no-uscc", f"“{organ.name}”没有登记统一社会信用代码，不能推导编码，请写明编码")
    if (wrong := uscc.check(organ.uscc)) is not None:
        return Problem("wrong-uscc", f"“{organ.name}”的统一社会信用代码有误（{wrong.message}），不能推导编码")
    if not organ.region:
        return Problem("no-region", f"“{organ.name}”没有登记区划，行使层级不明，不能推导编码，请写明编码")
    division = division_code.parse(organ.region)
    if isinstance(division, Problem):
        return Problem("wrong-region", f"“{organ.name}”的区划代码有误，行使层级不明，不能推导编码")
    return f"{uscc.normal(organ.uscc)}{int(division.level)}{code.basic}{code.suffix or ''}"


def _copied(source: ItemDefinition, code: str, organ: org.OrganInfo) -> ItemDefinition:
    division = division_code.parse(organ.region or "")
    level = source.level if isinstance(division, Problem) else _LEVELS[int(division.level)]
    lacks = [name for name in _LEFT_BEHIND if name not in source.missing]
    return msgspec.structs.replace(
        source,
        version_id=0,
        version=0,
        task_code=code,
        organ_id=organ.id,
        organ_name=organ.name,
        organ_short=organ.short_name,
        region=organ.region or source.region,
        level=level,
        handling_code="",
        local_code="",
        places=(),
        contact=Contact(),
        center_name="",
        is_in_center=None,
        online_url="",
        joint_organs=(),
        entrusting_organ="",
        demonstration=False,
        source="",
        flags=(),
        missing=(*source.missing, *lacks),
        effective_on=None,
    )


def propose(
    actor: Actor,
    task_code: str,
    copies: Sequence[Copy],
    *,
    title: str,
    reason: str,
    basis: str = "",
    effective_on: date | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Begin one change request that makes every copy; all of them or none.

    Raises ``Invalid`` with the place and reason of each copy that cannot be made, ``NotFound``, and what
    ``services.propose`` raises.
    """
    plans = plan(task_code, copies)
    errors = [
        FieldError(f"copies.{place}", "not-copied", N_("%(why)s"), {"why": one.reason})
        for place, one in enumerate(plans)
        if one.definition is None
    ]
    if errors or not plans:
        raise Invalid("not-copied", N_("有的部门不能复制，请更正后再提交"), fields=errors)
    targets = [Target(task_code=one.task_code, action="publish", definition=one.definition) for one in plans]
    return services.propose(
        actor, kind="new", title=title, reason=reason, basis=basis, targets=targets,
        effective_on=effective_on, now=now,
    )  # fmt: skip
