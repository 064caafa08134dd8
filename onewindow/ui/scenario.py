"""Answers to the questions of an item, as addresses and forms carry them: ``a.<question>=<option>``."""

from __future__ import annotations

from typing import Any

from onewindow.catalog.definition import ItemDefinition
from onewindow.ui.fields import Posted

PREFIX = "a."


def read_answers(definition: ItemDefinition, posted: Posted) -> dict[str, Any]:
    """The known answers among what came in; unknown ones are left out rather than refused."""
    answers: dict[str, Any] = {}
    for question in definition.questions:
        known = {option.code for option in question.options}
        chosen = [code for code in posted.getlist(PREFIX + question.code) if code in known]
        if chosen:
            answers[question.code] = chosen if question.multiple else chosen[-1]
    return answers
