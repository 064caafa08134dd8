"""Weighing a candidate: how much of the question it covers, how much of it the question explains."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from onewindow.catalog.search.document import ACTIONS, actions_of, bigrams, normalise
from onewindow.catalog.search.pinyin import blurred, reading, typed
from onewindow.catalog.search.question import Concept, Question

if TYPE_CHECKING:
    from onewindow.catalog.search.index import Index

# Deeds that nobody means who does not name them; how far such an item falls back.
UNASKED = {
    "change": 0.07, "cancel": 0.09, "renew": 0.06, "replace": 0.06, "transfer": 0.06, "query": 0.06,
    "consult": 0.09,
    "progress": 0.10, "booking": 0.01, "complain": 0.08, "resume": 0.08, "borrow": 0.06,
}  # fmt: skip
ASKED = {"new": 0.03}
DOES = 0.14  # an item that does what is asked …
LACKS = 0.10  # … and one that does not
COVER, EXPLAIN, BEGIN, EXACT, HANDLED, NEAR = 0.70, 0.24, 0.04, 0.20, 0.03, 0.02
LIKELY, LITERAL, NAMED = 0.6, 0.8, 0.05
CORE = 0.93  # the thing alone, where something else may be asked of it
GENERIC = (
    "审批",
    "办理",
    "申请",
    "申领",
    "登记",
    "备案",
    "许可证",
    "许可",
    "核准",
    "认定",
    "使用",
    "交存",
    "发放",
    "支付",
    "县级行使",
    "县级",
    "市级",
)
LATER = 0.035  # each further official word for an everyday one is a little less meant
STRANGE, PHRASE, STORY = 0.4, 0.2, 0.1  # weight of a pair that stands in no name, as a share of the rarest
TYPED = 1.2  # an everyday phrase is worth somewhat more than its characters
ALIKE = 0.08  # between two that mean the same, the one that is written more like the question
HINTED = 0.25  # what a name must be told of at least: long names hold every character
TOLD = 0.7  # what a name must be told of for a query full of slips to count as the name itself
SLIPPED = 0.4  # below this share nobody looks for a character too many or too few
REVERSED, SOUND, CHAR, CHAR_SOUND, SLIP = 0.7, 0.75, 0.35, 0.6, 0.7
MOST_SHAPES = 6000  # shapes kept; some 4 kB each
_KINDRED = {
    "replace": ("replace", "renew"),
    "renew": ("renew",),
    "cancel": ("cancel",),
    "change": ("change", "transfer"),
    "transfer": ("transfer", "change"),
}


@lru_cache(maxsize=4096)
def _organ_pairs(name: str) -> frozenset[str]:
    return frozenset(bigrams(normalise(name)))


class _Shape:
    """A candidate's texts as sets of grams, and its name as weighted pairs: made once, kept."""

    __slots__ = (
        "chars",
        "name",
        "name_pairs",
        "name_weight",
        "organ",
        "pairs",
        "skips",
        "sound_pairs",
        "sounds",
    )

    def __init__(self, index: Index, number: int) -> None:
        text, name = index.texts[number], index.names[number]
        self.pairs = frozenset(bigrams(text))
        self.chars = frozenset(text)
        sounds = typed(text)
        self.sounds = frozenset(sounds)
        self.sound_pairs = frozenset(
            f"{left}'{right}" for left, right in zip(sounds, sounds[1:], strict=False)
        )
        self.name = name.replace(" ", "")
        self.name_pairs = tuple((pair, pair[0], pair[1], index.idf(pair)) for pair in bigrams(name))
        self.name_weight = sum(row[3] for row in self.name_pairs) or 1.0
        self.skips = frozenset(left + right for left, right in zip(self.name, self.name[2:], strict=False))
        self.organ = _organ_pairs(index.entries[number].row["organ"])


class _Option:
    """One way to say a concept, cut into weighted grams."""

    __slots__ = ("chars", "factor", "grams", "pairs", "strange", "total", "weight", "word")

    def __init__(self, index: Index, word: str, factor: float, unknown: float) -> None:
        sounds = [blurred(reading(char)) for char in word]
        self.word = word
        self.factor = factor
        self.chars = [
            (char, sound, CHAR * (index.idf(char) or unknown))
            for char, sound in zip(word, sounds, strict=True)
        ]
        self.pairs = []
        for at in range(len(word) - 1):
            pair, sound = word[at : at + 2], f"{sounds[at]}'{sounds[at + 1]}"
            self.pairs.append((pair, pair[::-1], sound, index.idf(pair) or index.idf(sound) or unknown))
        self.strange = frozenset(row[0] for row in self.pairs if not index.idf(row[0]))
        self.total = sum(row[-1] for row in self.pairs) + sum(row[-1] for row in self.chars) or 1.0
        self.weight = self.total
        self.grams = frozenset((*word, *(row[0] for row in self.pairs)))

    def share(self, shape: _Shape) -> float:
        """What of the word stands in the candidate, from 0 to 1, slips counted less."""
        found = 0.0
        chars, sounds = shape.chars, shape.sounds
        for char, sound, weight in self.chars:
            if char in chars:
                found += weight
            elif sound in sounds:
                found += CHAR_SOUND * weight
        if not found:
            return 0.0
        for pair, reverse, sound, weight in self.pairs:
            if pair in shape.pairs:
                found += weight
            elif reverse in shape.pairs:
                found += REVERSED * weight
            elif sound in shape.sound_pairs:
                found += SOUND * weight
            elif pair in shape.organ:
                found += 0.5 * weight
        return found / self.total

    def slips(self, shape: _Shape) -> float:
        """What a character too many or too few hides: ab typed as axb, or abc as ac."""
        found, lost = 0.0, False
        word = self.word
        for at, (pair, _, sound, weight) in enumerate(self.pairs):
            if pair in shape.pairs or sound in shape.sound_pairs:
                lost = False
                continue
            if pair in self.strange and pair in shape.skips:
                found += SLIP * weight
            elif (
                lost
                and pair in self.strange
                and word[at - 1 : at + 1] in self.strange
                and word[at - 1] + word[at + 1] in shape.pairs
            ):
                found += SLIP * (weight + self.pairs[at - 1][3])
            lost = True
        return found / self.total


class _Reading(NamedTuple):
    """One way to understand a question: the options of its concepts, what each weighs, and the sum."""

    options: list[list[_Option]]
    weights: list[float]
    total: float


def _without_deeds(word: str, actions: set[str]) -> str:
    """``word`` without the deed that it names, where another is asked: 许可证新办 is about the 许可证."""
    named = actions_of(word)
    if not actions or not named or not named.isdisjoint(_asked(actions)):
        return word
    for action in named:
        for deed in ACTIONS[action]:
            word = word.replace(deed, "")
    return word


@lru_cache(maxsize=4096)
def _core(word: str) -> str:
    """The thing that an item's name speaks of: 住宅专项维修资金 of 住宅专项维修资金查询."""
    for deeds in (*ACTIONS.values(), GENERIC):
        for deed in deeds:
            word = word.replace(deed, "")
    return word


def _asked(actions: set[str]) -> set[str]:
    return {kin for action in actions for kin in (action, *_KINDRED.get(action, ()))}


class Weigher:
    """Gives every candidate of a question its final weight."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._prior = [self._standing(number) for number in range(len(index.entries))]
        self._actions = [actions_of(entry.row["name"]) for entry in index.entries]
        self._shapes: dict[int, _Shape] = {}
        self._rarest = max((index.idf(gram) for gram in ("审批", "许可", "备案")), default=1.0) + 4.0

    def _standing(self, number: int) -> float:
        row = self._index.entries[number].row
        near = NEAR if len(row["region"].rstrip("0")) > 4 else 0.0
        return near + (HANDLED if row["handled"] else 0.0)

    def _shape(self, number: int) -> _Shape:
        found = self._shapes.get(number)
        if found is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            found = self._shapes[number] = _Shape(self._index, number)
        return found

    def prior(self, number: int, actions: set[str]) -> float:
        """What speaks for the item before any word is compared: near, handled here, does what is asked."""
        does = self._actions[number]
        score = self._prior[number]
        wanted = _asked(actions)
        for action in actions:
            if action in does:
                score += DOES
            elif not does.isdisjoint(_KINDRED.get(action, ())):
                score += DOES / 2
            else:
                score -= LACKS
        for action in does - wanted:
            score -= UNASKED.get(action, 0.0)
            if not actions:
                score += ASKED.get(action, 0.0)
        return score

    def weigh(self, question: Question, numbers: Iterable[int]) -> list[tuple[int, float]]:
        """(number, weight) for every candidate."""
        readings = [
            self._reading(concepts, question.actions)
            for concepts in (question.concepts, *question.otherwise)
            if concepts
        ]
        words = {
            option.word
            for reading in readings
            for options in reading.options
            for option in options[:2]
            if len(option.word) > 1
        }
        deeds = {word for action in question.actions for word in ACTIONS.get(action, ())}
        done = {gram for word in deeds for gram in (*word, *bigrams(word))}
        asked = frozenset(question.text)
        wholes = [
            _Option(self._index, text, 1.0, STRANGE * self._rarest)
            for text in dict.fromkeys((question.text.replace(" ", ""), question.bare))
            if text
        ]
        meant = {
            option.word
            for reading in readings
            if len(reading.options) == 1
            for option in reading.options[0][:2]
        }
        weighed = []
        for number in numbers:
            shape = self._shape(number)
            score, share = max(self._told(reading, shape, asked, done) for reading in readings)
            prior = self.prior(number, question.actions)
            literal, grams = _best(wholes, shape, may_slip=True)
            score += ALIKE * literal
            if literal >= LIKELY:
                # Somebody who writes the name itself, slips included, means it and nothing else.
                told = _explained(shape, asked, done | grams)
                named = COVER * literal + EXPLAIN * told
                if literal >= LITERAL and told >= HINTED:
                    score = max(score, named + NAMED)
                if told >= TOLD:
                    score = max(score, named + self._prior[number] - min(prior, self._prior[number]))
            if shape.name in (question.text, question.bare):
                score += NAMED + EXACT
            elif question.actions and question.actions.isdisjoint(self._actions[number]):
                pass
            elif shape.name in meant:
                score += EXACT
            elif any(shape.name.startswith(word) for word in words):
                score += BEGIN * share
            weighed.append((number, score + prior))
        return weighed

    def _reading(self, concepts: list[Concept], actions: set[str]) -> _Reading:
        options = [self._options(concept, actions) for concept in concepts]
        weights = [concept.force * _weight(each) for concept, each in zip(concepts, options, strict=True)]
        return _Reading(options, weights, sum(weights) or 1.0)

    def _told(
        self, reading: _Reading, shape: _Shape, asked: frozenset[str], done: set[str]
    ) -> tuple[float, float]:
        """The weight of a candidate by one reading of the question, and the share of the reading it covers."""
        explained = set(done)
        covered = 0.0
        for options, weight in zip(reading.options, reading.weights, strict=True):
            share, grams = _best(options, shape)
            covered += share * weight
            explained |= grams
        share = covered / reading.total
        return COVER * share + EXPLAIN * _explained(shape, asked, explained), share

    def _options(self, concept: Concept, actions: set[str]) -> list[_Option]:
        """The literal and each official word of a concept, the later the less meant."""
        # Beside an everyday phrase, pairs that no name holds are the story told round it.
        story = STORY if concept.is_beside else PHRASE if concept.words else STRANGE
        unknown = STRANGE * self._rarest
        literal = _Option(self._index, concept.literal, 0.9 if concept.words else 1.0, story * self._rarest)
        meant = [
            _Option(self._index, _without_deeds(word, actions), 1.0 - LATER * place, unknown)
            for place, word in enumerate(concept.words)
        ]
        if actions or concept.is_crowded:
            # What is asked of a thing may be another of its items: the thing itself, whatever is done to it.
            cores = dict.fromkeys(_core(word) for word in concept.words)
            meant += [_Option(self._index, core, CORE - LATER * place, unknown)
                      for place, core in enumerate(cores) if len(core) > 1]  # fmt: skip
        if meant:
            # An everyday phrase weighs as much as what it means, not as its own rare characters.
            literal.weight = min(literal.weight, meant[0].weight)
        return [literal, *meant]

    def letters_full(self, number: int, letters: str) -> float:
        """How well full pinyin fits the name: it must begin where a character begins."""
        index = self._index
        full = index.full[number]
        starts = {0}
        place = 0
        entry = index.entries[number]
        for part in entry.syllables.split():
            place += len(part)
            starts.add(place)
        at = full.find(letters)
        while at >= 0:
            if at in starts:
                ends = at + len(letters) in starts
                return (
                    0.6 + 0.4 * len(letters) / len(full) + (0.1 if at == 0 else 0.0) + (0.05 if ends else 0.0)
                )
            at = full.find(letters, at + 1)
        return 0.0


def _weight(options: list[_Option]) -> float:
    # A phrase weighs as what was typed, not as the long name behind it, else nothing beside it counts.
    return min(options[0].weight * TYPED, max(option.weight for option in options))


def _best(options: list[_Option], shape: _Shape, *, may_slip: bool = False) -> tuple[float, frozenset[str]]:
    best, grams = -1.0, options[0].grams
    for option in options:
        share = option.factor * option.share(shape)
        if may_slip and SLIPPED <= share < 1.0:
            share += option.slips(shape)
        if share > best:
            best, grams = share, option.grams
    return best, grams


def _explained(shape: _Shape, asked: frozenset[str], explained: set[str]) -> float:
    """What of the candidate's name the question accounts for, from 0 to 1."""
    found = 0.0
    for pair, left, right, weight in shape.name_pairs:
        if pair in explained:
            found += weight
        elif left in explained and right in explained:
            found += 0.6 * weight
        elif left in asked and right in asked:
            found += 0.5 * weight
    return found / shape.name_weight
