"""The same request twice is done once: whoever comes second gets the first answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import IntegrityError, connection, transaction

from onewindow.base.answers import Repeat
from onewindow.kernel.errors import Refusal


def once(repeat: Repeat | None, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """``do()``, or the answer that was kept when the same key was used before.

    The first answer is looked for only when the deed fails: a deed that keeps its answer cannot be done twice,
    because the kept row would be there twice, and so the usual case costs no statement. ``Invalid`` when the
    key was used for another body.
    """
    if repeat is None:
        return do()
    try:
        # Inside somebody else's transaction the failed statement must not take the rest down with it.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return do()
    except (Refusal, IntegrityError):
        first = repeat.find()
        if first is None:
            raise
        return first
