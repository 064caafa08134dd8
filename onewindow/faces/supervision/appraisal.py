"""考核: results of windows, persons, organs and towns, each figure with its evidence; titles; weights."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import asking, sections
from onewindow.faces.supervision.attendance import SHIFTS, STATUSES
from onewindow.faces.supervision.conduct import STATES
from onewindow.faces.supervision.me import figures_of
from onewindow.kernel.errors import NotFound, Refusal
from onewindow.supervision.staff import evidence, published, publishing, scheme
from onewindow.supervision.staff.attending import AT_WORK
from onewindow.ui import downloads, refusals, session

NOTES = {"small-sample": lazy("办件太少，不排名"), "no-data": lazy("没有足够数据，不评分")}
BARS = {"red-card": lazy("有红牌"), "conduct": lazy("有严重的巡查记录")}


def _asked(request: HttpRequest) -> tuple[str, str]:
    kind = asking.choice(request, "kind", scheme.KINDS) or "window"
    today = clock.today()
    last = f"{today.year - (today.month == 1)}-{(today.month - 2) % 12 + 1:02d}"
    return kind, request.GET.get("period", "").replace("\0", "")[:10] or last


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.APPRAISAL.roles)
def result(request: HttpRequest) -> HttpResponse:
    """The result of a kind and period; a manager publishes, a watcher rules on appeals."""
    kind, period = _asked(request)
    problem, status = "", 200
    if request.method == "POST":
        try:
            _do(request, kind, period)
            return HttpResponseRedirect("?" + urlencode({"kind": kind, "period": period}), status=303)
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    found = _result(request, kind, period)
    context = sections.shell(
        request, sections.APPRAISAL, kind=kind, period=period, problem=problem,
        kinds=[(code, _(label)) for code, label in scheme.KINDS.items()],
        figures=_figures(found["weights"]),
        may_publish=request.actor.has("manager"),  # type: ignore[attr-defined]
        may_settle=request.actor.has(*publishing.WATCHERS),  # type: ignore[attr-defined]
        is_watcher=request.actor.has(*sections.WATCHERS),  # type: ignore[attr-defined]
        **found,
    )  # fmt: skip
    return render(request, "supervision/appraisal.html", context, status=status)


def _figures(weights: dict[str, str]) -> list[tuple[str, str, str | None]]:
    return [(_(label), _(scheme.FORMULAS[name]), weights.get(name)) for name, label in scheme.FIGURES.items()]


def _do(request: HttpRequest, kind: str, period: str) -> None:
    actor, now, post = request.actor, clock.now(), request.POST  # type: ignore[attr-defined]
    number = post.get("appeal", "")
    if post.get("do") == "publish":
        publishing.publish(actor, kind, period, reason=post.get("reason", ""), now=now)
    elif post.get("do") == "appeal":
        publishing.appeal(actor, kind, period, post.get("key", ""), post.get("text", ""), now=now)
    elif (
        post.get("do") in ("uphold", "dismiss") and number.isascii() and number.isdigit() and len(number) < 12
    ):
        publishing.settle(
            actor, int(number), is_upheld=post["do"] == "uphold", text=post.get("text", ""), now=now
        )
    else:
        raise NotFound("unknown-action", _("没有这个操作。"))


def _result(request: HttpRequest, kind: str, period: str) -> dict[str, Any]:
    number = request.GET.get("version", "")
    version = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 else None
    found = published.result(request.actor, kind, period, now=clock.now(), version=version)  # type: ignore[attr-defined]
    return found | {"rows": [_worded(one, kind, period) for one in found["rows"]]}


def _worded(row: dict[str, Any], kind: str, period: str) -> dict[str, Any]:
    figures = figures_of(row)
    for one in figures:
        asked = {"kind": kind, "key": row["key"], "figure": one["name"], "period": period}
        one["href"] = "/supervision/appraisal/evidence?" + urlencode(asked)
    return row | {
        "figures": figures,
        "note_word": NOTES.get(row["note"], ""),
        "bar_words": [BARS[one] for one in row["bars"]],
    }


@require_GET
@session.page(permission=sections.APPRAISAL.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The result as a table: score, rank, and each figure with its counts."""
    kind, period = _asked(request)
    heads = [_("名次"), _("名称"), _("得分"), _("办件"), _("说明")]
    for name in scheme.FIGURES:
        label = _(scheme.FIGURES[name])
        heads += [label, f"{label} {_('分子')}", f"{label} {_('分母')}"]
    lines = []
    for row in _result(request, kind, period)["rows"]:
        line = [row["rank"], row["name"], row["score"], row["sample"], str(row["note_word"])]
        for one in row["figures"]:
            line += [one["value"], one["numerator"], one["denominator"]]
        lines.append(line)
    return downloads.table(f"{_('考核')} {period}", heads, lines, form=form)


@require_GET
@session.page(permission=(*sections.APPRAISAL.roles, *AT_WORK))
def evidence_page(request: HttpRequest) -> HttpResponse:
    """What a figure rests on."""
    actor = request.actor  # type: ignore[attr-defined]
    kind, period = _asked(request)
    figure = asking.choice(request, "figure", scheme.FIGURES)
    key = request.GET.get("key", "").replace("\0", "")[:60]
    heads, lines = evidence.of_figure(actor, kind, key, figure, period, now=clock.now())
    section = sections.APPRAISAL if actor.has(*sections.APPRAISAL.roles) else sections.ME
    context = sections.shell(
        request, section, kind_word=_(scheme.KINDS[kind]), key=key, period=period, label=_(scheme.FIGURES[figure]),
        formula=_(scheme.FORMULAS[figure]), heads=[_(head) for head in heads],
        lines=[[_shown(cell) for cell in line] for line in lines], is_cut=len(lines) >= evidence.MOST,
    )  # fmt: skip
    return render(request, "supervision/evidence.html", context)


_WORDS: dict[str, Any] = STATUSES | SHIFTS | STATES | {
    "reminder": lazy("预警提醒"), "yellow": lazy("黄牌"), "red": lazy("红牌"), "issued": lazy("已发"),
    "explained": lazy("已说明"), "appealed": lazy("申诉中"),
}  # fmt: skip


def _shown(cell: Any) -> dict[str, Any]:
    if isinstance(cell, str):
        return {"text": _WORDS.get(cell) or (_(cell) if cell else "")}
    return (
        {"at": cell} if hasattr(cell, "hour") else {"day": cell} if hasattr(cell, "year") else {"text": cell}
    )


@require_GET
@session.page(permission=sections.APPRAISAL.roles)
def titles(request: HttpRequest) -> HttpResponse:
    """The titles of a period with the lines that earned them."""
    _kind, period = _asked(request)
    found = [_titled(one["title"], one, period) for one in published.titles(period)]
    return render(
        request,
        "supervision/titles.html",
        sections.shell(request, sections.APPRAISAL, titles=found, period=period),
    )


def _titled(title: scheme.Title, found: dict[str, Any], period: str) -> dict[str, Any]:
    return found | {
        "name": _(title.name),
        "rows": [_worded(row, title.kind, period) for row in found["rows"]],
    }


@require_http_methods(["GET", "POST"])
@session.page(permission=("manager",))
def weights(request: HttpRequest) -> HttpResponse:
    """The weights in force: show and set."""
    values: dict[str, Any] = msgspec.to_builtins(scheme.current())
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        least = request.POST.get("least_cases", "")
        values["least_cases"] = int(least) if least.isascii() and least.isdigit() and len(least) < 6 else 0
        values["weights"] = {
            kind: {
                name: text
                for name in scheme.FIGURES
                if (text := request.POST.get(f"{kind}.{name}", "").strip())
            }
            for kind in scheme.KINDS
        }
        try:
            scheme.set_scheme(request.actor, values, now=clock.now())  # type: ignore[attr-defined]
            more["done"] = _("新权重已生效，以后发布的结果按它计算；已经发布的不变。")
        except Refusal as refusal:
            words = [refusals.field_error(one)["message"] for one in refusal.fields]
            more["problem"], status = " ".join(words) or refusals.said(refusal), refusals.status_of(refusal)
    rows = [
        (kind, _(label), [(name, values["weights"][kind].get(name, "")) for name in scheme.FIGURES])
        for kind, label in scheme.KINDS.items()
    ]
    context = sections.shell(
        request, sections.APPRAISAL, rows=rows, least_cases=values["least_cases"],
        figures=[_(label) for label in scheme.FIGURES.values()], **more,
    )  # fmt: skip
    return render(request, "supervision/weights.html", context, status=status)
