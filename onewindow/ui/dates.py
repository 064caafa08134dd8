"""How dates, instants, sizes and limits are written: ``2026年9月24日（周四）``, or in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

SHANGHAI = timezone(timedelta(hours=8))
_WEEK = "一二三四五六日"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def as_date(value: Any) -> date | None:
    """A date from a date, an instant or their ISO text; None when there is none."""
    moment = as_instant(value)
    return moment.date() if isinstance(moment, datetime) else moment


def as_instant(value: Any) -> datetime | date | None:
    """An instant in Asia/Shanghai or a date from ISO text or a value; None when there is none."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI) if value.tzinfo else value
    return value if isinstance(value, date) else None


def is_english() -> bool:
    """True when the reader chose English."""
    return (get_language() or "").startswith("en")


def day_text(value: Any, *, with_year: bool = True, with_week: bool = True) -> str:
    """``2026年9月24日（周四）``; English ``Thu 24 Sep 2026``; empty for no date."""
    day = as_date(value)
    if day is None:
        return ""
    if is_english():
        week = f"{_DAYS[day.weekday()]} " if with_week else ""
        return f"{week}{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")
    year = f"{day.year}年" if with_year else ""
    week = f"（周{_WEEK[day.weekday()]}）" if with_week else ""
    return f"{year}{day.month}月{day.day}日{week}"


def instant_text(value: Any, *, with_year: bool = True) -> str:
    """The date with the time of day, ``2026年9月24日（周四）10:05``."""
    moment = as_instant(value)
    if not isinstance(moment, datetime):
        return day_text(moment, with_year=with_year)
    gap = " " if is_english() else ""
    return f"{day_text(moment, with_year=with_year)}{gap}{moment:%H:%M}"


def week_letter(day: date) -> str:
    """One letter or character for the day of the week."""
    return _DAYS[day.weekday()][:2] if is_english() else _WEEK[day.weekday()]


def month_text(day: date) -> str:
    """The month alone, for the head of a strip of days."""
    return _MONTHS[day.month - 1] if is_english() else f"{day.month}月"


def limit_text(limit: Mapping[str, Any] | Any) -> str:
    """``7 个工作日``; 0 days is ``当天办结``; empty for no limit."""
    if not limit:
        return ""
    days, unit = (limit["days"], limit["unit"]) if isinstance(limit, Mapping) else (limit.days, limit.unit)
    if days == 0:
        return gettext("当天办结")
    if unit == "calendar_day":
        return ngettext("%(days)s 个自然日", "%(days)s 个自然日", days) % {"days": days}
    return ngettext("%(days)s 个工作日", "%(days)s 个工作日", days) % {"days": days}


def size_text(size: int | None) -> str:
    """Bytes as a person reads them: ``12.4 MB``."""
    amount = float(size or 0)
    for unit in ("B", "KB", "MB"):
        if amount < 1024 or unit == "MB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return ""
