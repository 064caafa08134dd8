"""Pages that belong to every face: password, language and display."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import accounts, clock
from onewindow.kernel import errors
from onewindow.ui import cookies, language, refusals, session


@sensitive_post_parameters("old", "new", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="logged-in")
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the old one is asked for. Afterwards one logs in anew."""
    login = request.login  # type: ignore[attr-defined]
    rules = {
        "must_change": login.must_change,
        "shortest": settings.ONEWINDOW_PASSWORD_SHORTEST,
        "classes": settings.ONEWINDOW_PASSWORD_CLASSES if login.actor.is_staff else 0,
    }
    if request.method == "GET":
        return render(request, "ui/password.html", rules)
    problems: dict[str, str] = {}
    if request.POST.get("new", "") != request.POST.get("again", ""):
        problems["again"] = _("两次输入的新密码不一样")
    if not problems:
        try:
            accounts.change_password(
                login.actor,
                old=request.POST.get("old", ""),
                new=request.POST.get("new", ""),
                address=request.META.get("REMOTE_ADDR", ""),
                now=clock.now(),
            )
            response = render(request, "ui/password.html", {"is_done": True})
            session.sign_out(response)
            return response
        except (errors.Invalid, errors.Unidentified, errors.RuleBroken, errors.TooFast) as refusal:
            problems = {
                error["field"]: error["message"] for error in map(refusals.field_error, refusal.fields)
            }
            problems = problems or {"old": refusals.said(refusal)}
    return render(request, "ui/password.html", rules | {"problems": problems}, status=422)


@require_GET
@session.page(permission="public")
def switch_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back."""
    to = request.GET.get("to", "")
    response = HttpResponseRedirect(session.safe_next(request.GET.get("next", "/")))
    if to in (language.CHINESE, language.ENGLISH):
        _keep(request, response, language.LANGUAGE, to)
    return response


@require_GET
@session.page(permission="public")
def switch_display(request: HttpRequest) -> HttpResponse:
    """Remember theme or elder mode in a cookie and go back."""
    response = HttpResponseRedirect(session.safe_next(request.GET.get("next", "/")))
    if request.GET.get("theme") in language.THEMES:
        _keep(request, response, "theme", request.GET["theme"])
    if "elder" in request.GET:
        _keep(request, response, "elder", "1" if request.GET["elder"] == "1" else "0")
    return response


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    cookies.keep(response, name, value, is_secure=request.is_secure(), max_age=cookies.A_YEAR)
