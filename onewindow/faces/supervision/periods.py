"""The period that a page is about: two days, or a month or year by name."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import msgspec
from django.http import HttpRequest

from onewindow.kernel import days
from onewindow.kernel.errors import N_, FieldError, Invalid


class Period(msgspec.Struct, frozen=True):
    """Both days included."""

    since: date
    until: date

    @property
    def words(self) -> dict[str, str]:
        """The period as the address tells it."""
        return {"from": self.since.isoformat(), "to": self.until.isoformat()}


def period(request: HttpRequest, *, today: date) -> Period:
    """``from`` and ``to`` of the address, this month up to today without them; raises ``Invalid``."""
    return Period(
        _day(request, "from", today.replace(day=1)),
        _day(request, "to", today),
    )


def month(text: str, *, today: date) -> Period:
    """The month ``2026-08``, the last whole one for an empty text; raises ``Invalid``."""
    if not text:
        first = (today.replace(day=1) - date.resolution).replace(day=1)
    else:
        try:
            first = days.read(f"{text}-01")
        except ValueError:
            raise _wrong("month") from None
    return Period(first, first.replace(day=monthrange(first.year, first.month)[1]))


def year(text: str, *, today: date) -> Period:
    """The year ``2026``, the present one for an empty text; raises ``Invalid``."""
    try:
        first = days.read(f"{text}-01-01") if text else today.replace(month=1, day=1)
    except ValueError:
        raise _wrong("year") from None
    return Period(first, first.replace(month=12, day=31))


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    text = request.GET.get(name, "").strip()
    if not text:
        return otherwise
    try:
        return days.read(text)
    except ValueError:
        raise _wrong(name) from None


def _wrong(field: str) -> Invalid:
    return Invalid(
        "invalid-fields",
        N_("有的内容不符合要求，请改正后再提交。"),
        fields=[FieldError(field, "not-a-date", N_("日期不对。"))],
    )
