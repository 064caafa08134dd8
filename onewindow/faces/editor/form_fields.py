"""The form of an item (JSON Schema) as rows that a person edits, and back; what no row shows stays as it is. Pure.

A row holds its part of the schema as it stood (``raw``): only what was altered is written over it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from onewindow.catalog.rules.binding import ELEMENT, DataElement, field_schema
from onewindow.kernel.errors import N_, FieldError
from onewindow.ui import fields

Schema = dict[str, Any]
Row = dict[str, Any]
Find = Callable[[str], DataElement | None]

KINDS: tuple[tuple[str, str], ...] = (
    ("text", N_("一行文字")),
    ("long", N_("一段文字")),
    ("integer", N_("整数")),
    ("number", N_("数字")),
    ("boolean", N_("是或否")),
    ("date", N_("日期")),
    ("choice", N_("选一个")),
    ("several", N_("选几个")),
    ("rows", N_("表格")),
    ("group", N_("一组")),
)
OTHER = ("other", N_("其他（保持原样）"))
COLUMN_KINDS = tuple(one for one in KINDS if one[0] not in ("several", "rows", "group", "long"))
ROOT: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
}
LONG_TEXT = 500
_MADE: dict[str, Schema] = {
    "text": {"type": "string"},
    "long": {"type": "string", "maxLength": LONG_TEXT},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "choice": {"type": "string"},
    "several": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
    "rows": {"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": False}},
    "group": {"type": "object", "additionalProperties": False},
}
_NAME = re.compile(r"f(\d{1,6})")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_MANY = ("rows", "group")


def rows_of(schema: Mapping[str, Any]) -> Row:
    """The form as it is edited: its title, its fields, and what else the schema says (``raw``)."""
    bare = {name: {} if name == "properties" else value for name, value in schema.items()}
    return {
        "title": _word(schema.get("title")),
        "raw": _written(bare),
        "fields": _rows(schema, is_column=False),
    }


def _rows(schema: Mapping[str, Any], *, is_column: bool) -> list[Row]:
    required = _required(schema)
    return [
        _row(name, part, is_column=is_column) | {"is_required": name in required}
        for name, part in _properties(schema).items()
        if isinstance(part, dict)
    ]


def _required(schema: Any) -> list[str]:
    found = schema.get("required") if isinstance(schema, Mapping) else None
    return [name for name in found if isinstance(name, str)] if isinstance(found, list | tuple) else []


def _properties(schema: Any) -> Mapping[str, Any]:
    found = schema.get("properties") if isinstance(schema, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _row(name: str, part: Schema, *, is_column: bool) -> Row:
    row: Row = {"name": name, "raw": _written(part), "kind": _kind(name, part, is_column=is_column)}
    row |= {"title": _word(part.get("title")), "description": _word(part.get("description"))}
    row |= {"element": _word(part.get(ELEMENT)), "choices": [], "example": "", "parts": []}
    row |= {"least": "", "most": "", "longest": "", "pattern": ""}
    if row["kind"] in _MANY:
        inner = part if row["kind"] == "group" else part.get("items", {})
        bounds = {"least": _word(part.get("minItems")), "most": _word(part.get("maxItems"))}
        return row | bounds | {"parts": _rows(inner, is_column=True)}
    one = _field(name, part) if row["kind"] != OTHER[0] else None
    if one is None:
        return row
    row |= {"choices": [_choice(*pair) for pair in one.options], "example": one.example}
    bounds = {"least": one.minimum, "most": one.maximum} if one.kind in ("integer", "number") else {}
    return row | bounds | {"longest": _word(one.max_length), "pattern": one.pattern}


def _kind(name: str, part: Schema, *, is_column: bool) -> str:
    """How a field is filled in; what the rows cannot say is ``other``."""
    known = dict(COLUMN_KINDS if is_column else KINDS)
    if part.get("type") == "object" or _items_are_objects(part):
        kind = "group" if part.get("type") == "object" else "rows"
        inner = part if kind == "group" else part["items"]
        is_plain = OTHER[0] not in {row["kind"] for row in _rows(inner, is_column=True)}
        return kind if kind in known and is_plain else OTHER[0]
    found = _field(name, part)
    kind = found.kind if found else OTHER[0]
    if kind in ("choice", "several"):
        values = part.get("items", {}) if kind == "several" else part
        is_plain = values.get("type", "string") == "string"
        return kind if is_plain and kind in known else OTHER[0]
    return kind if kind in known and kind not in _MANY else OTHER[0]


def _field(name: str, part: Schema) -> fields.Field | None:
    """As the pages ask for it; None when the schema makes no sense to them."""
    try:
        found = fields.fields_of({"properties": {name: part}})
    except (TypeError, ValueError, AttributeError, KeyError):
        return None
    return found[0] if len(found) == 1 else None


def _items_are_objects(part: Schema) -> bool:
    items = part.get("items")
    return part.get("type") == "array" and isinstance(items, dict) and items.get("type") == "object"


def _choice(value: str, name: str) -> str:
    return value if value == name else f"{value}={name}"


def _word(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _written(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _held(text: str) -> Schema:
    """What a row carried along; nothing when that was bent on the way."""
    try:
        found = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class Reader:
    """Rows back to a schema; what is wrong is told in ``problems`` at its place."""

    def __init__(self, problems: list[FieldError], find: Find) -> None:
        self.problems, self.find = problems, find

    def schema(self, typed: Row, path: str) -> Schema:
        """The whole form; empty when nothing was written."""
        held = _held(typed["raw"])
        if not typed["fields"] and not typed["title"] and not held:
            return {}
        made = held or dict(ROOT)
        _put(made, "title", typed["title"])
        self._members(made, typed["fields"], f"{path}.fields")
        return made

    def _members(self, made: Schema, rows: Sequence[Row], path: str) -> None:
        names = _names(rows)
        properties = {
            name: self._part(row, f"{path}.{place}")
            for place, (name, row) in enumerate(zip(names, rows, strict=True))
        }
        required = [name for name, row in zip(names, rows, strict=True) if row["is_required"]]
        if sorted(_required(made)) != sorted(required):
            _put(made, "required", required)
        made["properties"] = properties

    def _part(self, row: Row, path: str) -> Schema:
        held = _held(row["raw"])
        was = _row(row["name"], held, is_column="parts" not in row) if held else {}
        element = self._element(row, was, path)
        kept = was and (row["kind"] == was["kind"] or element is not None)
        part = held if kept else msgspec.json.decode(_written(_MADE.get(row["kind"], _MADE["text"])))
        if element is not None:
            part, was = field_schema(element), {}
        elif row["element"] or was.get("element"):
            _put(part, ELEMENT, row["element"])
        title = row["title"] or (element.name if element else "")
        if not title:
            self._tell(path, "title", "required", N_("请填写"))
        _put(part, "title", title)
        if row["description"] != (was.get("description") or ""):
            _put(part, "description", row["description"])
        if element is None:
            self._details(part, row, was if kept else {}, path)
        return part

    def _element(self, row: Row, was: Row, path: str) -> DataElement | None:
        """The element that was chosen just now; one that was bound before binds no bounds anew."""
        if not row["element"] or row["element"] == was.get("element"):
            return None
        found = self.find(row["element"])
        if found is None:
            self._tell(path, "element", "not-an-option", N_("请选择"))
        return found

    def _details(self, part: Schema, row: Row, was: Row, path: str) -> None:
        kind = row["kind"]
        if kind in _MANY:
            inner = part if kind == "group" else part["items"]
            if not row.get("parts"):
                self._tell(path, "parts", "required", N_("请至少写一项"))
            self._members(inner, row.get("parts", []), f"{path}.parts")
        if kind in ("choice", "several"):
            self._choices(part["items"] if kind == "several" else part, row, was, path)
        if kind in ("integer", "number", "rows"):
            self._bounds(part, row, was, path)
        if kind in ("text", "long"):
            self._text(part, row, was, path)
        if kind not in (*_MANY, "several", "boolean", OTHER[0]) and row["example"] != was.get("example", ""):
            self._example(part, row, path)

    def _choices(self, values: Schema, row: Row, was: Row, path: str) -> None:
        if not row["choices"]:
            self._tell(path, "choices", "required", N_("请写选项，每行一个"))
        if row["choices"] == was.get("choices"):
            return
        pairs = [line.partition("=")[::2] for line in row["choices"]]
        names = {value.strip(): name.strip() or value.strip() for value, name in pairs}
        values.pop("oneOf", None)
        values["enum"] = list(names)
        _put(values, "x-names", names if any(value != name for value, name in names.items()) else {})

    def _bounds(self, part: Schema, row: Row, was: Row, path: str) -> None:
        words: dict[str, tuple[str, ...]] = {"least": ("minItems",), "most": ("maxItems",)}
        if row["kind"] != "rows":
            words = {"least": ("exclusiveMinimum", "minimum"), "most": ("exclusiveMaximum", "maximum")}
        for name, keywords in words.items():
            if row[name] != was.get(name, ""):
                keyword = next((one for one in keywords if one in part), keywords[-1])
                _put(part, keyword, self._number(row, name, path, is_whole=row["kind"] != "number"))

    def _text(self, part: Schema, row: Row, was: Row, path: str) -> None:
        if row["longest"] != was.get("longest", ""):
            _put(part, "maxLength", self._number(row, "longest", path, is_whole=True))
        if row["kind"] == "long" and (part.get("maxLength") or 0) <= fields.LONG_TEXT:
            part["maxLength"] = LONG_TEXT
        if row["pattern"] != was.get("pattern", ""):
            try:
                re.compile(row["pattern"])
            except re.error:
                self._tell(path, "pattern", "pattern", N_("写法不是正则表达式"))
            _put(part, "pattern", row["pattern"])

    def _example(self, part: Schema, row: Row, path: str) -> None:
        value = row["example"]
        if value and row["kind"] in ("integer", "number"):
            value = self._number(row, "example", path, is_whole=row["kind"] == "integer")
        _put(part, "examples", [value] if value not in ("", None) else [])

    def _number(self, row: Row, name: str, path: str, *, is_whole: bool) -> int | float | None:
        text = row[name].strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or not text.isascii() or (is_whole and "." in text):
            self._tell(path, name, "number", N_("应当是整数") if is_whole else N_("应当是数字"))
            return None
        return float(text) if "." in text else int(text)

    def _tell(self, path: str, name: str, code: str, message: str) -> None:
        self.problems.append(FieldError(f"{path}.{name}", code, message))


def _put(part: Schema, keyword: str, value: Any) -> None:
    """Write ``keyword``; an empty value takes it away."""
    if value in ("", None, [], {}):
        part.pop(keyword, None)
    elif part.get(keyword) != value:
        part[keyword] = value


def _names(rows: Sequence[Row]) -> list[str]:
    """The name of each field: the one it has, once, else the next free one."""
    taken = {row["name"] for row in rows if row["name"]}
    last = max((int(found[1]) for name in taken if (found := _NAME.fullmatch(name))), default=0)
    names: list[str] = []
    for row in rows:
        name = row["name"]
        if not name or name in names:
            last += 1
            name = f"f{last}"
        names.append(name)
    return names


def titles(schema: Mapping[str, Any]) -> dict[str, str]:
    """The fields by name, with what they are called."""
    return {
        name: _word(part.get("title")) or name
        for name, part in _properties(schema).items()
        if isinstance(part, dict)
    }


def place_of(schema: Mapping[str, Any], path: str) -> str:
    """The place of a field named by its dotted ``path``, below the form: ``fields.2.parts.0``; empty for none."""
    place, level = "", "fields"
    for name in path.split("."):
        properties = _properties(schema)
        if name not in properties:
            break
        place += f"{'.' if place else ''}{level}.{list(properties).index(name)}"
        level, schema = "parts", properties[name]
        schema = schema.get("items", schema) if isinstance(schema, dict) else {}
    return place
