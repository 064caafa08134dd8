"""Pages of one's own safety: second factors, recovery codes, and where one is logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import accounts, clock, sessions
from onewindow.base.factors import passkeys, recovery, store, totp
from onewindow.documents import presentation
from onewindow.kernel import errors
from onewindow.kernel.actor import Actor
from onewindow.ui import entering, refusals, session

_DONE = {
    "removed": lazy("已移除。"),
    "ended": lazy("已结束那个登录。"),
    "others": lazy("其他登录都已结束。"),
}


@never_cache
@require_GET
@session.page(permission="enrolling")
def account(request: HttpRequest) -> HttpResponse:
    """Factors, recovery codes and log-ins of one's own."""
    return _page(request)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="enrolling")
def add_app(request: HttpRequest) -> HttpResponse:
    """Scan, type the first code, done."""
    actor, now = _actor(request), clock.real_now()
    if request.method == "GET":
        return _app_page(request, totp.offer(actor, now=now))
    sealed = request.POST.get("sealed", "")
    try:
        _prove(request)
        secret, step = totp.proven(actor, sealed, request.POST.get("code", ""), now=now)
        codes = store.add(
            actor, kind="totp", name=request.POST.get("name", ""), secret=secret, counter=step, **_by(request)
        )
    except (errors.Invalid, errors.RuleBroken, errors.TooFast) as refusal:
        offer = totp.offer(actor, now=now) if refusal.code == "offer-ended" else _again(actor, sealed)
        return _app_page(request, offer, refusal=refusal)
    return _added(request, codes)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@session.page(permission="enrolling")
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Finger, face or PIN on this device, or a key that is plugged in."""
    actor = _actor(request)
    if request.method == "GET":
        return _passkey_page(request)
    try:
        _prove(request)
        made = passkeys.proven(
            actor, request.POST.get("answer", ""), site=entering.site(request), now=clock.real_now()
        )
        codes = store.add(
            actor,
            kind="passkey",
            name=request.POST.get("name", ""),
            secret=made.public_key,
            credential=made.credential,
            counter=made.counter,
            **_by(request),
        )
    except (errors.Invalid, errors.RuleBroken, errors.TooFast, errors.Unidentified) as refusal:
        return _passkey_page(request, refusal=refusal)
    return _added(request, codes)


@sensitive_post_parameters()
@never_cache
@require_POST
@session.page(permission="signed-in")
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Take a factor away, with the password."""
    try:
        _prove(request)
        store.remove(_actor(request), factor_id, **_by(request))
    except (errors.Invalid, errors.RuleBroken, errors.TooFast) as refusal:
        return _page(request, refusal=refusal)
    return HttpResponseRedirect("/account?done=removed")


@sensitive_post_parameters()
@never_cache
@require_POST
@session.page(permission="signed-in")
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, with the password."""
    try:
        _prove(request)
        codes = store.renew_codes(_actor(request), now=clock.now())
    except (errors.Invalid, errors.RuleBroken, errors.TooFast) as refusal:
        return _page(request, refusal=refusal)
    return _added(request, codes)


@never_cache
@require_POST
@session.page(permission="signed-in")
def end_session(request: HttpRequest) -> HttpResponse:
    """End one log-in, or all others."""
    key = request.POST.get("key", "")
    try:
        if key:
            sessions.end(_actor(request), key, now=clock.now())
        else:
            sessions.end_others(_actor(request), _token(request), now=clock.now())
    except errors.NotFound as refusal:
        return _page(request, refusal=refusal)
    return HttpResponseRedirect("/account?done=" + ("ended" if key else "others"))


def _page(request: HttpRequest, *, refusal: errors.Refusal | None = None) -> HttpResponse:
    actor = _actor(request)
    context = {
        "must_enrol": request.login.must_enrol,  # type: ignore[attr-defined]
        "who": actor,
        "home": _home(request),
        "factors": store.of(actor.account_id),
        "codes_left": recovery.left(actor.account_id),
        "sessions": sessions.of(actor.account_id, token=_token(request)),
        "has_passkeys": entering.site(request).is_fit,
        "done": _DONE.get(request.GET.get("done", ""), ""),
        "idle_minutes": settings.ONEWINDOW_SESSION_IDLE_MINUTES,
        "hours": settings.ONEWINDOW_SESSION_HOURS,
    }
    return _said(request, "ui/account.html", context, refusal)


def _app_page(
    request: HttpRequest, offer: totp.Offer, *, refusal: errors.Refusal | None = None
) -> HttpResponse:
    context = {
        "offer": offer,
        "qr": presentation.qr_on_page(offer.uri),
        "name": request.POST.get("name", ""),
    }
    return _said(request, "ui/account_app.html", context, refusal)


def _passkey_page(request: HttpRequest, *, refusal: errors.Refusal | None = None) -> HttpResponse:
    place, context = entering.site(request), {"name": request.POST.get("name", "")}
    if place.is_fit:
        context["offer"] = passkeys.offer(_actor(request), site=place, now=clock.real_now())
    return _said(request, "ui/account_passkey.html", context, refusal)


def _added(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "ui/account_done.html", {"codes": codes, "home": _home(request)})


def _said(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: errors.Refusal | None
) -> HttpResponse:
    if refusal is None:
        return render(request, template, context)
    fields = [refusals.field_error(one) for one in refusal.fields]
    context["problems"] = {one["field"]: one["message"] for one in fields}
    context["problem"] = refusals.said(refusal)
    return render(request, template, context, status=refusals.status_of(refusal))


def _again(actor: Actor, sealed: str) -> totp.Offer:
    try:
        return totp.again(actor, sealed, now=clock.real_now())
    except errors.Invalid:
        return totp.offer(actor, now=clock.real_now())


def _prove(request: HttpRequest) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    accounts.prove(_actor(request), request.POST.get("password", ""), address=address)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"token": _token(request), "now": clock.now()}


def _actor(request: HttpRequest) -> Actor:
    """Who is logged in, also before the second factor stands."""
    found: Actor = request.login.actor  # type: ignore[attr-defined]
    return found


def _home(request: HttpRequest) -> str:
    return entering.home_of(_actor(request))


def _token(request: HttpRequest) -> str:
    return session.token_of(request)
