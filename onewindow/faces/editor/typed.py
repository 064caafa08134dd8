"""Between contents and what people type: plain texts in the shape of the controls, read, altered, turned back.

What was typed is a text, a list of texts (``several``), a dict (``group``, ``limit``), a list (``rows``) or a
``tree.Tree``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from onewindow.catalog import data_elements
from onewindow.faces.editor import form_fields, tree
from onewindow.faces.editor.controls import Control
from onewindow.kernel.errors import N_, FieldError

Typed = Any
MOST_ROWS = 200
_NUMBER = re.compile(r"\d{1,7}")
_BARE = {"yes": True, "no": False}


def path_of(*parts: Any) -> str:
    """A dotted place from its parts, empty ones left out."""
    return ".".join(str(part) for part in parts if part != "")


def of_value(control: Control, value: Any) -> Typed:
    """``value`` (builtins) as the texts that its control shows."""
    if value is None:
        value = {} if control.kind in ("group", "limit") else ()
    if control.kind == "form":
        value = form_fields.rows_of(value)
    match control.kind:
        case "group" | "form":
            return {
                one.name: of_value(one, value.get(one.name, _plain(one.default))) for one in control.parts
            }
        case "rows":
            return [_row_of(control, row) for row in value]
        case "several":
            return [str(one) for one in value]
        case "lines":
            return "\n".join(str(one) for one in value)
        case "limit":
            return {"days": str(value.get("days", "")), "unit": value.get("unit", "working_day")}
        case "tree":
            return tree.of_value(value)
        case "flag":
            return ("yes" if value else "no") if isinstance(value, bool) else ""
    return "" if value == () else str(value)


def _plain(default: Any) -> Any:
    return msgspec.to_builtins(default)


def _row_of(control: Control, row: Any) -> Typed:
    if _is_text_rows(control):
        return str(row)
    return {one.name: of_value(one, row.get(one.name, _plain(one.default))) for one in control.parts}


def _is_text_rows(control: Control) -> bool:
    return control.parts[0].name == ""


def read(control: Control, post: Any, path: str) -> Typed:
    """What a form sent for ``control`` at ``path``."""
    match control.kind:
        case "group" | "form":
            return {one.name: read(one, post, path_of(path, one.name)) for one in control.parts}
        case "rows":
            count = post.get(f"rows:{path}", "")
            number = min(int(count), MOST_ROWS) if _NUMBER.fullmatch(count) else 0
            return [_read_row(control, post, path_of(path, place)) for place in range(number)]
        case "several":
            return [one for one in post.getlist(path) if one]
        case "limit":
            return {"days": post.get(f"{path}.days", ""), "unit": post.get(f"{path}.unit", "")}
        case "tree":
            return tree.read(post, path)
    return post.get(path, "").replace("\r\n", "\n")


def _read_row(control: Control, post: Any, path: str) -> Typed:
    if _is_text_rows(control):
        return read(control.parts[0], post, path)
    return {one.name: read(one, post, path_of(path, one.name)) for one in control.parts}


def value(control: Control, typed: Typed, path: str, problems: list[FieldError]) -> Any:
    """What was typed as a value (builtins); what cannot be read is told in ``problems`` at its place."""
    match control.kind:
        case "group":
            return _members(control, typed, path, problems)
        case "rows":
            return _rows(control, typed, path, problems)
        case "several":
            return list(dict.fromkeys(typed))
        case "lines":
            _text(control, typed.strip(), path, problems)
            return [line.strip() for line in typed.split("\n") if line.strip()]
        case "limit":
            return _limit(typed, path, problems)
        case "tree":
            return tree.value(typed, path, problems)
        case "form":
            reader = form_fields.Reader(problems, data_elements.get)
            return reader.schema(_members(control, typed, path, problems), path)
        case "number":
            return _number(control, typed, path, problems)
        case "flag":
            return _BARE.get(typed, control.default if not control.is_nullable else None)
    return _text(control, typed.strip(), path, problems)


def _members(control: Control, typed: Mapping[str, Typed], path: str, problems: list[FieldError]) -> Any:
    return {one.name: value(one, typed[one.name], path_of(path, one.name), problems) for one in control.parts}


def _rows(control: Control, typed: Sequence[Typed], path: str, problems: list[FieldError]) -> list[Any]:
    """Rows in which nothing was written are left out."""
    if _is_text_rows(control):
        part = control.parts[0]
        return [
            value(part, row, path_of(path, place), problems) for place, row in enumerate(typed) if row.strip()
        ]
    return [
        _members(control, row, path_of(path, place), problems)
        for place, row in enumerate(typed)
        if not _is_blank(control, row)
    ]


def _is_blank(control: Control, row: Mapping[str, Typed]) -> bool:
    empty = blank_row(control, ())
    return all(
        row[one.name] in (empty[one.name], "", [])
        for one in control.parts
        if one.name != "code" and one.kind != "choice"
    )


def _text(control: Control, typed: str, path: str, problems: list[FieldError]) -> Any:
    if "\x00" in typed:
        problems.append(FieldError(path, "invalid", N_("文字中有不能保存的字符")))
    if typed:
        return typed
    if control.is_required:
        problems.append(FieldError(path, "required", N_("请填写")))
    return None if control.is_nullable else ""


def _number(control: Control, typed: str, path: str, problems: list[FieldError]) -> Any:
    text = typed.strip()
    if not text:
        return None if control.is_nullable else control.default
    if not _NUMBER.fullmatch(text) or not text.isascii():
        problems.append(FieldError(path, "number", N_("应当是整数")))
        return None
    return int(text)


def _limit(typed: Mapping[str, str], path: str, problems: list[FieldError]) -> Any:
    text = typed["days"].strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not text.isascii():
        problems.append(FieldError(path, "number", N_("天数应当是整数")))
        return None
    return {"days": int(text), "unit": typed["unit"] or "working_day"}


def _row_altered(control: Control, row: Typed, ask: str, path: str) -> Typed:
    if _is_text_rows(control):
        return row
    return {one.name: altered(one, row[one.name], ask, path_of(path, one.name)) for one in control.parts}


def blank_row(control: Control, rows: Sequence[Typed]) -> Typed:
    """A new row for ``rows``; one with a code gets the next free one."""
    if _is_text_rows(control):
        return ""
    row = {one.name: of_value(one, _plain(one.default)) for one in control.parts}
    for one in control.parts:
        if one.kind == "choice" and one.is_required and one.options:
            row[one.name] = one.options[0][0]
    if "code" in row:
        row["code"] = _next_code([other["code"] for other in rows])
    return row


def _next_code(codes: Sequence[str]) -> str:
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(r"M(\d{1,6})", code))]
    return f"M{max(numbers, default=0) + 1:02d}"


def altered(control: Control, typed: Typed, ask: str, path: str) -> Typed:
    """``typed`` after a button of a table: ``add:PATH``, ``drop:PATH:N``, ``up:PATH:N`` or ``down:PATH:N``."""
    deed, _, rest = ask.partition(":")
    where, _, number = rest.partition(":")
    if control.kind in ("group", "form") and where.startswith(path + "."):
        return {
            one.name: altered(one, typed[one.name], ask, path_of(path, one.name)) for one in control.parts
        }
    if control.kind == "tree":
        return tree.altered(typed, ask, path)
    if control.kind == "rows" and where.startswith(path + "."):
        return [_row_altered(control, row, ask, path_of(path, place)) for place, row in enumerate(typed)]
    if control.kind != "rows" or where != path:
        return typed
    rows = list(typed)
    if deed == "add" and len(rows) < MOST_ROWS:
        return [*rows, blank_row(control, rows)]
    place = int(number) if _NUMBER.fullmatch(number) else -1
    if not 0 <= place < len(rows):
        return rows
    row = rows.pop(place)
    if deed != "drop":
        rows.insert(max(0, place - 1) if deed == "up" else place + 1, row)
    return rows
