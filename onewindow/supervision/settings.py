"""What an operator may set about the convention of cards.

``ONEWINDOW_SUPERVISION`` is JSON; a wrong one stops the start and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onewindow.supervision.rules import dimensions as assessment
from onewindow.supervision.rules import profile
from onewindow.supervision.rules.shipped import NUMBERS

NAME = "ONEWINDOW_SUPERVISION"
WEIGHTS = "ONEWINDOW_DIMENSION_WEIGHTS"


def check() -> None:
    """Read the operator's setting once; raises ``ImproperlyConfigured`` when it is wrong."""
    read(_text())
    dimensions()


def dimensions() -> tuple[assessment.Dimension, ...]:
    """The assessment's dimensions with the operator's weights; raises ``ImproperlyConfigured``."""
    return _weighted(str(getattr(settings, WEIGHTS, "") or ""))


@lru_cache(maxsize=8)
def _weighted(text: str) -> tuple[assessment.Dimension, ...]:
    if not text.strip():
        return assessment.DIMENSIONS
    example = '{"ways": "0.25", "coverage": "0.25", "guides": "0.25", "effect": "0.25"}'
    try:
        return assessment.weighted(msgspec.json.decode(text, type=dict[str, str]))
    except (ValueError, ArithmeticError, msgspec.MsgspecError) as error:
        raise ImproperlyConfigured(f"{WEIGHTS} must be JSON such as {example}: {error}") from error


def of_operator() -> Mapping[str, Any]:
    """What the operator's setting changes of the shipped convention."""
    return read(_text())


@lru_cache(maxsize=8)
def read(text: str) -> Mapping[str, Any]:
    """What ``text`` (JSON, may be empty) sets, as it may be given to ``profile.of``."""
    if not text.strip():
        return {}
    example = '{"profile": "yellow-red", "near_days": 2, "levels": {"3/over": ""}, "off": ["7"]}'
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])
        profile.of(found, rules=NUMBERS)
    except (ValueError, msgspec.MsgspecError) as error:
        raise ImproperlyConfigured(f"{NAME} must be JSON such as {example}: {error}") from error
    return found


def _text() -> str:
    return str(getattr(settings, NAME, "") or "")
