"""Reads of attendance: the state at the desk, day sheets, month sheets by person and window."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import msgspec
from django.db.models import Min

from onewindow.base import calendars
from onewindow.base.clock import day_of
from onewindow.org import queries as org
from onewindow.org.queries import StaffInfo
from onewindow.supervision.staff import hours
from onewindow.supervision.staff.attending import AT_WORK, hall_of
from onewindow.supervision.staff.models import OpenShift, Stamp
from onewindow.supervision.staff.presence import Presence, Told, presence

# Who is expected at each shift; others keep hours when they sign in.
EXPECTED = ("clerk", "issuer")
_TOLD = (
    "kind", "in_at", "out_at", "late_minutes", "early_minutes", "window", "stands_in_for", "by", "at", "reason",
)  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """A shift on a sheet with the names that belong to it; ``deputies`` who came for somebody who is away."""

    person: StaffInfo
    presence: Presence
    window: str
    stands_in_for: list[str]
    deputies: list[str]


class Month(msgspec.Struct, frozen=True):
    """Shifts of a person or a window in a period: ``counts`` by status; ``kept`` of ``expected`` make the rate."""

    key: str
    name: str
    organ: str
    counts: dict[str, int]
    expected: int
    kept: int
    late_minutes: int
    corrected: int
    stood_in: int


def state(staff_id: int) -> datetime | None:
    """Since when somebody is signed in; None when not. One statement."""
    return OpenShift.objects.filter(staff_id=staff_id).values_list("in_at", flat=True).first()


def presences(
    since: date, until: date, *, now: datetime, staff_ids: set[int] | None = None
) -> list[Presence]:
    """Every shift of these days (both included) that was expected or signed; three statements."""
    stamps = _stamps(since, until, staff_ids)
    away = _away(since, until)
    told, table, begun = hours.current(), calendars.table(), _begun(now)
    found = []
    for one in org.staff():
        if staff_ids is not None and one.id not in staff_ids:
            continue
        for day in _days(since, until):
            is_workday = day >= begun and table.is_workday(day)
            for shift in told.of(hall_of(one.window_id)):
                signed = stamps.get((one.id, day, shift.code), [])
                if signed or (is_workday and _is_expected(one, day) and shift.begins(day) <= now):
                    is_over = shift.ends(day) <= now
                    kind = away.get((one.id, day))
                    found.append(presence(one.id, day, shift.code, signed, away=kind, is_over=is_over))
    return found


def _begun(now: datetime) -> date:
    """The first day on which anybody signed: before it nobody could be absent."""
    first: date | None = Stamp.objects.aggregate(first=Min("day"))["first"]
    return first or day_of(now)


def _stamps(since: date, until: date, staff_ids: set[int] | None) -> dict[tuple[int, date, str], list[Told]]:
    rows = Stamp.objects.filter(day__gte=since, day__lte=until)
    if staff_ids is not None:
        rows = rows.filter(staff_id__in=staff_ids)
    found: dict[tuple[int, date, str], list[Told]] = defaultdict(list)
    for staff_id, day, shift, *rest in rows.values_list("staff_id", "day", "shift", *_TOLD):
        kind, in_at, out_at, late, early, window, stands_in_for, by, at, reason = rest
        one = Told(kind, in_at, out_at, late, early, window, tuple(stands_in_for), by, at, reason)
        found[staff_id, day, shift].append(one)
    return found


def _away(since: date, until: date) -> dict[tuple[int, date], str]:
    return {
        (staff_id, day): kind
        for _id, staff_id, kind, first, last in org.absences_between(since, until)
        for day in _days(max(first, since), min(last, until))
    }


def _days(since: date, until: date) -> Iterator[date]:
    for number in range((until - since).days + 1):
        yield since + timedelta(days=number)


def _is_expected(one: StaffInfo, day: date) -> bool:
    roles = {duty.role for duty in one.duties if duty.holds(day)}
    return one.is_active and bool(roles & set(EXPECTED) or (one.window_id and roles & set(AT_WORK)))


def day_sheet(day: date, *, now: datetime, organ_id: int | None = None) -> list[Line]:
    """The shifts of a day by hall order of the people; who came for whom is told on both lines."""
    people = {one.id: one for one in org.staff(organ_id=organ_id)}
    found = [one for one in presences(day, day, now=now) if one.staff_id in people or one.stands_in_for]
    came_for: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in found:
        for absent in one.stands_in_for:
            came_for[absent, one.shift].append(_name(one.staff_id))
    return [
        Line(
            people[one.staff_id],
            one,
            _window(one.window or people[one.staff_id].window_id),
            [_name(id) for id in one.stands_in_for],
            came_for[one.staff_id, one.shift],
        )
        for one in found
        if one.staff_id in people
    ]


def _name(staff_id: int) -> str:
    one = org.staff_of(staff_id)
    return one.name if one else str(staff_id)


def _window(window_id: int | None) -> str:
    return "" if window_id is None else org.window(window_id).name


def month_sheet(
    by: str, since: date, until: date, *, now: datetime, organ_id: int | None = None
) -> list[Month]:
    """Sums by ``person`` or ``window`` over the shifts of these days; people of one organ where told."""
    groups: dict[str, list[Presence]] = defaultdict(list)
    people = {one.id: one for one in org.staff(organ_id=organ_id)}
    for one in presences(since, min(until, day_of(now)), now=now):
        if one.staff_id in people:
            key = (
                one.window or people[one.staff_id].window_id
                if by == "window"
                else people[one.staff_id].username
            )
            if key is not None:
                groups[str(key)].append(one)
    return sorted(
        (_month(by, key, found) for key, found in groups.items()), key=lambda one: (one.organ, one.key)
    )


def _month(by: str, key: str, found: list[Presence]) -> Month:
    if by == "window":
        window = org.window(int(key))
        name, organ = window.name, window.center_name
    else:
        person = org.staff_by_username(key)
        assert person is not None
        name, organ = person.name, org.organ(person.organ_id).name
    return Month(key, name, organ, dict(Counter(one.status for one in found)), *_sums(found))


def _sums(found: Iterable[Presence]) -> tuple[int, int, int, int, int]:
    rows = list(found)
    expected = [one for one in rows if one.counts]
    return (
        len(expected),
        sum(one.is_kept for one in expected),
        sum(one.late_minutes for one in rows),
        sum(bool(one.corrected_by) for one in rows),
        sum(bool(one.stands_in_for) for one in rows),
    )
