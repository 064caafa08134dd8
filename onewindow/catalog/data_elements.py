"""The dictionary of data elements (数据元): those shipped, and over them what this instance added or retired."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import facts, generations, settings_store
from onewindow.catalog.rules.binding import DataElement, field_schema
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound

__all__ = ["DataElement", "all_elements", "field_schema", "get", "in_use", "put", "retire", "shipped"]

_FILE = Path(__file__).resolve().parent.parent / "data" / "elements" / "elements.jsonl"
_SETTING = "data_elements"
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_CODE = 60

_held: tuple[Any, Mapping[str, DataElement]] | None = None


@cache
def shipped() -> Mapping[str, DataElement]:
    """The elements that come with the platform, by code, in the order of the dictionary."""
    lines = _FILE.read_bytes().splitlines()
    made = [msgspec.json.decode(line, type=DataElement) for line in lines]
    return MappingProxyType({one.code: one for one in made})


def all_elements() -> Mapping[str, DataElement]:
    """Every element by code, retired ones too; at most one statement, none while nothing changes."""
    global _held
    key = generations.version("catalog")
    if _held is None or _held[0] != key:
        own = msgspec.convert(settings_store.get(_SETTING, {}), dict[str, DataElement])
        _held = key, MappingProxyType({**shipped(), **own})
    return _held[1]


def in_use() -> list[DataElement]:
    """What a form may be bound to, in the order of the dictionary."""
    return [one for one in all_elements().values() if one.state == "in-use"]


def get(code: str) -> DataElement | None:
    """The element ``code``, also a retired one."""
    return all_elements().get(code)


def put(element: DataElement, *, actor: Actor, now: datetime) -> None:
    """Add an element, or change one; safe to repeat. For the establishment office (审改办) alone.

    Raises ``NotAllowed``, and ``Invalid`` for a code or bounds that make no sense.
    """
    if not actor.has("establishment", "system"):
        raise NotAllowed("establishment-only", N_("数据元由审改（编制）机构维护"))
    problems = _problems(element)
    if problems:
        raise Invalid("invalid-element", N_("数据元填写有误"), fields=problems)
    with transaction.atomic():
        if get(element.code) == element:
            return
        settings_store.put_in(_SETTING, element.code, msgspec.to_builtins(element))
        data = {"code": element.code, "name": element.name, "state": element.state}
        facts.record("catalog", 0, "data-element-set", at=now, actor=actor, data=data)
        generations.touch("catalog")


def retire(code: str, *, actor: Actor, now: datetime) -> None:
    """No new form may be bound to ``code``; forms that are keep it. Raises ``NotFound``."""
    known = get(code)
    if known is None:
        raise NotFound("no-element", N_("没有这个数据元"))
    put(msgspec.structs.replace(known, state="retired"), actor=actor, now=now)


def _problems(element: DataElement) -> list[FieldError]:
    found = []
    if not _CODE.fullmatch(element.code) or len(element.code) > LONGEST_CODE:
        found.append(FieldError("code", "wrong-code", N_("编码只用小写字母、数字和连字符")))
    if not element.name.strip() or len(element.name) > 100:
        found.append(FieldError("name", "required", N_("请填写名称")))
    try:
        pattern = re.compile(element.pattern)
    except re.error:
        return [*found, FieldError("pattern", "wrong-pattern", N_("写法不是正则表达式"))]
    if element.pattern and not (isinstance(element.example, str) and pattern.search(element.example)):
        found.append(FieldError("example", "wrong-example", N_("有写法要求的，要给出符合写法的示例")))
    return found
