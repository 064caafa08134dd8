"""Controls with what stands in them: names, texts, what is wrong at which place, ready for the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog import data_elements
from onewindow.faces.editor import form_fields
from onewindow.faces.editor.controls import Control
from onewindow.faces.editor.typed import Typed, path_of


class Bound(msgspec.Struct):
    """A control at a place. ``name`` is that of its input, ``html_id`` its anchor; ``notes`` what is told there
    as ``{"level", "text"}``; ``children`` of a group, ``rows`` of a table."""

    control: Control
    name: str
    html_id: str
    label: str
    hint: str
    text: str = ""
    options: list[tuple[str, str, bool]] = []
    notes: list[dict[str, Any]] = []
    children: list[Bound] = []
    rows: list[BoundRow] = []


class BoundRow(msgspec.Struct):
    """A row of a table: what is always open, what folds away, and whether something is told within."""

    place: int
    html_id: str
    main: list[Bound]
    more: list[Bound]
    notes: list[dict[str, Any]]
    is_told: bool


class Notes:
    """Findings and problems by place; ``left`` are those that no control has taken."""

    def __init__(self, told: Iterable[tuple[str, dict[str, Any]]]) -> None:
        self.left = list(told)

    def take(self, path: str, *, within: bool) -> list[dict[str, Any]]:
        """What is told at ``path``, with ``within`` also below it."""
        mine = [one for one in self.left if one[0] == path or (within and one[0].startswith(path + "."))]
        self.left = [one for one in self.left if one not in mine]
        return [note for _path, note in mine]

    def is_told_within(self, path: str) -> bool:
        return any(one[0] == path or one[0].startswith(path + ".") for one in self.left)


def place_of(element: str, content: Mapping[str, Any]) -> str:
    """The place of a finding in the form: rows that are named by their code by their number instead."""
    name, _dot, rest = element.partition(".")
    if name == "form_schema":
        return path_of(name, form_fields.place_of(content.get(name) or {}, rest))
    rows = content.get(name)
    code, _dot, rest = rest.partition(".")
    if isinstance(rows, Sequence) and rows and isinstance(rows[0], Mapping) and "code" in rows[0]:
        for place, row in enumerate(rows):
            if row.get("code") == code:
                return path_of(name, place, rest)
        return name
    return element


def bind(control: Control, typed: Typed, path: str, notes: Notes) -> Bound:
    """``control`` at ``path`` holding ``typed``."""
    is_whole = control.kind not in ("group", "rows", "form")
    made = Bound(
        control,
        path,
        html_id(path),
        _(control.label) if control.label else "",
        _(control.hint) if control.hint else "",
    )
    made.notes = notes.take(path, within=is_whole)
    match control.kind:
        case "group" | "form":
            made.children = [
                bind(one, typed[one.name], path_of(path, one.name), notes) for one in control.parts
            ]
        case "rows":
            made.rows = [_row(control, row, path, place, notes) for place, row in enumerate(typed)]
        case "several":
            made.options = _options(control, set(typed))
        case "limit":
            made.text = typed["days"]
            made.options = [(code, word, code == typed["unit"]) for code, word in _units()]
        case "choice":
            made.text = typed
            made.options = _options(control, {typed}, is_open=control.is_nullable or control.default == "")
        case "element":
            made.text = typed
            made.options = _elements(typed)
        case "flag":
            blank = [("", _("未说明"), typed == "")] if control.is_nullable else []
            made.options = [*blank, ("yes", _("是"), typed == "yes"), ("no", _("否"), typed == "no")]
        case _:
            made.text = typed
    return made


def _elements(chosen: str) -> list[tuple[str, str, bool]]:
    """What a field may be bound to, and what it is bound to."""
    known = {one.code: one.name for one in data_elements.in_use()}
    if chosen and chosen not in known:
        found = data_elements.get(chosen)
        known[chosen] = found.name if found else chosen
    return [
        ("", _("（不用数据元）"), not chosen),
        *((code, f"{name} · {code}", code == chosen) for code, name in known.items()),
    ]


def html_id(path: str) -> str:
    """An anchor for a dotted place."""
    return "e-" + re.sub(r"[^A-Za-z0-9_-]", "-", path)


def _units() -> list[tuple[str, str]]:
    return [("working_day", _("工作日")), ("calendar_day", _("自然日"))]


def _row(control: Control, row: Typed, path: str, place: int, notes: Notes) -> BoundRow:
    where = path_of(path, place)
    is_told = notes.is_told_within(where)
    if control.parts[0].name == "":
        inner = [bind(control.parts[0], row, where, notes)]
    else:
        inner = [bind(one, row[one.name], path_of(where, one.name), notes) for one in control.parts]
    return BoundRow(
        place,
        html_id(where) + "-row",
        [one for one in inner if one.control.is_main],
        [one for one in inner if not one.control.is_main],
        notes.take(where, within=True),
        is_told,
    )


def _options(control: Control, chosen: set[str], *, is_open: bool = False) -> list[tuple[str, str, bool]]:
    """All that may be chosen; what stands there and is not among it stays to be chosen."""
    known = {code for code, _word in control.options}
    more = [(code, code, True) for code in sorted(chosen - known) if code]
    blank = [("", _("（未填）"), "" in chosen)] if is_open and not control.is_required else []
    return [*blank, *((code, _(word), code in chosen) for code, word in control.options), *more]
