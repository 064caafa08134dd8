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
MOST_ROWS = 100
MOST_TYPED = 20_000


# A QueryDict, or one seen through the prefix of an item (its stubs fit no protocol of ours).
Posted = Any


class Field(msgspec.Struct, frozen=True):
    """One field: ``name`` is the dotted path in the form, ``kind`` chooses the control.

    Kinds: text, long, integer, number, boolean, date, choice, several, rows. ``rows`` is a table of at most
    ``most`` lines; the names of its ``columns`` are dotted paths below the field's own, in each of its rows.
    A list of plain texts has one column, named as the field is.
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
    columns: tuple[Field, ...] = ()
    most: int = MOST_ROWS

    @property
    def input_name(self) -> str:
        return PREFIX + self.name

    @property
    def html_id(self) -> str:
        return "f-" + re.sub(r"[^A-Za-z0-9_-]", "-", self.name)


def fields_of(schema: Mapping[str, Any]) -> list[Field]:
    """The fields of a schema in its order; an empty list when the item has no form."""
    return list(_fields(schema, "", ""))


def read(fields: list[Field], posted: Posted, *, ask: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """The form as the schema wants it, and every text as it was typed (so that nothing is lost).

    A text that is no number stays a text: the schema check then names the field. Of a table, each column
    comes as one text per line; lines without any text are left out. ``ask`` is what a button of a table
    sends: ``drop:FIELD:LINE`` leaves that line (counted from 0) out, ``add:FIELD`` changes nothing here.
    """
    dropped = ask.removeprefix("drop:") if ask.startswith("drop:") else ""
    form: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for field in fields:
        if field.kind == "rows":
            lines = _posted_lines(field, posted, dropped)
            typed |= _columns_typed(field, lines)
            value: Any = [_line_value(field, line) for line in lines] or None
        else:
            texts = [text.strip() for text in posted.getlist(field.input_name)]
            typed[field.name] = "\n".join(texts)[:MOST_TYPED]
            value = _value(field, texts)
        if value is not None:
            _put(form, field.name, value)
    return form, typed


def shown(fields: list[Field], form: Mapping[str, Any]) -> list[tuple[Field, str]]:
    """Each field with its value as a person reads it on the page that confirms."""
    return [(field, _spoken(field, _take(form, field.name))) for field in fields]


def typed(fields: list[Field], form: Mapping[str, Any]) -> dict[str, str]:
    """A form as the texts that its fields would show: the inverse of ``read``."""
    texts: dict[str, str] = {}
    for field in fields:
        value = _take(form, field.name)
        if field.kind == "rows":
            rows = value if isinstance(value, list) else []
            lines = [[_line_text(field, column, row) for column in field.columns] for row in rows]
            texts |= _columns_typed(field, lines)
        else:
            texts[field.name] = _text(value)
    return texts


def lines(field: Field, typed: Mapping[str, str], *, more: bool = False) -> list[list[tuple[Field, str]]]:
    """The lines of a table to draw, each column with its text; an empty one when there is none, or ``more``."""
    columns = [typed.get(column.name, "").split("\n") for column in field.columns]
    number = max((len(texts) for texts in columns if any(texts)), default=0)
    full = [[texts[at] if at < len(texts) else "" for texts in columns] for at in range(number)]
    if not full or (more and len(full) < field.most):
        full.append([""] * len(field.columns))
    return [list(zip(field.columns, line, strict=True)) for line in full]


def more(ask: str) -> str:
    """The table that wants one more line, from what its button sends; empty for anything else."""
    return ask.removeprefix("add:") if ask.startswith("add:") else ""


def _posted_lines(field: Field, posted: Posted, dropped: str) -> list[list[str]]:
    columns = [[_one_line(text) for text in posted.getlist(column.input_name)] for column in field.columns]
    number = min(max(map(len, columns), default=0), MOST_ROWS)
    rows = [[texts[at] if at < len(texts) else "" for texts in columns] for at in range(number)]
    return [row for at, row in enumerate(rows) if any(row) and dropped != f"{field.name}:{at}"]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MOST_TYPED]


def _columns_typed(field: Field, rows: list[list[str]]) -> dict[str, str]:
    return {column.name: "\n".join(row[at] for row in rows) for at, column in enumerate(field.columns)}


def _line_value(field: Field, texts: list[str]) -> Any:
    if field.columns[0].name == field.name:
        return _value(field.columns[0], texts)
    row: dict[str, Any] = {}
    for column, text in zip(field.columns, texts, strict=True):
        value = _value(column, [text])
        if value is not None:
            _put(row, _below(field, column), value)
    return row


def _line_text(field: Field, column: Field, row: Any) -> str:
    if column.name == field.name:
        return _one_line(_text(row))
    return _one_line(_text(_take(row, _below(field, column)))) if isinstance(row, Mapping) else ""


def _below(field: Field, column: Field) -> str:
    return column.name.removeprefix(field.name + ".")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _fields(schema: Mapping[str, Any], path: str, group: str) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        full = f"{path}{name}"
        if part.get("type") == "object":
            yield from _fields(part, full + ".", part.get("title", name))
        else:
            yield _field(full, name, part, group, is_required=name in required)


def _field(full: str, name: str, part: Mapping[str, Any], group: str, *, is_required: bool) -> Field:
    examples = part.get("examples") or ()
    low = part.get("minimum", part.get("exclusiveMinimum", ""))
    high = part.get("maximum", part.get("exclusiveMaximum", ""))
    kind = _kind(part)
    return Field(
        name=full,
        title=part.get("title", name),
        kind=kind,
        is_required=is_required,
        hint=part.get("description", ""),
        example=str(examples[0]) if examples and type(examples[0]) in (str, int, float) else "",
        options=_options(part.get("items", {}) if part.get("type") == "array" else part),
        group=group,
        minimum=str(low),
        maximum=str(high),
        max_length=part.get("maxLength"),
        pattern=part.get("pattern", ""),
        columns=_columns(full, part) if kind == "rows" else (),
        most=min(int(part.get("maxItems", MOST_ROWS)), MOST_ROWS),
    )


def _columns(full: str, part: Mapping[str, Any]) -> tuple[Field, ...]:
    item = part.get("items", {})
    if item.get("type") != "object":
        return (_field(full, full, {"title": part.get("title", full)} | item, "", is_required=True),)
    return tuple(_fields(item, full + ".", ""))


def _kind(part: Mapping[str, Any]) -> str:
    kind = part.get("type", "string")
    if kind == "array":
        return "several" if _options(part.get("items", {})) else "rows"
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
    if field.kind == "rows" and isinstance(value, list):
        return "；".join(_spoken_line(field, row) for row in value)
    names = dict(field.options)
    if isinstance(value, list):
        return "、".join(names.get(str(one), str(one)) for one in value)
    return names.get(str(value), str(value))


def _spoken_line(field: Field, row: Any) -> str:
    if not isinstance(row, Mapping):
        return _spoken(field.columns[0], row)
    told = [_spoken(column, _take(row, _below(field, column))) for column in field.columns]
    return " ".join(text for text in told if text)
