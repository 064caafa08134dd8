"""回访: the rounds of follow-up calls, one round with its figures, one call: open the number, note what was said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import asking, rounds, sections
from onewindow.kernel.errors import Refusal
from onewindow.reviews.queries import files as reads
from onewindow.reviews.queries import rounds as round_reads
from onewindow.reviews.rules import acts
from onewindow.reviews.rules import calls as rules
from onewindow.reviews.services import calls as deeds
from onewindow.ui import downloads, refusals, session, voices


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.CALLS.roles)
def listing(request: HttpRequest) -> HttpResponse:
    """The rounds of calls, and the draw of a new one."""
    return rounds.listing(request, sections.CALLS, "call")


@require_GET
@never_cache
@session.page(permission=sections.CALLS.roles)
def round(request: HttpRequest, number: str) -> HttpResponse:
    """One round: figures with their samples, and for those who call the list."""
    actor = request.actor  # type: ignore[attr-defined]
    row = round_reads.found(number, "call")
    state = asking.choice(request, "state", rules.STATES)
    context = sections.shell(
        request,
        sections.CALLS,
        round=rounds.shown(row),
        figures=round_reads.called(row, organ_id=None if acts.is_watcher(actor) else actor.organ_id or 0),
        calls=[_words(one) for one in reads.calls_of(actor, row, state=state)],
        is_watcher=acts.is_watcher(actor),
        state=state,
        **rounds.again(request, row),
    )
    return render(request, "supervision/call_round.html", context)


def _words(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "state_word": voices.word(one["state"], "call"),
        "grade_word": voices.word(one["grade"], "grade"),
        "problem_words": [voices.word(code, "tag") for code in one["problems"]],
    }


@sensitive_post_parameters("text")
@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.WATCHERS)
def one(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """One call. Opening the number and what came of the call are posted here."""
    actor, now, status = request.actor, clock.now(), 200  # type: ignore[attr-defined]
    told: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if request.POST.get("do") == "open-phone":
                reason = request.POST.get("text", "").replace("\0", "")
                told["person"] = deeds.open_phone(actor, number, case_no, reason=reason, now=now)
            else:
                code = deeds.note(actor, number, case_no, _body(request), now=now)
                return HttpResponseRedirect(f"{request.path}?done={'kept' if code else '1'}")
        except Refusal as refusal:
            if refusal.code == "no-call":
                raise
            told["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
    found = reads.one_call(actor, number, case_no)
    context = sections.shell(
        request,
        sections.CALLS,
        one=_words(found) | {"decision": voices.word(found["outcome"], "decision")},
        refused=refusals.said(found["refused"]) if found["refused"] else "",
        steps=[_step(step) for step in found["steps"]],
        grades=voices.choices("grade"),
        tags=voices.choices("tag"),
        told_now=request.POST,
        chosen=request.POST.getlist("problems"),
        done=_done(request.GET.get("done", "")) if not told else "",
        **told,
    )
    return render(request, "supervision/call.html", context, status=status)


def _done(what: str) -> str:
    if what == "kept":
        return _("已记录。这件事的办结环节已经评价过，没有再开整改单。")
    return _("已记录。") if what else ""


def _step(step: dict[str, Any]) -> dict[str, Any]:
    return step | {
        "word": voices.word(step["deed"], "call"),
        "outcome": voices.word(step["data"].get("grade"), "grade"),
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    grade = request.POST.get("grade", "")
    return {
        "version": rounds.number(request.POST.get("version", "")),
        "outcome": request.POST.get("outcome", ""),
        "grade": int(grade) if grade in ("1", "2", "3", "4", "5") else None,
        "problems": request.POST.getlist("problems"),
        "text": request.POST.get("text", "").replace("\0", "")[:2000],
        "as_rating": request.POST.get("as_rating") == "1",
    }


@require_GET
@session.page(permission=sections.WATCHERS)
def export(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The calls of a round as a table to take along; without names and numbers."""
    row = round_reads.found(number, "call")
    heads = [_("批次"), _("办件"), _("部门"), _("状态"), _("次数"), _("评价"), _("问题"), _("转为差评")]
    return downloads.table(f"{_('回访')}-{number}", heads, _lines(request.actor, row), form=form)  # type: ignore[attr-defined]


def _lines(actor: Any, row: Any) -> Iterator[list[Any]]:
    for one in map(_words, reads.calls_of(actor, row)):
        yield [
            row.number, one["case_no"], one["organ"], one["state_word"], one["attempts"], one["grade_word"],
            "、".join(one["problem_words"]), one["is_rated"],
        ]  # fmt: skip
