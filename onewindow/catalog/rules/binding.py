"""Forms and data elements (数据元): what a field is bound to, and whether it keeps to its element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from onewindow.catalog.rules.finding import Notes
from onewindow.kernel.errors import N_

ELEMENT = "x-element"  # annotation of a field: the code of its data element
WHOSE = "x-subject"  # annotation: which of several of a kind it speaks of ("builder"); the usual one without
DEEPEST = 5

Subject = Literal["person", "organisation", "agent", "place", "project", "matter"]


class DataElement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One datum that forms ask for, in any item the same.

    ``subject``: whom or what it tells of; ``source``: who knows it first, the applicant, a ``register`` (named)
    or a ``licence`` (named); ``held``: the word under which an application's own applicant or agent has it
    (name, id_type, id_number, phone, until), empty when it is asked in forms only. ``codes`` maps permitted
    values to their Chinese names; ``above`` is an exclusive lower bound. ``state``: in-use | retired.
    """

    code: str
    name: str
    english: str = ""
    subject: Subject
    type: Literal["string", "integer", "number", "boolean"] = "string"
    format: str = ""
    pattern: str = ""
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    codes: dict[str, str] = {}
    example: str | float | None = None
    source: Literal["applicant", "register", "licence"] = "applicant"
    register: str = ""
    licence: str = ""
    held: str = ""
    note: str = ""
    state: Literal["in-use", "retired"] = "in-use"


class Binding(msgspec.Struct, frozen=True):
    """A bound field: its dotted ``path`` in the form, its schema, the element's code, whose it is.

    ``is_in_row``: it stands in a table, so that it has no single value.
    """

    path: str
    part: dict[str, Any]
    element: str
    whose: str = ""
    is_in_row: bool = False

    @property
    def datum(self) -> tuple[str, str]:
        """What makes two fields ask for the same: the element, and whose it is."""
        return self.element, self.whose


def bindings(schema: Mapping[str, Any]) -> Iterator[Binding]:
    """The bound fields of a form in its order, those in tables too; of any schema, also an unsound one."""
    yield from _bindings(schema, "", is_in_row=False, depth=0)


def field_schema(element: DataElement) -> dict[str, Any]:
    """The schema of a field that is bound to ``element`` and permits all that the element permits."""
    told: dict[str, Any] = {"type": element.type, "title": element.name, ELEMENT: element.code}
    told |= {keyword: value for keyword, value in limits_of(element).items() if value not in (None, "")}
    if element.codes:
        told["enum"] = list(element.codes)
        if any(value != name for value, name in element.codes.items()):
            told["x-names"] = dict(element.codes)
    if element.example is not None:
        told["examples"] = [int(element.example) if element.type == "integer" else element.example]
    return told


def limits_of(element: DataElement) -> dict[str, Any]:
    """The keywords of JSON Schema by which the element bounds a value."""
    return {
        "format": element.format,
        "pattern": element.pattern,
        "minLength": element.min_length,
        "maxLength": element.max_length,
        "minimum": element.minimum,
        "maximum": element.maximum,
        "exclusiveMinimum": element.above,
    }


def note_bindings(
    schema: Mapping[str, Any], notes: Notes, elements: Mapping[str, DataElement], *, at: str = "form_schema"
) -> None:
    """Rules 2.3-3 to 2.3-5: the element exists, the field takes nothing else, a form asks for it once."""
    seen: dict[tuple[str, str], Binding] = {}
    for one in bindings(schema):
        place, title = f"{at}.{one.path}", _title(one)
        element = elements.get(one.element)
        if element is None:
            notes.broken("2.3-3", place, N_("没有数据元“%(code)s”"), code=one.element[:60])
            continue
        if element.state != "in-use":
            notes.broken("2.3-3", place, N_("数据元“%(name)s”已停用"), name=element.name)
        for what in disagreements(one.part, element):
            text = N_("字段“%(field)s”与数据元“%(name)s”的%(what)s不一致")
            notes.broken("2.3-4", place, text, field=title, name=element.name, what=what)
        if one.is_in_row:
            continue
        earlier = seen.setdefault(one.datum, one)
        if earlier is not one:
            text = N_("“%(field)s”与“%(other)s”问的是同一数据元“%(name)s”")
            notes.broken("2.3-5", place, text, field=title, other=_title(earlier), name=element.name)


def disagreements(part: Mapping[str, Any], element: DataElement) -> list[str]:
    """Where a field permits what its element does not (msgids); a narrower field agrees."""
    found = []
    if part.get("type", "string") != element.type:
        found.append(N_("类型"))
    if element.format and part.get("format") != element.format:
        found.append(N_("格式"))
    if element.pattern and part.get("pattern") != element.pattern:
        found.append(N_("写法"))
    if element.codes and not _are_of(part, element.codes):
        found.append(N_("可选项"))
    # A pattern or a list of codes bounds the length already.
    if not element.pattern and not element.codes and _is_wider(part, "maxLength", element.max_length):
        found.append(N_("长度"))
    if _is_wider(part, "maximum", element.maximum) or _is_lower(part, element):
        found.append(N_("范围"))
    return found


def _are_of(part: Mapping[str, Any], codes: Mapping[str, str]) -> bool:
    options = part.get("enum")
    if options is None:
        one_of = part.get("oneOf")
        options = [one.get("const") for one in one_of if isinstance(one, dict)] if one_of else None
    return isinstance(options, list) and bool(options) and all(str(one) in codes for one in options)


def _is_wider(part: Mapping[str, Any], keyword: str, most: float | None) -> bool:
    if most is None or part.get("enum"):
        return False
    value = part.get(keyword)
    return not isinstance(value, int | float) or value > most


def _is_lower(part: Mapping[str, Any], element: DataElement) -> bool:
    low, above = part.get("minimum"), part.get("exclusiveMinimum")
    floor = max((one for one in (low, above) if isinstance(one, int | float)), default=None)
    if element.above is not None:
        return floor is None or floor < element.above or (above is None and floor == element.above)
    return element.minimum is not None and (floor is None or floor < element.minimum)


def _title(one: Binding) -> str:
    title = one.part.get("title")
    return title if isinstance(title, str) else one.path


def _bindings(schema: Any, path: str, *, is_in_row: bool, depth: int) -> Iterator[Binding]:
    members = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(members, Mapping) or depth > DEEPEST:
        return
    for name, part in members.items():
        if isinstance(part, dict):
            yield from _below(f"{path}{name}", part, is_in_row=is_in_row, depth=depth)


def _below(path: str, part: dict[str, Any], *, is_in_row: bool, depth: int) -> Iterator[Binding]:
    code = part.get(ELEMENT)
    if code is not None:
        yield Binding(path, part, str(code), str(part.get(WHOSE) or ""), is_in_row)
    yield from _bindings(part, path + ".", is_in_row=is_in_row, depth=depth + 1)
    yield from _bindings(part.get("items"), path + ".", is_in_row=True, depth=depth + 1)
