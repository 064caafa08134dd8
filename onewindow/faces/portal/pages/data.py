"""My personal data: what is held, who looked, what may be erased and what must stay."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.base import accounts, clock
from onewindow.cases import queries as cases
from onewindow.kernel.errors import Invalid, RuleBroken, TooFast, Unidentified
from onewindow.people import queries as people
from onewindow.privacy import queries, rules, services
from onewindow.ui import masks, refusals, session
from onewindow.ui.session import page

_REFUSED = (Invalid, RuleBroken, TooFast, Unidentified)


@require_safe
@never_cache
@page(permission="applicant")
def overview(request: HttpRequest) -> HttpResponse:
    """What is held of me, masked, and what I may ask."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    person = people.person_of(actor.account_id)
    rows = []
    if person is not None:
        rows = [
            (_("姓名"), person.name),
            (_("证件号码"), masks.mask(person.id_number, kind="id")),
            (_("联系电话"), masks.mask(person.phone, kind="phone")),
        ]
    former = [
        one | {"id_number": masks.mask(one["id_number"], kind="id")}
        for one in people.former_of(actor.account_id)
    ]
    context = {"nav": "my", "rows": rows, "former": former, "requests": _requests(actor.account_id)}
    return render(request, "portal/data.html", context)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="applicant")
def erase(request: HttpRequest) -> HttpResponse:
    """What may go and what must stay; with the password given once more, what may go goes."""
    if request.method == "GET":
        return _erase_page(request)
    with_account = request.POST.get("with_account") == "1"
    try:
        services.erase_own(
            request.actor,  # type: ignore[attr-defined]
            password=request.POST.get("password", ""),
            with_account=with_account,
            address=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except _REFUSED as refusal:
        return _erase_page(request, problem=refusals.said(refusal), status=refusals.status_of(refusal))
    if not with_account:
        return HttpResponseRedirect(reverse("portal:data") + "?done=erased", status=303)
    response = render(request, "portal/erased.html", {})
    session.sign_out(response)
    return response


@require_safe
@never_cache
@page(permission="applicant")
def looks(request: HttpRequest) -> HttpResponse:
    """Who opened my data, over all my cases."""
    actor = request.actor  # type: ignore[attr-defined]
    context = {"nav": "my", "looks": cases.looks_of(actor), "originals": queries.originals_of(actor)}
    return render(request, "portal/looks.html", context)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="applicant")
def copy(request: HttpRequest) -> HttpResponse:
    """With the password given once more: everything held of me, to take along."""
    if request.method == "GET":
        return render(request, "portal/copy.html", {"nav": "my"})
    try:
        told, content = services.copy_own(
            request.actor,  # type: ignore[attr-defined]
            password=request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except _REFUSED as refusal:
        context = {"nav": "my", "problem": refusals.said(refusal)}
        return render(request, "portal/copy.html", context, status=refusals.status_of(refusal))
    readable = render_to_string("portal/copied.html", {"told": told})
    response = HttpResponse(_packed({"data.json": content, "index.html": readable.encode()}))
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="applicant")
def correct(request: HttpRequest) -> HttpResponse:
    """Another telephone number and e-mail address, with the password given once more."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    person, account = people.person_of(actor.account_id), accounts.find(actor.username)
    told = {"phone": person.phone if person else "", "email": account.email if account else ""}
    context: dict[str, Any] = {"nav": "my", "told": told, "has_person": person is not None}
    if request.method == "GET":
        return render(request, "portal/correct.html", context)
    told |= {name: request.POST.get(name, "").strip()[:200] for name in told}
    try:
        services.correct(
            actor,
            password=request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
            **told,
        )
    except _REFUSED as refusal:
        context["problem"] = refusals.said(refusal)
        return render(request, "portal/correct.html", context, status=refusals.status_of(refusal))
    return HttpResponseRedirect(reverse("portal:data") + "?done=corrected", status=303)


def _erase_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    plan = queries.plan_of(actor.account_id, today=clock.today())
    context = {
        "nav": "my",
        "goes": plan.goes,
        "stays": _grouped(plan.stays),
        "drafts": plan.drafts,
        "complaints": plan.complaints,
        "complaints_why": {"text": _(rules.COMPLAINTS_STAY), "basis": rules.BASES["retention"]},
        "account_stays": _(rules.ACCOUNT_SENTENCES[plan.account_stays]) if plan.account_stays else "",
        "is_empty": plan.is_empty(with_account=True),
        "has_choice": not plan.is_empty(with_account=False),
        "problem": problem,
    }
    return render(request, "portal/erase.html", context, status=status)


def _grouped(stays: Iterable[rules.Held]) -> list[dict[str, Any]]:
    """Matters that must stay, those for the same reasons together; what has no day stands first."""
    found: dict[tuple[str, ...], list[rules.Held]] = {}
    for one in stays:
        found.setdefault(tuple(stay.why for stay in one.stays), []).append(one)
    return [{"why": _why(held[0]), "held": held} for held in found.values()]


def _why(one: rules.Held) -> list[dict[str, Any]]:
    return [{"text": _(rules.SENTENCES[stay.why]), "basis": rules.BASES[stay.why]} for stay in one.stays]


def _requests(account_id: int) -> list[dict[str, Any]]:
    words = {"asked": _("等待确认"), "done": _("已删除"), "refused": _("没有同意")}
    return [one | {"word": words[one["state"]]} for one in queries.of_account(account_id)]
