"""A form schema compiled to one yes-or-no check: says yes only where the library would find no error at all.

No means "not certain": then the library looks, and tells every error with its place. So a schema with a keyword
that is not compiled here, or a value of an unusual shape, costs time and never changes an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import FormatChecker

Check = Callable[[Any], bool]

# What the database cannot hold: NUL and lone surrogates.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]").search
_FORMATS = FormatChecker().checkers
_TOLD_ONLY = frozenset({"type", "title", "description", "examples", "default", "$schema", "$id", "$comment"})
_DEEPEST = 10
_ENDLESS = 1 << 62


class _NotCompiled(Exception):
    """The schema says something that only the library understands."""


def compiled(schema: Mapping[str, Any]) -> Check | None:
    """The check of ``schema``; None when it holds a keyword that is not compiled."""
    try:
        return _check(schema, 0)
    except _NotCompiled:
        return None


def _check(schema: Any, depth: int) -> Check:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        raise _NotCompiled
    make = _MAKERS.get(schema["type"]) if isinstance(schema.get("type"), str) else None
    if make is None:
        raise _NotCompiled
    keywords, maker = make
    if not all(name in keywords or name in _TOLD_ONLY or name.startswith("x-") for name in schema):
        raise _NotCompiled
    return maker(schema, depth)


def _count(schema: Mapping[str, Any], name: str, default: int) -> int:
    value = schema.get(name, default)
    if type(value) is not int:
        raise _NotCompiled
    return value


def _object(schema: Mapping[str, Any], depth: int) -> Check:
    members, required = schema.get("properties", {}), schema.get("required", [])
    if schema.get("additionalProperties") is not False or not isinstance(members, dict):
        raise _NotCompiled
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise _NotCompiled
    tests = {name: _check(member, depth + 1) for name, member in members.items()}
    needed = frozenset(required)

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, member in value.items():
            test = tests.get(name)
            if test is None or not test(member):
                return False
        return needed <= value.keys()

    return check


def _array(schema: Mapping[str, Any], depth: int) -> Check:
    test = _check(schema.get("items"), depth + 1)
    low, high = _count(schema, "minItems", 0), _count(schema, "maxItems", _ENDLESS)

    def check(value: Any) -> bool:
        return type(value) is list and low <= len(value) <= high and all(map(test, value))

    return check


def _string(schema: Mapping[str, Any], depth: int) -> Check:
    low, high = _count(schema, "minLength", 0), _count(schema, "maxLength", _ENDLESS)
    extra = _text_tests(schema)

    def check(value: Any) -> bool:
        if type(value) is not str or not low <= len(value) <= high or _UNSTORABLE(value):
            return False
        return all(test(value) for test in extra)

    return check


def _text_tests(schema: Mapping[str, Any]) -> tuple[Check, ...]:
    found: list[Check] = []
    if "enum" in schema:
        options = schema["enum"]
        if not isinstance(options, list) or not all(isinstance(one, str) for one in options):
            raise _NotCompiled
        found.append(frozenset(options).__contains__)
    if "pattern" in schema:
        search = re.compile(schema["pattern"]).search
        found.append(lambda value: search(value) is not None)
    if schema.get("format") in _FORMATS:
        found.append(_format(schema["format"]))
    return tuple(found)


def _format(name: str) -> Check:
    is_right, raises = _FORMATS[name]

    def check(value: Any) -> bool:
        try:
            return bool(is_right(value))
        except raises:
            return False

    return check


def _number(*types: type) -> Callable[[Mapping[str, Any], int], Check]:
    def make(schema: Mapping[str, Any], depth: int) -> Check:
        bounds = [schema.get(name) for name in _BOUNDS]
        if any(one is not None and type(one) not in (int, float) for one in bounds):
            raise _NotCompiled
        low, high, above, below = bounds

        def check(value: Any) -> bool:
            return (
                type(value) in types
                and (low is None or value >= low)
                and (high is None or value <= high)
                and (above is None or value > above)
                and (below is None or value < below)
            )

        return check

    return make


def _boolean(schema: Mapping[str, Any], depth: int) -> Check:
    return lambda value: value is True or value is False


_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_MAKERS: dict[str, tuple[frozenset[str], Callable[[Mapping[str, Any], int], Check]]] = {
    "object": (frozenset({"properties", "required", "additionalProperties"}), _object),
    "array": (frozenset({"items", "minItems", "maxItems"}), _array),
    "string": (frozenset({"minLength", "maxLength", "enum", "pattern", "format"}), _string),
    "number": (frozenset(_BOUNDS), _number(int, float)),
    "integer": (frozenset(_BOUNDS), _number(int)),
    "boolean": (frozenset(), _boolean),
}
