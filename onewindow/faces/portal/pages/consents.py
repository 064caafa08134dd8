"""What I let be done with my data beyond my matters: one line a purpose, given and withdrawn with one press."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.kernel.errors import NotFound
from onewindow.people import consents as kept
from onewindow.people import rules
from onewindow.people.purposes import BY_CODE
from onewindow.ui import refusals
from onewindow.ui.session import page


@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="applicant")
def consents(request: HttpRequest) -> HttpResponse:
    """Each purpose with how it stands; a press says the contrary."""
    if request.method == "GET":
        return _page(request)
    post = request.POST
    try:
        kept.say(
            request.actor,  # type: ignore[attr-defined]
            post.get("purpose", ""),
            is_given=post.get("is_given") == "1",
            way="page",
            now=clock.now(),
        )
    except NotFound as refusal:
        return _page(request, problem=refusals.said(refusal), status=refusals.status_of(refusal))
    return HttpResponseRedirect(reverse("portal:consents") + "?done=1", status=303)


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    context = {
        "nav": "my",
        "rows": [_row(one) for one in kept.of(actor.account_id)],
        "said": [one | {"title": _title(one)} for one in kept.said(actor.account_id)],
        "edition": rules.NOTICE_EDITION,
        "problem": problem,
    }
    return render(request, "portal/consents.html", context, status=status)


def _title(one: dict[str, Any]) -> str:
    title = BY_CODE[one["purpose"]].title
    return _(title)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    purpose = BY_CODE[one["purpose"]]
    told = {"title": _(purpose.title), "tells": _(purpose.tells), "without": _(purpose.without)}
    return one | told | {"basis": purpose.basis, "is_consent": purpose.ground == "consent"}
