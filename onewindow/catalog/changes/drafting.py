"""Drafts that write themselves: what a lower organ inherits, and a proposal moved onto a newer version. Pure."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.codes import level_number
from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.kernel.identifiers import item_code, uscc
from onewindow.kernel.identifiers.problem import Problem

Content = TypeVar("Content", bound=msgspec.Struct)
_OWN = frozenset(
    {"version_id", "version", "form_version", "effective_on"}
)  # of the version, not of its content


def delegated(
    source: ItemDefinition,
    *,
    organ_id: int,
    organ_name: str,
    organ_uscc: str | None,
    region: str,
    level: str,
    power_source: str = "上级下放",
    task_code: str | None = None,
) -> ItemDefinition:
    """The item that a lower organ gets from ``source``: all elements inherited, its own code and place.

    A national code (31 characters) is put together anew from the organ's credit code, the level and the basic
    code; for any other ``task_code`` must be given. Raises ``Invalid`` when no code can be had.
    """
    is_entrusted = power_source == "上级委托"
    return msgspec.structs.replace(
        source,
        version_id=0,
        version=1,
        task_code=task_code or _national_code(source, organ_uscc, level),
        organ_id=organ_id,
        organ_name=organ_name,
        organ_short="",
        region=region,
        level=level,
        power_source=power_source,
        body_kind="受委托组织" if is_entrusted else source.body_kind,
        entrusting_organ=source.organ_name if is_entrusted else "",
        handling_code="",
        local_code="",
        effective_on=None,
    )


def _national_code(source: ItemDefinition, organ_uscc: str | None, level: str) -> str:
    read = item_code.parse(source.task_code)
    if isinstance(read, Problem) or read.layout != "national-31":
        raise _no_code(N_("来源事项不是 31 位国家编码，请填写新的实施编码"))
    if organ_uscc is None or uscc.check(organ_uscc) is not None:
        raise _no_code(N_("接收部门没有有效的统一社会信用代码，请填写新的实施编码"))
    number = level_number(level)
    if number is None:
        raise _no_code(N_("行使层级不明，请填写新的实施编码"))
    return f"{organ_uscc}{number}{read.basic}"


def _no_code(message: str) -> Invalid:
    return Invalid("no-code", message, fields=[FieldError("task_code", "required", message)])


def rebased(draft: Content, base: Content, current: Content) -> tuple[Content, list[str]]:
    """``draft``, written on ``base``, moved onto ``current``: every element that only one side changed is taken
    from that side; where both changed it the draft's stays, and its name is in the list of conflicts."""
    taken: dict[str, Any] = {}
    conflicts = []
    for name in draft.__struct_fields__:
        wanted, was, stands = (getattr(one, name) for one in (draft, base, current))
        if name in _OWN or wanted == was:
            taken[name] = stands
        elif stands not in (was, wanted):
            conflicts.append(name)
    return msgspec.structs.replace(draft, **taken), conflicts
