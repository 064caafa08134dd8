"""What the public is told: the same figures without what could lead to a person. Pure.

People speak in ratings and complaints. A cell behind which one to four of them stand is hidden, and so is a
second one where the hidden could be told from the total and the rest (secondary suppression). Of a year a cell
is hidden when it is hidden in one of its months, because the others would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from onewindow.supervision.bulletin.content import Content, Figure, Handled, ItemLine, Measure, Place, Voices

LEAST = 5

Cells = Mapping[str, int]
HIDDEN = Figure(is_hidden=True)
NO_VOICES = Voices(None, None, None, None, is_hidden=True)
NOT_HANDLED = Handled(None, None, HIDDEN, is_hidden=True)
# Indicators of people who spoke: which of its counts is a number of people.
_PEOPLE = {
    "good_rating_rate": "denominator",
    "rating_participation": "numerator",
    "bad_rating_rectified_on_time": "denominator",
}


class Hidden(msgspec.Struct, frozen=True):
    """The cells that are not told, and whether their total is not."""

    keys: frozenset[str]
    total: bool


def is_small(count: int | None) -> bool:
    """True where one to four stand behind a cell; nobody is no person."""
    return count is not None and 0 < count < LEAST


def hidden(cells: Cells, *, earlier: Sequence[Hidden] = ()) -> Hidden:
    """What to hide of cells whose total is told; ``earlier``: what was hidden of the parts of a longer period."""
    found = {key for key, count in cells.items() if is_small(count)}
    found |= {key for one in earlier for key in one.keys if cells.get(key)}
    rest = sorted((count, key) for key, count in cells.items() if count and key not in found)
    while found and rest and (len(found) == 1 or sum(cells[key] for key in found) < LEAST):
        found.add(rest.pop(0)[1])
    is_lonely = bool(found) and (len(found) == 1 or sum(cells[key] for key in found) < LEAST)
    total = is_lonely or is_small(sum(cells.values())) or any(one.total for one in earlier)
    return Hidden(frozenset(found), total)


def hidden_of(cells: Cells, months: Sequence[Cells] = ()) -> Hidden:
    """``hidden`` for a month, or for a year with the cells of its months."""
    return hidden(cells, earlier=[hidden(one) for one in months])


def public(content: Content, *, ratings: Sequence[Cells] = (), complaints: Sequence[Cells] = ()) -> Content:
    """The bulletin of the city as everybody may read it; ``ratings`` and ``complaints`` of a year's months."""
    spoken = hidden_of(_cells(content, lambda one: one.ratings and one.ratings.count), ratings)
    charged = hidden_of(_cells(content, lambda one: one.complaints and one.complaints.count), complaints)
    told = msgspec.structs.replace(
        content,
        measures=tuple(_measure(one, is_hidden=spoken.total) for one in content.measures),
        card_lines=(),
        windows=(),
        items=tuple(one for one in content.items if _is_frequent(one)),
        ratings=NO_VOICES if spoken.total else content.ratings,
        tickets=_handled(content.tickets, is_hidden=spoken.total),
        complaints=_handled(content.complaints, is_hidden=charged.total),
        organs=tuple(_place(one, spoken, charged) for one in content.organs),
    )
    return msgspec.structs.replace(told, has_hidden=_has_hidden(told))


def _cells(content: Content, count: object) -> dict[str, int]:
    return {one.key: count(one) or 0 for one in content.organs}  # type: ignore[operator]


def _is_frequent(one: ItemLine) -> bool:
    return one.received >= LEAST


def _measure(one: Measure, *, is_hidden: bool) -> Measure:
    people = _PEOPLE.get(one.name)
    if people is None:
        return one
    return msgspec.structs.replace(
        one,
        now=HIDDEN if is_hidden else _figure(one.now, people),
        previous=one.previous and _figure(one.previous, people),
        last_year=one.last_year and _figure(one.last_year, people),
    )


def _figure(one: Figure, people: str) -> Figure:
    return HIDDEN if is_small(getattr(one, people)) else one


def _handled(one: Handled, *, is_hidden: bool) -> Handled:
    """How many were right stays with the offices: it is a smaller cell of the same people."""
    if is_hidden or is_small(one.count):
        return NOT_HANDLED
    return Handled(one.count, None, _figure(one.in_term, "denominator"))


def _place(one: Place, spoken: Hidden, charged: Hidden) -> Place:
    assert one.ratings is not None and one.complaints is not None
    return msgspec.structs.replace(
        one,
        ratings=NO_VOICES if one.key in spoken.keys else one.ratings,
        complaints=_handled(one.complaints, is_hidden=one.key in charged.keys),
    )


def _has_hidden(told: Content) -> bool:
    return (
        told.ratings.is_hidden
        or told.tickets.is_hidden
        or told.complaints.is_hidden
        or any(one.now.is_hidden for one in told.measures)
        or any(
            (one.ratings and one.ratings.is_hidden) or (one.complaints and one.complaints.is_hidden)
            for one in told.organs
        )
    )
