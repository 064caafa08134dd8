"""Weighing a candidate: how much of the question it covers, how much of it the question explains."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING

from onewindow.catalog.search.document import ACTIONS, actions_of, bigrams
from onewindow.catalog.search.question import Concept, Question
from onewindow.catalog.search.shapes import Choice, Cut, Option, Reading, Row, Shape, Signs, Wording

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
LIKELY, LITERAL, NAMED, PART = 0.6, 0.8, 0.05, 0.3
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
FEWEST, SURE = 8, 0.9  # of the candidates so many are weighed at least; what nothing further will beat
MOST_SHAPES = 1500  # shapes kept; some 6 kB each
MOST_DEEDS, MOST_CUTS = 256, 1024  # sets of deeds, and words cut into grams, that are kept
_KINDRED = {
    "replace": ("replace", "renew"),
    "renew": ("renew",),
    "cancel": ("cancel",),
    "change": ("change", "transfer"),
    "transfer": ("transfer", "change"),
}


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


def _asked(actions: Set[str]) -> set[str]:
    return {kin for action in actions for kin in (action, *_KINDRED.get(action, ()))}


def _prior(standing: float, does: frozenset[str], actions: Set[str]) -> float:
    score = standing
    for action in actions:
        if action in does:
            score += DOES
        elif not does.isdisjoint(_KINDRED.get(action, ())):
            score += DOES / 2
        else:
            score -= LACKS
    for action in does - _asked(actions):
        score -= UNASKED.get(action, 0.0)
        if not actions:
            score += ASKED.get(action, 0.0)
    return score


class Weigher:
    """Gives every candidate of a question its final weight."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._prior = [self._standing(number) for number in range(len(index.entries))]
        self._actions = [actions_of(entry.row["name"]) for entry in index.entries]
        stances: dict[tuple[float, frozenset[str]], int] = {}
        self._stance = [
            stances.setdefault(each, len(stances)) for each in zip(self._prior, self._actions, strict=True)
        ]
        self._stances = list(stances)
        self._priors = lru_cache(MOST_DEEDS)(self._each_prior)
        self._cut = lru_cache(MOST_CUTS)(self._cut_up)
        self._shapes: dict[int, Shape] = {}
        self._rarest = max((index.idf(gram) for gram in ("审批", "许可", "备案")), default=1.0) + 4.0

    def _standing(self, number: int) -> float:
        row = self._index.entries[number].row
        near = NEAR if len(row["region"].rstrip("0")) > 4 else 0.0
        return near + (HANDLED if row["handled"] else 0.0)

    def _cut_up(self, word: str, unknown: float) -> Cut:
        return Cut(self._index, word, unknown)

    def _shape(self, number: int) -> Shape:
        found = self._shapes.get(number)
        if found is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            found = self._shapes[number] = Shape(self._index, number)
        return found

    def prior(self, number: int, actions: set[str]) -> float:
        """What speaks for the item before any word is compared: near, handled here, does what is asked."""
        return _prior(self._prior[number], self._actions[number], actions)

    def _each_prior(self, actions: frozenset[str]) -> list[float]:
        # Thousands of items, but they differ in some hundred ways before words are compared.
        return [_prior(standing, does, actions) for standing, does in self._stances]

    def weigh(
        self, question: Question, numbers: Sequence[int], likely: int, parts: Container[int] = ()
    ) -> list[tuple[int, float]]:
        """(number, weight) for every candidate, or only for the first of them, where one of these is sure.

        At least the first ``likely`` are weighed: those as good as the best at first sight. Of ``parts`` the
        question is a piece of the name.
        """
        signs, actions = Signs(), question.actions
        said = _Said(self._cut, signs)
        readings = [
            self._reading(said, concepts, actions)
            for concepts in (question.concepts, *question.otherwise)
            if concepts
        ]
        texts = dict.fromkeys((question.text.replace(" ", ""), question.bare))
        wholes = Choice([Option(said(text, STRANGE * self._rarest), 1.0) for text in texts if text])
        words, meant = _beginnings(readings), _meant(readings)
        deeds = {word for action in actions for word in ACTIONS.get(action, ())}
        done = frozenset(gram for word in deeds for gram in (*word, *bigrams(word)))
        asked = frozenset(question.text)
        spoken = asked.union(done, *(reading.spoken for reading in readings))
        priors = self._priors(frozenset(actions))
        weighed, best, likely = list[tuple[int, float]](), 0.0, max(likely, FEWEST)
        for number in numbers:
            if best >= SURE and len(weighed) >= likely:
                break
            shape = self._shape(number)
            seen, rows = signs.seen(shape), shape.shared(spoken)
            score, share = max(_told(reading, seen, shape, rows, asked, done) for reading in readings)
            prior, standing = priors[self._stance[number]], self._prior[number]
            literal, grams = wholes.best_with_slips(seen, shape, SLIPPED)
            score += ALIKE * literal
            if literal >= LIKELY:
                # Somebody who writes the name itself, slips included, means it and nothing else.
                told = _explained(shape, rows, asked, done | grams)
                named = COVER * literal + EXPLAIN * told
                if literal >= LITERAL and told >= HINTED:
                    score = max(score, named + NAMED)
                if told >= TOLD:
                    score = max(score, named + standing - min(prior, standing))
            if shape.name in (question.text, question.bare):
                score += NAMED + EXACT
            elif actions and actions.isdisjoint(self._actions[number]):
                pass
            elif shape.name in meant:
                score += EXACT
            elif shape.name.startswith(words):
                score += BEGIN * share
            if number in parts:
                score += PART
            weighed.append((number, score + prior))
            best = max(best, score + prior)
        return weighed

    def _reading(self, said: _Said, concepts: list[Concept], actions: set[str]) -> Reading:
        options = [self._options(said, concept, actions) for concept in concepts]
        weights = [concept.force * _weight(each) for concept, each in zip(concepts, options, strict=True)]
        return Reading([Choice(each) for each in options], weights)

    def _options(self, said: _Said, concept: Concept, actions: set[str]) -> list[Option]:
        """The literal and each official word of a concept, the later the less meant."""
        # Beside an everyday phrase, pairs that no name holds are the story told round it.
        story = STORY if concept.is_beside else PHRASE if concept.words else STRANGE
        unknown = STRANGE * self._rarest
        literal = Option(said(concept.literal, story * self._rarest), 0.9 if concept.words else 1.0)
        meant = [
            Option(said(_without_deeds(word, actions), unknown), 1.0 - LATER * place)
            for place, word in enumerate(concept.words)
        ]
        if actions or concept.is_crowded:
            # What is asked of a thing may be another of its items: the thing itself, whatever is done to it.
            cores = dict.fromkeys(_core(word) for word in concept.words)
            meant += [
                Option(said(core, unknown), CORE - LATER * place)
                for place, core in enumerate(cores)
                if len(core) > 1
            ]
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


class _Said:
    """The wordings of one question: the same words under the same terms are made once."""

    def __init__(self, cut: Callable[[str, float], Cut], signs: Signs) -> None:
        self._cut, self._signs = cut, signs
        self._known: dict[tuple[str, float], Wording] = {}

    def __call__(self, word: str, unknown: float) -> Wording:
        found = self._known.get((word, unknown))
        if found is None:
            found = self._known[word, unknown] = Wording(self._cut(word, unknown), self._signs)
        return found


def _weight(options: list[Option]) -> float:
    # A phrase weighs as what was typed, not as the long name behind it, else nothing beside it counts.
    return min(options[0].weight * TYPED, max(option.weight for option in options))


def _beginnings(readings: list[Reading]) -> tuple[str, ...]:
    words = (
        option.wording.word
        for reading in readings
        for choice in reading.choices
        for option in choice.options[:2]
    )
    return tuple({word for word in words if len(word) > 1})


def _meant(readings: list[Reading]) -> set[str]:
    return {
        option.wording.word
        for reading in readings
        if len(reading.choices) == 1
        for option in reading.choices[0].options[:2]
    }


def _told(
    reading: Reading, seen: int, shape: Shape, rows: list[Row], asked: frozenset[str], done: frozenset[str]
) -> tuple[float, float]:
    """The weight of a candidate by one reading of the question, and the share of the reading it covers."""
    share, grams = reading.told(seen)
    return COVER * share + EXPLAIN * _explained(shape, rows, asked, done | grams), share


def _explained(shape: Shape, rows: list[Row], asked: frozenset[str], explained: frozenset[str]) -> float:
    """What of the candidate's name the question accounts for, from 0 to 1."""
    found = 0.0
    for pair, left, right, weight in rows:
        if pair in explained:
            found += weight
        elif left in explained and right in explained:
            found += 0.6 * weight
        elif left in asked and right in asked:
            found += 0.5 * weight
    return found / shape.name_weight
