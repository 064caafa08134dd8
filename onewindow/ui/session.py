"""Pages know who asks: a cookie carries a token of the base, and every view names its permission."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from onewindow.kernel import errors
from onewindow.kernel.actor import APPLICANT_ROLES, STAFF_ROLES
from onewindow.kernel.errors import N_
from onewindow.ui import cookies

NAME = "onewindow"
COOKIE = cookies.named(NAME)
_log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]

# Permissions of pages: "public" for everyone, or who must be signed in, by role.
GROUPS: dict[str, frozenset[str]] = {
    "signed-in": frozenset(APPLICANT_ROLES + STAFF_ROLES),
    "applicant": frozenset(APPLICANT_ROLES),
    "staff": frozenset(STAFF_ROLES),
}
# Open to whoever is logged in, also while the password must be changed, or a second factor set up.
BEFORE = ("logged-in", "enrolling")


def page(*, permission: str | Iterable[str]) -> Callable[[View], View]:
    """Mark a view with its permission: ``public``, a group of ``GROUPS``, one of ``BEFORE``, or role names.

    A stranger is sent to the login page and comes back; somebody with another role reads why not.
    """
    roles = _roles_of(permission)

    def mark(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission in BEFORE:
                return _first(request, permission) or view(request, *args, **kwargs)
            if roles is not None:
                actor = request.actor or None  # type: ignore[attr-defined]
                if actor is None:
                    return _first(request) or to_login(request)
                if not actor.has(*roles):
                    _log.info("refused %s to account %s", view.__qualname__, actor.account_id)
                    raise errors.NotAllowed("role-lacks-it", N_("您的岗位不能使用这个页面。"))
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def _first(request: HttpRequest, permission: str | Iterable[str] = "") -> HttpResponse | None:
    """Where somebody must go before this page: log in, change the password, set up a second factor."""
    login = request.login or None  # type: ignore[attr-defined]
    if login is None:
        return to_login(request)
    if login.must_change and permission != "logged-in":
        return HttpResponseRedirect("/password")
    if login.must_enrol and permission not in BEFORE:
        return HttpResponseRedirect("/account")
    return None


def sign_in(response: HttpResponse, token: str, *, is_secure: bool) -> None:
    """Put the token into the cookie; it ends with the browser, the token itself has its own idle limit."""
    cookies.keep(response, NAME, token, is_secure=is_secure)


def token_of(request: HttpRequest) -> str:
    """The token that the browser sent, empty for none."""
    return cookies.read(request.COOKIES, NAME)


def sign_out(response: HttpResponse) -> None:
    """Take the cookie away."""
    cookies.drop(response, NAME)


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the login page, to come back afterwards."""
    back = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect("/login?next=" + quote(back))


def safe_next(text: str, *, otherwise: str = "/") -> str:
    """An address of this site to go on to; anything else (``//evil``, ``http:``) becomes ``otherwise``."""
    is_own = text.startswith("/") and not text.startswith(("//", "/\\")) and "\\" not in text
    has_control = any(ord(char) < 32 for char in text)
    return text if is_own and not has_control and len(text) <= 2000 else otherwise


def _roles_of(permission: str | Iterable[str]) -> frozenset[str] | None:
    if permission == "public":
        return None
    if isinstance(permission, str):
        return GROUPS.get(permission) or frozenset({permission})
    return frozenset(permission)
