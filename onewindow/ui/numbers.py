"""A number of a row as a form or an address tells it."""

from __future__ import annotations


def number(text: str) -> int | None:
    """The number; None for what is none or larger than any the database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
