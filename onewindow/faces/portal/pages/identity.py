"""My name or number is wrong: what I ask for, with the paper that shows it, and how far it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.documents.services import uploads
from onewindow.kernel.errors import Refusal
from onewindow.people import queries as people
from onewindow.privacy import corrections
from onewindow.privacy.services import identity as deeds
from onewindow.ui import masks, refusals
from onewindow.ui.session import page

PROOF = "correction/proof"


@sensitive_post_parameters("password", "id_number", "name")
@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="applicant")
def identity(request: HttpRequest) -> HttpResponse:
    """Ask, see how far it is, take it back."""
    if request.method == "GET":
        return _page(request)
    try:
        _do(request)
    except Refusal as refusal:
        errors = {one["field"]: one["message"] for one in map(refusals.field_error, refusal.fields)}
        return _page(
            request, problem=refusals.said(refusal), errors=errors, status=refusals.status_of(refusal)
        )
    return HttpResponseRedirect(reverse("portal:identity") + "?done=1", status=303)


def _do(request: HttpRequest) -> None:
    actor: Any = request.actor  # type: ignore[attr-defined]
    post, now = request.POST, clock.now()
    if post.get("do") == "withdraw":
        deeds.withdraw(actor, now=now)
        return
    deeds.ask(
        actor,
        password=post.get("password", ""),
        name=post.get("name", "")[:200],
        id_number=post.get("id_number", "")[:64],
        reason=post.get("reason", "")[:2000],
        proof=_proof(request),
        address=request.META.get("REMOTE_ADDR", ""),
        now=now,
    )


def _proof(request: HttpRequest) -> tuple[str, Any] | str | None:
    """The proof that came in pieces before, else that of the form itself."""
    sent = request.POST.getlist("upload.proof")
    if sent:
        return str(uploads.take(request.actor, sent[-1], purpose=PROOF)["file_id"])  # type: ignore[attr-defined]
    given: Any = request.FILES.get("proof")
    return (given.name or "", given) if given is not None else None


def _page(
    request: HttpRequest, *, problem: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    person = people.person_of(actor.account_id)
    words = {
        "asked": _("等窗口核对"),
        "checked": _("已核对，等更正"),
        "done": _("已更正"),
        "refused": _("没有更正"),
        "withdrawn": _("已撤回"),
    }
    asked = [one | {"word": words[one["state"]]} for one in corrections.of_account(actor.account_id)]
    context = {
        "nav": "my",
        "person": person,
        "number": masks.mask(person.id_number, kind="id") if person else "",
        "asked": asked,
        "is_open": any(one["state"] in corrections.OPEN for one in asked),
        "told": request.POST,
        "problem": problem,
        "errors": errors or {},
        "proof_purpose": PROOF,
        "sent_proof": request.POST.getlist("upload.proof")[-1:],
    }
    return render(request, "portal/identity.html", context, status=status)
