"""Masked personal values: what a passer-by may read of a name, an id number, a telephone number."""

from __future__ import annotations


def mask(value: str, *, kind: str) -> str:
    """``王*川``; ``1101**********1234``; ``138****5678``; a body's name loses the middle only."""
    if kind == "name":
        return _name(value)
    keep_front, keep_back = (3, 4) if kind == "phone" else (4, 4)
    if len(value) <= keep_front + keep_back:
        return value[:1] + "*" * max(0, len(value) - 1)
    return value[:keep_front] + "*" * (len(value) - keep_front - keep_back) + value[-keep_back:]


def _name(value: str) -> str:
    if len(value) <= 1 or "*" in value:
        return value
    if len(value) == 2:
        return value[0] + "*"
    if len(value) <= 4:
        return value[0] + "*" * (len(value) - 2) + value[-1]
    middle = len(value) // 2
    return value[: middle - 1] + "**" + value[middle + 1 :]
