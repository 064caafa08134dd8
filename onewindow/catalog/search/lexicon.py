"""Everyday words and what the offices call them: the table in ``data/synonyms`` and how it is applied.

A line of the table: everyday phrases (``|`` between them; a space inside one means that its parts may
stand apart, in any order), a tab, official words (best first). An official side that begins with ``!`` is
a deed (``!replace``), one that begins with ``~`` belongs to a word that goes with many matters and counts
half, one that is ``-`` marks words that carry no meaning.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from onewindow.catalog.search.document import normalise
from onewindow.catalog.search.pinyin import typed

TABLES = ("deeds.tsv", "everyday.tsv", "words.tsv")
MOST_VARIANTS = 200  # ways to say one phrase
APART = 0.6
FOLDER = Path(__file__).resolve().parents[2] / "data" / "synonyms"


class Phrase(msgspec.Struct, frozen=True):
    """An everyday phrase: its parts, and the official words or the deed that it means."""

    parts: tuple[str, ...]
    words: tuple[str, ...] = ()
    action: str = ""
    is_noise: bool = False
    is_weak: bool = False

    @property
    def length(self) -> int:
        return sum(len(part) for part in self.parts)

    @property
    def rank(self) -> float:
        """Longer phrases go first; of two as long, the one that stands in one piece (饭店 before 开 店)."""
        return self.length - APART * (len(self.parts) - 1)


class Lexicon:
    """All phrases, found fast: by the first two characters of their longest part, and by sound."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = sorted(phrases, key=lambda phrase: (-phrase.rank, -len(phrase.parts)))
        self._by_start: dict[str, list[int]] = {}
        self._by_sound: dict[tuple[str, ...], int] = {}
        self._by_letters: dict[str, int] = {}
        self._whole = {phrase.parts[0] for phrase in self.phrases if len(phrase.parts) == 1 and phrase.words}
        for number, phrase in enumerate(self.phrases):
            longest = max(phrase.parts, key=len)
            self._by_start.setdefault(longest[:2], []).append(number)
            if len(phrase.parts) == 1 and phrase.words and len(longest) >= 2:
                sound = tuple(typed(longest))
                if len(sound) >= 3:
                    self._by_sound.setdefault(sound, number)
                self._by_letters.setdefault("".join(sound), number)
                if len(sound) >= 3:
                    self._by_letters.setdefault("".join(part[0] for part in sound), number)

    def taught(self, phrases: Sequence[Phrase]) -> Lexicon:
        """This lexicon with ``phrases`` before its own of the same length, and after all what their kin say."""
        known = {phrase.parts for phrase in self.phrases}
        variants = (
            phrase for phrase in with_kin(phrases, kin())[len(phrases) :] if phrase.parts not in known
        )
        return Lexicon([*phrases, *self.phrases, *variants])

    def means(self, text: str) -> bool:
        """True when ``text`` as a whole is an everyday phrase for something official."""
        return text in self._whole

    def find(self, text: str) -> list[Phrase]:
        """The phrases whose parts all stand in ``text``, longest first."""
        starts = {*text, *(text[at : at + 2] for at in range(len(text) - 1))}
        numbers = sorted({number for start in starts for number in self._by_start.get(start, ())})
        return [
            self.phrases[number]
            for number in numbers
            if all(part in text for part in self.phrases[number].parts)
        ]

    def find_sound(self, text: str) -> list[tuple[int, int, Phrase]]:
        """(start, end, phrase) of phrases of three or more characters that sound like a piece of ``text``."""
        sounds = typed(text)
        found = []
        for size in range(min(8, len(sounds)), 2, -1):
            for start in range(len(sounds) - size + 1):
                number = self._by_sound.get(tuple(sounds[start : start + size]))
                if number is not None:
                    found.append((start, start + size, self.phrases[number]))
        return found

    def find_letters(self, letters: str) -> Phrase | None:
        """The phrase whose blurred pinyin, or its initials, are ``letters``."""
        number = self._by_letters.get(letters)
        return None if number is None else self.phrases[number]


def read_table(lines: Iterable[str]) -> list[Phrase]:
    """The phrases of a table; comment lines begin with ``#``."""
    phrases = []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        everyday, _, official = line.rstrip("\n").partition("\t")
        official = official.strip()
        for text in everyday.split("|"):
            parts = tuple(normalise(text).split())
            if not parts:
                continue
            if official == "-":
                phrases.append(Phrase(parts, is_noise=True))
            elif official.startswith("!"):
                phrases.append(Phrase(parts, action=official[1:]))
            else:
                names = official.removeprefix("~").split("|")
                words = tuple(normalise(word).replace(" ", "") for word in names if word.strip())
                phrases.append(Phrase(parts, words=words, is_weak=official.startswith("~")))
    return phrases


def read_kin(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every word of a table of kin with all words of its line; a word stands in one line only."""
    kin: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            words = tuple(normalise(word) for word in line.rstrip("\n").split("|"))
            for word in words:
                kin.setdefault(word, words)
    return kin


def with_kin(phrases: Iterable[Phrase], kin: dict[str, tuple[str, ...]]) -> list[Phrase]:
    """``phrases``, and after them each again with its parts said in other words. What is written wins."""
    written = list(phrases)
    known = {phrase.parts for phrase in written}
    more = []
    for phrase in written:
        if phrase.is_noise or phrase.action:
            continue
        choices = [kin.get(part, (part,)) for part in phrase.parts]
        for parts in itertools.islice(itertools.product(*choices), MOST_VARIANTS):
            if parts not in known:
                known.add(parts)
                more.append(msgspec.structs.replace(phrase, parts=parts))
    return written + more


@cache
def kin() -> dict[str, tuple[str, ...]]:
    """The shipped table of words that everybody uses for one another, read once."""
    with (FOLDER / "kin.tsv").open(encoding="utf-8") as lines:
        return read_kin(lines)


@cache
def lexicon() -> Lexicon:
    """The shipped table, read once."""
    phrases: list[Phrase] = []
    for name in TABLES:
        with (FOLDER / name).open(encoding="utf-8") as lines:
            phrases.extend(read_table(lines))
    return Lexicon(with_kin(phrases, kin()))
