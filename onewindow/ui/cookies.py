"""Cookies as the platform sets them: for scripts never, for other sites never, and over https under a safe name.

``__Host-`` tells a browser that no other host, no plain connection and no part of the site alone has set it;
``__Secure-`` the same of the connection, for those that go to a part of the site (RFC 6265bis, 4.1.3).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse

A_YEAR = 365 * 24 * 3600


def named(name: str, *, path: str = "/") -> str:
    """The name under which a cookie is kept; plain where the platform is not served by https."""
    if not settings.ONEWINDOW_HTTPS:
        return name
    return ("__Host-" if path == "/" else "__Secure-") + name


def keep(
    response: HttpResponse,
    name: str,
    value: str,
    *,
    is_secure: bool,
    path: str = "/",
    max_age: int | None = None,
) -> None:
    """Set a cookie; without ``max_age`` (seconds) it ends with the browser."""
    response.set_cookie(
        named(name, path=path),
        value,
        max_age=max_age,
        httponly=True,
        samesite="Lax",
        secure=is_secure or settings.ONEWINDOW_HTTPS,
        path=path,
    )


def drop(response: HttpResponse, name: str, *, path: str = "/") -> None:
    """Take a cookie away."""
    response.delete_cookie(named(name, path=path), path=path, samesite="Lax")


def read(cookies: Mapping[str, str], name: str, *, path: str = "/") -> str:
    """What a browser sent, empty for nothing."""
    return cookies.get(named(name, path=path), "")
