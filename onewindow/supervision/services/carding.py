"""Cards come to be and rise: one per case, rule and mark, never twice for the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import calendars, facts
from onewindow.cases.rules.clocks import day_of
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.supervision import cardstore
from onewindow.supervision.rules import cards as fold
from onewindow.supervision.rules.cards import Card, Evidence, Told
from onewindow.supervision.rules.history import History
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.profile import Profile, higher
from onewindow.supervision.rules.watching import Hit

BATCH = 500


class Struck(msgspec.Struct, frozen=True):
    """A hit with the case it is about and the facts it rests on."""

    matter: Matter
    hit: Hit
    evidence: tuple[Evidence, ...] = ()


def struck(matter: Matter, hit: Hit, history: History) -> Struck:
    """A hit with its facts as they were told."""
    events = [one.event for one in history.moments if one.event.seq in hit.evidence]
    return Struck(matter, hit, tuple(Evidence(one.seq, one.type, facts.micros_of(one.at)) for one in events))


def issue(found: Sequence[Struck], profile: Profile, *, now: datetime, in_order: bool = False) -> None:
    """Issue cards for these hits, or let those that stand rise; a level that is reached is not told again.

    The organ's term runs from ``now``, also when the watch was off for days; ``in_order`` (the clock is being
    moved) each is told at its own instant, as it would have been.
    """
    levelled = [(one, level) for one in found if (level := profile.level(one.hit.rule, one.hit.degree))]
    if not levelled:
        return
    standing = _standing({one.matter.case_id for one, _ in levelled})
    numbers = iter(cardstore.ids(len(levelled)))
    batch = Batch()
    for one, level in levelled:
        at = one.hit.at if in_order else now
        key = (one.matter.case_id, one.hit.rule, one.hit.mark)
        card = standing.get(key)
        if card is None:
            data = _issued(next(numbers), one, level, profile, at)
            standing[key] = batch.tell(None, "issued", data, id=data.pop("id"), at=at)
        elif _rises(card, one.hit, level):
            card = _tell_missed(batch, card, at, in_order)
            standing[key] = batch.tell(card, "raised", _charge(one, level, profile, at), id=card.id, at=at)
    batch.write()


def _rises(card: Card, hit: Hit, level: str) -> bool:
    """A withdrawn card rises for something worse only, not because what it was withdrawn for goes on."""
    return higher(level, card.level) and not (card.state == "withdrawn" and hit.degree == "still")


def _standing(case_ids: set[int]) -> dict[tuple[int, str, str], Card]:
    found = cardstore.read("case_id = ANY(%s)", [sorted(case_ids)], then="ORDER BY id FOR UPDATE")
    return {(card.case_id, card.rule, card.mark): card for card in found}


def charged(one: Struck, level: str, profile: Profile, now: datetime) -> dict[str, Any]:
    """What the first fact of a new card tells, with the number that it takes as ``id``."""
    return _issued(cardstore.ids(1)[0], one, level, profile, now)


def _issued(id: int, one: Struck, level: str, profile: Profile, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "card_no": f"JC{day_of(now):%Y%m%d}{id:08d}",
        "case_id": one.matter.case_id,
        "case_no": one.matter.case_no,
        "rule": one.hit.rule,
        "mark": one.hit.mark,
        "organ_id": one.matter.organ_id,
        **_charge(one, level, profile, now),
    }


def _charge(one: Struck, level: str, profile: Profile, now: datetime) -> dict[str, Any]:
    """What a card says at a level. A reminder asks for no explanation, so that it has no term."""
    due_on = None if level == "reminder" else calendars.table().add(day_of(now), profile.reply_days)
    return {
        "level": level,
        "degree": one.hit.degree,
        "person": one.hit.person,
        "raised_at": facts.micros_of(one.hit.at),
        "reply_due_on": None if due_on is None else due_on.isoformat(),
        "why": one.hit.why,
        "params": one.hit.params,
        "evidence": [msgspec.to_builtins(fact) for fact in one.evidence],
    }


class Batch:
    """Facts of many cards, folded as they are told and written together."""

    def __init__(self, *, actor: Actor = SYSTEM, role: str = "system") -> None:
        self._actor, self._role = actor, role
        self._was: dict[int, int] = {}
        self._after: dict[int, Card] = {}
        self._told: list[tuple[int, int, Told]] = []

    def tell(self, card: Card | None, type: str, data: dict[str, Any], *, id: int, at: datetime) -> Card:
        """The card after this fact; None makes it. No fact is older than the one before it."""
        told = Told(type, data, at if card is None else max(at, card.last_at), self._actor.username)
        after = fold.evolve(card, told, id=id)
        if id not in self._after:
            self._was[id] = 0 if card is None else card.version
        self._after[id] = after
        self._told.append((id, after.version, told))
        return after

    def write(self) -> None:
        """Write the cards and their facts in the caller's transaction; raises ``Stale`` when one has moved on."""
        cardstore.insert([card for id, card in self._after.items() if not self._was[id]])
        moved = {id: version for id, version in self._was.items() if version}
        cardstore.update([self._after[id] for id in moved], was=moved)
        facts.write(list(self._rows()))

    def _rows(self) -> Iterable[facts.Row]:
        for id, seq, told in self._told:
            after = self._after[id]
            data = told.data | ({"row": cardstore.digest(after)} if seq == after.version else {})
            yield facts.row(
                "card", id, seq=seq, type=told.type, at=told.at, actor=self._actor, role=self._role, data=data
            )


def tell_missed_terms(now: datetime, *, limit: int = BATCH, in_order: bool = False) -> int:
    """Tell of terms that passed without an explanation or an answer; on how many cards."""
    due = cardstore.read(
        "look_at <= %s", [now], then=f"ORDER BY look_at LIMIT {limit:d} FOR UPDATE SKIP LOCKED"
    )
    batch = Batch()
    for card in due:
        _tell_missed(batch, card, now, in_order)
    batch.write()
    return len(due)


def _tell_missed(batch: Batch, card: Card, now: datetime, in_order: bool) -> Card:
    """The card after the terms that passed by ``now``."""
    while card.look_at is not None and card.look_at <= now:
        at = card.look_at if in_order else now
        for term in fold.missed(card, at):
            card = batch.tell(card, "term-missed", {"term": term}, id=card.id, at=at)
    return card
