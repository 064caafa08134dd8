"""How a layout is told: sheets, columns, where each value has its place; a layout is one file of adapters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.sheets.values import Codec

Plain = dict[str, Any]  # an item, or one of its rows, as plain values without what has its default


@dataclass(frozen=True)
class Column:
    """One column. ``key`` is the field name, ``title`` the Chinese header, ``path`` the dotted place.

    ``is_needed``: the cell may not be empty; ``must_stand``: without the column nothing is taken;
    ``get`` (struct → value) and ``put`` (plain, value) replace the plain path; ``is_shown_only`` columns are
    written for the reader and not taken back.
    """

    key: str
    title: str
    path: str
    codec: Codec = field(default_factory=Codec)
    is_needed: bool = False
    must_stand: bool = False
    note: str = ""
    width: int = 16
    is_shown_only: bool = False
    get: Callable[[Any], Any] | None = None
    put: Callable[[Plain, Any], None] | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``path`` is the place of its rows in the item ("" for the items themselves).

    ``match`` names the fields by which a row finds what stands; ``within`` a second level (options of a
    question) whose columns have paths that begin with its name. ``rows`` and ``put`` stand in the stead of
    ``path`` where the item does not hold rows: item → structs, and (plain item, plain rows), which raises
    ``ValueError`` with a Chinese sentence.
    """

    title: str
    path: str
    columns: tuple[Column, ...]
    match: tuple[str, ...] = ()
    within: str = ""
    within_match: tuple[str, ...] = ()
    note: str = ""
    rows: Callable[[ItemDefinition], Sequence[Any]] | None = None
    put: Callable[[Plain, Sequence[Plain]], None] | None = None

    def rows_of(self, item: ItemDefinition) -> Sequence[Any]:
        """The rows of ``item`` that this sheet holds."""
        return self.rows(item) if self.rows else value_at(item, self.path) or ()


@dataclass(frozen=True)
class Layout:
    """A layout: ``by_key`` has field names in the first row and titles in the second, else titles alone.

    ``schemes`` declare what the numbers mean that an export writes: key of a column → scheme.
    """

    name: str
    label: str
    sheets: tuple[Sheet, ...]
    by_key: bool = False
    schemes: Mapping[str, str] = field(default_factory=dict)
    guidance: tuple[str, ...] = ()

    @property
    def items(self) -> Sheet:
        return self.sheets[0]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet that a worksheet called ``name`` holds."""
        wanted = plain_name(name)
        return next((sheet for sheet in self.sheets if plain_name(sheet.title) == wanted), None)


def plain_name(text: str) -> str:
    """A header or sheet name without blanks, marks of need and width of letters."""
    text = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return text.removesuffix("*").removeprefix("*").replace("(必填)", "")


def value_at(struct: Any, path: str) -> Any:
    """The value at a dotted ``path``; numbers pick a row; None where there is none."""
    for name in path.split("."):
        if name.isdigit():
            struct = struct[int(name)] if int(name) < len(struct) else None
        else:
            struct = getattr(struct, name)
        if struct is None:
            return None
    return struct


def put_at(plain: Plain, path: str, value: Any) -> None:
    """Set ``path`` in plain values; None takes the element away, so that it has its default.

    Every level on the way is copied: what ``plain`` was made from does not change.
    """
    name, _, rest = path.partition(".")
    if not rest:
        _set(plain, name, value)
        return
    head, _, tail = rest.partition(".")
    if head.isdigit():
        rows = list(plain.get(name) or ())
        if len(rows) <= int(head):
            if value is None:
                return
            rows.append({})
        row = dict(rows[int(head)])
        put_at(row, tail, value)
        rows[int(head)] = row
        plain[name] = rows
        return
    inner = plain.get(name)
    if inner is None and value is None:
        return
    inner = dict(inner or {})
    put_at(inner, rest, value)
    plain[name] = inner


def _set(plain: Plain, name: str, value: Any) -> None:
    if value is None:
        plain.pop(name, None)
    else:
        plain[name] = value
