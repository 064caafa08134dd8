"""A material of a case as the API tells it."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec


class TrustOut(msgspec.Struct):
    level: Literal["A", "B", "C", "D"] | None
    reason: str | None
    lowest: Literal["", "A", "B", "C", "D"]
    is_due: bool


class CaseMaterial(msgspec.Struct):
    code: str
    name: str
    need: str
    state: Literal["submitted", "missing", "deferred", "reused"]
    medium: str | None
    file_ids: list[str]
    promised_on: date | None
    trust: TrustOut
