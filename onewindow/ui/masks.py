"""Masked personal values on pages, by the kernel's rule; organisations' names stay as they are."""

from __future__ import annotations

from onewindow.kernel import masking

_BY_KIND = {"name": masking.mask_name, "id": masking.mask_id_number, "phone": masking.mask_phone}


def mask(value: str, *, kind: str) -> str:
    """``kind`` is ``name``, ``id`` or ``phone``; a value that is masked already stays."""
    return value if "*" in value else _BY_KIND[kind](value)
