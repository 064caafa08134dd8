"""The figures of all windows, persons, organs or towns of a period, each source read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from onewindow.base.clock import start_of
from onewindow.kernel import days
from onewindow.kernel.errors import N_, Invalid, NotFound
from onewindow.org import queries as org
from onewindow.reviews.queries import ratings
from onewindow.reviews.rules import figures as rating_figures
from onewindow.supervision.queries.cuts import Counts, periods
from onewindow.supervision.rules.indicators import INDICATORS, value_of
from onewindow.supervision.rules.measures import MEASURES
from onewindow.supervision.staff import sheets
from onewindow.supervision.staff.attending import AT_WORK
from onewindow.supervision.staff.models import Note
from onewindow.supervision.staff.ranking import FULL, Entry, Figure, rounded
from onewindow.supervision.staff.scheme import Scheme

CUTS = {"window": "window", "person": "person", "organ": "organ", "town": "region"}
TOWN_DIGITS = 9
# A red card, a breach of this many points, or a bad rating found to be real keeps from every title.
GRAVE_POINTS = 4
_SUMS = ", ".join(f"sum({name})::bigint" for name in MEASURES)
_TALLIES = f"SELECT key, {_SUMS} FROM supervision_tally WHERE cut = %s AND day BETWEEN %s AND %s GROUP BY key"
_CARDS = """
SELECT {column}, c.level, count(*) FROM supervision_card c LEFT JOIN supervision_matter m ON m.case_id = c.case_id
WHERE c.raised_at >= %s AND c.raised_at < %s AND c.state <> 'withdrawn' GROUP BY 1, 2"""
CARD_COLUMNS = {
    "window": "m.window_id::text",
    "person": "c.person",
    "organ": "c.organ_id::text",
    "town": "m.region",
}
NOTE_COLUMNS = {"window": "window", "person": "staff_id", "organ": "organ_id"}


def days_of(period: str) -> tuple[date, date]:
    """First and last day of ``2026-09`` or ``2026``; raises ``Invalid``."""
    try:
        if len(period) == 4:
            first = days.read(f"{period}-01-01")
            return first, first.replace(month=12, day=31)
        first = days.read(f"{period}-01")
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    except ValueError:
        raise Invalid("bad-period", N_("考核周期写作 2026-09 或 2026。")) from None


def entries(kind: str, period: str, scheme: Scheme, *, now: datetime) -> list[Entry]:
    """All that are appraised in the period with their figures; some ten statements."""
    since, until = days_of(period)
    cases = _cases(kind, since, until)
    cards = _cards(kind, since, until)
    notes = _notes(kind, since, until)
    attended = _attended(kind, since, until, now)
    rated = _rated(kind, since, until)
    names = _names(kind, {*cases, *(key for key in rated if kind == "town")})
    return [
        Entry(
            key,
            name,
            organ_id,
            {
                **_limits(cases.get(key, {})),
                "cards": _card_figure(cards.get(key, {}), scheme, has_cases=bool(cases.get(key))),
                "ratings": rated.get(key, Figure(None, 0, 0)),
                "attendance": attended.get(key, Figure(None, 0, 0)),
                "conduct": _conduct_figure(kind, notes.get(key, [])),
            },
            max(cases.get(key, {}).get("accepted", 0), cases.get(key, {}).get("closed", 0)),
            _bars(cards.get(key, {}), notes.get(key, [])),
        )
        for key, (name, organ_id) in names.items()
    ]


def _names(kind: str, found: set[str]) -> dict[str, tuple[str, int | None]]:
    if kind == "person":
        people = [one for one in org.staff() if one.is_active]
        at_work = [one for one in people if {duty.role for duty in one.duties} & set(AT_WORK)]
        return {one.username: (one.name, one.organ_id) for one in at_work}
    if kind == "window":
        return {str(one.id): (f"{one.center_name} {one.name}", one.organ_id) for one in org.windows()}
    if kind == "organ":
        return {str(one.id): (one.name, one.id) for one in org.organs() if str(one.id) in found}
    return {code: (_region(code), None) for code in sorted(found) if code}


def _region(code: str) -> str:
    try:
        return org.region(code).name
    except NotFound:
        return code


def _town(code: str) -> str:
    return code[:TOWN_DIGITS]


def _cases(kind: str, since: date, until: date) -> dict[str, Counts]:
    found: dict[str, Counts] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    for suffix, first, last in periods(since, until):
        with connection.cursor() as cursor:
            cursor.execute(_TALLIES, [f"{CUTS[kind]}{suffix}", first, last])
            for key, *sums in cursor.fetchall():
                total = found[_town(key) if kind == "town" else key]
                for name, count in zip(MEASURES, sums, strict=True):
                    total[name] += int(count)
    return dict(found)


def _limits(counts: Mapping[str, int]) -> dict[str, Figure]:
    found = {}
    for name, indicator in (("on_time", "on_time_rate"), ("early", "early_rate")):
        value = value_of(INDICATORS[indicator], lambda source: counts if source == "cases" else {})
        found[name] = Figure(value.value, value.numerator, value.denominator or 0)
    return found


def _cards(kind: str, since: date, until: date) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(
            _CARDS.format(column=CARD_COLUMNS[kind]), [start_of(since), start_of(until + timedelta(days=1))]
        )
        for key, level, count in cursor.fetchall():
            if key:
                found[_town(key) if kind == "town" else key][level] += int(count)
    return found


def _card_figure(levels: Mapping[str, int], scheme: Scheme, *, has_cases: bool) -> Figure:
    """Who handled nothing and got no card has no score of cards: nothing was watched."""
    if not levels and not has_cases:
        return Figure(None, 0, 0)
    points = sum(scheme.cards.get(level, 0) * count for level, count in levels.items())
    return Figure(Decimal(max(0, 100 - points)), points, sum(levels.values()))


def _notes(kind: str, since: date, until: date) -> dict[str, list[int]]:
    if kind not in NOTE_COLUMNS:
        return {}
    rows = Note.objects.filter(
        observed_at__gte=start_of(since), observed_at__lt=start_of(until + timedelta(days=1))
    ).exclude(steps__deed="withdrawn")
    found: dict[str, list[int]] = defaultdict(list)
    for key, points in rows.values_list(NOTE_COLUMNS[kind], "points"):
        one = org.staff_of(key) if kind == "person" and key is not None else None
        name = (one.username if one else None) if kind == "person" else None if key is None else str(key)
        if name is not None:
            found[name].append(points)
    return found


def _conduct_figure(kind: str, points: list[int]) -> Figure:
    if kind == "town":
        return Figure(None, 0, 0)
    return Figure(Decimal(max(0, min(100, 100 - sum(points)))), sum(points), len(points))


def _bars(levels: Mapping[str, int], points: Iterable[int]) -> tuple[str, ...]:
    bars = ["red-card"] if levels.get("red") else []
    return tuple(bars + (["conduct"] if any(one >= GRAVE_POINTS for one in points) else []))


def _attended(kind: str, since: date, until: date, now: datetime) -> dict[str, Figure]:
    if kind == "town":
        return {}
    by = "window" if kind == "window" else "person"
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in sheets.month_sheet(by, since, until, now=now):
        person = org.staff_by_username(one.key) if kind == "organ" else None
        key = str(person.organ_id) if person else one.key
        kept, expected = found[key]
        found[key] = kept + one.kept, expected + one.expected
    return {
        key: Figure(rounded(FULL * kept / expected) if expected else None, kept, expected)
        for key, (kept, expected) in found.items()
    }


def _rated(kind: str, since: date, until: date) -> dict[str, Figure]:
    tallies: dict[str, rating_figures.Tally] = defaultdict(rating_figures.Tally)
    for key, one in ratings.tallies_by(CUTS[kind], since=since, until=until).items():
        tallies[_town(key) if kind == "town" else key] += one
    prior = rating_figures.prior_of(tallies.values())
    return {
        key: Figure(
            None
            if (mean := rating_figures.shrunk(one, prior)) is None
            else rounded(Decimal(str(mean - 1)) * 25),
            one.good,
            one.count,
        )
        for key, one in tallies.items()
    }
