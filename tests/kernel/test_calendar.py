"""The working calendar against four agreeing sources, the handbook's oracles and plain counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.calendar import LAST_DAY, DayException, DayTable, OutOfCalendar
from onewindow.kernel.calendar_seed import seed_notices, seed_table
from onewindow.kernel.holidays import statutory_days
from tests.kernel.shared_data import shared_rows

TABLE = seed_table()
DAYS = st.dates(date(1949, 1, 1), date(2199, 12, 31))
NEAR = st.dates(date(2004, 1, 1), date(2030, 12, 31))


def test_every_day_of_the_oracle() -> None:
    rows = shared_rows("calendar/workday_oracle_2007_2025.csv")
    assert len(rows) == 6940
    wrong = [
        r["date"] for r in rows if TABLE.is_workday(date.fromisoformat(r["date"])) != (r["is_workday"] == "1")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("02-10", 5, "02-24"),
        ("02-10", 20, "03-16"),
        ("02-13", 1, "02-14"),
        ("09-18", 1, "09-20"),
        ("09-24", 5, "10-09"),
        ("09-30", 1, "10-08"),
        ("10-09", 1, "10-10"),
        ("04-29", 10, "05-15"),
        ("09-16", 20, "10-20"),
        ("09-16", 45, "11-24"),
        ("11-20", 20, "12-18"),
        ("09-19", 5, "09-24"),
        ("09-20", 5, "09-28"),
        ("09-08", 20, "10-12"),
    ],
)
def test_handbook_sums_of_2026(start: str, days: int, due: str) -> None:
    assert TABLE.add(date.fromisoformat(f"2026-{start}"), days) == date.fromisoformat(f"2026-{due}")


def test_handbook_holidays_of_2026() -> None:
    runs = [("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3), ("10-01", 7)]
    off = {date.fromisoformat(f"2026-{day}") + timedelta(n) for day, length in runs for n in range(length)}
    assert not any(TABLE.is_workday(day) for day in off)
    worked = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20)}
    worked.add(date(2026, 10, 10))
    assert {d for d in TABLE.workdays(2026) if d.weekday() >= 5} == worked
    assert len(TABLE.workdays(2026)) == 248


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 9, 26), "中秋节"),
        (date(2026, 9, 19), "周末"),
        (date(2026, 9, 20), "调休上班"),
        (date(2026, 9, 21), ""),
        (date(2026, 4, 5), "清明节"),
        (date(2027, 2, 5), "春节"),
    ],
)
def test_reasons(day: date, why: str) -> None:
    assert TABLE.reason(day) == why


def test_skipped_names_each_day_left_out() -> None:
    skipped = TABLE.skipped(date(2026, 9, 24), date(2026, 10, 9))
    assert len(skipped) == 10
    assert skipped[0] == (date(2026, 9, 25), "中秋节")
    assert skipped[-1] == (date(2026, 10, 7), "国庆节")


def test_years_without_notice_are_provisional() -> None:
    assert not TABLE.is_provisional(2026)
    assert [year for year in (2003, 2027, 2199) if TABLE.is_provisional(year)] == [2003, 2027, 2199]
    assert TABLE.is_provisional_between(date(2026, 12, 31), date(2027, 1, 4))
    assert not TABLE.is_provisional_between(date(2025, 1, 1), date(2026, 12, 31))
    assert TABLE.announced_years == frozenset(range(2004, 2027))


def test_statutory_days_of_a_coming_year() -> None:
    days = statutory_days(2027)
    assert [d.isoformat()[5:] for d, name in days if name == "春节"] == [
        "02-05", "02-06", "02-07", "02-08", "02-09", "02-10",
    ]  # fmt: skip
    # Thirteen statutory days, and as many weekdays off in every year (article 6 makes good the rest).
    for year in range(2027, 2200):
        assert sum(d.weekday() < 5 for d, _ in statutory_days(year)) == 13, year


def test_statutory_days_foretell_the_number_of_working_days() -> None:
    # The yearly notice moves days about but gives no more and no fewer than the law: all years under
    # the texts of 2013 and 2024, save 2015 (the anniversary) and 2020 (the epidemic).
    provisional = DayTable.build((), ())
    for year in (2014, 2016, 2017, 2018, 2019, 2021, 2022, 2023, 2024, 2025, 2026):
        assert len(provisional.workdays(year)) == len(TABLE.workdays(year)), year


def test_known_festivals_fall_inside_the_announced_holidays() -> None:
    for year, exceptions in seed_notices().items():
        off = {e.day for e in exceptions if not e.is_workday}
        legal = {day for day, _ in statutory_days(year) if day.weekday() < 5}
        missing = {day for day in legal - off if TABLE.is_workday(day)}
        # Days made good (article 6) and days moved by the notice may differ; the festivals may not.
        assert len(missing) <= 3, (year, missing)


def test_outside_the_calendar_is_a_clear_error() -> None:
    for day in (date(1948, 12, 31), date(2217, 1, 1), date.max, date.min):
        with pytest.raises(OutOfCalendar):
            TABLE.is_workday(day)
    with pytest.raises(OutOfCalendar):
        TABLE.add(LAST_DAY, 1)
    with pytest.raises(OutOfCalendar):
        TABLE.workdays(1948)
    assert TABLE.add(date(2199, 12, 31), 3660) < LAST_DAY


def test_a_new_notice_changes_only_its_days() -> None:
    notice = [
        DayException(day=date(2027, 2, 11), is_workday=False, name="春节"),
        DayException(day=date(2027, 2, 20), is_workday=True, name="春节"),
    ]
    old = [e for exceptions in seed_notices().values() for e in exceptions]
    same = DayTable.build([*old], TABLE.announced_years)
    assert TABLE.changed_days(same) == []
    newer = DayTable.build([*old, *notice], TABLE.announced_years)
    assert newer.changed_days(TABLE) == [date(2027, 2, 11), date(2027, 2, 20)]
    announced = DayTable.build([*old, *notice], [*TABLE.announced_years, 2027])
    assert date(2027, 5, 3) in announced.changed_days(TABLE)
    assert not announced.is_provisional(2027)


@given(start=DAYS, days=st.integers(1, 3660))
def test_add_and_count_are_inverse(start: date, days: int) -> None:
    due = TABLE.add(start, days)
    assert TABLE.is_workday(due)
    assert TABLE.count(start, due) == days
    assert TABLE.count(start, due - timedelta(1)) == days - 1


@given(start=NEAR, days=st.integers(1, 400))
def test_back_is_the_last_day_with_so_many_working_days_before_it(start: date, days: int) -> None:
    found = TABLE.back(start, days)
    assert TABLE.is_workday(found) and found < start
    assert TABLE.count(found - timedelta(days=1), start - timedelta(days=1)) == days


@given(start=NEAR, length=st.integers(0, 500))
def test_count_is_plain_counting(start: date, length: int) -> None:
    days = [start + timedelta(n) for n in range(1, length + 1)]
    end = start + timedelta(length)
    assert TABLE.count(start, end) == sum(map(TABLE.is_workday, days))
    assert [d for d, _ in TABLE.skipped(start, end)] == [d for d in days if not TABLE.is_workday(d)]


@given(start=DAYS, days=st.integers(0, 2000))
def test_due_never_moves_back_when_the_start_moves_on(start: date, days: int) -> None:
    assert TABLE.add(start, days) <= TABLE.add(start + timedelta(1), days)


@given(days=st.dictionaries(NEAR, st.booleans(), max_size=12))
def test_changed_days_is_plain_comparison(days: dict[date, bool]) -> None:
    other = DayTable.build(
        [DayException(day=d, is_workday=w, name="试") for d, w in days.items()], range(1949, 2217)
    )
    plain = DayTable.build((), range(1949, 2217))
    assert other.changed_days(plain) == sorted(d for d, w in days.items() if w != (d.weekday() < 5))
