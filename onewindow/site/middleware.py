"""The outermost link: keeps /api/ from the page machinery and turns an absent database into 503."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.db import DataError, InterfaceError, OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from onewindow.faces.api import dispatch
from onewindow.faces.api.dispatch import Reply
from onewindow.kernel.errors import N_, Unreadable
from onewindow.site import watchdog
from onewindow.ui import refusals

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
RETRY_AFTER_SECONDS = 3
API_PREFIX = "/api/"
_FACES = ("portal", "workbench", "console", "editor", "kiosk", "supervision")
# Under which names pages are counted: by face, those of `ui`, and guide pages that stood ready.
PAGES = (*(f"page-{face}" for face in _FACES), "page-entry", "page-warm", "health")

_log = logging.getLogger(__name__)
_replacing = threading.Lock()
_replaced_at = 0.0  # on the monotonic clock, as Django's ages of connections are

_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>系统暂时繁忙 · Service unavailable</title>
<meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body><main><h1>系统暂时繁忙，请稍后再试</h1>
<p>您刚才提交的内容未被受理。请过几秒钟刷新本页，或返回上一页重新提交。</p>
<p lang="en">The service is unavailable for a moment. Nothing you just sent was taken; please try again in a
few seconds.</p></main></body></html>
"""


def call_api(environ: dict[str, Any]) -> Reply | None:
    """The answer to an API call whatever happens; None when no operation has its path."""
    watchdog.watch()
    try:
        return dispatch.reply(environ)
    except AWAY as error:
        connection.errors_occurred = True  # whoever keeps the connection lets go of it
        return Reply.of(away(WSGIRequest(environ.copy()), error))
    except Exception as error:
        request = WSGIRequest(environ.copy())
        return Reply.of(_unreadable(request, error) or response_for_exception(request, error))


class Edge:
    """First in the chain: pages go on through it. API calls that did not stop at the door are answered here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._pages = get_response
        handler: Any = BaseHandler()
        handler._view_middleware = []
        handler._template_response_middleware = []
        handler._exception_middleware = []
        self._bare: Callable[[HttpRequest], HttpResponseBase] = handler._get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        watchdog.watch()
        if request.path_info.startswith(API_PREFIX):
            return self._api(request)
        try:
            response = self._pages(request)
            request.META[dispatch.OPERATION] = _page_name(request, response.status_code)
            return response
        finally:
            # The next request of this thread may be an API call, which chooses no language itself.
            translation.deactivate()

    def _api(self, request: HttpRequest) -> HttpResponseBase:
        """A call from Django's test client, or one to a path that no operation has."""
        # Django has written the decoded path where a web server tells bytes (PEP 3333).
        path = request.path_info.encode().decode("latin-1")
        reply = call_api({**request.META, "PATH_INFO": path})
        if reply is None:
            reply = Reply.of(self._unknown(request))
        if isinstance(reply.body, HttpResponseBase):
            return reply.body
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    def _unknown(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self._bare(request)
        except AWAY as error:
            return away(request, error)
        except Exception as error:  # 404 and bugs: the answers of `handler404` and its sisters
            return response_for_exception(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django asks here when the view of a page raised."""
        return away(request, error) if isinstance(error, AWAY) else _unreadable(request, error)


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """400 for a NUL that came as far as the database, which holds none; psycopg says so before it sends anything.

    The last net: most places refuse it by name, and no browser's form can hold one.
    """
    if isinstance(error, DataError) and "NUL (0x00)" in str(error):
        return refusals.answer(request, Unreadable("not-readable", N_("含有不能使用的字符。")))
    return None


def _page_name(request: HttpRequest, status: int) -> str | None:
    """By the module of the view that answered; None for an address that no view has."""
    found = request.resolver_match
    if found is None:
        return "page-warm" if status < 400 else None
    room, _, rest = found.func.__module__.removeprefix("onewindow.").partition(".")
    if room != "faces":
        return "page-entry"
    face = rest.partition(".")[0]
    return f"page-{face}" if face in _FACES else "health"


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 with `Retry-After`: a problem document under /api/, a small page elsewhere."""
    _log.warning("database away: %s", type(error).__name__)
    _start_with_a_fresh_pool(error)
    if request.path_info.startswith(API_PREFIX):
        english = request.headers.get("Accept-Language", "").lower().startswith("en")
        problem: dict[str, Any] = {
            "type": "urn:onewindow:problem:dependency-away",
            "title": "Service unavailable" if english else "系统暂时繁忙",
            "status": 503,
            "detail": "Please try again in a few seconds." if english else "系统暂时繁忙，请稍后再试。",
            "errors": [],
        }
        response = HttpResponse(json.dumps(problem, ensure_ascii=False), "application/problem+json", 503)
    else:
        response = HttpResponse(_PAGE, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_worn(held: Any, *, most_seconds: float) -> bool:
    """Whether a kept connection should go back: something failed on it, its pool is gone, or it is old."""
    if held.in_atomic_block:  # a test's, which holds all its calls
        return False
    oldest = max(_replaced_at, time.monotonic() - most_seconds)
    return bool(held.errors_occurred) or held.close_at is None or held.close_at < oldest


def _start_with_a_fresh_pool(error: Exception) -> None:
    """Forget the pool after a broken connection, at most once a second.

    After a restart of the database every connection in it is dead, and a pool that has met a dead database
    backs off for ever longer; a fresh one tries at once. A statement that only took too long (it carries an
    SQLSTATE of its own) leaves the pool alone.
    """
    global _replaced_at
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    code = getattr(cause, "sqlstate", None) or "08000"
    if not code.startswith(("08", "57P")):
        return
    with _replacing:
        if time.monotonic() - _replaced_at < 1:
            return
        _replaced_at = time.monotonic()
        pools: Any = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
        old = pools.pop(connection.alias, None)
    if old is not None:
        # Closing waits for connection attempts under way: not in this request.
        threading.Thread(target=old.close, kwargs={"timeout": 5}, name="pool-close", daemon=True).start()
