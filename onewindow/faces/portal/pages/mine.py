"""My cases: what I must do next on top, each case with its days, and the acts that are mine."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.base import clock
from onewindow.cases import queries as cases
from onewindow.cases import services as case_services
from onewindow.catalog import queries as catalog
from onewindow.faces.portal import due, hearing, pledging, serving, supply, timeline
from onewindow.intake import drafts
from onewindow.kernel.errors import N_, NotFound, Refusal
from onewindow.parcels import queries as parcels
from onewindow.reviews.queries import ratings
from onewindow.ui import paging, reasons, refusals, sums, voices
from onewindow.ui.session import page

# What an applicant may do here; everything else is another's.
ACTIONS = ("submit", "resubmit", "supply-deferred", "withdraw", "change", *hearing.ACTIONS)


@require_safe
@never_cache
@page(permission="applicant")
def mine(request: HttpRequest) -> HttpResponse:
    """To do, drafts, cases: newest first."""
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    cursor = request.GET.get("cursor")
    found = cases.find(actor, cursor=cursor, limit=paging.limit_of(request), now=now)
    rows = [row | {"is_open": row["state"] not in timeline.ENDS} for row in found["results"]]
    context = {
        "nav": "my",
        "todo": [] if cursor else _todo(actor, rows, now=now),
        "drafts": [] if cursor else [_draft(one) for one in drafts.open_ones(actor)],
        "cases": rows,
        "pages": paging.pages(request, found["next"]),
    }
    return render(request, "portal/my.html", context)


@require_http_methods(["GET", "HEAD"])
@never_cache
@page(permission="applicant")
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case: must-do, strip of days, timeline, the sum behind the date, papers, materials."""
    found = cases.view(request.actor, case_no, now=clock.now())  # type: ignore[attr-defined]
    return _case_page(request, found, said=_SAID.get(request.GET.get("done", "")))


@require_safe
@never_cache
@page(permission="applicant")
def receipt(request: HttpRequest, case_no: str) -> HttpResponse:
    """The receipt right after sending: number, query code, due dates and why."""
    now = clock.now()
    found = cases.view(request.actor, case_no, now=now)  # type: ignore[attr-defined]
    if found["state"] != "received":
        # Kept as a bookmark: what it says of the next step has gone by.
        return HttpResponseRedirect(reverse("portal:case", args=[found["case_no"]]))
    item = catalog.current(found["item"]["task_code"], found["item"]["version"])
    clock_now, word, _unit = timeline.main_clock(found)
    expected = due.expected(item, now.date())
    context = {
        "nav": "my",
        "case": found,
        "clock": clock_now,
        "clock_word": word,
        "correction": (found["clocks"] or {}).get("correction"),
        "expected": expected,
        "why_rows": expected.rows if expected else (),
        "why_due": expected.due_on if expected else None,
    }
    return render(request, "portal/receipt.html", context)


@require_POST
@page(permission="applicant")
def act(request: HttpRequest, case_no: str, action: str) -> HttpResponse:
    """Carry out one of the applicant's acts; a refusal is told on the case's page."""
    if action not in ACTIONS:
        raise NotFound("no-action", N_("没有这个操作。"))
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    found = cases.view(actor, case_no, now=now)
    if supply.LINE in request.POST:
        return _case_page(request, found, posted=request.POST)
    try:
        body = _body(request, found, action)
        if action == "change":
            case_services.change(actor, case_no, body, now=now)
        else:
            case_services.act(actor, case_no, action, body, now=now)
    except Refusal as refusal:
        status = refusals.status_of(refusal)
        if status not in (409, 413, 415, 422):
            raise
        again = cases.view(actor, case_no, now=now)
        problem = {"detail": _whole(refusal), "basis": refusal.basis}
        return _case_page(request, again, problem=problem, status=status, posted=request.POST)
    return HttpResponseRedirect(reverse("portal:case", args=[case_no]) + f"?done={action}", status=303)


_SAID = {
    "resubmit": N_("已重新提交，5 个工作日内答复是否受理。"),
    "supply-deferred": N_("已补交。"),
    "withdraw": N_("已撤回。"),
    "submit": N_("已提交。"),
    "change": N_("已更正。"),
    **hearing.SAID,
}


def _case_page(
    request: HttpRequest,
    found: dict[str, Any],
    *,
    said: str | None = None,
    problem: dict[str, Any] | None = None,
    status: int = 200,
    posted: Any = None,
) -> HttpResponse:
    today, actor = clock.today(), request.actor  # type: ignore[attr-defined]
    lights = cases.lights(actor, found["case_no"])
    context = shown(found, lights=lights) | {
        "nav": "my",
        "looks": cases.looks(actor, found["case_no"]),
        "case": found,
        "today": today,
        "todo": timeline.todo(found, today=today),
        "notice": supply.notice(found, posted),
        "ahead": timeline.ahead(found),
        "documents": serving.lines(found),
        "parcels": parcels.of_case(found["case_no"], with_codes=True),
        "withdraw": next(
            (one for one in reasons.translated(found)["actions"] if one["name"] == "withdraw"), None
        )
        if timeline.is_open(found) and found["state"] not in timeline.DECIDED
        else None,
        "said": _(said) if said else "",
        "hearing": hearing.rights(found),
        "licence": hearing.licence(found),
        "requirements": pledging.requirements(found),
        "voices": _voices(request.actor, found, today),  # type: ignore[attr-defined]
        "problem": problem,
    }
    return render(request, "portal/case.html", context, status=status)


def _voices(actor: Any, found: dict[str, Any], today: date) -> list[dict[str, Any]]:
    """The links that can be rated, those that were, and what came of a bad rating."""
    if found["state"] == "draft":
        return []
    told = ratings.of_own(actor, found["case_no"], today=today)
    for one in told:
        one["step"] = voices.word(one["link"], "link")
        one["word"] = voices.word(one["grade"], "grade") if one["grade"] else ""
        if one["ticket"]:
            one["ticket"]["word"] = voices.word(one["ticket"]["state"], "ticket")
            one["ticket"]["again_word"] = voices.word(one["ticket"]["second_grade"], "grade")
    return told


def shown(found: dict[str, Any], *, lights: dict[int, str] | None = None) -> dict[str, Any]:
    """The parts that the case page and the public page share; ``lights`` by the place of the fact."""
    clock_now, word, unit = timeline.main_clock(found)
    clocks = found.get("clocks") or {}
    counted = clocks.get("promised") or clocks.get("legal")
    due_line = _("%(n)s 天到期") % {"n": counted["limit"]} if counted else ""
    return {
        "is_open": timeline.is_open(found),
        "sentence": timeline.sentence(found),
        "clock": clock_now,
        "clock_word": word,
        "unit": unit,
        "left": abs(clock_now["remaining"]) if clock_now and unit else None,
        "has_strip": bool(counted),
        "timeline": timeline.timeline(found, lights=lights or {}),
        "why_rows": sums.rows(counted["explain"], last_line=due_line) if counted else [],
        "why_due": counted["due_on"] if counted else None,
    }


def _body(request: HttpRequest, found: dict[str, Any], action: str) -> dict[str, Any]:
    version = request.POST.get("version", "")
    body: dict[str, Any] = {
        "version": int(version) if version.isdigit() and len(version) < 10 else found["version"]
    }
    if action == "withdraw":
        return body | {"reason": request.POST.get("reason", "").strip()}
    if action in hearing.ACTIONS:
        return body | hearing.body(request.POST, action)
    if action == "submit":
        return body
    return body | supply.read(request, found, action=action)


def _whole(refusal: Refusal) -> str:
    fields = [refusals.field_error(error)["message"] for error in refusal.fields]
    return " ".join([refusals.said(refusal), *fields][:6])


_WANTING = {"deferred", "rectifying", "proposed-revoke-licence", "proposed-withdraw-licence"}


def _todo(actor: Any, rows: list[dict[str, Any]], *, now: Any) -> list[dict[str, Any]]:
    """Look closer only at those that may want something of me."""
    wanting = [
        row for row in rows if row["state"] in ("correcting", "produced") or _WANTING & set(row["flags"])
    ]
    found = []
    for row in wanting[:5]:
        whole = cases.view(actor, row["case_no"], now=now)
        address = reverse("portal:case", args=[row["case_no"]])
        for one in timeline.todo(whole, today=now.date()):
            found.append(
                one | {"case": row, "href": address + one["href"], "button": one["button"] or _("看一看")}
            )
    return found


def _draft(one: drafts.Writing) -> dict[str, Any]:
    step = one.step if one.step in drafts.STEPS else "who"
    item = catalog.latest(one.task_code)
    return {"name": item.name, "href": reverse("portal:step", args=[one.key, step]), "saved_at": one.saved_at}
