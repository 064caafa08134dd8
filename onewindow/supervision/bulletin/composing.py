"""Composing the bulletin of a month or a year, for the whole city and for single organs; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import msgspec

from onewindow.base.clock import day_of
from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import NotFound
from onewindow.org import queries as org
from onewindow.reviews.queries import counting, ratings
from onewindow.reviews.rules import figures
from onewindow.supervision.bulletin import spans, tallies
from onewindow.supervision.bulletin.content import (
    CardCount,
    Content,
    Figure,
    Flow,
    Handled,
    ItemLine,
    Measure,
    Month,
    Overdue,
    Place,
    Voices,
)
from onewindow.supervision.bulletin.spans import Span
from onewindow.supervision.queries import board, indicators, trends
from onewindow.supervision.queries.cuts import Counts, Cut
from onewindow.supervision.rules.indicators import CENT, INDICATORS, Value, ratio, value_of
from onewindow.supervision.rules.measures import MEASURES

# What a bulletin tells of a period; and of the catalogue as it stands on the day of composing.
KEY = (
    "completion_rate", "month_closure_rate", "same_day_closure_rate", "on_time_rate", "early_rate",
    "overdue_promise", "overdue_law", "actual_compression", "mean_handling_days", "online_share_cases",
    "online_closed_share", "one_visit_rate_cases", "window_closure_rate", "rule_compliance", "good_rating_rate",
    "rating_participation", "bad_rating_rectified_on_time",
)  # fmt: skip
STANDING = (
    "promise_compression", "instant_share_items", "one_visit_rate", "zero_visit_rate",
    "fully_online_share_items", "entry_rate",
)  # fmt: skip
# Of an organ: what one statement counts for all organs at once.
OF_ORGAN = tuple(name for name in KEY if INDICATORS[name].sources <= {"cases", "open"})
MOST_ITEMS = 10
LEAST_TO_RANK = 5  # decided cases with a limit; fewer are told but not ranked
_ON_TIME = INDICATORS["on_time_rate"]


class Gathered(msgspec.Struct, frozen=True):
    """What all organs' bulletins of a period share, each read by one statement for all of them."""

    span: Span
    today: date
    began: date | None
    spans: tuple[Span | None, Span | None]
    counts: tuple[dict[str, Counts], dict[str, Counts], dict[str, Counts]]
    cards: dict[str, dict[str, CardCount]]
    ratings: dict[str, figures.Tally]
    prior: figures.Prior | None
    tickets: dict[str, tuple[int, int, int, int]]
    complaints: dict[str, tuple[int, int, int, int, int]]

    @property
    def organs(self) -> list[str]:
        """The ids of all that did or were told anything in the period."""
        seen = set(self.counts[0]) | set(self.cards) | set(self.ratings) | set(self.tickets)
        return sorted(seen | set(self.complaints), key=int)


def gathered(span: Span, *, now: datetime) -> Gathered:
    """Everything that is told of organs; nine statements."""
    today, began = day_of(now), tallies.began_on()
    compared = tuple(
        one if one is not None and began is not None and began <= one.until else None
        for one in (spans.before(span), spans.year_before(span))
    )
    of_organs = ratings.tallies_by("organ", since=span.since, until=span.until)
    return Gathered(
        span=span,
        today=today,
        began=began,
        spans=(compared[0], compared[1]),
        counts=(_sides(span), _sides(compared[0]), _sides(compared[1])),
        cards=tallies.cards(span.since, span.until),
        ratings=of_organs,
        prior=figures.prior_of(of_organs.values()),
        tickets=counting.tickets(since=span.since, until=span.until, today=today),
        complaints=counting.complaints(since=span.since, until=span.until),
    )


def _sides(span: Span | None) -> dict[str, Counts]:
    return {} if span is None else trends.side_by_side("organ", Cut(), span.since, span.until)


def of_city(base: Gathered) -> Content:
    """The bulletin of the whole city."""
    sums = [_sum(one.values()) for one in base.counts]
    measured = _city_measures(base)
    return msgspec.structs.replace(
        _content(base, Cut(), "", sums),
        measures=measured,
        standing=_standing(base, Cut()),
        organs=tuple(_ranked([_organ_place(base, key) for key in base.organs])),
    )


def of_organ(base: Gathered, organ_id: int) -> Content:
    """The bulletin of one organ."""
    cut, key = Cut(organ_id=organ_id), str(organ_id)
    sums = [one.get(key, _none()) for one in base.counts]
    return msgspec.structs.replace(
        _content(base, cut, key, sums),
        measures=_organ_measures(base, key, sums),
        standing=_standing(base, cut),
    )


def _content(base: Gathered, cut: Cut, key: str, sums: list[Counts]) -> Content:
    """What is told of a city and of an organ alike."""
    span, keys = base.span, [key] if key else base.organs
    held = board.on_hand(cut, today=base.today)
    return Content(
        period=span.name,
        since=span.since.isoformat(),
        until=span.until.isoformat(),
        composed_on=base.today.isoformat(),
        organ=org.organ(int(key)).name if key else "",
        flow=_flow(sums[0]),
        previous=_flow(sums[1]) if base.spans[0] else None,
        last_year=_flow(sums[2]) if base.spans[1] else None,
        measures=(),
        standing=(),
        overdue=Overdue(
            sums[0]["over_promise"], sums[0]["over_law"], held.on_hand, held.over_promise, held.over_law,
            base.today.isoformat(),
        ),
        cards=tuple(tallies.summed(base.cards.get(one, {}) for one in keys)),
        card_lines=tuple(tallies.card_lines(span.since, span.until, int(key) if key else None)),
        ratings=_voices(sum((base.ratings.get(one, figures.Tally()) for one in keys), figures.Tally()), base.prior),
        tickets=_tickets([base.tickets[one] for one in keys if one in base.tickets]),
        complaints=_complaints([base.complaints[one] for one in keys if one in base.complaints]),
        items=_items(cut, span),
        organs=(),
        windows=tuple(_ranked(_windows(cut, span))),
        months=tuple(
            Month(f"{day:%Y-%m}", one["received"], one["closed"])
            for day, one in trends.months(cut, today=span.until)
            if base.began is None or day >= base.began.replace(day=1)
        ),
    )  # fmt: skip


# ---------------------------------------------------------------- indicators


def _city_measures(base: Gathered) -> tuple[Measure, ...]:
    found = [_values(list(KEY), Cut(), one, base.today) for one in (base.span, *base.spans)]
    return tuple(_measure(name, [None if one is None else one[name] for one in found]) for name in KEY)


def _values(names: list[str], cut: Cut, span: Span | None, today: date) -> dict[str, Value] | None:
    if span is None:
        return None
    return indicators.values(names, cut=cut, since=span.since, until=span.until, today=today)


def _standing(base: Gathered, cut: Cut) -> tuple[Measure, ...]:
    found = indicators.values(list(STANDING), cut=cut, since=base.today, until=base.today, today=base.today)
    return tuple(_measure(name, [found[name], None, None]) for name in STANDING)


def _organ_measures(base: Gathered, key: str, sums: list[Counts]) -> tuple[Measure, ...]:
    is_known = (True, base.spans[0] is not None, base.spans[1] is not None)
    told = [
        _measure(name, [_of(name, one) if is_so else None for one, is_so in zip(sums, is_known, strict=True)])
        for name in OF_ORGAN
    ]
    tally = base.ratings.get(key, figures.Tally())
    good = Value(ratio(tally.good, tally.count), tally.good, tally.count)
    return (*told, _measure("good_rating_rate", [good, None, None]))


def _of(name: str, counts: Counts) -> Value:
    return value_of(INDICATORS[name], lambda source: counts if source == "cases" else {})


def _measure(name: str, values: list[Value | None]) -> Measure:
    one = INDICATORS[name]
    now, previous, last_year = (None if value is None else figure(value) for value in values)
    assert now is not None
    return Measure(
        name, one.label, one.formula, one.population, one.unit, one.source, now, previous, last_year
    )


def figure(value: Value) -> Figure:
    """As it is stored: two decimals for a rate, a whole number for a count."""
    return Figure(None if value.value is None else str(value.value), value.numerator, value.denominator)


# ---------------------------------------------------------------- places


def _organ_place(base: Gathered, key: str) -> Place:
    counts = base.counts[0].get(key, _none())
    cards = base.cards.get(key, {})
    return msgspec.structs.replace(
        _place(key, org.organ(int(key)).name, counts),
        cards={level: one.raised - one.withdrawn for level, one in cards.items()},
        withdrawn=sum(one.withdrawn for one in cards.values()),
        ratings=_voices(base.ratings.get(key, figures.Tally()), base.prior),
        complaints=_complaints([base.complaints[key]] if key in base.complaints else []),
    )


def _windows(cut: Cut, span: Span) -> list[Place]:
    """The windows that took something in; what came without a window is not one."""
    sides = trends.side_by_side("window", cut, span.since, span.until)
    return [
        _place(key, _window_name(int(key)), counts)
        for key, counts in sides.items()
        if key != "0" and (counts["received"] or counts["closed"])
    ]


def _window_name(id: int) -> str:
    try:
        return f"{org.window(id).center_name} {org.window(id).name}"
    except NotFound:
        return str(id)


def _place(key: str, name: str, counts: Counts) -> Place:
    return Place(
        key,
        name,
        _flow(counts),
        figure(_of("on_time_rate", counts)),
        counts["over_promise"],
        counts["over_law"],
        None,
    )


def _ranked(places: list[Place]) -> list[Place]:
    """By the share decided in time, then by how much was decided; equal shares share a rank (1, 2, 2, 4)."""
    places = sorted(places, key=lambda one: (-_share(one), -one.flow.closed, one.name))
    shares = [_share(one) for one in places]
    return [
        msgspec.structs.replace(one, rank=shares.index(share) + 1 if share >= 0 else None)
        for one, share in zip(places, shares, strict=True)
    ]


def _share(one: Place) -> Decimal:
    is_enough = (one.on_time.denominator or 0) >= LEAST_TO_RANK
    return Decimal(one.on_time.value) if is_enough and one.on_time.value is not None else Decimal(-1)


def _items(cut: Cut, span: Span) -> tuple[ItemLine, ...]:
    sides = trends.side_by_side("item", cut, span.since, span.until)
    most = sorted(sides.items(), key=lambda side: (-side[1]["received"], -side[1]["closed"], side[0]))
    return tuple(
        ItemLine(code, _item_name(code), counts["received"], counts["closed"])
        for code, counts in most[:MOST_ITEMS]
        if counts["received"]
    )


def _item_name(task_code: str) -> str:
    try:
        return catalog.latest(task_code).name
    except NotFound:
        return task_code


# ---------------------------------------------------------------- voices


def _voices(tally: figures.Tally, prior: figures.Prior | None) -> Voices:
    return Voices(
        tally.count,
        _text(ratio(tally.good, tally.count)),
        _text(ratio(tally.total, tally.count, unit="")),
        _mean(figures.shrunk(tally, prior)),
    )


def _mean(value: float | None) -> str | None:
    return None if value is None else str(Decimal(str(figures.rounded(value))).quantize(CENT))


def _tickets(rows: list[tuple[int, int, int, int]]) -> Handled:
    count, real, due, in_time = (sum(column) for column in zip(*rows, (0, 0, 0, 0), strict=True))
    return Handled(count, real, _rate(in_time, due))


def _complaints(rows: list[tuple[int, int, int, int, int]]) -> Handled:
    count, due, in_term, upheld, _ = (sum(column) for column in zip(*rows, (0, 0, 0, 0, 0), strict=True))
    return Handled(count, upheld, _rate(in_term, due))


def _rate(part: int, whole: int) -> Figure:
    return Figure(_text(ratio(part, whole)), part, whole)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


# ---------------------------------------------------------------- counts


def _flow(counts: Counts) -> Flow:
    return Flow(counts["received"], counts["accepted"], counts["closed"], counts["closed_granted"])


def _sum(many: Iterable[Counts]) -> Counts:
    total = _none()
    for one in many:
        for name in MEASURES:
            total[name] += one[name]
    return total


def _none() -> Counts:
    return dict.fromkeys(MEASURES, 0)
