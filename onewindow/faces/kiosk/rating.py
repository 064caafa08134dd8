"""Rating at the touch screen: by case number and check, for whoever has just been served."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.faces.kiosk.screens import show
from onewindow.kernel.errors import Refusal
from onewindow.reviews.rules import ratings
from onewindow.reviews.services import rating
from onewindow.ui import refusals, voices
from onewindow.ui.session import page


@sensitive_post_parameters("check")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="public")
def rate(request: HttpRequest) -> HttpResponse:
    """One screen: number, check, step, grade; always anonymous, for the screen is seen by others."""
    told = request.POST
    context = voices.form(told if request.method == "POST" else None) | {
        "title": _("评价这次办理"),
        "links": voices.choices("link"),
        "back": "/kiosk",
        "case_no": told.get("case_no", "")[:40],
        "link": told.get("link", ""),
    }
    if request.method == "POST":
        try:
            link = told.get("link", "") if told.get("link") in ratings.LINKS else "acceptance"
            said = voices.said(told, link=link, way="kiosk")
            check = told.get("check", "").replace("\0", "").strip()[:20]
            rating.rate_checked(
                told.get("case_no", "").replace("\0", "")[:60], check, said,
                actor=request.actor or None, now=clock.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
            context["done"] = _("谢谢您的评价。")
        except Refusal as refusal:
            context["problem"] = refusals.said(refusal)
            response = show(request, "rate", **context)
            response.status_code = refusals.status_of(refusal)
            return response
    return show(request, "rate", **context)
