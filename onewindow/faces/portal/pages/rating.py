"""Rating: by number and check, by a signed link (message, window, second rating), and of one's own case."""

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
from onewindow.cases.queries import reviewing
from onewindow.kernel.errors import N_, NotFound, Refusal
from onewindow.reviews import links
from onewindow.reviews.rules import ratings
from onewindow.reviews.services import rating, tickets
from onewindow.ui import refusals, voices
from onewindow.ui.session import page


@sensitive_post_parameters("check")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="public")
def rate(request: HttpRequest) -> HttpResponse:
    """By case number and check. ``?at=`` is the code of a window: it says where the visitor stands."""
    told = request.POST if request.method == "POST" else request.GET
    asked = {name: told.get(name, "").replace("\0", "").strip()[:60] for name in ("case_no", "link")}
    context = voices.form(request.POST if request.method == "POST" else None) | asked
    context |= {"nav": "track", "links": voices.choices("link"), "at": told.get("at", "")[:200]}
    if request.method != "POST":
        return render(request, "portal/rate.html", context)
    return _taken(request, context, lambda: _by_check(request, asked))


def _by_check(request: HttpRequest, asked: dict[str, str]) -> dict[str, Any]:
    window = links.read(request.POST["at"], now=clock.now()).window if request.POST.get("at") else None
    link = asked["link"] if asked["link"] in ratings.LINKS else "acceptance"
    said = voices.said(request.POST, link=link, way="qr" if window else "online", window=window)
    check = request.POST.get("check", "").replace("\0", "").strip()[:20]
    actor = request.actor or None  # type: ignore[attr-defined]
    return rating.rate_checked(asked["case_no"], check, said, actor=actor, now=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="public")
def linked(request: HttpRequest, token: str) -> HttpResponse:
    """By a signed link: of a case and its step, of a window alone, or for the second rating of a ticket."""
    now = clock.now()
    link = links.read(token, now=now)
    if not link.case_no and link.what in ratings.LINKS:
        return HttpResponseRedirect(f"{reverse('portal:rate')}?at={token}&link={link.what}")
    is_second = link.what not in ratings.LINKS
    case = None if is_second else reviewing.known(link.case_no)
    context = voices.form(request.POST if request.method == "POST" else None) | {
        "nav": "track",
        "is_second": is_second,
        "item": case.item if case else "",
        "step": "" if is_second else voices.word(link.what, "link"),
        "is_linked": True,
    }
    if request.method != "POST":
        return render(request, "portal/rate.html", context)
    actor = request.actor or None  # type: ignore[attr-defined]
    if is_second:
        return _taken(
            request,
            context,
            lambda: tickets.rate_again(token, voices.grade_of(request.POST), actor=actor, now=now),
        )
    return _taken(
        request,
        context,
        lambda: rating.rate_linked(
            token, voices.said(request.POST, link=link.what, way=link.way), actor=actor, now=now
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="applicant")
def own(request: HttpRequest, case_no: str, link: str) -> HttpResponse:
    """Of one's own case, signed in."""
    if link not in ratings.LINKS:
        raise NotFound("no-such-page", N_("没有这个页面"))
    actor = request.actor  # type: ignore[attr-defined]
    case = reviewing.own(actor, case_no)
    context = voices.form(request.POST if request.method == "POST" else None) | {
        "nav": "my",
        "item": case.item,
        "step": voices.word(link, "link"),
        "is_linked": True,
        "back": reverse("portal:case", args=[case.case_no]),
    }
    if request.method != "POST":
        return render(request, "portal/rate.html", context)
    return _taken(
        request,
        context,
        lambda: rating.rate_own(
            actor, case_no, voices.said(request.POST, link=link, way="online"), now=clock.now()
        ),
    )


def _taken(request: HttpRequest, context: dict[str, Any], deed: Any) -> HttpResponse:
    try:
        found = deed() or {}
    except Refusal as refusal:
        status = refusals.status_of(refusal)
        response = render(
            request, "portal/rate.html", context | {"problem": refusals.said(refusal)}, status=status
        )
        for name, value in refusals.headers_of(refusal).items():
            response.headers[name] = value
        return response
    done = _("谢谢您的评价。")
    if found.get("ticket"):
        done = _("谢谢您告诉我们。我们会核实整改，结果可以在办件页面看到。")
    return render(request, "portal/rate.html", context | {"done": done})
