"""Office hours: when people come and work, on the platform's own calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from onewindow.base import calendars, clock

OPENS, CLOSES = time(8, 30), time(17, 30)  # the hall
_MORNING = (9 * 60, 12 * 60)
_AFTERNOON = (13 * 60 + 30, 17 * 60)


def is_workday(day: date) -> bool:
    """Whether the centre is open on a day."""
    return calendars.table().is_workday(day)


def next_workday(day: date) -> date:
    """``day`` itself when the centre is open, else the first open day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def ago(day: date, days: int) -> date:
    """The open day from which ``days`` working days are counted up to ``day``."""
    table, found = calendars.table(), day
    while table.count(found, day) < days or not table.is_workday(found):
        found -= timedelta(days=1)
    return found


def at(day: date, moment: time) -> datetime:
    """An instant in Asia/Shanghai."""
    return datetime.combine(day, moment, clock.SHANGHAI)


def within(day: date, dice: Random) -> datetime:
    """Some instant in the office hours of a day."""
    length = _MORNING[1] - _MORNING[0]
    minute = dice.randrange(length + _AFTERNOON[1] - _AFTERNOON[0])
    minute += _MORNING[0] if minute < length else _AFTERNOON[0] - length
    return clock.start_of(day) + timedelta(minutes=minute, seconds=dice.randrange(60))


def later(moment: datetime, days: int, dice: Random) -> datetime:
    """Some instant in office hours ``days`` working days later; 0: within the next hours of work."""
    if days > 0:
        return within(calendars.table().add(clock.day_of(moment), days), dice)
    return soon(moment, dice.randrange(8, 100))


def soon(moment: datetime, minutes: int) -> datetime:
    """``minutes`` of work later: nights, pauses and free days pass without work."""
    day, passed, seconds = clock.day_of(moment), 60 * moment.hour + moment.minute, moment.second
    if not is_workday(day):
        day, passed, seconds = next_workday(day), 0, 0
    while True:
        for opens, closes in (_MORNING, _AFTERNOON):
            begins = max(passed, opens)
            if begins + minutes < closes:
                return clock.start_of(day) + timedelta(minutes=begins + minutes, seconds=seconds)
            minutes -= max(0, closes - begins)
        tomorrow = day + timedelta(days=1)
        day, passed = next_workday(tomorrow), 0
        if day != tomorrow:
            seconds = 0
