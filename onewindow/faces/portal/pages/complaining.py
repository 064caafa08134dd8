"""Efficiency complaints of citizens: file one, signed in or with a query code, follow it, withdraw it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.base import clock
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org
from onewindow.reviews.queries import complaints
from onewindow.reviews.rules.complaints import MOST_TEXT
from onewindow.reviews.services import complaints as deeds
from onewindow.ui import refusals, voices
from onewindow.ui.session import page

_FIELDS = ("organ", "about", "text", "name", "phone", "case_no", "earlier")


@sensitive_post_parameters("name", "phone", "text")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="public")
def complain(request: HttpRequest) -> HttpResponse:
    """Write a complaint; the number and the query code are shown once, right after."""
    told = request.POST if request.method == "POST" else request.GET
    asked = {name: told.get(name, "").replace("\0", "").replace("\r\n", "\n")[:MOST_TEXT] for name in _FIELDS}
    actor = request.actor or None  # type: ignore[attr-defined]
    citizen = None if actor is None or actor.is_staff else actor
    if citizen is not None and request.method != "POST":
        asked["name"] = citizen.name
    context: dict[str, Any] = {
        "nav": "",
        "told": asked,
        "is_anonymous": told.get("anonymous") == "1",
        "organs": [one.name for one in org.organs()],
        "abouts": voices.choices("about"),
        "most_text": MOST_TEXT,
        "mine": [_words(one) for one in complaints.mine(citizen)] if citizen is not None else [],
    }
    if request.method != "POST":
        return render(request, "portal/complain.html", context)
    body = asked | {"anonymous": context["is_anonymous"]}
    try:
        made = deeds.file(body, actor=citizen, address=request.META.get("REMOTE_ADDR", ""), now=clock.now())
    except Refusal as refusal:
        context["problems"] = [refusals.field_error(one) for one in refusal.fields]
        context["problem"] = refusals.said(refusal)
        return render(request, "portal/complain.html", context, status=refusals.status_of(refusal))
    return render(request, "portal/complain.html", context | {"made": made})


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="public")
def follow(request: HttpRequest) -> HttpResponse:
    """Progress and answer, by number and query code; the code travels in the body."""
    return _followed(request)


@sensitive_post_parameters("code")
@require_POST
@never_cache
@page(permission="public")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw it, with the same number and code."""
    number, code = _key(request)
    try:
        deeds.withdraw(number, code, reason=request.POST.get("reason", "").replace("\0", ""), now=clock.now())
    except Refusal as refusal:
        return _followed(request, problem=refusals.said(refusal), status=refusals.status_of(refusal))
    return _followed(request, done=_("投诉已经撤回。"))


def _key(request: HttpRequest) -> tuple[str, str]:
    return request.POST.get("number", "").strip()[:40], request.POST.get("code", "").strip()[:20]


def _followed(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    number, code = _key(request)
    context: dict[str, Any] = {"nav": "", "number": number, "code": code} | more
    if request.method == "POST" and not more.get("problem"):
        try:
            context["found"] = _words(complaints.follow(number, code))
        except Refusal as refusal:
            context["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
    return render(request, "portal/follow.html", context, status=status)


def _words(found: dict[str, Any]) -> dict[str, Any]:
    steps = [
        one | {"word": voices.word(one["deed"], "step"), "ground": voices.word(one["ground"], "ground")}
        for one in found["steps"]
    ]
    return found | {
        "state_word": voices.word(found["state"], "complaint"),
        "about_word": voices.word(found["about"], "about"),
        "verdict_word": voices.word(found["verdict"], "verdict"),
        "steps": steps,
    }
