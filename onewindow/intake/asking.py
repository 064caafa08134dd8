"""Asked once: fields of several forms that are bound to the same data element of the same subject. Pure.

What the application says of its applicant or agent already, and what the first open form says, is not asked
again: the fields that follow take that value, until somebody unties one on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker

from onewindow.catalog.rules.binding import Binding, DataElement, bindings

Elements = Mapping[str, DataElement]
# Whose values an application holds beside its forms, by the element's subject.
HEAD = 0
_MISSING = object()


class Form(msgspec.Struct, frozen=True):
    """One form of the visit: the item's ``key``, its schema, what is filled, the paths that are untied."""

    key: int
    schema: dict[str, Any]
    filled: dict[str, Any]
    untied: tuple[str, ...] = ()


class Tie(msgspec.Struct, frozen=True):
    """Where a field has its value from: the item ``key`` and the path there; ``HEAD`` and the word for who applies."""

    key: int
    path: str


def ties(
    forms: Sequence[Form], elements: Elements, held: Mapping[str, Mapping[str, str]]
) -> dict[tuple[int, str], Tie]:
    """(item key, path) → where its value comes from, for each field that need not be asked.

    ``held`` are the values of the application itself: subject (person, organisation, agent) → word → value.
    Fields in tables are always asked; a field of other options than the first one is, too.
    """
    first: dict[tuple[str, str], tuple[int, Binding]] = {}
    found: dict[tuple[int, str], Tie] = {}
    for form in forms:
        for one in _singles(form):
            said = said_of(one, elements, held)
            if said and is_valid(one.part, said[1]):
                found[form.key, one.path] = Tie(HEAD, said[0])
                continue
            key, leader = first.setdefault(one.datum, (form.key, one))
            if key != form.key and _options(leader.part) == _options(one.part):
                found[form.key, one.path] = Tie(key, leader.path)
    return found


def tied(
    forms: Sequence[Form], elements: Elements, held: Mapping[str, Mapping[str, str]]
) -> dict[int, dict[str, Any]]:
    """The forms with every tied field set to the value that it follows; what is filled stays otherwise."""
    made = {form.key: form.filled for form in forms}
    by_path = {(form.key, one.path): one for form in forms for one in _singles(form)}
    for (key, path), tie in ties(forms, elements, held).items():
        if tie.key == HEAD:
            said = said_of(by_path[key, path], elements, held)
            value = said[1] if said else _MISSING
        else:
            value = take(made[tie.key], tie.path, _MISSING)
        made[key] = with_value(made[key], path, value)
    return made


def said_of(
    one: Binding, elements: Elements, held: Mapping[str, Mapping[str, str]]
) -> tuple[str, str] | None:
    """The word and the value by which the application itself answers a field; None when it does not."""
    element = elements.get(one.element)
    if element is None or not element.held or one.whose:
        return None
    value = held.get(element.subject, {}).get(element.held, "")
    return (element.held, value) if value else None


def is_valid(part: Mapping[str, Any], value: Any) -> bool:
    """Whether the field takes this value."""
    return bool(Draft202012Validator(dict(part), format_checker=FormatChecker()).is_valid(value))


def take(form: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """The value at a dotted path of a form."""
    found: Any = form
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return default
        found = found[name]
    return found


def _singles(form: Form) -> list[Binding]:
    return [one for one in bindings(form.schema) if not one.is_in_row and one.path not in form.untied]


def _options(part: Mapping[str, Any]) -> Any:
    return part.get("enum"), part.get("oneOf")


def with_value(form: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the form with ``value`` at ``path``; without the field when there is none."""
    name, _, rest = path.partition(".")
    inner = form.get(name)
    if rest:
        value = with_value(inner if isinstance(inner, Mapping) else {}, rest, value) or _MISSING
    if value is _MISSING:
        return {key: one for key, one in form.items() if key != name}
    return {**form, name: value}
