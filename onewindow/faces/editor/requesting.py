"""The part of a form that begins a change: its title, reason, basis and the day from which it is to hold."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict

from onewindow.kernel import days
from onewindow.kernel.errors import N_, FieldError, Invalid


class Wanted(TypedDict):
    """What ``propose`` takes beside the items."""

    title: str
    reason: str
    basis: str
    effective_on: date | None


def read(posted: Any) -> Wanted:
    """As it was typed; raises ``Invalid`` for a day that is none."""
    day = posted.get("effective_on", "").strip()
    try:
        effective_on = days.read(day) if day else None
    except ValueError:
        error = FieldError("effective_on", "invalid", N_("日期应当写成 2026-09-24 这样"))
        raise Invalid("invalid-fields", N_("变更内容有误"), fields=[error]) from None
    return {
        "title": posted.get("title", "").strip(),
        "reason": posted.get("reason", "").strip(),
        "basis": posted.get("basis", "").strip(),
        "effective_on": effective_on,
    }


def typed(posted: Any) -> dict[str, str]:
    """The texts as typed, so that a refusal loses none."""
    return {name: posted.get(name, "") for name in ("title", "reason", "basis", "effective_on")}
