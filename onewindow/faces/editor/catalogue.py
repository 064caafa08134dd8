"""The basic catalogue (基本目录): its items, one in full, and the changes that begin, rewrite or end one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.catalog import directory
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.compare import differences
from onewindow.catalog.rules.types import TYPES
from onewindow.catalog.services import Target
from onewindow.faces.editor import layout, proposals, requesting, sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal
from onewindow.ui import paging, refusals, session

SHOWN = 50
TITLES = {
    "new": lazy("新增基本目录事项"),
    "change": lazy("修改基本目录《%(name)s》"),
    "cancel": lazy("取消基本目录《%(name)s》"),
}
HINTS = {
    "new": lazy("基本目录的通用要素约束各级的实施清单：下级只能更好。"),
    "change": lazy("先建一份和现行版本一样的草稿，再逐项修改。"),
    "cancel": lazy("取消后编码不再使用；依据它的实施清单要另行变更。"),
}


@require_GET
@session.page(permission=sections.ALL)
def listing(request: HttpRequest) -> HttpResponse:
    """The catalogue in force by code, by words in code or name."""
    q, after = request.GET.get("q", "").strip(), request.GET.get("cursor", "")
    rows = [] if "\x00" in q + after else directory.listed(q, after=after, limit=SHOWN + 1)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = sections.shell(
        request,
        sections.CATALOGUE,
        rows=rows[:SHOWN],
        q=q,
        pages=paging.pages(request, rows[SHOWN - 1].catalog_code if len(rows) > SHOWN else None),
        may_propose=actor.has("catalog"),
    )
    return render(request, "editor/catalogue.html", context)


@require_GET
@session.page(permission=sections.ALL)
def one(request: HttpRequest, catalog_code: str) -> HttpResponse:
    """One catalogue item: its common elements, and what may be begun."""
    found = directory.current(catalog_code)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = sections.shell(
        request,
        sections.CATALOGUE,
        common=found,
        content=layout.by_part(differences(None, found)),
        may_propose=actor.has("catalog"),
    )
    return render(request, "editor/catalogue_item.html", context)


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def begin(request: HttpRequest, kind: str, catalog_code: str = "") -> HttpResponse:
    """A change of the catalogue is begun: ``new``, or ``change`` or ``cancel`` of an item."""
    if kind not in TITLES or (kind == "new") == bool(catalog_code):
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = directory.current(catalog_code) if catalog_code else None
    if request.method == "GET":
        return _form(request, kind, found)
    try:
        target = _target(kind, found, request.POST)
        known = proposals.had(actor, target.task_code, "directory")
        if known is not None:
            return proposals.to_change(known, done="had")
        made = proposals.propose(actor, "directory", [target], request.POST)
    except Refusal as refusal:
        return _form(request, kind, found, refusal=refusal)
    if kind == "cancel":
        return proposals.to_change(made["number"])
    draft = f"/editor/changes/{made['number']}/draft/{quote(target.task_code, safe='')}"
    return HttpResponseRedirect(f"{draft}?done=begun")


def _target(kind: str, found: CommonElements | None, post: Any) -> Target:
    if found is None:
        common = _first(post)
        return Target(task_code=common.catalog_code, action="publish", common=common)
    if kind == "cancel":
        return Target(task_code=found.catalog_code, action="cancel", base_version=found.version)
    return Target(task_code=found.catalog_code, action="publish", common=found, base_version=found.version)


def _first(post: Any) -> CommonElements:
    texts = {name: post.get(name, "").strip() for name in ("catalog_code", "name")}
    problems = [FieldError(name, "required", N_("请填写")) for name, text in texts.items() if not text]
    if post.get("type") not in TYPES:
        problems.append(FieldError("type", "not-an-option", N_("请选择")))
    if problems:
        raise Invalid("invalid-fields", N_("变更内容有误"), fields=problems)
    return CommonElements(type=post["type"], **texts)


def _form(
    request: HttpRequest, kind: str, found: CommonElements | None, *, refusal: Refusal | None = None
) -> HttpResponse:
    title = str(TITLES[kind]) % {"name": found.name if found else ""}
    sent = {} if request.method == "GET" else requesting.typed(request.POST)
    own = {name: request.POST.get(name, "") for name in ("catalog_code", "name", "type")}
    context = sections.shell(
        request,
        sections.CATALOGUE,
        kind=kind,
        common=found,
        heading=title,
        hint=HINTS[kind],
        types=[(one.code, _(one.name)) for one in TYPES.values()],
        typed={"title": "" if kind == "new" else title} | own | sent,
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/catalogue_begin.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
