"""The ways through a question tree: which questions are reached, how many ways there are, which are bare.

Everything follows ``checklist``: one option of a single choice, any set of options of a multiple one, of
which the first that leads on decides where to; a refusal ends the way; a row that any option drops is out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations

import msgspec

from onewindow.catalog.definition import ItemDefinition, Option, Question
from onewindow.catalog.rules.checklist import conditional_rows, materials_for

Choices = tuple[tuple[str, tuple[str, ...]], ...]

MOST_OUTCOMES = 2_000  # distinct effects of one multiple choice
MOST_STATES = 20_000  # distinct effects over the whole search for a bare way


class _Outcome(msgspec.Struct, frozen=True):
    """What one answer does: the required rows it adds and drops (bits), and where it leads (None: nowhere)."""

    adds: int
    drops: int
    next: str | None


class _Way(msgspec.Struct):
    """A node of a chain of choices, from the last back to the first."""

    before: _Way | None
    question: str
    options: tuple[str, ...]


class Ways:
    """The graph of one tree. Questions with the same code: the last one counts, as in ``checklist``."""

    def __init__(self, definition: ItemDefinition) -> None:
        self.definition = definition
        self.questions: dict[str, Question] = {row.code: row for row in definition.questions}
        start = definition.start_question
        self.start = start if start in self.questions else None
        self.is_cut = False

    @cached_property
    def reached(self) -> set[str]:
        """Codes of the questions that some answer leads to."""
        return {code for code, _ in self._visits if code}

    @cached_property
    def looping(self) -> list[str]:
        """Codes of questions that a way comes back to, sorted."""
        return sorted({code for code, is_loop in self._visits if is_loop})

    @cached_property
    def _visits(self) -> list[tuple[str, bool]]:
        """Every question in the order in which its search ends, and once more, marked, where a way comes back."""
        visits: list[tuple[str, bool]] = []
        if self.start is None:
            return visits
        state = {self.start: 1}  # 1 open, 2 done
        stack = [(self.start, iter(self._following(self.start)))]
        while stack:
            code, following = stack[-1]
            step = next(following, None)
            if step is None:
                stack.pop()
                state[code] = 2
                visits.append((code, False))
            elif state.get(step) == 1:
                visits.append((step, True))
            elif step not in state:
                state[step] = 1
                stack.append((step, iter(self._following(step))))
        return visits

    @cached_property
    def order(self) -> list[str]:
        """Reached questions, each before those it leads to; meaningful where nothing loops."""
        return [code for code, is_loop in reversed(self._visits) if not is_loop]

    def _following(self, code: str) -> list[str]:
        options = self.questions[code].options
        return [row.next for row in options if row.next in self.questions and not row.rejected]  # type: ignore[misc]

    def _target(self, option: Option) -> str | None:
        return option.next if option.next in self.questions else None

    # How many ways, and the longest.

    def count(self) -> tuple[int | None, int | None]:
        """(complete ways, refusals among them); (None, None) while the tree loops, (1, 0) without questions."""
        if not self.questions:
            return 1, 0
        if self.start is None or self.looping:
            return None, None
        totals: dict[str | None, tuple[int, int]] = {None: (1, 0)}
        for code in reversed(self.order):
            question = self.questions[code]
            weights, refusals = _weights(question) if question.multiple else _single_weights(question)
            total, refused = refusals, refusals
            for target, weight in weights:
                ways, ends = totals[target if target in self.questions else None]
                total += weight * ways
                refused += weight * ends
            totals[code] = (total, refused)
        return totals[self.start]

    def longest(self) -> Choices:
        """The way with most questions; empty while the tree loops or has no questions."""
        if self.start is None or self.looping:
            return ()
        best: dict[str | None, int] = {None: 0}
        chosen: dict[str, Option] = {}
        for code in reversed(self.order):
            lengths = [
                (0 if row.rejected else best[self._target(row)], -number, row)
                for number, row in enumerate(self.questions[code].options)
            ]
            length, _, option = max(lengths, key=lambda triple: triple[:2], default=(0, 0, None))
            best[code] = length + 1
            if option is not None:
                chosen[code] = option
        way: list[tuple[str, tuple[str, ...]]] = []
        at: str | None = self.start
        while at is not None and at in chosen:
            way.append((at, (chosen[at].code,)))
            at = None if chosen[at].rejected else self._target(chosen[at])
        return tuple(way)

    # A way that ends without a required material.

    def bare_way(self) -> tuple[Choices | None, bool]:
        """(a complete way without a required material, or None; whether every way was looked at).

        Whether one exists is a question of satisfiability in general, so the search is over the distinct
        sets of required rows only, leaves out what can no longer become bare, and is bounded.
        """
        if self.questions and (self.start is None or self.looping):
            return None, False
        present = self._common
        if not self.questions:
            return (None if present else ()), True
        droppable, addable = self._downstream
        waiting: dict[str, dict[tuple[int, int], _Way | None]] = {code: {} for code in self.order}
        assert self.start is not None
        if not present & ~droppable[self.start]:
            waiting[self.start][(present, 0)] = None
        states = 0
        for code in self.order:
            states_here = waiting.pop(code)
            outcomes = self._outcomes(self.questions[code]) if states_here else {}
            for (held, dropped), way in states_here.items():
                for outcome, options in outcomes.items():
                    states += 1
                    if states > MOST_STATES:
                        return None, False
                    gone = dropped | outcome.drops
                    left = (held | outcome.adds) & ~gone
                    step = _Way(way, code, options)
                    if outcome.next not in self.questions:
                        if not left:
                            return _choices(step), True
                    elif not left & ~droppable[outcome.next]:
                        key = (left, gone & addable[outcome.next])
                        waiting[outcome.next].setdefault(key, step)
        return None, not self.is_cut

    @cached_property
    def _bits(self) -> dict[str, int]:
        required = [row.code for row in self.definition.materials if row.need == "required"]
        return {code: 1 << number for number, code in enumerate(required)}

    @cached_property
    def _conditional(self) -> set[str]:
        return conditional_rows(self.definition)

    @cached_property
    def _common(self) -> int:
        return _union(bit for code, bit in self._bits.items() if code not in self._conditional)

    @cached_property
    def _downstream(self) -> tuple[dict[str, int], dict[str, int]]:
        """For each question the required rows that it or a later one may drop, and may add."""
        droppable: dict[str, int] = {}
        addable: dict[str, int] = {}
        for code in reversed(self.order):
            options = self.questions[code].options
            following = self._following(code)
            droppable[code] = _union(self._mask(row.drops) for row in options) | _union(
                droppable[step] for step in following
            )
            addable[code] = _union(self._mask(row.adds) for row in options) | _union(
                addable[step] for step in following
            )
        return droppable, addable

    def _mask(self, codes: tuple[str, ...]) -> int:
        return _union(self._bits.get(code, 0) for code in codes)

    def _outcomes(self, question: Question) -> dict[_Outcome, tuple[str, ...]]:
        """The distinct effects of answering, each with one answer that has it; refusals are left out."""
        options = [row for row in question.options if not row.rejected]
        singles = [_Outcome(self._mask(row.adds), self._mask(row.drops), row.next or None) for row in options]
        found: dict[_Outcome, tuple[str, ...]] = {}
        if not question.multiple:
            for row, single in zip(options, singles, strict=True):
                found.setdefault(single, (row.code,))
            return found
        for row, single in zip(options, singles, strict=True):
            for outcome, codes in list(found.items()):
                # The earlier option decides where to, as in ``checklist``.
                joined = _Outcome(outcome.adds | single.adds, outcome.drops | single.drops, outcome.next)
                if outcome.next is None:
                    joined = msgspec.structs.replace(joined, next=single.next)
                found.setdefault(joined, (*codes, row.code))
            found.setdefault(single, (row.code,))
            if len(found) > MOST_OUTCOMES:
                self.is_cut = True
                break
        return found

    # The ways themselves.

    def walk(self, most: int) -> Iterator[tuple[Choices, str | None, tuple[str, ...]]]:
        """The first ``most`` complete ways: choices, why it is refused, codes of the materials."""
        if self.start is None:
            return
        given = 0
        stack: list[Iterator[tuple[Option, ...]]] = [_answers(self.questions[self.start])]
        way: list[tuple[str, tuple[Option, ...]]] = []
        open_codes = [self.start]
        while stack and given < most:
            del way[len(stack) - 1 :], open_codes[len(stack) :]
            picked = next(stack[-1], None)
            if picked is None:
                stack.pop()
                continue
            way.append((open_codes[-1], picked))
            rejected = next((row.rejected for row in picked if row.rejected), None)
            following = next((row.next for row in picked if row.next), None)
            if not rejected and following in self.questions and following not in open_codes:
                assert following is not None
                open_codes.append(following)
                stack.append(_answers(self.questions[following]))
                continue
            given += 1
            yield self._ended(way, rejected)

    def _ended(
        self, way: list[tuple[str, tuple[Option, ...]]], rejected: str | None
    ) -> tuple[Choices, str | None, tuple[str, ...]]:
        choices = tuple((code, tuple(row.code for row in picked)) for code, picked in way)
        if rejected:
            return choices, rejected, ()
        picked = [row for _, options in way for row in options]
        rows = materials_for(self.definition, picked, self._conditional)
        return choices, None, tuple(row.code for row in rows)


def _answers(question: Question) -> Iterator[tuple[Option, ...]]:
    most = len(question.options) if question.multiple else 1
    for size in range(1, most + 1):
        yield from combinations(question.options, size)


def _choices(way: _Way | None) -> Choices:
    found: list[tuple[str, tuple[str, ...]]] = []
    while way is not None:
        found.append((way.question, way.options))
        way = way.before
    return tuple(reversed(found))


def _union(masks: Iterator[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def _single_weights(question: Question) -> tuple[list[tuple[str | None, int]], int]:
    refusals = sum(1 for row in question.options if row.rejected)
    return [(row.next, 1) for row in question.options if not row.rejected], refusals


def _weights(question: Question) -> tuple[list[tuple[str | None, int]], int]:
    """How many sets of options lead to each next question, and how many hold a refusal."""
    sound = [row for row in question.options if not row.rejected]
    refusals = 2 ** len(question.options) - 2 ** len(sound)
    weights: list[tuple[str | None, int]] = []
    earlier = 0  # options before this one that lead nowhere
    for number, row in enumerate(sound):
        if row.next:
            weights.append((row.next, 2**earlier * 2 ** (len(sound) - number - 1)))
        else:
            earlier += 1
    return [*weights, (None, 2**earlier - 1)], refusals
