"""Scenario guidance (情形引导): from the answers so far to the exact list of materials (handbook 2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
            return Checklist(False, questions[code], _materials(definition, picked), path=tuple(path))
        path.append((code, tuple(option.code for option in options)))
        picked.extend(options)
        rejected = next((option.rejected for option in options if option.rejected), None)
        if rejected:
            return Checklist(True, None, (), rejected, tuple(path))
        code = next((option.next for option in options if option.next), None)
    return Checklist(True, None, _materials(definition, picked), path=tuple(path))


def _materials(definition: ItemDefinition, picked: Sequence[Option]) -> tuple[Material, ...]:
    # A row that some option adds is no part of the common list: it counts only where its option is chosen.
    conditional = {
        code for question in definition.questions for option in question.options for code in option.adds
    }
    added = {code for option in picked for code in option.adds}
    dropped = {code for option in picked for code in option.drops}
    return tuple(
        row
        for row in definition.materials
        if (row.code in added or row.code not in conditional) and row.code not in dropped
    )


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


def scenario_problems(definition: ItemDefinition) -> list[str]:
    """What is wrong with the question tree, in Chinese; empty when it is sound.

    Checks dangling and unreachable questions, loops, unknown materials, and that every complete way that
    is not a refusal leads to at least one required material (handbook 2.6).
    """
    problems: list[str] = []
    codes = {question.code for question in definition.questions}
    rows = {row.code for row in definition.materials}
    for question in definition.questions:
        for option in question.options:
            if option.next is not None and option.next not in codes:
                problems.append(f"问题 {question.code} 的选项 {option.code} 指向不存在的问题 {option.next}")
            for code in (*option.adds, *option.drops):
                if code not in rows:
                    problems.append(f"问题 {question.code} 的选项 {option.code} 提到不存在的材料 {code}")
    if definition.questions and definition.start_question not in codes:
        problems.append("情形引导没有起始问题")
    if problems:
        return problems
    seen: set[str] = set()
    _walk(definition, definition.start_question, (), (), seen, problems)
    problems.extend(f"问题 {code} 无法到达" for code in sorted(codes - seen))
    return sorted(set(problems))


def _walk(
    definition: ItemDefinition,
    code: str | None,
    way: tuple[str, ...],
    picked: tuple[Option, ...],
    seen: set[str],
    problems: list[str],
) -> None:
    if code in way:
        problems.append(f"问题 {code} 绕回自身")
        return
    question = next((row for row in definition.questions if row.code == code), None)
    if question is None:
        if not any(row.need == "required" for row in _materials(definition, picked)) and definition.handled:
            problems.append("有一条路径没有任何必要材料：" + "→".join(way or ("（无情形）",)))
        return
    seen.add(question.code)
    for option in question.options:
        if not option.rejected:
            _walk(definition, option.next, (*way, question.code), (*picked, option), seen, problems)
