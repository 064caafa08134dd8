"""Pinyin among characters, and pinyin of several everyday words: written out in the words of the catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from onewindow.catalog.search.lexicon import Lexicon
from onewindow.catalog.search.pinyin import reading

MOST_LETTERS = 40
MOST_WORD = 24  # letters of the longest word looked for
_RUN = re.compile(r"[a-z][a-z' ]*[a-z]")
_LATIN = re.compile(r"[a-z]+")
# Cutting is by cost: few words, common ones; what the table of everyday words holds before what names hold.
WORD, EVERYDAY, SINGLE = 1.0, 0.8, 1.4


class Speller:
    """Turns letters into characters by the words that names and everyday phrases hold. Only read once built."""

    def __init__(self, names: Iterable[str], syllables: Iterable[str], lexicon: Lexicon) -> None:
        self._words: dict[str, tuple[float, str]] = {}
        self._initials: dict[str, str] = {}
        self._latin: set[str] = set()
        pairs: Counter[tuple[str, str]] = Counter()
        for name, spelled in zip(names, syllables, strict=True):
            self._latin.update(_LATIN.findall(name))
            _count(name.replace(" ", ""), spelled.split(), pairs)
        for (letters, word), often in pairs.most_common():
            self._words.setdefault(
                letters, (SINGLE if len(word) == 1 else WORD - min(often, 200) / 2000, word)
            )
        self._learn_phrases(lexicon)

    def _learn_phrases(self, lexicon: Lexicon) -> None:
        for phrase in lexicon.phrases:
            for part in phrase.parts:
                self._latin.update(_LATIN.findall(part))
                if part.isascii():
                    continue
                letters = "".join(reading(char) for char in part)
                cost = EVERYDAY if len(part) > 1 else SINGLE - 0.1
                if letters not in self._words or cost < self._words[letters][0]:
                    self._words[letters] = cost, part
                if len(part) > 2 and len(phrase.parts) == 1:
                    self._initials.setdefault("".join(reading(char)[0] for char in part), part)

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


def _count(name: str, syllables: list[str], pairs: Counter[tuple[str, str]]) -> None:
    if len(name) != len(syllables):
        syllables = [reading(char) for char in name]
    for at, (char, syllable) in enumerate(zip(name, syllables, strict=True)):
        if char.isascii():
            continue
        pairs[syllable, char] += 1
        if at + 1 < len(name) and not name[at + 1].isascii():
            pairs[syllable + syllables[at + 1], name[at : at + 2]] += 1
