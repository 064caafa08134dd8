"""The door before Django: what an API call is answered without Django's chain, and what still goes through it."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse

from onewindow.faces.api import dispatch
from onewindow.faces.api.openapi import OPERATIONS
from onewindow.faces.api.routing import Routes
from onewindow.site import door, middleware
from tests.world import Api

Sent = list[Any]


def _call(path: str, method: str = "GET", **more: Any) -> tuple[str, dict[str, str], Any]:
    """Status line, headers and body of a call at the door; behind it stand pages that say so."""
    started: Sent = []
    path, _, query = path.partition("?")
    environ = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method, "SERVER_NAME": "testserver",
               "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), **more}  # fmt: skip

    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [("From", "pages")])
        return HttpResponse("a page")

    body = door.Door(pages)(environ, lambda *told: started.append(told))
    return started[0][0], dict(started[0][1]), body


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/api/v1/calendar/due", ("/calendar/due", {})),
        ("/api/v1/calendar/2026", ("/calendar/{year}", {"year": "2026"})),
        ("/api/v1/cases/一/actions/accept", ("/cases/{case_no}/actions/{action}", {"case_no": "一", "action": "accept"})),
        ("/api/v1/openapi.json", ("/openapi.json", {})),
        ("/api/v1/openapiXjson", None),
        ("/api/v1/cases/", None),
        ("/api/v1/cases/a/b", None),
        ("/api/v1", None),
        ("/api/v2/cases", None),
    ],
)  # fmt: skip
def test_paths_find_their_operation(path: str, found: tuple[str, dict[str, str]] | None) -> None:
    told = Routes(OPERATIONS).find(path)
    assert (None if told is None else (next(iter(told[0].values())).path, told[1])) == found


def test_a_call_is_answered_in_one_piece_and_never_reaches_the_pages(api: Callable[..., Api]) -> None:
    line, headers, body = _call("/api/v1/calendar/2026")
    assert line == "200 OK" and isinstance(body, list) and b'"workdays"' in body[0]
    assert len(headers.pop("X-Request-ID")) == 16
    expected = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert expected.items() <= headers.items()


def test_bytes_that_nobody_escaped_are_read_as_utf8(api: Callable[..., Api]) -> None:
    escaped = _call("/api/v1/items?q=%E6%8E%92%E6%B0%B4")[2]
    assert _call("/api/v1/items?q=" + "排水".encode().decode("latin-1"))[2] == escaped
    assert len(escaped[0]) > 100


@pytest.mark.parametrize("path", ["/", "/items/x", "/api/v1/nothing", "/apiary"])
def test_all_else_goes_to_the_pages_and_comes_in_one_piece(path: str) -> None:
    line, headers, body = _call(path)
    assert (line, headers["From"], body) == ("200 OK", "pages", [b"a page"])


def test_another_method_is_told_which_there_are() -> None:
    line, headers, _ = _call("/api/v1/inbox", "DELETE")
    assert line.startswith("405 ") and headers["Allow"] == "GET, HEAD"


def test_who_brings_no_token_is_refused_with_a_problem_document() -> None:
    line, headers, body = _call("/api/v1/inbox", HTTP_ACCEPT_LANGUAGE="en")
    assert line.startswith("401 ") and headers["Content-Type"] == "application/problem+json"
    assert b"no-identity" in body[0] and headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("gone"), "503"), (RuntimeError("a bug"), "500")]
)
def test_what_breaks_is_told_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: str, db: None
) -> None:
    def breaks(environ: dict[str, Any]) -> None:
        raise error

    monkeypatch.setattr(dispatch, "reply", breaks)
    monkeypatch.setattr(middleware, "_start_with_a_fresh_pool", lambda error: None)
    before = connection.errors_occurred
    try:
        line, headers, body = _call("/api/v1/inbox")
        assert connection.errors_occurred is (status == "503")
    finally:
        connection.errors_occurred = before
    assert line.startswith(status) and headers["Content-Type"] == "application/problem+json"
    assert b"Traceback" not in body[0] and ("Retry-After" in headers) is (status == "503")


@pytest.mark.parametrize(
    ("has_failed", "connected_at", "in_transaction", "is_worn"),
    [
        (False, 1e12, False, False),
        (True, 1e12, False, True),
        (False, -1e12, False, True),
        (True, -1e12, True, False),
    ],
)
def test_a_connection_is_kept_while_it_is_sound_and_young(
    has_failed: bool, connected_at: float, in_transaction: bool, is_worn: bool
) -> None:
    held = SimpleNamespace(errors_occurred=has_failed, close_at=connected_at, in_atomic_block=in_transaction)
    assert middleware.is_worn(held, most_seconds=60) is is_worn
