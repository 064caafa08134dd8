"""For the centre: every kind of paper as it looks, and the words that an organ lays over it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.documents import editions
from onewindow.documents import services as documents
from onewindow.documents.kinds import KINDS, TEMPLATE_VERSION
from onewindow.faces.console import sections
from onewindow.kernel import days
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound
from onewindow.org import queries as org
from onewindow.org import services as organs
from onewindow.ui import refusals, session

_MEDIA = {"pdf": "application/pdf", "png": "image/png"}
_TEXTS = ("head", "foot", "contact", "source")


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.PAPERS.roles)
def papers(request: HttpRequest) -> HttpResponse:
    """All kinds with their mark and what is in force; posted: which bodies review an organ's decisions."""
    own = editions.counts()
    context: dict[str, Any] = {
        "rows": [{"kind": one, "own": own.get(one.name, 0)} for one in KINDS.values()],
        "done": _("已保存，以后签发的文书照此载明。") if request.GET.get("done") else "",
    }
    status = 200
    if request.method == "POST":
        try:
            _name_organ(request)
            return HttpResponseRedirect("/console/papers?done=1#ways")
        except Invalid as refusal:
            status = refusals.status_of(refusal)
            context["problem"] = refusals.said(refusal)
    context["organs"] = known = org.organs()
    context["named"] = [one for one in known if one.official_name or one.reconsideration_organ or one.court]
    return render(
        request, "console/papers.html", sections.shell(request, sections.PAPERS, **context), status=status
    )


def _name_organ(request: HttpRequest) -> None:
    organ_id = _organ(request.POST.get("organ", ""))
    if organ_id is None:
        raise _fault("organ", N_("没有这个单位。"))
    organs.set_paper_names(
        request.actor,  # type: ignore[attr-defined]
        organ_id,
        official_name=request.POST.get("official_name", ""),
        reconsideration_organ=request.POST.get("reconsideration_organ", ""),
        court=request.POST.get("court", ""),
        now=clock.now(),
    )


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.PAPERS.roles)
def paper(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind: a picture with example data, its editions, and the form that lays words over it."""
    if kind not in KINDS:
        raise NotFound("no-kind", N_("没有这种文书。"))
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in _TEXTS}
    typed |= {name: request.POST.get(name, "").strip() for name in ("organ", "in_force_on")}
    context: dict[str, Any] = {"typed": typed, "faults": {}}
    status = 200
    if request.method == "POST":
        try:
            _lay(request, kind, typed)
            return HttpResponseRedirect(f"/console/papers/{kind}?done=1")
        except Invalid as refusal:
            status = refusals.status_of(refusal)
            context["problem"] = refusals.said(refusal)
            context["faults"] = {one.field: refusals.field_error(one)["message"] for one in refusal.fields}
    names = {one.id: one.name for one in org.organs()}
    context |= {
        "kind": KINDS[kind],
        "organs": names,
        "shipped": editions.shipped(kind),
        "shipped_version": TEMPLATE_VERSION,
        "laid": [row | {"organ": names.get(row["organ_id"])} for row in editions.laid(kind)],
        "done": _("已保存，到启用日期起用。") if request.GET.get("done") else "",
        "today": clock.today(),
    }
    return render(
        request, "console/paper.html", sections.shell(request, sections.PAPERS, **context), status=status
    )


@require_GET
@session.page(permission=sections.PAPERS.roles)
def example(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A paper with example data, as the edition ``?number=`` sets it (the shipped one without)."""
    number = request.GET.get("number", "")
    edition = (
        editions.find(int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else None
    )
    if kind not in KINDS or form not in _MEDIA:
        raise NotFound("no-kind", N_("没有这种文书。"))
    made = documents.example(kind, edition=edition, form="png" if form == "png" else "pdf")
    response = HttpResponse(made, content_type=_MEDIA[form])
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lay(request: HttpRequest, kind: str, typed: dict[str, str]) -> None:
    words = editions.Edition(TEMPLATE_VERSION, **{name: typed[name] for name in _TEXTS})
    documents.lay(
        request.actor,  # type: ignore[attr-defined]
        kind,
        organ_id=_organ(typed["organ"]),
        words=words,
        in_force_on=_day(typed["in_force_on"]),
        now=clock.now(),
    )


def _organ(text: str) -> int | None:
    known = {str(one.id): one.id for one in org.organs()}
    if text and text not in known:
        raise _fault("organ", N_("没有这个单位。"))
    return known.get(text)


def _day(text: str) -> date:
    try:
        return days.read(text)
    except ValueError:
        raise _fault("in_force_on", N_("请填启用日期。")) from None


def _fault(field: str, message: str) -> Invalid:
    told = N_("有的内容不符合要求，请改正后再提交。")
    return Invalid("invalid-fields", told, fields=[FieldError(field, "invalid", message)])
