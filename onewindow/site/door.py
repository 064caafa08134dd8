"""The door before Django: an API call goes straight to its operation, everything else to the pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse

from onewindow.faces.api.dispatch import LINES, Reply
from onewindow.site import middleware, watchdog

Environ = dict[str, Any]
Start = Callable[..., Any]
Pages = Callable[[Environ, Start], Iterable[bytes]]

KEEP_SECONDS = 60


class Door:
    """A WSGI callable around another one."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        watchdog.start()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(middleware.API_PREFIX):
            _let_go_of_a_worn_connection()
            reply = middleware.call_api(environ)
            if reply is not None:
                return _send(reply, start)
        return _at_once(self._pages(environ, start))


def _let_go_of_a_worn_connection() -> None:
    """After a page its thread gives the connection back to the pool; between calls it keeps it, which costs less."""
    held: Any = connections[DEFAULT_DB_ALIAS]
    if held.connection is not None and middleware.is_worn(held, most_seconds=KEEP_SECONDS):
        held.close()


def _send(reply: Reply, start: Start) -> Iterable[bytes]:
    start(LINES[reply.status], reply.headers)
    if isinstance(reply.body, bytes):
        return [reply.body]
    return reply.body  # type: ignore[return-value]  # a file, which sends itself in pieces


def _at_once(page: Iterable[bytes]) -> Iterable[bytes]:
    """A whole page as one piece, which the server sends without asking for more."""
    if not isinstance(page, HttpResponse):
        return page
    try:
        return [page.content]
    finally:
        page.close()
