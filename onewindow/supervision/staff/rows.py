"""The digest of an append-only row: the fact of the deed carries it, so that a changed row shows."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from onewindow.base import facts


def plain(row: Model) -> dict[str, Any]:
    """The row as plain JSON values: instants in microseconds since 1970, of what is sealed its SHA-256."""
    return {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def digest(row: Model) -> str:
    """SHA-256 (hex) of the canonical JSON of ``plain``."""
    return hashlib.sha256(facts.canonical_bytes(plain(row))).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return facts.micros_of(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value
