"""Who visits a page: reads the cookie's token, and turns refusals that rise out of a view into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from onewindow.base import accounts
from onewindow.kernel import errors
from onewindow.kernel.actor import Actor
from onewindow.ui import refusals, session


class Visitor:
    """Sets ``request.actor`` (an ``Actor`` or None) from the cookie; the look-up waits until somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = session.token_of(request)
        request.login = SimpleLazyObject(lambda: accounts.session_of(token)) if token else None  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: _actor(request)) if token else None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if token and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ("Cookie",))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that rises out of a page's view becomes a page; a stranger is sent to log in."""
        if not isinstance(exception, errors.Refusal):
            return None
        if isinstance(exception, errors.Unidentified) and request.method == "GET":
            return session.to_login(request)
        return refusals.answer(request, exception)


def _actor(request: HttpRequest) -> Actor | None:
    """Whoever must first change the password or set up a second factor acts for nobody."""
    login = request.login  # type: ignore[attr-defined]
    return login.actor if login and login.is_free else None
