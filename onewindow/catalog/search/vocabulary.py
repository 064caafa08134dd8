"""The words of the catalogue: where a word ends, and which characters pinyin among others stands for."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable
from operator import add

from onewindow.catalog.search.lexicon import Lexicon, Phrase
from onewindow.catalog.search.pinyin import reading

MOST_LETTERS = 40
MOST_WORD = 24  # letters of the longest word looked for
_RUN = re.compile(r"[a-z][a-z' ]*[a-z]")
_LATIN = re.compile(r"[a-z]+")
# Cutting is by cost: few words, common ones; what the table of everyday words holds before what names hold.
FIRM = 1.5  # times as often together as chance would have it
WORD, EVERYDAY, NOISE, SINGLE = 1.0, 0.8, 1.0, 1.4


class Vocabulary:
    """What names and everyday phrases hold, by sound and by how firmly two characters belong together."""

    def __init__(self, names: Iterable[str], syllables: Iterable[str], lexicon: Lexicon) -> None:
        self._words: dict[str, tuple[float, str]] = {}
        self._initials: dict[str, str] = {}
        self._latin: set[str] = set()
        chars = Counter[tuple[str, str]]()
        pairs = Counter[tuple[str, str]]()
        for name, spelled in zip(names, syllables, strict=True):
            if not name.isascii():
                self._latin.update(_LATIN.findall(name))
            packed, parts = name.replace(" ", ""), spelled.split()
            if len(packed) != len(parts):
                parts = [reading(char) for char in packed]
            chars.update(zip(parts, packed, strict=True))
            pairs.update(zip(map(add, parts, parts[1:]), map(add, packed, packed[1:]), strict=False))
        self._words_of_two = _firm(chars, pairs)
        for (letters, word), often in pairs.most_common():
            if word in self._words_of_two:
                self._words.setdefault(letters, (WORD - min(often, 200) / 2000, word))
        for (letters, char), _ in chars.most_common():
            if not char.isascii():
                self._words.setdefault(letters, (SINGLE, char))
        self._learn_phrases(lexicon.phrases)

    def is_word(self, pair: str) -> bool:
        """True when the two characters stand together in names more often than chance would have it."""
        return pair in self._words_of_two

    def taught(self, phrases: Iterable[Phrase]) -> Vocabulary:
        """A copy that knows ``phrases`` besides."""
        learned = copy.copy(self)
        learned._words, learned._initials = dict(self._words), dict(self._initials)
        learned._latin = set(self._latin)
        learned._learn_phrases(phrases)
        return learned

    def _learn_phrases(self, phrases: Iterable[Phrase]) -> None:
        parts: dict[str, bool] = {}  # whether it carries no meaning of its own
        for phrase in phrases:
            for part in phrase.parts:
                parts.setdefault(part, phrase.is_noise)
        for part, is_noise in parts.items():
            if part.isascii():
                self._latin.update(_LATIN.findall(part))
                continue
            syllables = [reading(char) for char in part]
            letters = "".join(syllables)
            cost = EVERYDAY if len(part) > 1 else NOISE if is_noise else SINGLE
            if letters not in self._words or cost < self._words[letters][0]:
                self._words[letters] = cost, part
            if len(part) > 2:
                self._initials.setdefault("".join(syllable[0] for syllable in syllables), part)

    def write_out(self, text: str) -> str:
        """``text`` with the pinyin among its characters written out; what is no pinyin stays."""
        return _RUN.sub(lambda found: self._one(found.group()), text)

    def _one(self, run: str) -> str:
        letters = run.replace("'", "").replace(" ", "")
        if letters in self._latin:
            return run
        return self._initials.get(letters) or self.spell(letters) or run

    def spell(self, letters: str) -> str:
        """The characters that ``letters`` most likely stand for; empty when they are no pinyin."""
        if not letters or len(letters) > MOST_LETTERS:
            return ""
        best: list[tuple[float, str] | None] = [(0.0, "")] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - MOST_WORD), end):
                before, word = best[start], self._words.get(letters[start:end])
                if before is None or word is None:
                    continue
                cost = before[0] + word[0]
                held = best[end]
                if held is None or cost < held[0]:
                    best[end] = cost, before[1] + word[1]
        found = best[-1]
        return found[1] if found else ""


def _firm(chars: Counter[tuple[str, str]], pairs: Counter[tuple[str, str]]) -> frozenset[str]:
    alone, together = Counter[str](), Counter[str]()
    for (_, char), count in chars.items():
        alone[char] += count
    for (_, pair), count in pairs.items():
        together[pair] += count
    total = alone.total()
    return frozenset(
        pair
        for pair, count in together.items()
        if count * total >= FIRM * alone[pair[0]] * alone[pair[1]] and not pair.isascii()
    )
