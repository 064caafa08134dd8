"""Finding an item: suggestions while one types, results with filters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.base import clock
from onewindow.catalog import queries as catalog
from onewindow.catalog.editorial import themes
from onewindow.faces.portal import doors
from onewindow.ui import paging, words
from onewindow.ui.session import page

LONGEST = 100
FILTERS = ("audience", "type", "organ", "region", "kind", "online", "theme", "event")


@require_safe
@page(permission="public")
def suggest(request: HttpRequest) -> HttpResponse:
    """A few best matches as a fragment."""
    q = _words(request)
    items = catalog.search(q, limit=6)[0] if q else []
    response = render(request, "portal/suggest.html", {"items": items})
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@require_safe
@page(permission="public")
def search(request: HttpRequest) -> HttpResponse:
    """Results, best first; without words the catalogue in its order."""
    q = _words(request)
    chosen = {name: request.GET.get(name, "")[:LONGEST] for name in FILTERS}
    cursor = request.GET.get("cursor")
    found = catalog.find(q, limit=paging.limit_of(request), cursor=cursor, **_asked(chosen))
    if not cursor and not any(chosen.values()):
        catalog.note_missed(q, found, on=clock.today())
    context = {
        "nav": "items",
        "q": q,
        "items": found.rows,
        "pages": paging.pages(request, found.following),
        "theme": _title(chosen),
        "filters": _filters(chosen),
        "is_filtered": any(chosen.values()),
    }
    return render(request, "portal/search.html", context)


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]


def _asked(chosen: dict[str, str]) -> dict[str, Any]:
    asked: dict[str, Any] = {name: value.replace("\0", "") for name, value in chosen.items() if value}
    if "online" in asked:
        asked["online"] = asked["online"] == "true"
    return asked


def _filters(chosen: dict[str, str]) -> list[dict[str, Any]]:
    found = doors.contents()
    lists = {
        "audience": (_("谁来办"), _table("audience", ("person", "organisation"))),
        "type": (_("事项类型"), _table("type", found.types)),
        "organ": (_("部门"), [(name, name) for name in found.organs]),
        "region": (_("地区"), doors.region_names()),
        "kind": (_("办件类型"), _table("kind", ("instant", "commitment"))),
        "online": (_("网上办"), [("true", _("可以网上办")), ("false", _("只能到窗口"))]),
    }
    if chosen["event"]:
        lists["event"] = (_("主题"), [(chosen["event"], _title(chosen))])
    if chosen["theme"]:
        lists["theme"] = (_("主题"), [(chosen["theme"], chosen["theme"])])
    return [
        {"name": name, "label": label, "options": options, "chosen": chosen[name]}
        for name, (label, options) in lists.items()
        if len(options) > 1 or chosen[name]
    ]


def _title(chosen: dict[str, str]) -> str:
    if chosen["event"]:
        return words.event_label(themes.theme(chosen["event"]))
    return chosen["theme"].partition("（")[0]


def _table(table: str, codes: Any) -> list[tuple[str, str]]:
    return [(code, words.word(code, table)) for code in codes]
