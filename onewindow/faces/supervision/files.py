"""案卷评查: the rounds, one round with progress and results by organ, one file with its sheet, and the appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import rounds, sections
from onewindow.faces.supervision.rounds import points
from onewindow.kernel.errors import Refusal
from onewindow.reviews.queries import files as reads
from onewindow.reviews.queries import rounds as round_reads
from onewindow.reviews.rules import sheets
from onewindow.reviews.services import files as deeds
from onewindow.reviews.services import rounds as round_deeds
from onewindow.supervision.queries import cards
from onewindow.ui import downloads, refusals, session, voices, words

_WATCHED = ("supervisor", "manager")


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.FILES.roles)
def listing(request: HttpRequest) -> HttpResponse:
    """The rounds of file review, and the draw of a new one."""
    return rounds.listing(request, sections.FILES, "file")


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.FILES.roles)
def round(request: HttpRequest, number: str) -> HttpResponse:
    """One round: how far it is, its results by organ, its files. Publishing is posted here."""
    actor, told, status = request.actor, {}, 200  # type: ignore[attr-defined]
    row = round_reads.found(number, "file")
    if request.method == "POST":
        try:
            round_deeds.publish(actor, number, now=clock.now())
            return HttpResponseRedirect(request.path + "?done=1")
        except Refusal as refusal:
            told["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
    context = sections.shell(
        request,
        sections.FILES,
        round=rounds.shown(row),
        files=[_line(one) for one in reads.of_round(actor, row)],
        totals=_totals(actor, row),
        may_publish=row.state == "drawn" and actor.has("supervisor"),
        done=_("结果已经公布，数字不再改变。") if request.GET.get("done") else "",
        **rounds.again(request, row),
        **told,
    )
    return render(request, "supervision/file_round.html", context, status=status)


def _line(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "state_word": voices.word(one["state"], "file"),
        "kind_word": words.word(one["kind"], "kind"),
        "points": points(one["score"]),
    }


def _totals(actor: Any, row: Any) -> dict[str, Any] | None:
    """Published totals for everybody; what stands so far for those who watch."""
    if row.totals is None and not actor.has(*_WATCHED):
        return None
    found = row.totals or round_reads.totals(row)
    labels = {one.code: one.label for one in sheets.thawed(row.sheet)}
    return {
        "all": _result(found["all"]),
        "organs": sorted(
            ({"organ": one["organ"]} | _result(one) for one in found["organs"]),
            key=lambda one: -(one["estimate_tenths"] or 0),
        ),
        "costs": [one | {"label": _(labels.get(one["code"], one["code"]))} for one in found["costs"]],
    }


def _result(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "read": one["read"],
        "estimate": points(one["estimate"]),
        "estimate_tenths": one["estimate"],
        "lowest": points(one["lowest"]),
    }


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.FILES.roles)
def one(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """One file: what lies in it, and the sheet to fill. The sheet and an appeal are posted here."""
    actor, told, status = request.actor, {}, 200  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            _posted(request, number, case_no)
            return HttpResponseRedirect(request.path + "?done=1")
        except Refusal as refusal:
            if refusal.code in ("no-file", "no-such-case"):
                raise
            told["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
    found = reads.one(actor, number, case_no, today=clock.today())
    posted = request.POST if request.method == "POST" else {}
    context = sections.shell(
        request,
        sections.FILES,
        one=_line(found) | {"seat_word": voices.word(found["seat"], "seat")},
        why_not=refusals.said(found["why_not"]) if found["why_not"] else "",
        lines=[_criterion(line, found, posted) for line in found["criteria"]],
        steps=[_step(step, found["criteria"]) for step in found["steps"]],
        cards=_cards(actor, case_no) if found["seat"] or actor.has(*_WATCHED) else [],
        text=posted.get("text", ""),
        done=_("已办好。") if request.GET.get("done") and not told else "",
        **told,
    )
    return render(request, "supervision/file.html", context, status=status)


def _posted(request: HttpRequest, number: str, case_no: str) -> None:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    text = request.POST.get("text", "").replace("\0", "")[:2000]
    if request.POST.get("do") == "appeal":
        deeds.appeal(actor, number, case_no, text=text, now=now)
        return
    posted = [(name, str(value)) for name, value in request.POST.items()]
    cost = {name[2:]: value for name, value in posted if name.startswith("d-") and value}
    body = {
        "deducted": {code: rounds.number(value) for code, value in cost.items()},
        "reasons": {
            name[2:]: value.replace("\0", "")[:500]
            for name, value in posted
            if name.startswith("r-") and value.strip()
        },
        "idle": request.POST.getlist("idle"),
        "text": text,
    }
    deeds.read(actor, number, case_no, body, now=now)


def _criterion(line: sheets.Criterion, found: dict[str, Any], posted: Any) -> dict[str, Any]:
    return {
        "code": line.code,
        "label": _(line.label),
        "look": _(line.look),
        "basis": _(line.basis),
        "points": line.points,
        "hints": [_(hint.text) for hint in found["hints"] if hint.code == line.code],
        "cost": posted.get(f"d-{line.code}", ""),
        "reason": posted.get(f"r-{line.code}", ""),
        "is_idle": bool(posted) and line.code in posted.getlist("idle"),
    }


def _step(step: dict[str, Any], criteria: tuple[sheets.Criterion, ...]) -> dict[str, Any]:
    labels = {one.code: _(one.label) for one in criteria}
    return step | {
        "word": voices.word(step["seat"], "seat"),
        "points": points(step["score"]),
        "costs": [(labels.get(code, code), cost) for code, cost in step["deducted"].items()],
        "idle": [labels.get(code, code) for code in step["idle"]],
    }


def _cards(actor: Any, case_no: str) -> list[dict[str, Any]]:
    """The supervision cards of the case, beside the sheet; only for those who see cards of all organs."""
    if not actor.has(*_WATCHED):
        return []
    found: list[dict[str, Any]] = cards.listing(actor, case_no=case_no, limit=10)["results"]
    return found


@require_GET
@session.page(permission=sections.FILES.roles)
def export(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The files of a round as a table to take along."""
    row = round_reads.found(number, "file")
    heads = [_("批次"), _("办件"), _("部门"), _("办件类型"), _("状态"), _("得分"), _("申诉")]
    return downloads.table(f"{_('案卷评查')}-{number}", heads, _lines(request.actor, row), form=form)  # type: ignore[attr-defined]


def _lines(actor: Any, row: Any) -> Iterator[list[Any]]:
    for one in map(_line, reads.of_round(actor, row)):
        yield [
            row.number, one["case_no"], one["organ"], one["kind_word"], one["state_word"],
            None if one["score"] is None else one["score"] / 10, one["has_appealed"],
        ]  # fmt: skip
