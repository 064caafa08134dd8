"""How I want to be told, in which language, and whether in large type: kept in the account."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.kernel.errors import Invalid
from onewindow.notices import preferences as kept
from onewindow.notices.rules import Chosen
from onewindow.people import consents, purposes
from onewindow.ui import language, refusals
from onewindow.ui.session import page


@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="applicant")
def preferences(request: HttpRequest) -> HttpResponse:
    """Ways beside the product, hours of quiet, language, large type."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if request.method == "GET":
        return _page(request, kept.of(actor.account_id))
    try:
        chosen = _read(request)
        kept.choose(actor, chosen, now=clock.now())
    except Invalid as refusal:
        problem = refusals.said(refusal)
        return _page(request, kept.of(actor.account_id), problem=problem, status=refusals.status_of(refusal))
    response = HttpResponseRedirect(reverse("portal:preferences") + "?done=1", status=303)
    language.keep_choice(response, chosen.language, is_elder=chosen.is_elder, is_secure=request.is_secure())
    return response


def _read(request: HttpRequest) -> Chosen:
    post = request.POST
    told: dict[str, Any] = {name: post.get(name, "") for name in ("sms", "email", "language")}
    told |= {name: _hour(post.get(name, "")) for name in ("quiet_from", "quiet_until")}
    return msgspec.structs.replace(Chosen(), **told, is_elder=post.get("is_elder") == "1")


def _hour(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1


def _page(request: HttpRequest, chosen: Chosen, *, problem: str = "", status: int = 200) -> HttpResponse:
    choices = (("all", _("每一步都发")), ("important", _("只发要我做的和结果")))
    held = consents.held(request.actor.account_id)  # type: ignore[attr-defined]
    context = {
        "nav": "my",
        "chosen": chosen,
        "ways": [
            ("sms", _("短信"), chosen.sms, choices, purposes.SMS in held),
            ("email", _("邮件"), chosen.email, choices, purposes.EMAIL in held),
        ],
        "hours": range(24),
        "languages": (("", _("跟随浏览器")), ("zh-hans", "中文"), ("en", "English")),
        "problem": problem,
    }
    return render(request, "portal/preferences.html", context, status=status)
