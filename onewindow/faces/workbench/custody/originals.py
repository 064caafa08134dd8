"""Originals at the counter: lend, give back, say why one stays; what is out, the overdue first."""

from __future__ import annotations

import secrets
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.cases import queries as cases
from onewindow.custody import lent, originals, rules, slips
from onewindow.faces.workbench import inputs
from onewindow.faces.workbench.desks import COUNTER, actor_of
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, Refusal
from onewindow.ui import downloads, refusals, session

HALL = rules.HALL
PEOPLE = {"applicant": lazy("申请人本人"), "agent": lazy("代理人"), "other": lazy("别人代办")}
REASONS = {
    "archive": lazy("依法留存归档"),
    "evidence": lazy("作为证据留存"),
    "later": lazy("约定以后来取"),
    "waived": lazy("申请人声明不再取回"),
}
DAYS = 3


@require_GET
@session.page(permission=HALL)
def home(request: HttpRequest) -> HttpResponse:
    """All originals that are here, earliest due first; a scanned slip or case number opens its case."""
    actor, today = actor_of(request), clock.today()
    query = request.GET.get("q", "").strip()[:200]
    if query:
        key = rules.slip_key(query)
        case_no = lent.one(actor, key, today=today).case_no if key else cases.placed(actor, query).case_no
        return HttpResponseRedirect(f"/counter/cases/{quote(case_no)}/originals")
    found, has_more = lent.out(actor, today=today)
    context = {
        "desk": COUNTER,
        "place": "originals",
        "rows": found,
        "has_more": has_more,
        "late": lent.overdue(actor, today=today),
        "reasons": REASONS,
    }
    return render(request, "workbench/originals.html", context)


@require_http_methods(["GET", "POST"])
@session.page(permission=HALL)
def of_case(request: HttpRequest, case_no: str) -> HttpResponse:
    """The originals of a case and the forms to lend and give back."""
    case = cases.view(actor_of(request), case_no, now=clock.now())
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = _do(request, case["case_no"])
            return HttpResponseRedirect(f"/counter/cases/{quote(case['case_no'])}/originals?done={done}")
        except (NotAllowed, NotFound):
            raise
        except Refusal as problem:
            refusal = problem
    return _page(request, case, refusal)


def _do(request: HttpRequest, case_no: str) -> str:
    """What the button says; gives a word for the line that says it is done."""
    actor, post, now = actor_of(request), request.POST, clock.now()
    what, _colon, rest = post.get("do", "").partition(":")
    if what == "lend":
        loan = originals.Loan(
            token=post.get("token", ""),
            material=post.get("material", ""),
            sheets=_number(post.get("sheets", "")),
            days=_number(post.get("days", "")),
            lender=post.get("person", ""),
            name=post.get("name", ""),
            note=post.get("note", ""),
        )
        key = originals.lend(actor, case_no, loan, _signature(request, "signature"), now=now)
        return f"lent-{key}"
    key = _of_case(request, case_no, _number(rest))
    if what == "keep":
        originals.keep(actor, key, post.get(f"reason-{key}", ""), now=now)
        return "kept"
    signed = originals.Signed(
        post.get(f"person-{key}", ""), post.get(f"name-{key}", ""), _signature(request, f"signature-{key}")
    )
    originals.give_back(actor, key, signed, now=now)
    return f"back-{key}"


def _of_case(request: HttpRequest, case_no: str, key: int) -> int:
    if lent.one(actor_of(request), key, today=clock.today()).case_no != case_no:
        raise NotFound("no-original", N_("没有这份原件的借条。"))
    return key


def _signature(request: HttpRequest, name: str) -> BinaryIO:
    upload = request.FILES.get(name)
    if upload is None:
        message = N_("还没有签字。请在签字板上签，或选签好的图片。")
        raise Invalid("no-signature", message, fields=[FieldError(name, "required", message)])
    return cast(BinaryIO, upload)


def _number(text: str) -> int:
    found = inputs.number(text.strip())
    return found if isinstance(found, int) else 0


def _page(request: HttpRequest, case: dict[str, Any], refusal: Refusal | None) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    word, _dash, key = request.GET.get("done", "").partition("-")
    rows = lent.of_case(actor, case["case_no"], today=today)
    context: dict[str, Any] = {
        "desk": COUNTER,
        "place": "originals",
        "case": case,
        "here": [row for row in rows if row.is_out],
        "gone": [row for row in rows if not row.is_out],
        "people": PEOPLE,
        "reasons": REASONS,
        "days": DAYS,
        "most_days": rules.MOST_DAYS,
        "token": request.POST.get("token") or secrets.token_urlsafe(12),
        "typed": request.POST if refusal is not None else None,
        "done": word,
        "done_key": _number(key),
    }
    if refusal is not None:
        context["refusal"] = {
            "said": refusals.said(refusal),
            "basis": refusal.basis,
            "fields": [refusals.field_error(one) for one in refusal.fields],
        }
    status = refusals.status_of(refusal) if refusal is not None else 200
    return render(request, "workbench/originals_of_case.html", context, status=status)


@require_GET
@session.page(permission=HALL)
def slip(request: HttpRequest, key: int) -> HttpResponseBase:
    """The slip as PDF, with the signatures."""
    actor, now = actor_of(request), clock.now()
    one = lent.one(actor, key, today=now.date())
    out = downloads.temporary()
    out.write(slips.original_pdf(one, signatures=lent.signatures(actor, key), now=now))
    response: FileResponse = downloads.sent(out, one.number, form="pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{one.number}.pdf"'
    return response
