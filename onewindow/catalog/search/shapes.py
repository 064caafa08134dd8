"""Candidates and wordings cut into grams: which of them meet is found once per candidate, as bits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from sys import intern as _one  # a gram stands in many shapes: as one text it takes a third of the memory
from typing import TYPE_CHECKING

from onewindow.catalog.search.document import bigrams, normalise
from onewindow.catalog.search.pinyin import typed

if TYPE_CHECKING:
    from onewindow.catalog.search.index import Index

REVERSED, SOUND, ORGAN, CHAR, CHAR_SOUND, SLIP = 0.7, 0.75, 0.5, 0.35, 0.6, 0.7
Row = tuple[str, str, str, float]  # a pair of a name, its two characters, how telling it is


@lru_cache(maxsize=4096)
def _organ_pairs(name: str) -> tuple[str, ...]:
    return tuple(_one("@" + pair) for pair in bigrams(normalise(name)))


class Shape:
    """A candidate's texts as one set of grams, and its name as weighted pairs: made once, kept.

    Among the grams are characters (证), pairs (证件), sounds ('zen), pairs of sounds (zen'jian) and pairs of
    the organ's name (@公安): no two kinds can be taken for each other.
    """

    __slots__ = ("grams", "name", "name_chars", "name_pairs", "name_weight", "skips")

    def __init__(self, index: Index, number: int) -> None:
        text, name = index.texts[number], index.names[number]
        sounds = typed(text)
        self.grams = frozenset(
            (
                *text,
                *bigrams(text),
                *(_one("'" + sound) for sound in sounds),
                *(_one(f"{left}'{right}") for left, right in zip(sounds, sounds[1:], strict=False)),
                *_organ_pairs(index.entries[number].row["organ"]),
            )
        )
        self.name = name.replace(" ", "")
        self.name_chars = frozenset(self.name)
        self.name_pairs = [index.pair(pair) for pair in bigrams(name)]
        self.name_weight = sum(row[3] for row in self.name_pairs) or 1.0
        self.skips = frozenset(
            _one(left + right) for left, right in zip(self.name, self.name[2:], strict=False)
        )

    def shared(self, spoken: frozenset[str]) -> list[Row]:
        """The pairs of the name whose characters both are among those ``spoken``."""
        both = self.name_chars & spoken
        return [row for row in self.name_pairs if row[1] in both and row[2] in both] if len(both) > 1 else []


class Signs:
    """The grams that a question looks for, each with its bit."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._looked_for: frozenset[str] = frozenset()

    def bit(self, gram: str) -> int:
        """The bit of ``gram``, the same for all wordings of the question."""
        found = self._bits.get(gram)
        if found is None:
            found = self._bits[gram] = 1 << len(self._bits)
        return found

    def seen(self, shape: Shape) -> int:
        """The bits of the grams that ``shape`` holds."""
        if len(self._looked_for) != len(self._bits):
            self._looked_for = frozenset(self._bits)
        return sum(map(self._bits.__getitem__, self._looked_for & shape.grams))


class Cut:
    """A word cut into weighted grams: (character, sound, weight) and (pair, turned, sound, organ's, weight)."""

    __slots__ = ("chars", "grams", "pairs", "strange", "total", "word")

    def __init__(self, index: Index, word: str, unknown: float) -> None:
        sounds, idf = typed(word), index.idf
        self.word = word
        self.chars = [
            (char, "'" + sound, CHAR * (idf(char) or unknown))
            for char, sound in zip(word, sounds, strict=True)
        ]
        self.pairs: list[tuple[str, str, str, str, float]] = []
        for at in range(len(word) - 1):
            pair, sound = word[at : at + 2], f"{sounds[at]}'{sounds[at + 1]}"
            weight = idf(pair) or idf(sound) or unknown
            self.pairs.append((pair, pair[::-1], sound, "@" + pair, weight))
        self.strange = frozenset(row[0] for row in self.pairs if not idf(row[0]))
        self.total = sum(row[-1] for row in self.pairs) + sum(row[-1] for row in self.chars) or 1.0
        self.grams = frozenset((*word, *(row[0] for row in self.pairs)))


class Wording:
    """A word that a question looks for; what candidates hold of it is worked out once."""

    __slots__ = ("_chars", "_known", "_pairs", "cares", "cut", "grams", "total", "word")

    def __init__(self, cut: Cut, signs: Signs) -> None:
        bit = signs.bit
        self.cut, self.word, self.grams, self.total = cut, cut.word, cut.grams, cut.total
        self._chars = [(bit(char), bit(sound), weight) for char, sound, weight in cut.chars]
        self._pairs = [
            (bit(pair), bit(turned), bit(sound), bit(organ), weight)
            for pair, turned, sound, organ, weight in cut.pairs
        ]
        self.cares = 0
        for one, other, _ in self._chars:
            self.cares |= one | other
        for one, other, third, fourth, _ in self._pairs:
            self.cares |= one | other | third | fourth
        self._known: dict[int, float] = {0: 0.0}

    def share(self, seen: int) -> float:
        """What of the word stands in a candidate that shows ``seen``, from 0 to 1, slips counted less."""
        seen &= self.cares
        found = self._known.get(seen)
        if found is None:
            found = self._known[seen] = self._share(seen)
        return found

    def _share(self, seen: int) -> float:
        found = 0.0
        for char, sound, weight in self._chars:
            if seen & char:
                found += weight
            elif seen & sound:
                found += CHAR_SOUND * weight
        if not found:
            return 0.0
        for pair, turned, sound, organ, weight in self._pairs:
            if seen & pair:
                found += weight
            elif seen & turned:
                found += REVERSED * weight
            elif seen & sound:
                found += SOUND * weight
            elif seen & organ:
                found += ORGAN * weight
        return found / self.total

    def slips(self, shape: Shape) -> float:
        """What a character too many or too few hides: ab typed as axb, or abc as ac."""
        found, lost = 0.0, False
        word, pairs, strange, grams = self.word, self.cut.pairs, self.cut.strange, shape.grams
        for at, (pair, _, sound, _, weight) in enumerate(pairs):
            if pair in grams or sound in grams:
                lost = False
                continue
            if pair in strange and pair in shape.skips:
                found += SLIP * weight
            elif (
                lost
                and pair in strange
                and word[at - 1 : at + 1] in strange
                and word[at - 1] + word[at + 1] in grams
            ):
                found += SLIP * (weight + pairs[at - 1][-1])
            lost = True
        return found / self.total


class Option:
    """A wording of a concept: by what ``factor`` it is meant, and what it weighs beside other concepts."""

    __slots__ = ("factor", "weight", "wording")

    def __init__(self, wording: Wording, factor: float) -> None:
        self.wording = wording
        self.factor = factor
        self.weight = wording.total


class Choice:
    """The options of a concept, of which the best counts for a candidate."""

    __slots__ = ("_known", "_rows", "cares", "options")

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = options
        self._rows = [(option.factor, option.wording) for option in options]
        self.cares = 0
        for option in options:
            self.cares |= option.wording.cares
        self._known: dict[int, tuple[float, frozenset[str]]] = {}

    def best(self, seen: int) -> tuple[float, frozenset[str]]:
        """The share of the best option in a candidate that shows ``seen``, and its grams."""
        seen &= self.cares
        found = self._known.get(seen)
        if found is None:
            best, grams = 0.0, self.options[0].wording.grams
            for factor, wording in self._rows:
                if factor > best:  # else it cannot be better, whatever the candidate holds
                    share = factor * wording.share(seen)
                    if share > best:
                        best, grams = share, wording.grams
            found = self._known[seen] = best, grams
        return found

    def best_with_slips(self, seen: int, shape: Shape, least: float) -> tuple[float, frozenset[str]]:
        """As ``best``; options of at least the share ``least`` may have a character too many or too few."""
        found = self.best(seen)
        if not least <= found[0] < 1.0:
            return found
        best, grams = -1.0, self.options[0].wording.grams
        for option in self.options:
            share = option.factor * option.wording.share(seen)
            if least <= share < 1.0:
                share += option.wording.slips(shape)
            if share > best:
                best, grams = share, option.wording.grams
        return best, grams


class Reading:
    """One way to understand a question: the choices of its concepts and what each weighs."""

    __slots__ = ("choices", "spoken", "total", "weights")

    def __init__(self, choices: Sequence[Choice], weights: Sequence[float]) -> None:
        self.choices, self.weights = choices, weights
        self.total = sum(weights) or 1.0
        self.spoken: set[str] = set()
        for choice in choices:
            for option in choice.options:
                self.spoken.update(option.wording.word)

    def told(self, seen: int) -> tuple[float, frozenset[str]]:
        """The share of the reading that a candidate covers that shows ``seen``, and the grams it meets."""
        covered, explained = 0.0, frozenset[str]()
        for choice, weight in zip(self.choices, self.weights, strict=True):
            share, grams = choice.best(seen)
            covered += share * weight
            explained = explained | grams if explained else grams
        return covered / self.total, explained
