"""The index in memory: posting lists to find candidates, and the detailed weighing of the best of them."""

from __future__ import annotations

import copy
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

import msgspec

from onewindow.catalog.search.document import ACTIONS, Entry, actions_of, bigrams, normalise
from onewindow.catalog.search.lexicon import Lexicon, Phrase
from onewindow.catalog.search.pinyin import blurred, blurred_pairs, reading
from onewindow.catalog.search.question import Concept, Question, understand
from onewindow.catalog.search.vocabulary import Vocabulary
from onewindow.catalog.search.weigh import Weigher

CANDIDATES = 32  # weighed in detail at most; the rest follow in the rough order
LIKELY = 0.6  # of the best: weighed whatever the others weigh
FAINT, REMOTE = 0.15, 0.3  # of the best: what less is no candidate, what less is no answer
MOST_RESULTS = 1000
SPELLED = 1.25  # what an everyday phrase in pinyin means; a name that begins so reaches 1.1
PIECE = 4  # characters of a name that are taken for this name
LENGTH = 0.02  # a character of a name, at first sight: of two that hold the same the shorter goes first
WORDS = 1024  # kept, cut into grams
NARROWED = 64  # lists kept of what passes a filter
ANSWERS = 1024  # kept: people ask for the same things
COMMON = 0.1  # a single character in more than this share of the names finds nothing by itself


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed to; None means all. ``region`` takes a division and all below it.

    ``event`` holds the themes and the codes of a life event: an item of either belongs to it.
    """

    region: str | None = None
    organ: str | None = None
    type: str | None = None
    audience: str | None = None
    theme: str | None = None
    kind: str | None = None
    online: bool | None = None
    handled: bool | None = None
    event: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    def passes(self, entry: Entry) -> bool:
        """True when ``entry`` belongs to the list. An item whose audience the source lacks passes any."""
        row = entry.row
        return (
            (self.type is None or row["type"] == self.type)
            and (self.kind is None or row["kind"] == self.kind)
            and (self.online is None or row["online"] is self.online)
            and (self.handled is None or row["handled"] is self.handled)
            and (self.organ is None or self.organ in (row["organ"], entry.organ_code, str(entry.organ_id)))
            and (self.theme is None or self.theme in entry.themes)
            and (self.event is None or self._is_of_event(entry))
            and (self.audience is None or not entry.audiences or self.audience in entry.audiences)
            and (self.region is None or row["region"].startswith(region_prefix(self.region)))
        )

    def _is_of_event(self, entry: Entry) -> bool:
        themes, codes = self.event or ((), ())
        return entry.row["task_code"] in codes or not set(themes).isdisjoint(entry.themes)


def region_prefix(code: str) -> str:
    """The part of a division code that all divisions below it share: 511600 → 5116."""
    code = code[:6] if len(code) == 12 and code.endswith("000000") else code
    while len(code) > 2 and code.endswith("00") and len(code) <= 6:
        code = code[:-2]
    return code


class Answer(msgspec.Struct, frozen=True):
    """Numbers of entries, best first (not to be changed), and how well the best fits.

    ``weight`` is 0 for nothing found; a name that somebody means weighs some 0.5 to 1.5 (``weigh``).
    """

    numbers: list[int]
    weight: float = 0.0


NOTHING = Answer([])
CERTAIN = 1.0  # what a code or letters that stand in a name weigh


class Index:
    """Everything published, searchable. Built once, then only read: safe between threads."""

    def __init__(self, entries: Iterable[Entry], lexicon: Lexicon) -> None:
        self.entries: list[Entry] = list(entries)
        self.lexicon = lexicon
        self.texts: list[str] = []
        self.names: list[str] = []
        self.full: list[str] = []
        self.initials: list[str] = []
        self.by_code: dict[str, int] = {}
        self._posts: dict[str, array[int]] = {}
        self._pairs: dict[str, tuple[str, str, str, float]] = {}
        for number, entry in enumerate(self.entries):
            self._add(number, entry)
        total = len(self.entries)
        self._idf = {gram: math.log(1 + total / len(found)) for gram, found in self._posts.items()}
        self.weigher = Weigher(self)
        self._answered = lru_cache(ANSWERS)(self._answer)
        self._written, self._begins, self._whose = _lines(self.names)
        self._bare = [-LENGTH * len(name) for name in self.names]
        self._telling = lru_cache(WORDS)(self._word)
        self._within = lru_cache(NARROWED)(self._passing)
        self.vocabulary = Vocabulary(self.names, (entry.syllables for entry in self.entries), lexicon)
        self.in_order = sorted(
            range(len(self.entries)), key=lambda number: (not self.entries[number].row["handled"], number)
        )

    def _add(self, number: int, entry: Entry) -> None:
        name = normalise(entry.row["name"])
        around = normalise(" ".join((*entry.aliases, entry.main_name)))
        self.names.append(name)
        self.texts.append(f"{name} {around}")
        self.by_code[entry.row["task_code"].lower()] = number
        characters = name.replace(" ", "")
        syllables = entry.syllables.split()
        if len(syllables) != len(characters):
            syllables = [reading(char) for char in characters]
        self.full.append("".join(syllables))
        self.initials.append("".join(part[0] for part in syllables))
        text = f"{name} {around} {normalise(entry.row['organ'])}"
        grams = {*bigrams(text), *text.replace(" ", ""), *blurred_pairs(syllables)}
        for gram in grams:
            found = self._posts.get(gram)
            if found is None:
                found = self._posts[gram] = array("I")
            found.append(number)

    def name_of(self, code: str) -> str:
        """The name of the item with this code, empty when it is not in force."""
        number = self.by_code.get(code.lower())
        return "" if number is None else str(self.entries[number].row["name"])

    def idf(self, gram: str) -> float:
        """How telling ``gram`` is: the rarer among the names, the more; 0 for one that never occurs."""
        return self._idf.get(gram, 0.0)

    def pair(self, text: str) -> tuple[str, str, str, float]:
        """A pair of a name, its two characters and how telling it is: one for all names that hold it."""
        found = self._pairs.get(text)
        if found is None:
            found = self._pairs[text] = (text, text[0], text[1], self.idf(text))
        return found

    def search(self, query: str, filters: Filters, *, most: int = MOST_RESULTS) -> list[int]:
        """Numbers of the entries that answer ``query`` within ``filters``, best first; not to be changed.

        Beyond ``most`` they may be left out.
        """
        return self.answer(query, filters, most=most).numbers

    def answer(self, query: str, filters: Filters, *, most: int = MOST_RESULTS) -> Answer:
        """``search`` with how well the best fits. What many ask is kept."""
        return self._answered(query.strip().lower(), filters, most)

    def taught(self, phrases: Sequence[Phrase]) -> Index:
        """This index with ``phrases`` beside its own lexicon and before it; the names are shared, not copied."""
        learned = copy.copy(self)
        learned.lexicon = self.lexicon.taught(phrases)
        learned.vocabulary = self.vocabulary.taught(phrases)
        learned._answered = lru_cache(ANSWERS)(learned._answer)
        return learned

    def _answer(self, query: str, filters: Filters, most: int) -> Answer:
        within = None if filters.is_empty else self._within(filters)
        question = understand(query, self.lexicon, self.vocabulary)
        exact = self.by_code.get(query)
        if exact is not None and (within is None or exact in within):
            return Answer([exact], CERTAIN)
        if question.letters:
            found = self._by_letters(question, within)
            if found.numbers:
                return found
        if not question.concepts:
            return NOTHING
        return self._by_words(question, within, most)

    def _passing(self, filters: Filters) -> frozenset[int]:
        return frozenset(number for number, entry in enumerate(self.entries) if filters.passes(entry))

    def all(self, filters: Filters) -> list[int]:
        """Every entry within ``filters``: what can be handled here first, then as published."""
        if filters.is_empty:
            return self.in_order
        within = self._within(filters)
        return [number for number in self.in_order if number in within]

    def _by_words(
        self, question: Question, within: frozenset[int] | None, most: int = MOST_RESULTS
    ) -> Answer:
        scores = self._rough(question)
        best = max(scores if within is None else map(scores.__getitem__, within), default=0.0)
        if best <= 0.0:
            return NOTHING
        low = FAINT * best
        pool = [number for number, score in enumerate(scores) if score > low]
        if within is not None:
            pool = [number for number in pool if number in within]
        pool.sort(key=scores.__getitem__, reverse=True)
        likely = bisect_left(pool, -LIKELY * best, key=lambda number: -scores[number])
        parts = self._holding(question.text, within)
        if parts:
            pool = [*parts, *(number for number in pool if number not in parts)]
        weighed = self.weigher.weigh(question, pool[:CANDIDATES], likely + len(parts), parts)
        ranked = sorted(weighed, key=lambda pair: (-pair[1], len(self.names[pair[0]]), pair[0]))
        floor = ranked[0][1] * REMOTE
        good = [number for number, score in ranked if score >= floor]
        floor = best * REMOTE
        rest = [number for number in pool[len(weighed) :] if scores[number] >= floor]
        return Answer((good + rest)[:most], ranked[0][1])

    def _holding(self, text: str, within: frozenset[int] | None) -> dict[int, None]:
        """The first entries whose names hold ``text`` as it stands, where it is no everyday phrase itself."""
        found: dict[int, None] = {}
        if len(text) < PIECE or self.lexicon.means(text):
            return found
        at = self._written.find(text)
        while at >= 0 and len(found) < CANDIDATES // 2:
            number = self._whose[bisect_right(self._begins, at) - 1]
            if within is None or number in within:
                found[number] = None
            at = self._written.find(text, at + 1)
        return found

    def _word(self, word: str) -> list[tuple[str, float]]:
        """The grams of ``word`` that names hold, each with how telling it is; a character less than a pair."""
        found = [(gram, self.idf(gram)) for gram in bigrams(word)]
        found += [(char, 0.3 * self.idf(char)) for char in word]
        return [pair for pair in found if pair[1]]

    def _rough(self, question: Question) -> list[float]:
        """For every entry how much it shares with the question: the more, the better."""
        weights: dict[str, float] = {}
        whole = Concept(question.text.replace(" ", ""), force=0.7)
        for concept in (*question.concepts, whole):
            force = concept.force
            for word in (concept.literal, *concept.words):
                for gram, telling in self._telling(word):
                    if force * telling > weights.get(gram, 0.0):
                        weights[gram] = force * telling
            for pair in blurred_pairs(reading(char) for char in concept.literal):
                if 0.6 * force * self.idf(pair) > weights.get(pair, 0.0):
                    weights[pair] = 0.6 * force * self.idf(pair)
        scores = self._bare.copy()
        limit = max(50, int(len(self.entries) * COMMON))
        for gram, weight in weights.items():
            found = self._posts.get(gram, ())
            if len(found) > limit and len(gram) == 1 and len(weights) > 1:
                continue
            for number in found:
                scores[number] += weight
        return scores

    def _by_letters(self, question: Question, within: frozenset[int] | None) -> Answer:
        """Pinyin in full or initials: whole syllables from a character's beginning, nearest fit first."""
        letters = question.letters
        scored: dict[int, float] = {}
        for number, full in enumerate(self.full):
            if letters in full:
                score = self.weigher.letters_full(number, letters)
                if score:
                    scored[number] = score
        if len(letters) >= 2:
            for number, initials in enumerate(self.initials):
                at = initials.find(letters)
                if at >= 0:
                    score = 0.55 + 0.4 * len(letters) / len(initials) + (0.1 if at == 0 else 0.0)
                    scored[number] = max(scored.get(number, 0.0), score)
        phrase = self.lexicon.find_letters(_blur_letters(letters))
        meant: list[int] = []
        actions = question.actions
        if phrase is not None:
            asked = understand("".join(phrase.parts), self.lexicon, self.vocabulary)
            actions, meant = asked.actions, self._by_words(asked, None).numbers[:20]
        for number in scored:
            scored[number] += self.weigher.prior(number, actions)
        for place, number in enumerate(meant):
            scored[number] = max(scored.get(number, 0.0), SPELLED - 0.01 * place)
        if not scored:
            spelled = self.vocabulary.spell(letters)
            asked = understand(spelled, self.lexicon, self.vocabulary)
            found = self._by_words(asked, within) if spelled else NOTHING
            return found if found.numbers else self._by_sound(letters, within)
        order = sorted(scored, key=lambda number: (-scored[number], number))
        return _certain([number for number in order if within is None or number in within])

    def _by_sound(self, letters: str, within: frozenset[int] | None) -> Answer:
        """Letters that stand nowhere as they are: syllables with a slip of the finger."""
        pairs = [f"{left}'{right}" for left, right in _neighbours(_cut(letters))]
        scores: dict[int, float] = {}
        total = sum(self.idf(pair) for pair in pairs)
        for pair in pairs:
            for number in self._posts.get(pair, ()):
                scores[number] = scores.get(number, 0.0) + self.idf(pair)
        found = [number for number, score in scores.items() if score >= 0.5 * total]
        if within is not None:
            found = [number for number in found if number in within]

        def place(number: int) -> tuple[float, int, int]:
            return -scores[number] - self.weigher.prior(number, set()), len(self.names[number]), number

        return _certain(sorted(found, key=place))


def _certain(numbers: list[int]) -> Answer:
    return Answer(numbers[:MOST_RESULTS], CERTAIN) if numbers else NOTHING


def _lines(names: Sequence[str]) -> tuple[str, list[int], list[int]]:
    """All names in one text, where each line begins and whose it is: 医师新办执业注册 is 医师执业注册 too."""
    lines: list[str] = []
    whose: list[int] = []
    for number, name in enumerate(names):
        packed = name.replace(" ", "")
        plain = packed
        for deed in ACTIONS["new"]:
            plain = plain.replace(deed, "")
        for line in dict.fromkeys((packed, plain)):
            lines.append(line)
            whose.append(number)
    begins = [0, *accumulate(len(line) + 1 for line in lines)]
    return "\n".join(lines), begins, whose


def _neighbours(parts: Sequence[str]) -> Iterable[tuple[str, str]]:
    return zip(parts, parts[1:], strict=False)


_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_FINALS = (
    "iang", "iong", "uang", "ueng", "ang", "eng", "ing", "ong", "iao", "ian", "uai", "uan",
    "ai", "ei", "ao", "ou",
    "an", "en", "er", "ia", "ie", "iu", "in", "ua", "uo", "ui", "un", "ue", "ve",
    "a", "o", "e", "i", "u", "v",
)  # fmt: skip


def _cut(letters: str) -> list[str]:
    """``letters`` cut into blurred syllables, greedily."""
    parts: list[str] = []
    at = 0
    while at < len(letters):
        initial = next((part for part in _INITIALS if letters.startswith(part, at)), "")
        rest = at + len(initial)
        final = next((part for part in _FINALS if letters.startswith(part, rest)), "")
        if final.endswith(("n", "ng")) and letters[rest + len(final) : rest + len(final) + 1] in tuple(
            "aeiouv"
        ):
            shorter = final[:-1]
            final = shorter if shorter in _FINALS else final
        end = rest + len(final)
        parts.append(blurred(letters[at:end] or letters[at]))
        at = max(end, at + 1)
    return parts


def _blur_letters(letters: str) -> str:
    return "".join(_cut(letters))


__all__ = ["Filters", "Index", "actions_of", "region_prefix"]
