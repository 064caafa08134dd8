"""A form schema (JSON Schema, flat or one level deep) as fields, and what was typed as a form again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

_INTEGER = re.compile(r"[+-]?\d{1,15}")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?")
PREFIX = "f."
LONG_TEXT = 100


# What a submitted form offers; a name of its own, so that callers need not know whose it is.


# A QueryDict, or one seen through the prefix of an item (its stubs fit no protocol of ours).
Posted = Any


class Field(msgspec.Struct, frozen=True):
    """One field: ``name`` is the dotted path in the form, ``kind`` chooses the control.

    Kinds: text, long, integer, number, boolean, date, choice, several.
    """

    name: str
    title: str
    kind: str
    is_required: bool = False
    hint: str = ""
    example: str = ""
    options: tuple[tuple[str, str], ...] = ()
    group: str = ""
    minimum: str = ""
    maximum: str = ""
    max_length: int | None = None
    pattern: str = ""

    @property
    def input_name(self) -> str:
        return PREFIX + self.name

    @property
    def html_id(self) -> str:
        return "f-" + re.sub(r"[^A-Za-z0-9_-]", "-", self.name)


def fields_of(schema: Mapping[str, Any]) -> list[Field]:
    """The fields of a schema in its order; an empty list when the item has no form."""
    return list(_fields(schema, "", ""))


def read(fields: list[Field], posted: Posted) -> tuple[dict[str, Any], dict[str, str]]:
    """The form as the schema wants it, and every text as it was typed (so that nothing is lost).

    A text that is no number stays a text: the schema check then names the field.
    """
    form: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for field in fields:
        texts = [text.strip() for text in posted.getlist(field.input_name)]
        typed[field.name] = "\n".join(texts)[:20_000]
        value = _value(field, texts)
        if value is not None:
            _put(form, field.name, value)
    return form, typed


def shown(fields: list[Field], form: Mapping[str, Any]) -> list[tuple[Field, str]]:
    """Each field with its value as a person reads it on the page that confirms."""
    return [(field, _spoken(field, _take(form, field.name))) for field in fields]


def typed(fields: list[Field], form: Mapping[str, Any]) -> dict[str, str]:
    """A form as the texts that its fields would show: the inverse of ``read``."""
    return {field.name: _text(_take(form, field.name)) for field in fields}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _fields(schema: Mapping[str, Any], path: str, group: str) -> Iterator[Field]:
    required = list(schema.get("required", ()))
    # A database that keeps JSON by key forgets the order of properties; the list of required ones keeps it.
    parts = sorted(
        schema.get("properties", {}).items(),
        key=lambda one: required.index(one[0]) if one[0] in required else len(required),
    )
    for name, part in parts:
        full = f"{path}{name}"
        if part.get("type") == "object":
            yield from _fields(part, full + ".", part.get("title", name))
        else:
            yield _field(full, name, part, group, is_required=name in required)


def _field(full: str, name: str, part: Mapping[str, Any], group: str, *, is_required: bool) -> Field:
    examples = part.get("examples") or ()
    low = part.get("minimum", part.get("exclusiveMinimum", ""))
    high = part.get("maximum", part.get("exclusiveMaximum", ""))
    return Field(
        name=full,
        title=part.get("title", name),
        kind=_kind(part),
        is_required=is_required,
        hint=part.get("description", ""),
        example=str(examples[0]) if examples and not isinstance(examples[0], bool) else "",
        options=_options(part.get("items", {}) if part.get("type") == "array" else part),
        group=group,
        minimum=str(low),
        maximum=str(high),
        max_length=part.get("maxLength"),
        pattern=part.get("pattern", ""),
    )


def _kind(part: Mapping[str, Any]) -> str:
    kind = part.get("type", "string")
    if kind == "array":
        return "several" if _options(part.get("items", {})) else "long"
    if _options(part):
        return "choice"
    if kind in ("integer", "number", "boolean"):
        return str(kind)
    if part.get("format") == "date":
        return "date"
    return "long" if (part.get("maxLength") or 0) > LONG_TEXT else "text"


def _options(part: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if "enum" in part:
        names = part.get("x-names") or {}
        return tuple((str(value), str(names.get(str(value), value))) for value in part["enum"])
    return tuple(
        (str(one["const"]), one.get("title", str(one["const"])))
        for one in part.get("oneOf", ())
        if "const" in one
    )


def _value(field: Field, texts: list[str]) -> Any:
    if field.kind == "several":
        return [text for text in texts if text] or None
    text = texts[-1] if texts else ""
    if not text:
        return None
    if field.kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if field.kind == "number" and _NUMBER.fullmatch(text):
        return int(text) if _INTEGER.fullmatch(text) else float(text)
    if field.kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text.replace("\r\n", "\n")


def _put(form: dict[str, Any], name: str, value: Any) -> None:
    *folders, last = name.split(".")
    for folder in folders:
        form = form.setdefault(folder, {})
    form[last] = value


def _take(form: Mapping[str, Any], name: str) -> Any:
    found: Any = form
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _spoken(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.kind == "boolean":
        return _("是") if value else _("否")
    names = dict(field.options)
    if isinstance(value, list):
        return "、".join(names.get(str(one), str(one)) for one in value)
    return names.get(str(value), str(value))
