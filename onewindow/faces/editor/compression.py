"""The compression work-bench: figures of a chosen set of items as they stand and as they would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.catalog import bulk
from onewindow.catalog.compression import Assumptions, Figures, figures
from onewindow.catalog.compression.example import example
from onewindow.catalog.compression.figures import (
    DAYS_FORMULA,
    MATERIALS_FORMULA,
    MEAN_FORMULA,
    VISITS_FORMULA,
)
from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.editor import choosing, sections
from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import downloads, session

SHOWN_GROUPS = 100
SHOWN_LEFT_OUT = 100
_BY = {"licence": lazy("同一种证照"), "elements": lazy("同样的数据元"), "name": lazy("同名")}
EXAMPLE = "example"


@require_GET
@session.page(permission=sections.ALL)
def page(request: HttpRequest) -> HttpResponse:
    """The bench; moving a slider asks this same address again, with scripts or by the button."""
    given = request.GET
    chosen = choosing.selection(given)
    which = given.get("set", "")
    items = _items(which, chosen)
    context = choosing.context(chosen) | {
        "set": which,
        "is_example": which == EXAMPLE,
        "has_items": bool(items),
        "today": clock.day_of(clock.now()),
    }
    if items:
        context |= _figures(items, given)
        fields = [("set", which), *choosing.told(chosen), *context["assumed_fields"]]
        context["report_query"] = urlencode(fields)
    return render(
        request, "editor/compression.html", sections.shell(request, sections.COMPRESSION, **context)
    )


@require_GET
@session.page(permission=sections.ALL)
def export(request: HttpRequest, part: str, form: str) -> HttpResponseBase:
    """The figures, the groups of materials or the items as xlsx or csv, under the same assumptions."""
    given = request.GET
    items = _items(given.get("set", ""), choosing.selection(given))
    if part not in _TABLES or not items:
        raise NotFound("no-report", N_("没有这种报告。"))
    name, heads, lines = _TABLES[part](items, _assumed(given, _bounds(items)))
    return downloads.table(name, heads, lines, form=form)


def _items(which: str, chosen: bulk.Selection) -> list[ItemDefinition]:
    if which == EXAMPLE:
        return example()
    return list(bulk.selected(chosen)) if which == "chosen" else []


class _Bounds:
    """Where the sliders end; standing at the end a slider changes nothing."""

    def __init__(self, days: int, visits: int) -> None:
        self.percent, self.days, self.visits = 100, max(1, days), max(1, visits)


def _bounds(items: Sequence[ItemDefinition]) -> _Bounds:
    promised = [one.promised_limit.days for one in items if one.promised_limit]
    visits = [one.visits for one in items if one.visits is not None]
    return _Bounds(max(promised, default=1), max(visits, default=1))


def _assumed(given: Any, bounds: _Bounds) -> Assumptions:
    return Assumptions(
        promise_percent=_below(given.get("percent", ""), bounds.percent),
        promise_days=_below(given.get("days", ""), bounds.days),
        fetched=given.get("fetched") == "on",
        visits=_below(given.get("visits", ""), bounds.visits),
    )


def _below(text: str, end: int) -> int | None:
    """The number typed when it is below the end of its slider, else None: nothing assumed."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else end
    return number if number < end else None


def _figures(items: list[ItemDefinition], given: Any) -> dict[str, Any]:
    bounds = _bounds(items)
    assumed = _assumed(given, bounds)
    stands = figures(items)
    would = figures(items, assumed) if assumed != Assumptions() else None
    values = {
        "percent": bounds.percent if assumed.promise_percent is None else assumed.promise_percent,
        "days": bounds.days if assumed.promise_days is None else assumed.promise_days,
        "visits": bounds.visits if assumed.visits is None else assumed.visits,
    }
    fields = [(name, str(value)) for name, value in values.items()]
    return {
        "bounds": bounds,
        "values": values,
        "assumed": assumed,
        "assumed_fields": fields + ([("fetched", "on")] if assumed.fetched else []),
        "figures": stands,
        "would": would,
        "told_assumptions": _told(assumed),
        "rows": _rows(stands, would),
        "groups": [(one, _BY[one.by]) for one in stands.groups[:SHOWN_GROUPS]],
        "more_groups": max(0, len(stands.groups) - SHOWN_GROUPS),
        "left_out": [(one, _(one.reason)) for one in stands.left_out[:SHOWN_LEFT_OUT]],
        "more_left_out": max(0, len(stands.left_out) - SHOWN_LEFT_OUT),
    }


def _told(assumed: Assumptions) -> list[str]:
    told = []
    if assumed.promise_percent is not None:
        told.append(_("承诺不超过法定时限的 %(share)s%%") % {"share": assumed.promise_percent})
    if assumed.promise_days is not None:
        told.append(_("承诺不超过 %(days)s 天") % {"days": assumed.promise_days})
    if assumed.fetched:
        told.append(_("政府签发的材料由系统获取，不再收取"))
    if assumed.visits is not None:
        told.append(_("到现场不超过 %(times)s 次") % {"times": assumed.visits})
    return told


def _rows(stands: Figures, would: Figures | None) -> list[dict[str, Any]]:
    """Each figure with its formula, its population, and what it is and would be."""
    of = {"counted": stands.counted, "chosen": stands.chosen, "visits": stands.known_visits}
    counted = _("%(counted)s 项（共选 %(chosen)s 项）法定、承诺时限都有且以工作日计") % of
    rows: list[tuple[str, str, str, Callable[[Figures], str]]] = [
        (_("时限压缩率"), DAYS_FORMULA, counted, lambda one: _pair(one.days, _("天"))),
        (_("平均压缩率"), MEAN_FORMULA, counted, lambda one: _rate(one.mean_rate)),
        (_("当场办结"), N_("承诺时限为 0 的事项数"), counted, lambda one: str(one.at_once)),
        (
            _("材料压减率"),
            MATERIALS_FORMULA,
            _("所选 %(chosen)s 项的全部材料；同一种证照、同样的数据元或同名算一份") % of,
            lambda one: _pair(one.materials, _("份")),
        ),
        (
            _("到现场次数"),
            VISITS_FORMULA,
            _("%(visits)s 项（共选 %(chosen)s 项）写明了次数") % of,
            lambda one: str(one.visits),
        ),
    ]
    told = []
    for name, formula, population, show in rows:
        now, then = show(stands), show(would) if would else ""
        row = {"name": name, "formula": _(formula), "population": population, "stands": now, "would": then}
        told.append(row | {"is_other": bool(would) and then != now})
    return told


def _pair(pair: Any, unit: str) -> str:
    return f"{pair.before} → {pair.after} {unit}（{_rate(pair.rate)}）"


def _rate(rate: Any) -> str:
    return _("无数据") if rate is None else f"{rate}%"


_Table = tuple[str, list[str], list[list[Any]]]


def _figures_table(items: list[ItemDefinition], assumed: Assumptions) -> _Table:
    would = figures(items, assumed) if assumed != Assumptions() else None
    heads = [_("指标"), _("现状"), _("假设之后"), _("公式"), _("总体")]
    lines: list[list[Any]] = [
        [row["name"], row["stands"], row["would"], row["formula"], row["population"]]
        for row in _rows(figures(items), would)
    ]
    if told := _told(assumed):
        lines.append([_("假设"), "", "；".join(told), "", ""])
    return _("压缩测算"), heads, lines


def _materials_table(items: list[ItemDefinition], assumed: Assumptions) -> _Table:
    heads = [
        _("材料"),
        _("依据什么合并"),
        _("合并前份数"),
        _("事项数"),
        _("由谁出具"),
        _("已含于"),
        _("事项编码"),
    ]
    lines: list[list[Any]] = [
        [one.name, str(_BY[one.by]), one.rows, len(one.items), one.source, one.within, " ".join(one.items)]
        for one in figures(items, assumed).groups
    ]
    return _("材料合并"), heads, lines


def _items_table(items: list[ItemDefinition], assumed: Assumptions) -> _Table:
    left_out = {one.task_code: _(one.reason) for one in figures(items).left_out}
    heads = [
        _("事项编码"), _("事项"), _("部门"), _("法定天数"), _("承诺天数"), _("材料"), _("到现场次数"),
        _("未计入时限的原因"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            one.task_code,
            one.name,
            one.organ_name,
            one.legal_limit.days if one.legal_limit else None,
            one.promised_limit.days if one.promised_limit else None,
            len(one.materials),
            one.visits,
            left_out.get(one.task_code, ""),
        ]
        for one in items
    ]
    return _("测算的事项"), heads, lines


_TABLES = {"figures": _figures_table, "materials": _materials_table, "items": _items_table}
