"""The issue desk: what waits for hand-over, a scanned number, the receiver verified, the receipt."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.cases import queries, services
from onewindow.custody import lent
from onewindow.faces.workbench import casepage, inbox
from onewindow.faces.workbench.desks import ISSUE, actor_of
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, Refusal, Stale
from onewindow.ui import paging, refusals, session, words

READY = ("produced", "denied")
SHOWN_DIGITS = 4


@require_GET
@session.page(permission=ISSUE.roles)
def home(request: HttpRequest) -> HttpResponse:
    """The list that waits for hand-over, and the box for a scanned or typed number."""
    actor, now = actor_of(request), clock.now()
    query = request.GET.get("q", "").strip()[:200]
    if query:
        return _looked_up(request, actor, query)
    found = queries.inbox(
        actor, role="issuer", cursor=request.GET.get("cursor"), limit=paging.limit_of(request), now=now
    )
    rows = [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]]
    context = {
        "desk": ISSUE,
        "place": "inbox",
        "today": now.date(),
        "groups": inbox.grouped(rows, now.date()),
        "pages": paging.pages(request, found["next"]),
    }
    return render(request, "workbench/issue.html", context)


def _looked_up(request: HttpRequest, actor: Actor, query: str) -> HttpResponse:
    """One hit opens at once; several are listed."""
    now = clock.now()
    found = queries.find(actor, q=query, cursor=request.GET.get("cursor"), limit=paging.LIMIT, now=now)
    ready = [case for case in found["results"] if case["state"] in READY]
    if len(found["results"]) == 1 or len(ready) == 1:
        case = (ready or found["results"])[0]
        return HttpResponseRedirect(f"/issue/handover/{case['case_no']}")
    rows = [inbox.row_of(case, actor=actor, today=now.date()) for case in found["results"]]
    context = {
        "desk": ISSUE,
        "place": "inbox",
        "q": query,
        "asked": True,
        "rows": rows,
        "today": now.date(),
        "pages": paging.pages(request, found["next"]),
    }
    return render(request, "workbench/issue.html", context)


@require_http_methods(["GET", "POST"])
@session.page(permission=ISSUE.roles)
def handover(request: HttpRequest, case_no: str) -> HttpResponse:
    """Hand over one result: check the receiver, deliver, print the delivery receipt."""
    actor, now = actor_of(request), clock.now()
    case = queries.view(actor, case_no, now=now)
    if request.method == "GET":
        return _page(request, actor, case)
    try:
        services.act(actor, case_no, "deliver", _body(request, case), now=now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        if isinstance(refusal, Stale) and case["state"] == "delivered":
            return HttpResponseRedirect(f"/issue/handover/{case['case_no']}")
        return _page(request, actor, case, refusal=refusal)
    return HttpResponseRedirect(f"/issue/handover/{case['case_no']}?done=1")


def _body(request: HttpRequest, case: dict[str, Any]) -> dict[str, Any]:
    """The contract's body of ``deliver``; at the window the receiver's number is checked first."""
    post = request.POST
    method = post.get("method", "window")
    receiver = post.get("receiver", "").strip()
    number = post.get("check", "").strip().upper()
    if method == "window":
        _check_receiver(case, number, post.get("who", "self"), receiver)
    parts = [receiver, post.get("receipt", "").strip()]
    version = post.get("version", "")
    body: dict[str, Any] = {"version": int(version) if version.isdigit() else -1, "method": method}
    told = " ".join(part for part in parts if part)[:200]
    return body | ({"receipt": told} if told else {})


def _check_receiver(case: dict[str, Any], number: str, who: str, receiver: str) -> None:
    """The applicant or the agent shows the card: its last four must fit. Anybody else is named."""
    people = {"self": case["applicant"], "agent": case.get("agent") or {}}
    if who == "other":
        if not receiver:
            raise _unfit("receiver", N_("请写明代领人，并留存委托书。"))
        return
    known = str(people.get(who, {}).get("id_number") or "").upper()
    if len(number) < SHOWN_DIGITS or not known.endswith(number[-SHOWN_DIGITS:]):
        raise _unfit("check", N_("证件号码后四位与申请人不符，请核对来人的证件。"))


def _unfit(field: str, message: str) -> Invalid:
    return Invalid("receiver-unverified", message, fields=[FieldError(field, "unfit", message)])


def _page(
    request: HttpRequest, actor: Actor, case: dict[str, Any], *, refusal: Refusal | None = None
) -> HttpResponse:
    deliver = next((one for one in case["actions"] if one["name"] == "deliver"), None)
    applicant = case["applicant"]
    context = {
        "desk": ISSUE,
        "place": "case",
        "case": case,
        "today": clock.today(),
        "deliver": deliver,
        "is_firm": applicant["type"] == "organisation",
        "applicant_rows": casepage.applicant_rows(applicant, is_open=False),
        "agent_rows": casepage.applicant_rows(case.get("agent") or {}, is_open=False),
        "state_word": words.word(case["state"], "state_at_work"),
        "methods": words.lazily("method"),
        "wanted": _delivery(case).get("method") or "window",
        "address": str(_delivery(case).get("address") or ""),
        "clock": case["clocks"].get("delivery"),
        "originals": lent.waiting(case["case_no"]),
        "typed": request.POST if request.method == "POST" else None,
        "done": _("已送达，送达回证已开。") if request.GET.get("done") == "1" else "",
    }
    if refusal is not None:
        context["refusal"] = {"said": refusals.said(refusal), "basis": refusal.basis}
    status = refusals.status_of(refusal) if refusal is not None else 200
    return render(request, "workbench/handover.html", context, status=status)


def _delivery(case: dict[str, Any]) -> dict[str, Any]:
    """How the result was asked to be delivered, as plain values."""
    plain = msgspec.to_builtins(case.get("delivery") or {})
    return plain if isinstance(plain, dict) else {}
