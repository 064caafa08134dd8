"""The licence of a case: number, validity, and what became of it."""

from __future__ import annotations

from typing import Any

from onewindow.cases import store
from onewindow.cases.rules.licence import LICENCE, proposed
from onewindow.catalog.definition import ItemDefinition


def shown(found: store.Found, item: ItemDefinition) -> dict[str, Any] | None:
    """``licence`` of the Case, None where none was granted; ``proposed`` tells of what may become of it."""
    life = found.state.life
    if life.outcome != "grant" or item.type != LICENCE:
        return None
    waiting = proposed(found.state)
    return {
        "number": life.licence.number or None,
        "validity": life.licence.validity or None,
        "standing": life.licence.standing,
        "ended_on": life.licence.ended_on,
        "proposed": None
        if waiting is None
        else {
            "action": waiting.action,
            "answer_by": waiting.body.get("answer_by"),
            "heard": life.licence.is_heard,
            "parties_heard": list(life.licence.heard),
        },
    }
