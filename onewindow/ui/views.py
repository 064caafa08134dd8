"""Pages that belong to every face: login, logout, password, language and display, and the error pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import accounts, clock
from onewindow.kernel import errors
from onewindow.ui import language, refusals, session

HOMES = (
    (("clerk",), "/counter"),
    (("examiner", "approver", "head"), "/office"),
    (("issuer",), "/issue"),
    (("supervisor", "manager"), "/supervision"),
    (("sysadmin", "secadmin", "auditor"), "/console"),
    (("catalog", "establishment", "legal", "leader"), "/editor"),
)


def home_of(actor: Any) -> str:
    """The first page of an actor after login: citizens their cases, staff their desk."""
    return next((address for roles, address in HOMES if actor.has(*roles)), "/my")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="public")
def login(request: HttpRequest) -> HttpResponse:
    """Log in by user name and password; afterwards back to where one came from."""
    back = session.safe_next(request.POST.get("next", "") or request.GET.get("next", ""), otherwise="")
    if request.method == "GET":
        return render(request, "ui/login.html", {"next": back})
    username = request.POST.get("username", "").strip()
    try:
        issued = accounts.login(
            username,
            request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            purpose="page",
        )
    except (errors.Unidentified, errors.Invalid, errors.TooFast, errors.NotAllowed) as refusal:
        context = {"next": back, "username": username, "problem": refusals.said(refusal)}
        return render(request, "ui/login.html", context, status=refusals.status_of(refusal))
    actor = accounts.actor_of(issued.token)
    response = HttpResponseRedirect((back or home_of(actor)) if actor else "/password")
    session.sign_in(response, issued.token, is_secure=request.is_secure())
    return response


@require_POST
@session.page(permission="public")
def logout(request: HttpRequest) -> HttpResponse:
    """End the token and take the cookie away."""
    token = request.COOKIES.get(session.COOKIE)
    if token:
        accounts.logout(token)
    response = HttpResponseRedirect("/")
    session.sign_out(response)
    return response


@sensitive_post_parameters("old", "new", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="public")
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the old one is asked for. Afterwards one logs in anew."""
    login = request.login  # type: ignore[attr-defined]
    if not login:
        return session.to_login(request)
    if request.method == "GET":
        return render(request, "ui/password.html", {"must_change": login.must_change})
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
    return render(request, "ui/password.html", {"problems": problems}, status=422)


@require_GET
@session.page(permission="public")
def switch_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back."""
    to = request.GET.get("to", "")
    response = HttpResponseRedirect(session.safe_next(request.GET.get("next", "/")))
    if to in (language.CHINESE, language.ENGLISH):
        _keep(request, response, settings.LANGUAGE_COOKIE_NAME, to)
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
    response.set_cookie(
        name, value, max_age=language.A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
    )
