"""The list of materials of a scenario as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from onewindow.catalog import rules
from onewindow.catalog.definition import ItemDefinition, Material, Question


class MaterialList(msgspec.Struct, frozen=True):
    """``own``: to be brought; ``optional``: may be left out; ``cut``: how many the answers took away."""

    complete: bool
    own: tuple[Material, ...]
    optional: tuple[Material, ...]
    materials: tuple[Material, ...]
    cut: int
    has_list: bool
    rejected: str | None
    path: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def total(self) -> int:
        return len(self.materials)


def material_list(definition: ItemDefinition, answers: Mapping[str, Any]) -> MaterialList:
    """The list after ``answers``; ``has_list`` is False when the source gives no materials."""
    found = rules.checklist(definition, answers)
    return MaterialList(
        complete=found.complete,
        own=tuple(row for row in found.materials if row.need != "optional"),
        optional=tuple(row for row in found.materials if row.need == "optional"),
        materials=found.materials,
        cut=len(definition.materials) - len(found.materials),
        has_list=bool(found.materials) and not found.rejected,
        rejected=found.rejected,
        path=found.path,
    )


def questions_so_far(definition: ItemDefinition, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answered questions of the way and the next one, each with its options and what is chosen."""
    found = rules.checklist(definition, answers)
    by_code = {question.code: question for question in definition.questions}
    asked = [(by_code[code], chosen) for code, chosen in found.path]
    if found.next_question is not None:
        asked.append((found.next_question, ()))
    return [_shown(question, chosen) for question, chosen in asked]


def _shown(question: Question, chosen: tuple[str, ...]) -> dict[str, Any]:
    return {
        "code": question.code,
        "text": question.text,
        "multiple": question.multiple,
        "options": [
            {"code": option.code, "text": option.text, "is_chosen": option.code in chosen}
            for option in question.options
        ],
    }
