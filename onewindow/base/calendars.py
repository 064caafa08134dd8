"""The working calendar of this platform: the shipped notices, and those that were imported since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

import msgspec
from django.db import connection, transaction

from onewindow.base import facts, generations
from onewindow.kernel.actor import Actor
from onewindow.kernel.calendar import DayException, DayTable
from onewindow.kernel.calendar_seed import SOURCE, seed_notices, seed_table
from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.kernel.notice import LineError, Notice

# Called after an import inside its transaction with (before, after, now, actor); filled by site.wiring, so
# that running due dates move with the calendar.
Listener = Callable[[DayTable, DayTable, datetime, Actor], object]
on_change: list[Listener] = []

UNPUBLISHED = "通知尚未发布，按法定节假日推算"

_cached: tuple[int, DayTable] | None = None


class Report(msgspec.Struct, frozen=True):
    """What an import did: days read, new, changed and unchanged, and lines refused with their reason."""

    read: int
    new: int
    changed: int
    unchanged: int
    rejected: tuple[LineError, ...]


def table() -> DayTable:
    """The calendar in force; kept in the process until any process imports a notice."""
    global _cached
    generation = generations.read("calendar")
    if _cached is None or _cached[0] != generation:
        _cached = (generation, load())
    return _cached[1]


def load() -> DayTable:
    """The calendar as it stands in the database now, past any cache."""
    years = _years()
    if not years:
        return seed_table()
    notices = seed_notices()
    days = [day for year, of_year in notices.items() if year not in years for day in of_year]
    return DayTable.build(days + _days(), notices.keys() | years.keys())


def source(year: int) -> str:
    """Which notice settles ``year``, for people."""
    imported = _years().get(year)
    if imported is not None:
        return imported
    return SOURCE if year in seed_notices() else UNPUBLISHED


def import_notice(notice: Notice, *, now: datetime, actor: Actor, is_dry_run: bool = False) -> Report:
    """Take a notice into the calendar: the days of its years are replaced, running due dates moved.

    Idempotent: the same notice again changes nothing and records nothing. A notice with unreadable lines
    is not taken at all, because a day left out would move due dates; its report tells the lines. With
    ``is_dry_run`` nothing is written. Raises Invalid when the notice settles no year.
    """
    if notice.errors:
        return Report(notice.read, 0, 0, 0, notice.errors)
    if not notice.years:
        field = FieldError("file", "empty", N_("文件中没有可用的日期"))
        raise Invalid("invalid", N_("通知无法导入"), fields=[field])
    with transaction.atomic():
        _become_only_importer()
        report, is_same = _compared(notice)
        if not is_dry_run and not is_same:
            _take(notice, report, now=now, actor=actor)
    if not is_dry_run and not is_same:
        _forget()
    return report


def _take(notice: Notice, report: Report, *, now: datetime, actor: Actor) -> None:
    before = load()
    _write(notice, now)
    after = load()
    for year in notice.years:
        data = {"source": notice.source, "new": report.new, "changed": report.changed}
        facts.record("calendar", year, "notice-imported", at=now, actor=actor, data=data)
    for listener in on_change:
        listener(before, after, now, actor)


def _forget() -> None:
    """Let every process read the calendar anew, once it is committed."""
    transaction.on_commit(lambda: generations.bump("calendar"))


def _compared(notice: Notice) -> tuple[Report, bool]:
    """What the notice would change against the days now known for its years, and whether nothing."""
    years, imported = set(notice.years), _years()
    known = {day.day: day for day in _days()}
    for year in years - imported.keys():
        known |= {day.day: day for day in seed_notices().get(year, ())}
    fresh = [day for day in notice.exceptions if day.day not in known]
    same = [day for day in notice.exceptions if known.get(day.day) == day]
    told = {day.day for day in notice.exceptions}
    dropped = [day for day in known if day.year in years and day not in told]
    changed = len(notice.exceptions) - len(fresh) - len(same) + len(dropped)
    is_settled = all(year in imported or year in seed_notices() for year in years)
    report = Report(notice.read, len(fresh), changed, len(same), ())
    return report, is_settled and not fresh and not changed


def _write(notice: Notice, now: datetime) -> None:
    days = notice.exceptions
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM base_calendarday WHERE extract(year FROM day)::int = ANY(%s)", [list(notice.years)]
        )
        cursor.execute(
            "INSERT INTO base_calendarday (day, is_workday, name)"
            " SELECT * FROM unnest(%s::date[], %s::boolean[], %s::text[])"
            " ON CONFLICT (day) DO UPDATE SET is_workday = excluded.is_workday, name = excluded.name",
            [[day.day for day in days], [day.is_workday for day in days], [day.name for day in days]],
        )
        cursor.execute(
            "INSERT INTO base_calendaryear (year, source, loaded_at) SELECT unnest(%s::int[]), %s, %s"
            " ON CONFLICT (year) DO UPDATE SET source = excluded.source, loaded_at = excluded.loaded_at",
            [list(notice.years), notice.source, now],
        )


def _become_only_importer() -> None:
    """Two imports at once would each compare against what the other replaces."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE base_calendaryear IN SHARE ROW EXCLUSIVE MODE")


def _years() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT year, source FROM base_calendaryear ORDER BY year")
        return dict(cursor.fetchall())


def _days() -> list[DayException]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, is_workday, name FROM base_calendarday ORDER BY day")
        return [DayException(day=day, is_workday=is_workday, name=name) for day, is_workday, name in cursor]


def missing_year(today: date) -> int | None:
    """The year whose notice should be here and is not: the present one, and from 1 December the next."""
    calendar = table()
    wanted = (today.year, today.year + 1) if today.month == 12 else (today.year,)
    return next((year for year in wanted if calendar.is_provisional(year)), None)


def months_left(today: date) -> int:
    """For how many months after the present one the notices of the state settle which days are worked."""
    calendar, year = table(), today.year
    while not calendar.is_provisional(year):
        year += 1
    return max(0, (year - today.year) * 12 - today.month)


def changed_years(before: DayTable, after: DayTable) -> Iterable[int]:
    """The years in which the two calendars differ, in order."""
    return sorted({day.year for day in before.changed_days(after)})
