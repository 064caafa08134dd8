"""The convention of cards in force: as shipped, as the operator set it, as the supervisor switched it."""

from __future__ import annotations

from typing import Any

from onewindow.base import settings_store
from onewindow.supervision import settings
from onewindow.supervision.rules import profile
from onewindow.supervision.rules.profile import Profile
from onewindow.supervision.rules.shipped import NUMBERS

STORED = "supervision"


def told() -> dict[str, Any]:
    """What differs from the shipped convention: the operator's setting with the supervisor's laid over it."""
    return dict(settings.of_operator()) | dict(settings_store.get(STORED, {}))


def current() -> Profile:
    """The convention in force; one statement."""
    return profile.of(told(), rules=NUMBERS)
