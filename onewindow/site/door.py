"""The door before Django: an API call goes straight to its operation, everything else to the pages.

Each answer passes it on the way out: it is counted, timed and carries the request's name.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse

from onewindow.base import tally
from onewindow.faces.api.dispatch import LINES, OPERATION, Reply
from onewindow.faces.api.openapi import OPERATIONS
from onewindow.site import fence, middleware, tracing, watchdog

Environ = dict[str, Any]
Start = Callable[..., Any]
Pages = Callable[[Environ, Start], Iterable[bytes]]

KEEP_SECONDS = 60
_STATIC, _OTHER = "static", "other"

_log = logging.getLogger("onewindow.access")


class Door:
    """A WSGI callable around another one."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._gate = fence.gate()
        self._safe = list(fence.safe_headers())
        tally.declare([*(one.name for one in OPERATIONS), *middleware.PAGES, _STATIC, _OTHER])
        watchdog.start()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        began, name, status = time.perf_counter(), tracing.begin(environ), 500

        def told(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start(line, [*headers, (tracing.HEADER, name)], *error)

        try:
            return self._answer(environ, told)
        finally:
            _count(environ, status, time.perf_counter() - began)
            tracing.end()

    def _answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        fence.place_caller(environ)
        seconds = self._gate.wait(environ, fence.now())
        if seconds and not environ["PATH_INFO"].startswith(settings.STATIC_URL):
            return fence.refuse(environ, fence.armed(start), seconds)
        if environ["PATH_INFO"].startswith(middleware.API_PREFIX):
            _let_go_of_a_worn_connection()
            reply = middleware.call_api(environ)
            if reply is not None:
                return _send(reply, start, self._safe)
        return _at_once(self._pages(environ, fence.armed(start)))


def _count(environ: Environ, status: int, seconds: float) -> None:
    operation = environ.get(OPERATION)
    if operation is None:
        operation = _STATIC if environ["PATH_INFO"].startswith(settings.STATIC_URL) else _OTHER
    tally.count(operation, status, seconds)
    if settings.ONEWINDOW_ACCESS_LOG:
        # The operation, never the path: paths and queries name cases and people.
        _log.info("%s %s %d %.1f ms", environ["REQUEST_METHOD"], operation, status, seconds * 1000)


def _let_go_of_a_worn_connection() -> None:
    """After a page its thread gives the connection back to the pool; between calls it keeps it, which costs less."""
    held: Any = connections[DEFAULT_DB_ALIAS]
    if held.connection is not None and middleware.is_worn(held, most_seconds=KEEP_SECONDS):
        held.close()


def _send(reply: Reply, start: Start, safe: list[tuple[str, str]]) -> Iterable[bytes]:
    if isinstance(reply.body, bytes):
        # What the API says itself is known: no header has to be looked for.
        start(LINES[reply.status], [*(one for one in reply.headers if one not in safe), *safe])
        return [reply.body]
    fence.armed(start)(LINES[reply.status], reply.headers)
    return reply.body  # type: ignore[return-value]  # a file, which sends itself in pieces


def _at_once(page: Iterable[bytes]) -> Iterable[bytes]:
    """A whole page as one piece, which the server sends without asking for more."""
    if not isinstance(page, HttpResponse):
        return page
    try:
        return [page.content]
    finally:
        page.close()
