"""Canonical JSON: one byte string for one value, the same after a trip through the database.

Standard library only, so that an outside verifier can carry a copy.
"""

import json
from typing import Any

_DEEPEST = 100


def dumps(value: Any) -> bytes:
    """The canonical bytes: keys sorted by code point, no spaces, UTF-8 unescaped where JSON allows.

    Allowed are None, bool, int, str, lists, tuples and dicts with string keys. Raises TypeError for
    anything else (floats above all: they do not survive storage unchanged), and ValueError for text
    that PostgreSQL's jsonb cannot hold (NUL, lone surrogates) and for nesting deeper than 100.
    """
    _check(value, _DEEPEST)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL in canonical text")
    elif isinstance(value, dict):
        _check_depth(depth)
        for key, member in value.items():
            if not isinstance(key, str):
                raise TypeError(f"canonical JSON keys are strings, not {type(key).__name__}")
            _check(key, depth)
            _check(member, depth - 1)
    elif isinstance(value, list | tuple):
        _check_depth(depth)
        for member in value:
            _check(member, depth - 1)
    elif value is not None and not isinstance(value, int):
        raise TypeError(f"canonical JSON has no {type(value).__name__}")


def _check_depth(depth: int) -> None:
    if depth <= 0:
        raise ValueError("canonical JSON nested too deep")
