"""Themes of life and hot items: what portal and touch screens offer first, in the editors' hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.catalog import queries
from onewindow.catalog.editorial import hot, themes
from onewindow.faces.editor import sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.ui import refusals, session, words

ADDRESS = "/editor/themes"
DONE = {
    "saved": lazy("已保存，一分钟内在网站和触摸屏上生效。"),
    "marked": lazy("已记下，一分钟内在网站和触摸屏上生效。"),
}
AUDIENCES = {"person": lazy("个人办事"), "organisation": lazy("法人办事")}


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def page(request: HttpRequest) -> HttpResponse:
    """Both doors with their themes, and the hot items; a POST pins, blocks or lifts."""
    if request.method == "GET":
        return _page(request)
    post = request.POST
    mark, code = post.get("mark", ""), post.get("task_code", "").strip()
    try:
        hot.mark(request.actor, code, mark, position=_place(post.get("position", "0")), now=clock.now())  # type: ignore[attr-defined]
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return HttpResponseRedirect(f"{ADDRESS}?done=marked#hot")


def _page(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    counted = dict(queries.themes())
    doors = [
        {
            "audience": audience,
            "title": title,
            "themes": [_line(one, counted) for one in themes.all_themes(audience=audience)],
        }
        for audience, title in AUDIENCES.items()
    ]
    context = sections.shell(
        request,
        sections.THEMES,
        doors=doors,
        hot=hot.for_editors(),
        shown=[row["task_code"] for row in hot.rows()],
        counted_on=hot.counted_on(),
        window_days=hot.WINDOW_DAYS,
        most_pins=hot.MOST_PINS,
        typed=request.POST.get("task_code", ""),
        problem=refusals.said(refusal) if refusal else "",
        done=DONE.get(request.GET.get("done", ""), "") if request.method == "GET" else "",
    )
    return _answered(request, "editor/themes.html", context, refusal)


def _line(theme: Any, counted: Mapping[str, int]) -> dict[str, Any]:
    return {
        "theme": theme,
        "label": words.event_label(theme),
        "count": sum(counted.get(each, 0) for each in theme.themes) + len(theme.items),
    }


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One theme as a form, ``new`` for none yet; a POST saves it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    held = None if key == "new" else themes.theme(key)
    if request.method == "GET":
        return _form(request, key, _texts(held, request.GET.get("audience", "")))
    typed = {
        name: request.POST.get(name, "")
        for name in ("audience", "label", "label_en", "position", "icon", "items")
    }
    typed |= {"themes": request.POST.getlist("themes"), "is_shown": "is_shown" in request.POST}  # type: ignore[dict-item]
    try:
        themes.save(actor, "" if key == "new" else key, _wanted(typed), now=clock.now())
    except Refusal as refusal:
        return _form(request, key, typed, refusal=refusal)
    return HttpResponseRedirect(f"{ADDRESS}?done=saved")


def _texts(held: Any, audience: str) -> dict[str, Any]:
    if held is None:
        return {"audience": audience, "position": "200", "is_shown": True, "themes": [], "items": ""}
    names = ("audience", "label", "label_en", "icon", "is_shown")
    return {name: getattr(held, name) for name in names} | {
        "position": str(held.position),
        "themes": list(held.themes),
        "items": "\n".join(held.items),
    }


def _wanted(typed: Mapping[str, Any]) -> themes.Wanted:
    return themes.Wanted(
        audience=typed["audience"],
        label=" ".join(typed["label"].split()),
        label_en=" ".join(typed["label_en"].split()),
        position=_place(typed["position"]),
        icon=typed["icon"],
        themes=tuple(dict.fromkeys(text.replace("\0", "")[:100] for text in typed["themes"] if text)),
        items=tuple(dict.fromkeys(typed["items"].split())),
        is_shown=typed["is_shown"],
    )


def _form(
    request: HttpRequest, key: str, typed: Mapping[str, Any], *, refusal: Refusal | None = None
) -> HttpResponse:
    known = dict(queries.themes())
    chosen = typed["themes"]
    context = sections.shell(
        request,
        sections.THEMES,
        key=key,
        typed=typed,
        audiences=list(AUDIENCES.items()),
        icons=[(code, _(label)) for code, label in themes.ICONS.items()],
        national=[
            (name, known.get(name, 0), name in chosen) for name in dict.fromkeys((*chosen, *sorted(known)))
        ],
        versions=[] if key == "new" else themes.versions(key),
        problem=refusals.said(refusal) if refusal else "",
        fields={one.field: refusals.field_error(one)["message"] for one in refusal.fields} if refusal else {},
    )
    return _answered(request, "editor/theme.html", context, refusal)


def _answered(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal | None
) -> HttpResponse:
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _place(text: str) -> int:
    """The place that ``text`` writes, -1 (which no rule takes) when it is no number."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
