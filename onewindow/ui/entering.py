"""Pages of coming in: password, second step, passkey, and going out again."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.base import accounts, clock
from onewindow.base.factors import passkeys, store
from onewindow.kernel import errors
from onewindow.notices import preferences
from onewindow.ui import cookies, devices, language, refusals, session

HOMES = (
    (("clerk",), "/counter"),
    (("examiner", "approver", "head"), "/office"),
    (("issuer",), "/issue"),
    (("supervisor", "manager"), "/supervision"),
    (("sysadmin", "secadmin", "auditor"), "/console"),
    (("catalog", "establishment", "legal", "leader"), "/editor"),
)
STEP = "onewindow-step"  # the cookie between password and second factor
_REFUSED = (errors.Unidentified, errors.Invalid, errors.TooFast, errors.NotAllowed)


def home_of(actor: Any) -> str:
    """The first page of an actor after login: citizens their cases, staff their desk."""
    return next((address for roles, address in HOMES if actor.has(*roles)), "/my")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="public")
def login(request: HttpRequest) -> HttpResponse:
    """Log in by user name and password; afterwards back to where one came from."""
    back = _back(request)
    if request.method == "GET":
        return _login_page(request, back)
    username = request.POST.get("username", "").strip()
    try:
        issued = accounts.login(
            username,
            request.POST.get("password", ""),
            purpose="page",
            **_here(request),
        )
    except accounts.FactorNeeded as needed:
        response = HttpResponseRedirect("/login/step" + (f"?next={quote(back)}" if back else ""))
        _keep_step(request, response, needed.step)
        return response
    except _REFUSED as refusal:
        return _login_page(request, back, username=username, refusal=refusal)
    return _entered(request, issued, back)


@sensitive_post_parameters("code", "answer")
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="public")
def step(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, a recovery code, or a passkey."""
    back, token = _back(request), cookies.read(request.COOKIES, STEP, path="/login")
    try:
        account = accounts.owner_of_step(token)
    except errors.Unidentified as refusal:
        return _login_page(request, back, refusal=refusal)
    if request.method == "GET":
        return _step_page(request, account, back)
    try:
        if request.POST.get("answer"):
            issued = accounts.by_passkey(
                request.POST["answer"], site=site(request), step=token, **_here(request)
            )
        else:
            issued = accounts.finish(token, request.POST.get("code", ""), **_here(request))
    except _REFUSED as refusal:
        return _step_page(request, account, back, refusal=refusal)
    response = _entered(request, issued, back)
    cookies.drop(response, STEP, path="/login")
    return response


@sensitive_post_parameters("answer")
@never_cache
@require_POST
@session.page(permission="public")
def passkey(request: HttpRequest) -> HttpResponse:
    """Log in by a passkey alone: who has it and has shown finger, face or PIN has given two factors."""
    back = _back(request)
    try:
        issued = accounts.by_passkey(request.POST.get("answer", ""), site=site(request), **_here(request))
    except _REFUSED as refusal:
        return _login_page(request, back, refusal=refusal)
    return _entered(request, issued, back)


@require_POST
@session.page(permission="public")
def logout(request: HttpRequest) -> HttpResponse:
    """End the token and take the cookie away."""
    token = session.token_of(request)
    if token:
        accounts.logout(token)
    response = HttpResponseRedirect("/")
    session.sign_out(response)
    # Nothing of what was seen stays in this browser (ASVS 5.0, 14.3.1).
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def site(request: HttpRequest) -> passkeys.Site:
    """Where passkeys of this request hold."""
    return devices.site_of(request.get_host(), is_secure=request.is_secure())


def _entered(request: HttpRequest, issued: accounts.Login, back: str) -> HttpResponse:
    """On to where one wanted to go, or to what must be done first."""
    found = accounts.session_of(issued.token)
    assert found is not None
    first = "/password" if found.must_change else "/account" if found.must_enrol else ""
    response = HttpResponseRedirect(first or back or home_of(found.actor))
    session.sign_in(response, issued.token, is_secure=request.is_secure())
    chosen = preferences.of(found.actor.account_id)
    if chosen != preferences.Chosen():
        language.keep_choice(
            response, chosen.language, is_elder=chosen.is_elder, is_secure=request.is_secure()
        )
    return response


def _login_page(
    request: HttpRequest, back: str, *, username: str = "", refusal: errors.Refusal | None = None
) -> HttpResponse:
    place = site(request)
    context: dict[str, Any] = {"next": back, "username": username}
    if place.is_fit:
        context["question"] = passkeys.question(0, site=place, now=clock.real_now())
    return _with(request, "ui/login.html", context, refusal)


def _step_page(
    request: HttpRequest, account: accounts.Account, back: str, *, refusal: errors.Refusal | None = None
) -> HttpResponse:
    place, kinds = site(request), {one.kind for one in store.of(account.id)}
    context: dict[str, Any] = {"next": back, "has_app": "totp" in kinds}
    if place.is_fit and "passkey" in kinds:
        context["question"] = passkeys.question(account.id, site=place, now=clock.real_now())
    return _with(request, "ui/login_step.html", context, refusal)


def _with(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: errors.Refusal | None
) -> HttpResponse:
    if refusal is None:
        return render(request, template, context)
    context["problem"] = refusals.said(refusal)
    response = render(request, template, context, status=refusals.status_of(refusal))
    for name, value in refusals.headers_of(refusal).items():
        response.headers[name] = value
    return response


def _keep_step(request: HttpRequest, response: HttpResponse, token: str) -> None:
    cookies.keep(response, STEP, token, is_secure=request.is_secure(), path="/login", max_age=600)


def _here(request: HttpRequest) -> dict[str, str]:
    agent = request.headers.get("User-Agent", "")
    return {"address": request.META.get("REMOTE_ADDR", ""), "device": devices.device_of(agent)}


def _back(request: HttpRequest) -> str:
    return session.safe_next(request.POST.get("next", "") or request.GET.get("next", ""), otherwise="")
