"""What a question tree leads to, without walking every way: for the editor's live preview (handbook 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition, Question
from onewindow.catalog.rules.finding import Finding, Notes, errors
from onewindow.catalog.rules.scenario_ways import Choices, Ways
from onewindow.kernel.errors import N_

MOST_PATHS = 200  # shown in the preview; the count itself is exact
DANGLING, STRANGE_ROW, NO_START, LOOP = "2.6-1", "2.6-2", "2.6-3", "2.6-4"
UNREACHED, DEAD_END, BARE, TWO_WAYS = "2.6-5", "2.6-6", "2.6-7", "2.6-8"
TOO_MANY, REPEATED, STRANGE_FIELD = "2.6-9", "2.6-10", "2.6-11"
# What a citizen would stumble over is an error; what cannot be told, or may be meant, is a warning.
LEVELS = {TWO_WAYS: "warning", TOO_MANY: "warning"}


class QuestionState(msgspec.Struct, frozen=True):
    """One question in the preview; ``dangling`` and ``strange_rows`` name option codes."""

    code: str
    text: str
    is_reachable: bool
    is_looping: bool
    is_dead_end: bool
    dangling: tuple[str, ...] = ()
    strange_rows: tuple[str, ...] = ()


class ScenarioPath(msgspec.Struct, frozen=True):
    """One complete way: the options chosen at each question, and the codes of the materials it leaves."""

    choices: Choices
    materials: tuple[str, ...]
    rejected: str | None
    has_required: bool


class Scenario(msgspec.Struct, frozen=True):
    """The whole tree at a glance.

    ``path_count`` is the exact number of complete ways, refusals among them (``refusals``); None while the
    tree loops. ``paths`` holds the first ``MOST_PATHS`` of them. ``longest`` is the way with most questions.
    ``bare`` is one way that ends without a required material, None when there is none; ``is_examined`` tells
    whether every way was looked at for it.
    """

    questions: tuple[QuestionState, ...]
    findings: tuple[Finding, ...]
    path_count: int | None
    refusals: int | None
    paths: tuple[ScenarioPath, ...]
    longest: Choices
    bare: Choices | None
    is_examined: bool


def scenario(definition: ItemDefinition, *, most: int = MOST_PATHS) -> Scenario:
    """Examine the tree of ``definition``; linear in questions and options, but for bounded searches."""
    return _Examination(definition, most).report()


def scenario_findings(definition: ItemDefinition) -> list[Finding]:
    """Only what is wrong with the tree; the cheap form for rules that run over many items."""
    if not definition.questions and not definition.handled:
        return []
    return _Examination(definition, 0).findings


def scenario_problems(definition: ItemDefinition) -> list[str]:
    """What forbids the tree, in Chinese; empty when it is sound."""
    return [finding.sentence() for finding in errors(scenario_findings(definition))]


class _Examination:
    def __init__(self, definition: ItemDefinition, most: int) -> None:
        self.definition = definition
        self.most = most
        self.ways = Ways(definition)
        self.rows = {row.code for row in definition.materials}

    @cached_property
    def bare(self) -> tuple[Choices | None, bool]:
        return self.ways.bare_way()

    @cached_property
    def findings(self) -> list[Finding]:
        notes = Notes(LEVELS)
        questions = self.definition.questions
        if questions:
            self._repeats(notes)
            for question in questions:
                self._references(question, notes)
            self._ways(notes)
        if questions or self.definition.handled:
            self._bareness(notes)
        return notes.told()

    def _repeats(self, notes: Notes) -> None:
        seen: set[str] = set()
        for question in self.definition.questions:
            if question.code in seen:
                notes.broken(
                    REPEATED,
                    f"questions.{question.code}",
                    N_("问题编号 %(code)s 重复"),
                    code=question.code,
                )
            seen.add(question.code)
            codes = [option.code for option in question.options]
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                notes.broken(
                    REPEATED,
                    f"questions.{question.code}.{code}",
                    N_("问题 %(question)s 的选项编号 %(option)s 重复"),
                    question=question.code,
                    option=code,
                )

    def _references(self, question: Question, notes: Notes) -> None:
        properties = self.definition.form_schema.get("properties")
        fields = properties if isinstance(properties, dict) else None
        for option in question.options:
            place = f"questions.{question.code}.{option.code}"
            names: dict[str, Any] = {"question": question.code, "option": option.code}
            if option.next is not None and option.next not in self.ways.questions:
                notes.broken(
                    DANGLING,
                    place,
                    N_("问题 %(question)s 的选项 %(option)s 指向不存在的问题 %(next)s"),
                    next=option.next,
                    **names,
                )
            for code in (*option.adds, *option.drops):
                if code not in self.rows:
                    notes.broken(
                        STRANGE_ROW,
                        place,
                        N_("问题 %(question)s 的选项 %(option)s 提到不存在的材料 %(row)s"),
                        row=code,
                        **names,
                    )
            for name in option.fields:
                if fields is not None and name not in fields:
                    notes.broken(
                        STRANGE_FIELD,
                        place,
                        N_("问题 %(question)s 的选项 %(option)s 提到表单没有的字段 %(field)s"),
                        field=name,
                        **names,
                    )

    def _ways(self, notes: Notes) -> None:
        ways = self.ways
        if not ways.start:
            notes.broken(NO_START, "start_question", N_("情形引导没有起始问题"))
            return
        for code in ways.looping:
            notes.broken(LOOP, f"questions.{code}", N_("问题 %(code)s 绕回自身"), code=code)
        for question in ways.questions.values():
            place = f"questions.{question.code}"
            if question.code not in ways.reached:
                notes.broken(UNREACHED, place, N_("问题 %(code)s 无法到达"), code=question.code)
            elif not question.options:
                notes.broken(
                    DEAD_END, place, N_("问题 %(code)s 没有选项，走到这里无法继续"), code=question.code
                )
            elif question.multiple and len({row.next for row in question.options if row.next}) > 1:
                notes.broken(
                    TWO_WAYS,
                    place,
                    N_("多选问题 %(code)s 的选项指向不同的问题，同时选中时只走最前面的一个"),
                    code=question.code,
                )

    def _bareness(self, notes: Notes) -> None:
        found, is_examined = self.bare
        if found is not None:
            way = "→".join(f"{code}（{'、'.join(options)}）" for code, options in found)
            notes.broken(
                BARE,
                "questions" if found else "materials",
                N_("有一条路径没有任何必要材料：%(way)s"),
                way=way or "（无情形）",
            )
        elif not is_examined and self.ways.start and not self.ways.looping:
            notes.broken(TOO_MANY, "questions", N_("情形组合过多，未能逐一核对每条路径是否有必要材料"))

    def report(self) -> Scenario:
        count, refusals = self.ways.count()
        bare, is_examined = self.bare if self.definition.questions else (None, True)
        return Scenario(
            questions=tuple(self._state(question) for question in self.definition.questions),
            findings=tuple(self.findings),
            path_count=count,
            refusals=refusals,
            paths=tuple(self._paths()),
            longest=self.ways.longest(),
            bare=bare,
            is_examined=is_examined,
        )

    def _paths(self) -> Sequence[ScenarioPath]:
        if not self.definition.questions:
            return ()
        required = {row.code for row in self.definition.materials if row.need == "required"}
        paths = []
        for choices, rejected, materials in self.ways.walk(self.most):
            has_required = not required.isdisjoint(materials)
            paths.append(ScenarioPath(choices, materials, rejected, has_required))
        return paths

    def _state(self, question: Question) -> QuestionState:
        return QuestionState(
            code=question.code,
            text=question.text,
            is_reachable=question.code in self.ways.reached,
            is_looping=question.code in self.ways.looping,
            is_dead_end=not question.options,
            dangling=tuple(
                option.code
                for option in question.options
                if option.next is not None and option.next not in self.ways.questions
            ),
            strange_rows=tuple(
                option.code
                for option in question.options
                if any(code not in self.rows for code in (*option.adds, *option.drops))
            ),
        )
