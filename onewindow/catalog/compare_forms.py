"""Two forms of an item side by side: fields by name, what is asked of each in words, and their order. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import msgspec
from django.utils.translation import gettext

from onewindow.catalog.rules.binding import ELEMENT, WHOSE
from onewindow.kernel.errors import N_

Part = Mapping[str, Any]
Told = tuple[str, str, str, str]  # dotted place, label, before, after
_SEPARATOR = "，"
_TYPES = {
    "string": N_("文字"),
    "integer": N_("整数"),
    "number": N_("数字"),
    "boolean": N_("是或否"),
    "date": N_("日期"),
    "choice": N_("选一个"),
    "several": N_("选几个"),
    "rows": N_("表格"),
    "group": N_("一组"),
}
# Keywords that people know by a word; the others are called what they are.
_KEYWORDS = {
    "description": N_("填写说明"),
    "examples": N_("例子"),
    "minLength": N_("最短"),
    "maxLength": N_("最长"),
    "minimum": N_("最小"),
    "maximum": N_("最大"),
    "exclusiveMinimum": N_("大于"),
    "exclusiveMaximum": N_("小于"),
    "minItems": N_("最少行数"),
    "maxItems": N_("最多行数"),
    "pattern": N_("格式"),
    ELEMENT: N_("数据元"),
    WHOSE: N_("说的是谁"),
}
# Told by the title, by how the field is filled in, or by the fields within.
_SAID = frozenset({"title", "type", "format", "enum", "oneOf", "x-names", "properties", "required", "items"})
_FRAME = frozenset({"title", "properties", "required", "items"})


def form_differences(element: str, label: str, was: Part, now: Part) -> Iterator[Told]:
    """Where the form ``now`` differs from ``was``; a field that came or went is told whole, ``""`` for nothing."""
    before, after = _members(was), _members(now)
    for name in {**before, **after}:
        old, new = _shown(name, was, before), _shown(name, now, after)
        called = f"{label}：{_called(name, after.get(name, before.get(name)))}"
        if name in before and name in after and old == new:
            old, new = _keywords(before[name], after[name])
        if old != new:
            yield f"{element}.{name}", called, old, new
        if name in before and name in after:
            yield from form_differences(f"{element}.{name}", called, before[name], after[name])
    yield from _order(element, label, before, after)


def frame_differences(element: str, label: str, was: Part, now: Part) -> Iterator[Told]:
    """What is said of the form as a whole: its title, and what stands beside its fields."""
    if was.get("title") != now.get("title"):
        yield element, label, str(was.get("title", "")), str(now.get("title", ""))
    rest = [{key: form[key] for key in sorted(form) if key not in _FRAME} for form in (was, now)]
    if rest[0] != rest[1]:
        yield element, label, _json(rest[0]), _json(rest[1])


def _members(part: Any) -> dict[str, Any]:
    """The fields of a form, a group or the lines of a table; nothing of what is no such thing."""
    found = _holder(part).get("properties")
    return {name: one for name, one in found.items() if isinstance(one, Mapping)} if _is_map(found) else {}


def _holder(part: Any) -> Part:
    inner = part.get("items", part) if _is_map(part) else {}
    return inner if _is_map(inner) else {}


def _list(part: Part, keyword: str) -> list[Any]:
    found = part.get(keyword)
    return found if isinstance(found, list) else []


def _is_map(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _called(name: str, part: Any) -> str:
    return str(part.get("title") or name) if _is_map(part) else name


def _shown(name: str, form: Part, members: Mapping[str, Any]) -> str:
    """A field in one line: its title, how it is filled in, whether it must be, and among what one chooses."""
    if name not in members:
        return ""
    part = members[name]
    kind = _kind(part)
    words = [_called(name, part), gettext(_TYPES[kind]) if kind in _TYPES else kind]
    if name in _list(_holder(form), "required"):
        words.append(gettext(N_("必填")))
    words.append("/".join(_options(part)))
    return _SEPARATOR.join(word for word in words if word)


def _kind(part: Part) -> str:
    kind = str(part.get("type", ""))
    if kind == "object":
        return "group"
    if kind == "array":
        return "rows" if _members(part) else "several"
    if _options(part):
        return "choice"
    return "date" if part.get("format") == "date" else kind


def _options(part: Part) -> list[str]:
    """What one may choose, as it is called."""
    values = _holder(part)
    names = values.get("x-names")
    names = names if _is_map(names) else {}
    coded = [one.get("title") or one.get("const", "") for one in _list(values, "oneOf") if _is_map(one)]
    return [str(names.get(str(one), one)) for one in _list(values, "enum")] or [str(one) for one in coded]


def _keywords(was: Part, now: Part) -> tuple[str, str]:
    """What else is asked of a field, as far as it differs."""
    names = [name for name in {**was, **now} if name not in _SAID and was.get(name) != now.get(name)]
    before, after = ([_keyword(name, one[name]) for name in names if name in one] for one in (was, now))
    return _SEPARATOR.join(before), _SEPARATOR.join(after)


def _keyword(name: str, value: Any) -> str:
    texts = [
        one if isinstance(one, str) else _json(one) for one in (value if isinstance(value, list) else [value])
    ]
    return f"{gettext(_KEYWORDS[name]) if name in _KEYWORDS else name}：{'、'.join(texts)}"


def _order(element: str, label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Told]:
    """The order in which is asked what both forms ask."""
    was = [name for name in before if name in after]
    now = [name for name in after if name in before]
    if was != now:
        texts = ["、".join(_called(name, after[name]) for name in names) for names in (was, now)]
        yield element, gettext(N_("%(what)s的顺序")) % {"what": label}, texts[0], texts[1]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode() if value not in ({}, None) else ""
