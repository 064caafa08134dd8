"""Which devices a page may use: none, save for the one page that scans; passkeys need no leave of their own."""

from __future__ import annotations

from django.http.response import HttpResponseBase

_HEADER = "Permissions-Policy"
_OTHERS = "microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), midi=()"
POLICY = f"camera=(), {_OTHERS}"


def allow_camera(response: HttpResponseBase) -> HttpResponseBase:
    """This page may ask for the camera."""
    response.headers[_HEADER] = f"camera=(self), {_OTHERS}"
    return response
