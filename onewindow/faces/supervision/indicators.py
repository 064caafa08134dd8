"""Indicators (指标): every one with its value and its definition, side by side for organs, and to take along."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.faces.supervision import choosing, drawing, periods, sections
from onewindow.kernel.errors import N_
from onewindow.supervision import settings
from onewindow.supervision.queries import cuts, indicators
from onewindow.supervision.rules import dimensions
from onewindow.supervision.rules.indicators import INDICATORS, UNTOLD
from onewindow.ui import downloads, session

HEADS = (
    N_("指标"), N_("值"), N_("单位"), N_("分子"), N_("分母"), N_("算法"), N_("统计范围"), N_("来源"),
    N_("期初"), N_("期末"),
)  # fmt: skip
# Three rates, one number: three rates and the distribution of visits, with the marks of 2015 and 2016.
THREE = (
    ("fully_online_share_items", "30%", "50%"),
    ("online_share_cases", "", "50%"),
    ("online_closed_share", "30%", "40%"),
)
SIDES = ("organ", "window", "region", "person")
MOST_SIDES = 200


@require_GET
@session.page(permission=sections.ALL)
def overview(request: HttpRequest) -> HttpResponse:
    """All indicators of one cut and period."""
    chosen, today = choosing.chosen(request), clock.today()
    period = periods.period(request, today=today)
    values = indicators.values(
        list(INDICATORS), cut=chosen.cut, since=period.since, until=period.until, today=today
    )
    scores = dimensions.scores(settings.dimensions(), {name: one.value for name, one in values.items()})
    told = sections.shell(
        request,
        sections.INDICATORS,
        **choosing.options(chosen),
        chosen=chosen,
        period=period,
        rows=[(INDICATORS[name], one) for name, one in values.items()],
        three=[(INDICATORS[name], values[name], first, second) for name, first, second in THREE],
        visits=_visits(chosen.cut, period),
        scores=[(one, [INDICATORS[name].label for name in one.dimension.proxies]) for one in scores],
        total=dimensions.total(scores),
        untold=UNTOLD,
        download={form: _link(chosen, period, f"/supervision/indicators.{form}") for form in ("xlsx", "csv")},
        compare=_link(chosen, period, "/supervision/indicators"),
        kept_words=chosen.query,
    )
    return render(request, "supervision/indicators.html", told)


@require_GET
@session.page(permission=sections.ALL)
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One indicator with its definition, and every organ (window, region, person) beside the others."""
    chosen, today = choosing.chosen(request), clock.today()
    period = periods.period(request, today=today)
    by = request.GET.get("by", "")
    by = by if by in SIDES else "organ"
    asked = {"cut": chosen.cut, "since": period.since, "until": period.until, "today": today}
    sides = indicators.compared(name, by, **asked)  # type: ignore[arg-type]
    shown = [
        (choosing.name_of(by, key), value)
        for key, value in sides.items()
        if value.numerator or value.denominator
    ]
    shown.sort(key=lambda side: (side[1].value is None, -(side[1].value or 0), side[0]))
    told = sections.shell(
        request,
        sections.INDICATORS,
        **choosing.options(chosen),
        chosen=chosen,
        period=period,
        one=indicators.indicator(name),
        value=indicators.value(name, **asked),  # type: ignore[arg-type]
        by=by,
        sides=[(label, value, drawing.bar(value.value)) for label, value in shown[:MOST_SIDES]],
        switch=[
            (side, _link(chosen, period, f"/supervision/indicators/{name}", by=side), side == by)
            for side in SIDES
        ],
        is_percent=indicators.indicator(name).unit == "%",
        kept_words=chosen.query,
    )
    return render(request, "supervision/indicator.html", told)


@require_GET
@session.page(permission=sections.ALL)
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """All values with their definitions."""
    chosen, today = choosing.chosen(request), clock.today()
    period = periods.period(request, today=today)
    values = indicators.values(
        list(INDICATORS), cut=chosen.cut, since=period.since, until=period.until, today=today
    )
    lines = (line(name, value, period) for name, value in values.items())
    return downloads.table(_("指标"), [_(head) for head in HEADS], lines, form=form)


def line(name: str, value: Any, period: periods.Period) -> list[Any]:
    """One line of the table to take along; an empty value is no data."""
    told = INDICATORS[name]
    return [
        _(told.label), value.value, _(told.unit), value.numerator, value.denominator, _(told.formula),
        _(told.population), told.source, period.since, period.until,
    ]  # fmt: skip


def _visits(cut: cuts.Cut, period: periods.Period) -> list[tuple[str, int, int | None]]:
    """How often people had to come: none, once, twice, more; of the cases whose item tells it."""
    found = cuts.counts(cut, period.since, period.until)
    none, one, two, known = (
        found[name]
        for name in ("closed_no_visit", "closed_one_visit", "closed_two_visits", "closed_visits_known")
    )
    parts = (
        (N_("零次"), none),
        (N_("一次"), one - none),
        (N_("两次"), two - one),
        (N_("三次以上"), known - two),
    )
    return [(label, count, round(100 * count / known) if known else None) for label, count in parts]


def _link(chosen: choosing.Chosen, period: periods.Period, path: str, **more: str) -> str:
    return chosen.link(path, **period.words, **more)
