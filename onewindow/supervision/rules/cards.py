"""What a card is, and how each of its facts changes it: the row of a card is nothing but this fold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from onewindow.cases.rules.clocks import first_instant_after

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATES = ("issued", "explained", "upheld", "withdrawn", "appealed")


class Evidence(msgspec.Struct, frozen=True):
    """A fact of the case on which a card rests; ``at`` in microseconds since 1970."""

    seq: int
    type: str
    at: int


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who said what when; ``is_late``: after the term."""

    by: str
    at: datetime
    text: str
    is_late: bool = False


class Letter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A letter of inquiry (督办函) with its term, and the organ's answer."""

    no: int
    by: str
    at: datetime
    text: str
    answer_by: date
    answer: Said | None = None


class Life(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened to a card at its present level; what was said at a lower one stands in its facts."""

    explanation: Said | None = None
    ruling: Said | None = None  # upheld or withdrawn
    appeal: Said | None = None
    final: Said | None = None  # the ruling on the appeal
    letters: tuple[Letter, ...] = ()
    missed: tuple[str, ...] = ()  # terms that passed: "explanation", "letter:1" …


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One card. ``version`` is the number of its facts; ``mark`` tells occasions of one rule in one case apart;
    ``why`` with its ``params`` says what happened; ``person`` is a user name, empty when it is the organ's."""

    id: int
    card_no: str
    version: int = 0
    case_id: int
    case_no: str
    rule: str
    mark: str
    level: str
    degree: str
    state: str = "issued"
    organ_id: int
    person: str
    raised_at: datetime
    issued_by: str
    reply_due_on: date | None
    why: str
    params: dict[str, str]
    evidence: tuple[Evidence, ...]
    life: Life = Life()
    last_at: datetime
    look_at: datetime | None = None

    @property
    def letter(self) -> Letter | None:
        """The letter that waits for an answer."""
        return next((one for one in self.life.letters if one.answer is None), None)

    @property
    def is_overdue(self) -> bool:
        """True while the organ owes an explanation whose term has passed."""
        return self.state == "issued" and "explanation" in self.life.missed


class Told(msgspec.Struct, frozen=True):
    """A fact of a card as it is folded in."""

    type: str
    data: dict[str, Any]
    at: datetime
    actor: str


def evolve(card: Card | None, told: Told, *, id: int) -> Card:
    """The card after the fact; the first makes it. Raises ``KeyError`` for an unknown one."""
    if card is None:
        if told.type != "issued":
            raise KeyError(told.type)
        return _waiting(_issued(told, id))
    change = _CHANGES[told.type](card, told)
    after = msgspec.structs.replace(card, version=card.version + 1, last_at=told.at, **change)
    return _waiting(after)


def _issued(told: Told, id: int) -> Card:
    given = {name: value for name, value in told.data.items() if name != "row"}
    return msgspec.convert(
        given
        | {"id": id, "version": 1, "last_at": told.at, "issued_by": told.actor}
        | {"raised_at": instant(told.data["raised_at"])},
        Card,
    )


def instant(micros: int) -> datetime:
    """The instant that so many microseconds after 1970 is."""
    return _EPOCH + timedelta(microseconds=micros)


def _waiting(card: Card) -> Card:
    """With the instant at which time will tell of it: a term that passes."""
    terms = [day for name, day in owed(card) if name not in card.life.missed]
    return msgspec.structs.replace(card, look_at=first_instant_after(min(terms)) if terms else None)


def owed(card: Card) -> list[tuple[str, date]]:
    """What the organ owes, with the last day for it: ``explanation``, ``letter:1`` … ; missed terms as well."""
    letters = [(f"letter:{one.no}", one.answer_by) for one in card.life.letters if one.answer is None]
    if card.state == "issued" and card.reply_due_on:
        return [("explanation", card.reply_due_on), *letters]
    return letters


def missed(card: Card, now: datetime) -> list[str]:
    """The terms that passed by ``now`` and are not told yet."""
    return [
        name for name, day in owed(card) if now >= first_instant_after(day) and name not in card.life.missed
    ]


Change = dict[str, Any]


def _life(card: Card, **change: Any) -> Life:
    return msgspec.structs.replace(card.life, **change)


def _said(told: Told) -> Said:
    return Said(told.actor, told.at, told.data["text"], told.data.get("is_late", False))


def _raised(card: Card, told: Told) -> Change:
    """A higher level is a new charge: it is explained, ruled on and appealed anew. Letters go on."""
    data = told.data
    due = data["reply_due_on"]
    return {
        "level": data["level"],
        "degree": data["degree"],
        "state": "issued",
        "person": data["person"],
        "raised_at": instant(data["raised_at"]),
        "reply_due_on": date.fromisoformat(due) if due else None,
        "why": data["why"],
        "params": data["params"],
        "evidence": msgspec.convert(data["evidence"], tuple[Evidence, ...]),
        "life": Life(letters=card.life.letters),
    }


def _explained(card: Card, told: Told) -> Change:
    return {"state": "explained", "life": _life(card, explanation=_said(told))}


def _ruled(state: str) -> Callable[[Card, Told], Change]:
    def change(card: Card, told: Told) -> Change:
        name = "final" if card.state == "appealed" else "ruling"
        return {"state": state, "life": _life(card, **{name: _said(told)})}

    return change


def _appealed(card: Card, told: Told) -> Change:
    return {"state": "appealed", "life": _life(card, appeal=_said(told))}


def _inquired(card: Card, told: Told) -> Change:
    by = date.fromisoformat(told.data["answer_by"])
    letter = Letter(len(card.life.letters) + 1, told.actor, told.at, told.data["text"], by)
    return {"life": _life(card, letters=(*card.life.letters, letter))}


def _answered(card: Card, told: Told) -> Change:
    letters = tuple(
        msgspec.structs.replace(one, answer=_said(told)) if one.no == told.data["letter"] else one
        for one in card.life.letters
    )
    return {"life": _life(card, letters=letters)}


def _missed(card: Card, told: Told) -> Change:
    return {"life": _life(card, missed=(*card.life.missed, told.data["term"]))}


_CHANGES: dict[str, Callable[[Card, Told], Change]] = {
    "raised": _raised,
    "explained": _explained,
    "upheld": _ruled("upheld"),
    "withdrawn": _ruled("withdrawn"),
    "appealed": _appealed,
    "inquired": _inquired,
    "answered": _answered,
    "term-missed": _missed,
}
TYPES = ("issued", *_CHANGES)
