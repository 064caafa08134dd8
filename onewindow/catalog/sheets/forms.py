"""A form as rows of a sheet, one a field, and as a schema again: what no column tells of stays as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from onewindow.catalog import data_elements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.binding import ELEMENT, WHOSE, field_schema
from onewindow.catalog.sheets.cells import Cell
from onewindow.catalog.sheets.layout import Plain
from onewindow.catalog.sheets.values import Codec, Wrong

KINDS = {
    "文字": "text", "整数": "integer", "数字": "number", "是否": "boolean", "日期": "date", "单选": "choice",
    "多选": "several", "表格": "rows",
}  # fmt: skip
OTHER = "other"
_TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_FRESH: Plain = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": False
}  # fmt: skip
_PLACE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}(\[\])?(\.[A-Za-z_][A-Za-z0-9_]{0,59}(\[\])?){0,4}")
_INNER = ("properties", "required")


class FormRow(msgspec.Struct, frozen=True):
    """One field: ``code`` is its dotted place (``[]`` after a table's name), ``kind`` a value of ``KINDS``.

    ``part`` is its schema as it stands, without the fields of a table; ``kind`` is "other" where no word fits.
    """

    code: str
    title: str = ""
    kind: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    element: str = ""
    whose: str = ""
    hint: str = ""
    part: dict[str, Any] | None = None


class ElementCode(Codec):
    """The code of a data element that is in the dictionary."""

    def __init__(self) -> None:
        super().__init__(data_elements.LONGEST_CODE, is_code=True)

    def read(self, cell: Cell, scheme: str | None) -> Any:
        code = super().read(cell, scheme)
        if code is not None and data_elements.get(code) is None:
            raise Wrong("no-element", f"没有数据元“{code}”")
        return code


class FieldCode(Codec):
    """Where a field stands: letters, digits, underscores, a point below a group, ``[].`` below a table."""

    def read(self, cell: Cell, scheme: str | None) -> Any:
        code = super().read(cell, scheme)
        if code is not None and not _PLACE.fullmatch(code):
            raise Wrong("wrong-field-code", f"字段编号“{code[:40]}”只用字母、数字和下划线，以字母开头")
        return code


def rows_of(item: ItemDefinition) -> list[FormRow]:
    """The fields of the item's form in its order; none where the rows could not tell it exactly."""
    found = list(_rows(item.form_schema, ""))
    return found if is_tellable(item.form_schema) else []


def is_tellable(schema: Mapping[str, Any]) -> bool:
    """Whether the rows of a form give exactly that form again."""
    try:
        told = [msgspec.to_builtins(row) for row in _rows(schema, "")]
        places_fit = all(_PLACE.fullmatch(row["code"]) for row in told)
        return places_fit and _built(told, schema) == schema
    except (ValueError, TypeError, AttributeError):
        return False


def put(plain: Plain, rows: Sequence[Plain]) -> None:
    """Set the item's form from ``rows``. Raises ``ValueError`` with a Chinese sentence for what is no form."""
    before = plain.get("form_schema") or {}
    if not is_tellable(before):
        if rows:
            raise ValueError("这个事项的表单结构特殊，不能在工作簿中修改，请删去这些行")
        return
    if rows or before.get("properties"):
        made = _built(rows, before) if rows else {}
        plain["form_schema"] = made
    if not plain.get("form_schema"):
        plain.pop("form_schema", None)


def _rows(schema: Mapping[str, Any], prefix: str) -> Iterator[FormRow]:
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        inner = part.get("items") if part.get("type") == "array" else None
        if part.get("type") == "object" and part.get("properties"):
            yield from _rows(part, f"{prefix}{name}.")
        elif isinstance(inner, dict) and inner.get("properties"):
            bare = part | {"items": _without_fields(inner)}
            yield _row(prefix + name, bare, is_required=name in required)
            yield from _rows(inner, f"{prefix}{name}[].")
        else:
            yield _row(prefix + name, part, is_required=name in required)


def _row(code: str, part: dict[str, Any], *, is_required: bool = False) -> FormRow:
    kind = _kind(part)
    options = part["enum"] if kind == "choice" else part["items"]["enum"] if kind == "several" else ()
    return FormRow(
        code,
        part.get("title", ""),
        kind,
        is_required,
        tuple(options),
        part.get(ELEMENT, ""),
        part.get(WHOSE, ""),
        part.get("description", ""),
        part,
    )


def _kind(part: Mapping[str, Any]) -> str:
    type = part.get("type")
    if type == "array":
        items = part.get("items", {})
        return "rows" if items.get("type") == "object" else "several" if _is_choice(items) else OTHER
    if "enum" in part:
        return "choice" if _is_choice(part) else OTHER
    if part.get("format") == "date":
        return "date"
    return next((kind for kind, known in _TYPES.items() if known == type), OTHER)


def _is_choice(part: Mapping[str, Any]) -> bool:
    options = part.get("enum", [])
    return (
        part.get("type") == "string" and bool(options) and all(isinstance(one, str) for one in options or ())
    )


def _built(rows: Sequence[Plain], before: Mapping[str, Any]) -> Plain:
    made = _without_fields(before) or dict(_FRESH)
    for row in rows:
        code = row.get("code") or ""
        path, _, name = code.rpartition(".")
        holder = _holder(made, before, path)
        fields = holder.setdefault("properties", {})
        if name in fields:
            raise ValueError(f"字段编号“{code}”重复")
        fields[name] = _part(row)
        if row.get("required"):
            holder.setdefault("required", []).append(name)
    _in_order(made, before)
    return made


def _holder(made: Plain, before: Mapping[str, Any], path: str) -> Plain:
    """The object in which the fields below ``path`` stand; groups are made as they come, tables must stand."""
    holder, known = made, before
    for segment in path.split(".") if path else ():
        name = segment.removesuffix("[]")
        known = known.get("properties", {}).get(name, {})
        fields = holder.setdefault("properties", {})
        if segment.endswith("[]"):
            if name not in fields or "items" not in fields[name]:
                raise ValueError(f"表格“{name}”要写在它的各列之前")
            holder, known = fields[name]["items"], known.get("items", {})
        else:
            fresh = {"type": "object", "title": name, "additionalProperties": False}
            holder = fields.setdefault(name, _without_fields(known) or fresh)
            if holder.get("type") != "object":
                raise ValueError(f"“{name}”是字段，其下不能再有字段")
    return holder


def _in_order(made: Plain, before: Mapping[str, Any]) -> None:
    """The required names in the order that stands, where they are the same ones."""
    if set(made.get("required", ())) == set(before.get("required", ())) and "required" in before:
        made["required"] = before["required"]
    for name, part in made.get("properties", {}).items():
        known = before.get("properties", {}).get(name, {})
        if part.get("type") == "object":
            _in_order(part, known)
        elif isinstance(part.get("items"), dict):
            _in_order(part["items"], known.get("items", {}))


def _part(row: Plain) -> Plain:
    code, before = row.get("code") or "", row.get("part")
    was = _row(code, before) if before is not None else FormRow(code)
    kind, element = row.get("kind") or "", row.get("element") or ""
    is_new = before is None or kind != was.kind or (element and element != was.element)
    part = _fresh(row, kind, element) if is_new else dict(before or {})
    if not element:
        part.pop(ELEMENT, None)
    texts = {"title": row.get("title"), "description": row.get("hint"), WHOSE: element and row.get("whose")}
    for keyword, text in texts.items():
        if text:
            part[keyword] = text
        elif part.get(keyword):
            part.pop(keyword)
    choices = list(row.get("choices") or ())
    if kind in ("choice", "several"):
        stand = (part if kind == "choice" else part["items"]).get("enum", [])
        if not choices and (was.choices or not stand):
            raise ValueError(f"单选、多选字段“{code}”要写明可选项")
        if choices and choices != list(stand):
            _choose(part, kind, choices)
    return part


def _choose(part: Plain, kind: str, choices: list[str]) -> None:
    holder = part if kind == "choice" else dict(part["items"])
    holder["enum"] = choices
    if "x-names" in holder:
        holder["x-names"] = {value: holder["x-names"].get(value, value) for value in choices}
    if kind == "several":
        part["items"] = holder


def _fresh(row: Plain, kind: str, element: str) -> Plain:
    known = data_elements.get(element) if element else None
    if known is not None:
        made = field_schema(known)
        if _kind(made) != kind:
            raise ValueError(f"字段“{row.get('code')}”的类型与数据元“{known.name}”不一致")
        return made
    if kind == "date":
        pattern = r"^\d{4}-\d{2}-\d{2}$"
        return {"type": "string", "format": "date", "pattern": pattern, "examples": ["2026-10-01"]}
    if kind == "rows":
        return {"type": "array", "items": {"type": "object", "additionalProperties": False}}
    if kind == "several":
        return {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": []}}
    if kind == "choice":
        return {"type": "string", "enum": []}
    return {"type": _TYPES.get(kind, "string")}


def _without_fields(schema: Mapping[str, Any]) -> Plain:
    return {key: value for key, value in schema.items() if key not in _INNER}
