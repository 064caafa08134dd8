"""Cutting what somebody typed into concepts: what it is about, and what is to be done with it."""

from __future__ import annotations

import re

import msgspec

from onewindow.catalog.search.document import ACTIONS, normalise
from onewindow.catalog.search.lexicon import Lexicon, Phrase
from onewindow.catalog.search.vocabulary import Vocabulary

MAX_QUERY = 60  # characters; nobody types more, and cost grows with length
TELLING = 4  # characters of a phrase that may give a sentence another reading
BESIDE = 0.9  # what is left of a sentence once an everyday phrase is found in it
WEAK = 0.9  # words that go with many matters: house, child, money
_LETTERS = re.compile(r"[a-z']+")


class Concept(msgspec.Struct):
    """One thing meant: ``literal`` as typed, ``words`` as offices say it, best first, and its ``force``."""

    literal: str
    words: tuple[str, ...] = ()
    force: float = 1.0
    is_beside: bool = False
    is_crowded: bool = False


class Question(msgspec.Struct):
    """A query understood: its ``text``, the same ``bare`` of noise, its concepts and the deeds asked for.

    ``otherwise`` are the concepts of other readings: where phrases overlap, and word by word.
    """

    text: str
    concepts: list[Concept]
    actions: set[str]
    letters: str = ""
    bare: str = ""
    otherwise: list[list[Concept]] = []


def understand(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Question:
    """The concepts and deeds of ``query``; empty concepts when nothing but noise was typed."""
    text = normalise(query)[:MAX_QUERY]
    letters = "".join(_LETTERS.findall(text)) if text.isascii() else ""
    if not text.isascii():
        text = vocabulary.write_out(text)
    packed = text.replace(" ", "") if not text.isascii() else text
    question = Question(text=packed, concepts=[], actions=set(), letters=letters.replace("'", ""))
    phrases = lexicon.find(packed)
    taken, passed = _cut(question, phrases, lexicon, vocabulary)
    other = next((phrase for phrase in passed if _covers_more(phrase, packed, taken)), None)
    if other is not None:
        again = Question(text=packed, concepts=[], actions=set())
        _cut(again, [other, *(phrase for phrase in phrases if phrase is not other)], lexicon, vocabulary)
        question.otherwise.append(again.concepts)
    if any(concept.words and concept.force == 1.0 for concept in question.concepts):
        plain = _word_by_word(packed, phrases, lexicon, vocabulary)
        question.otherwise.append(plain.concepts)
        question.actions |= plain.actions
    if not question.concepts and packed and not question.letters:
        question.concepts.append(Concept(packed.replace(" ", "")))
    return question


def _word_by_word(packed: str, phrases: list[Phrase], lexicon: Lexicon, vocabulary: Vocabulary) -> Question:
    """The reading that takes no phrase for an item: 工伤 异地 就医, whatever 异地看病 by itself would mean."""
    plain = Question(text=packed, concepts=[], actions=set())
    words = [phrase for phrase in phrases if phrase.is_weak or not phrase.words]
    _cut(plain, words, lexicon, vocabulary, by_sound=False)
    for concept in plain.concepts:
        concept.force = 1.0
    return plain


def _cut(
    question: Question,
    phrases: list[Phrase],
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    *,
    by_sound: bool = True,
) -> tuple[list[bool], list[Phrase]]:
    """Cuts the text by ``phrases`` in their order; what they took, and the phrases that came too late."""
    packed = question.text
    taken = [char == " " for char in packed]
    noise = taken.copy()
    passed = []
    for phrase in phrases:
        if len(phrase.parts[0]) == 1 and (phrase.is_noise or phrase.action):
            _take_alone(phrase, packed, taken, noise, question, vocabulary)
        elif (
            not _take(phrase, packed, taken, noise, question, vocabulary)
            and phrase.words
            and not phrase.is_weak
        ):
            passed.append(phrase)
    question.bare = "".join(char for char, is_noise in zip(packed, noise, strict=True) if not is_noise)
    known = taken.copy()
    if by_sound:
        _take_sounds(lexicon, packed, taken, question)
    _take_actions(packed, taken, question)
    for start, end in _runs(taken):
        question.concepts.append(Concept(packed[start:end]))
    _settle_forces(question)
    return known, passed


def _covers_more(phrase: Phrase, text: str, taken: list[bool]) -> bool:
    # 晚上 施工 beside 施工许可证: a phrase that came too late but accounts for a word that else is left over.
    if phrase.length < TELLING:
        return False
    return any(
        len(part) > 1 and not any(taken[(at := text.find(part)) : at + len(part)]) for part in phrase.parts
    )


def _settle_forces(question: Question) -> None:
    # Where an everyday phrase is known, the rest of the sentence tells the story round it.
    if any(concept.words and concept.force == 1.0 for concept in question.concepts):
        for concept in question.concepts:
            if concept.words:
                concept.is_crowded = len(question.concepts) > 1
            else:
                concept.force, concept.is_beside = BESIDE, True


def _take(
    phrase: Phrase,
    text: str,
    taken: list[bool],
    noise: list[bool],
    question: Question,
    vocabulary: Vocabulary,
) -> bool:
    spans: list[tuple[int, int]] = []
    for part in phrase.parts:
        at = _free(text, part, taken, spans, vocabulary if len(phrase.parts) > 1 else None)
        if at < 0:
            return False
        spans.append((at, at + len(part)))
    for start, end in spans:
        for place in range(start, end):
            taken[place] = True
    if phrase.is_noise:
        for start, end in spans:
            noise[start:end] = [True] * (end - start)
        return True
    if phrase.action:
        question.actions.add(phrase.action)
        return True
    literal = "".join(text[start:end] for start, end in sorted(spans))
    question.concepts.append(Concept(literal, phrase.words, WEAK if phrase.is_weak else 1.0))
    return True


def _take_alone(
    phrase: Phrase,
    text: str,
    taken: list[bool],
    noise: list[bool],
    question: Question,
    vocabulary: Vocabulary,
) -> None:
    # One character is noise or a deed only where it is no part of a word: 查 but not 检查, 不 but not 不动产.
    char = phrase.parts[0]
    for at, found in enumerate(text):
        if found != char or taken[at]:
            continue
        before = at > 0 and not taken[at - 1] and vocabulary.is_word(text[at - 1 : at + 1])
        after = at + 1 < len(text) and not taken[at + 1] and vocabulary.is_word(text[at : at + 2])
        if before or after:
            continue
        taken[at] = True
        if phrase.is_noise:
            noise[at] = True
        else:
            question.actions.add(phrase.action)


def _free(
    text: str, part: str, taken: list[bool], spans: list[tuple[int, int]], vocabulary: Vocabulary | None
) -> int:
    at = text.find(part)
    while at >= 0:
        end = at + len(part)
        if (
            not any(taken[at:end])
            and all(end <= left or at >= right for left, right in spans)
            and (vocabulary is None or end - at > 1 or not _within_word(text, at, spans, vocabulary))
        ):
            return at
        at = text.find(part, at + 1)
    return -1


def _within_word(text: str, at: int, spans: list[tuple[int, int]], vocabulary: Vocabulary) -> bool:
    # 税 of a phrase is not the second half of 纳税, though 税务 will do; next to another part all is well.
    before = at - 1
    return (
        before >= 0
        and not any(left <= before < right for left, right in spans)
        and vocabulary.is_word(text[before : at + 1])
    )


def _take_sounds(lexicon: Lexicon, text: str, taken: list[bool], question: Question) -> None:
    if not text or text.isascii() or all(taken) or " " in text:
        return
    for start, end, phrase in lexicon.find_sound(text):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            question.concepts.append(Concept(text[start:end], phrase.words))


def _take_actions(text: str, taken: list[bool], question: Question) -> None:
    # Official deed words stay in the text (they stand in names) and tell the deed besides.
    for action, words in ACTIONS.items():
        if any(word in text for word in words):
            question.actions.add(action)


def _runs(taken: list[bool]) -> list[tuple[int, int]]:
    runs = []
    start = None
    for place, is_taken in enumerate([*taken, True]):
        if is_taken and start is not None:
            runs.append((start, place))
            start = None
        elif not is_taken and start is None:
            start = place
    return runs
