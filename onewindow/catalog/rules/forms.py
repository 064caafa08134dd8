"""Checking a filled form against the JSON Schema (2020-12) of its item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.quick import Check, compiled
from onewindow.kernel.errors import N_, FieldError

MAX_ERRORS = 50
MAX_DEPTH = 20

_CODES = {
    "type": ("wrong-type", N_("“%(title)s”的格式不对")),
    "enum": ("not-an-option", N_("“%(title)s”不在可选范围内")),
    "const": ("not-an-option", N_("“%(title)s”不在可选范围内")),
    "minLength": ("too-short", N_("“%(title)s”至少 %(bound)s 个字")),
    "maxLength": ("too-long", N_("“%(title)s”不能超过 %(bound)s 个字")),
    "pattern": ("wrong-pattern", N_("“%(title)s”的写法不符合要求")),
    "format": ("wrong-format", N_("“%(title)s”的写法不符合要求")),
    "minimum": ("too-small", N_("“%(title)s”不能小于 %(bound)s")),
    "exclusiveMinimum": ("too-small", N_("“%(title)s”应当大于 %(bound)s")),
    "maximum": ("too-large", N_("“%(title)s”不能大于 %(bound)s")),
    "exclusiveMaximum": ("too-large", N_("“%(title)s”应当小于 %(bound)s")),
    "minItems": ("too-few", N_("“%(title)s”至少填写 %(bound)s 项")),
    "maxItems": ("too-many", N_("“%(title)s”不能超过 %(bound)s 项")),
    "uniqueItems": ("repeated", N_("“%(title)s”不能重复")),
}


def form_errors(definition: ItemDefinition, form: Any) -> list[FieldError]:
    """Every place where ``form`` breaks the schema of ``definition``; empty when it may be submitted.

    Fields are dotted paths below ``form``. Unknown properties are refused even where the schema is silent.
    Text that the database cannot hold (NUL, lone surrogates) and nesting below 20 levels are refused first.
    """
    if _is_surely_right(definition.form_schema, form):
        return []
    if not isinstance(form, dict):
        return [FieldError("form", "wrong-type", N_("表单应当是一个对象"))]
    unsafe = _unsafe(form)
    if unsafe:
        return unsafe
    validator = _validator(_schema_text(definition))
    found: dict[tuple[str, str], FieldError] = {}
    for error in validator(form):
        found.update({(row.field, row.code): row for row in _field_errors(error)})
        if len(found) >= MAX_ERRORS:
            break
    return [found[key] for key in sorted(found)][:MAX_ERRORS]


_KEPT = 1024
# By identity: the schema of a version never changes, and holding it keeps its identity its own.
_compiled: dict[int, tuple[dict[str, Any], Check | None]] = {}


def _is_surely_right(schema: dict[str, Any], form: Any) -> bool:
    known = _compiled.get(id(schema))
    if known is None or known[0] is not schema:
        if len(_compiled) >= _KEPT:
            _compiled.clear()
        known = _compiled[id(schema)] = schema, compiled(_whole(schema))
    return known[1] is not None and known[1](form)


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as it binds: an object, and unknown properties are refused where it is silent."""
    return {"additionalProperties": False, **(schema or {"type": "object"})}


def _schema_text(definition: ItemDefinition) -> str:
    return json.dumps(definition.form_schema, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=512)
def _validator(schema_text: str) -> Callable[[Any], Iterator[ValidationError]]:
    check: Callable[[Any], Iterator[ValidationError]] = Draft202012Validator(
        _whole(json.loads(schema_text)), format_checker=FormatChecker()
    ).iter_errors
    return check


def _field_errors(error: ValidationError) -> Iterator[FieldError]:
    path = ["form", *(str(part) for part in error.absolute_path)]
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                title = _title(error.schema.get("properties", {}).get(name), name)
                yield FieldError(
                    ".".join([*path, name]), "required", N_("请填写“%(title)s”"), {"title": title}
                )
        return
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for name in error.instance:
            if name not in known:
                yield FieldError(".".join([*path, str(name)[:80]]), "unknown-field", N_("表单没有这一项"))
        return
    code, message = _CODES.get(str(error.validator), ("invalid", N_("“%(title)s”填写有误")))
    title = _title(error.schema, path[-1])
    yield FieldError(".".join(path), code, message, {"title": title, "bound": error.validator_value})


def _title(schema: Any, fallback: str) -> str:
    title = schema.get("title") if isinstance(schema, dict) else None
    return title if isinstance(title, str) else fallback


def _unsafe(form: dict[str, Any]) -> list[FieldError]:
    found: list[FieldError] = []
    waiting: list[tuple[str, Any, int]] = [("form", form, 0)]
    while waiting and len(found) < MAX_ERRORS:
        path, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return [FieldError("form", "too-deep", N_("表单嵌套过深"))]
        if isinstance(value, str):
            if not _storable(value):
                found.append(FieldError(path, "bad-text", N_("含有无法保存的字符")))
        elif isinstance(value, dict):
            for name, inner in value.items():
                if not isinstance(name, str) or not _storable(name):
                    found.append(FieldError(path, "bad-text", N_("含有无法保存的字符")))
                else:
                    waiting.append((f"{path}.{name[:80]}", inner, depth + 1))
        elif isinstance(value, list | tuple):
            waiting.extend((f"{path}.{number}", inner, depth + 1) for number, inner in enumerate(value))
    return found


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
