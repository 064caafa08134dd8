"""Scenario guidance (情形引导): from the answers so far to the exact list of materials (handbook 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition, Material, Option, Question
from onewindow.kernel.errors import N_, FieldError, Invalid


class Checklist(msgspec.Struct, frozen=True):
    """What the answers lead to. ``path`` is the answered way through the tree, as kept with the case."""

    complete: bool
    next_question: Question | None
    materials: tuple[Material, ...]
    rejected: str | None = None
    path: tuple[tuple[str, tuple[str, ...]], ...] = ()


def checklist(definition: ItemDefinition, answers: Mapping[str, Any] | None = None) -> Checklist:
    """Walk the questions of ``definition`` with ``answers`` (question code → option code, or a list of them).

    Raises ``Invalid`` for an unknown question or option and for an answer of the wrong shape. An answer to a
    question that lies off the chosen way is left out: it stems from an answer that was changed since.
    """
    chosen = _read_answers(definition, answers or {})
    questions = {question.code: question for question in definition.questions}
    path: list[tuple[str, tuple[str, ...]]] = []
    picked: list[Option] = []
    code = definition.start_question
    while code is not None and code in questions and code not in {done for done, _ in path}:
        options = chosen.get(code)
        if options is None:
            return Checklist(False, questions[code], materials_for(definition, picked), path=tuple(path))
        path.append((code, tuple(option.code for option in options)))
        picked.extend(options)
        rejected = next((option.rejected for option in options if option.rejected), None)
        if rejected:
            return Checklist(True, None, (), rejected, tuple(path))
        code = next((option.next for option in options if option.next), None)
    return Checklist(True, None, materials_for(definition, picked), path=tuple(path))


def materials_for(
    definition: ItemDefinition, picked: Sequence[Option], conditional: Collection[str] | None = None
) -> tuple[Material, ...]:
    """The rows that the ``picked`` options leave; a row that any of them drops is out, whoever adds it.

    ``conditional`` spares counting ``conditional_rows`` anew for each of many ways.
    """
    if conditional is None:
        conditional = conditional_rows(definition)
    added = {code for option in picked for code in option.adds}
    dropped = {code for option in picked for code in option.drops}
    return tuple(
        row
        for row in definition.materials
        if (row.code in added or row.code not in conditional) and row.code not in dropped
    )


def conditional_rows(definition: ItemDefinition) -> set[str]:
    """Codes of the rows that some option adds: no part of the common list, they count where it is chosen."""
    return {code for question in definition.questions for option in question.options for code in option.adds}


def _read_answers(definition: ItemDefinition, answers: Mapping[str, Any]) -> dict[str, tuple[Option, ...]]:
    if not isinstance(answers, Mapping):
        raise _invalid([FieldError("answers", "wrong-type", N_("答案应当是“问题: 选项”的对象"))])
    questions = {question.code: question for question in definition.questions}
    errors: list[FieldError] = []
    read: dict[str, tuple[Option, ...]] = {}
    for code, value in answers.items():
        question = questions.get(code) if isinstance(code, str) else None
        if question is None:
            errors.append(
                FieldError(f"answers.{str(code)[:80]}", "unknown-question", N_("该事项没有这个问题"))
            )
            continue
        options = _read_options(question, value, errors)
        if options is not None:
            read[question.code] = options
    if errors:
        raise _invalid(errors)
    return read


def _read_options(question: Question, value: Any, errors: list[FieldError]) -> tuple[Option, ...] | None:
    field = f"answers.{question.code}"
    if isinstance(value, str):
        wanted = [value]
    elif isinstance(value, Sequence) and question.multiple and value:
        wanted = list(value)
    else:
        text = N_("请选择至少一个选项") if question.multiple else N_("该问题只能选择一个选项")
        errors.append(FieldError(field, "wrong-type", text))
        return None
    known = {option.code: option for option in question.options}
    if any(not isinstance(code, str) or code not in known for code in wanted):
        errors.append(FieldError(field, "unknown-option", N_("没有这个选项")))
        return None
    return tuple(option for option in question.options if option.code in wanted)


def _invalid(errors: list[FieldError]) -> Invalid:
    return Invalid("invalid-answers", N_("情形选择有误，请重新选择"), fields=errors)
