"""Safe headers on every answer of every route, who calls behind a proxy, and how fast one may call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base import clock, tokens
from onewindow.base.models import Account
from onewindow.faces.api.openapi import OPERATIONS
from onewindow.site import door, fence
from onewindow.ui import session
from tests import world

# The same for everyone: nothing personal stands on them.
PUBLIC = ("/items/", "/kiosk", "/suggest")
WHO = ("", "citizen1", "clerk1", "examiner1", "sysadmin", "secadmin", "auditor", "supervisor1", "catalog1")


@pytest.fixture(scope="module")
def entrance(django_db_setup: None, django_db_blocker: Any) -> Iterator[door.Door]:
    # As Django's own test client does: the connection is the test's.
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    with world.standing(django_db_blocker):
        yield door.Door(get_wsgi_application())
    for signal in ends:
        signal.connect(close_old_connections)


class Got:
    def __init__(self, entrance: door.Door, method: str, path: str, **more: Any) -> None:
        environ = RequestFactory().generic(method, path, **more).environ
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")  # as a web server tells it
        body = entrance(environ, self._start)
        self.body = b"".join(body)

    def _start(self, status: str, headers: Iterable[tuple[str, str]], *_: Any) -> None:
        self.status = int(status[:3])
        self.pairs = list(headers)
        self.headers = {name.lower(): value for name, value in self.pairs}


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Every address of the pages with something in its places."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            path = before + str(one.pattern)
            for kind in ("int", "str", "slug", "path"):
                while f"<{kind}:" in path:
                    head, _, tail = path.partition(f"<{kind}:")
                    path = head + ("1" if kind == "int" else "x") + tail.partition(">")[2]
            yield "/" + path


ROUTES = sorted(set(routes()))


def faults(got: Got) -> list[str]:
    """What an answer lacks; each header stands once."""
    found = [name for name, _ in fence.SAFE if name.lower() not in got.headers]
    names = [name.lower() for name, _ in got.pairs]
    found += [
        f"{name} twice" for name in {"content-security-policy", "x-frame-options"} if names.count(name) > 1
    ]
    # No page but the one that scans (its test is the scanning page's) may ask for the camera.
    if not got.headers.get("permissions-policy", "").startswith("camera=(), "):
        found.append(got.headers.get("permissions-policy", ""))
    policy = got.headers.get("content-security-policy", "")
    if "unsafe-inline" in policy or "unsafe-eval" in policy:
        found.append(policy)
    if "script-src" in policy and "script-src 'self'" not in policy:
        found.append(policy)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("username", WHO)
def test_every_route_answers_safely(entrance: door.Door, username: str) -> None:
    more: dict[str, Any] = {}
    if username:
        account = Account.objects.get(username=username)
        token = tokens.issue(account, purpose="page", now=clock.real_now()).token
        more["HTTP_COOKIE"] = f"{session.COOKIE}={token}"
    assert len(ROUTES) > 150
    for path in [*ROUTES, "/no-such-page", "/%00", "/items/..%2f..%2fetc"]:
        got = Got(entrance, "GET", path, **more)
        assert got.status < 500, (path, got.status)
        assert not faults(got), (path, faults(got))
        if username and got.status == 200 and "text/html" in got.headers["content-type"]:
            kept = got.headers.get("cache-control", "")
            assert "no-store" in kept or path.startswith(PUBLIC), (path, kept)


@pytest.mark.django_db
def test_the_api_answers_safely(entrance: door.Door) -> None:
    for one in OPERATIONS:
        for method in (one.method, "OPTIONS", "TRACE"):
            got = Got(entrance, method, "/api/v1" + one.path)
            assert not faults(got), (method, one.path)
            assert "access-control-allow-origin" not in got.headers
    got = Got(entrance, "GET", "/api/v1/no-such")
    assert got.status == 404 and not faults(got)


def test_bugs_and_https_answer_safely(settings: Any) -> None:
    settings.ONEWINDOW_HTTPS = True

    def pages(environ: Any, start: Any) -> list[bytes]:
        start("500 Internal Server Error", [("Content-Type", "text/html")])
        return [b""]

    got = Got(door.Door(pages), "GET", "/")
    assert not faults(got)
    assert got.headers["strict-transport-security"].startswith("max-age=31536000; includeSubDomains")


def test_what_an_answer_says_itself_stays() -> None:
    def pages(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("X-Frame-Options", "SAMEORIGIN")])
        return [b""]

    assert Got(door.Door(pages), "GET", "/").headers["x-frame-options"] == "SAMEORIGIN"


# ---------------------------------------------------------------- who calls


@pytest.mark.parametrize(
    "trusted, told, address",
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("10.0.0.1",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), "203.0.113.9", "203.0.113.9"),
        (("127.0.0.1",), "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (("127.0.0.1", "203.0.113.9"), "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (("127.0.0.1",), "", "127.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_says_who_calls(
    settings: Any, trusted: tuple[str, ...], told: str, address: str
) -> None:
    settings.ONEWINDOW_PROXIES = frozenset(trusted)
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": told}
    fence.place_caller(environ)
    assert environ["REMOTE_ADDR"] == address


# ---------------------------------------------------------------- how fast


@given(st.lists(st.floats(0, 0.05), min_size=1, max_size=400), st.integers(50, 300))
def test_never_more_than_burst_and_rate(gaps: list[float], rate: int) -> None:
    bucket, at, passed = fence.Bucket(rate), 0.0, 0
    for gap in gaps:
        at += gap
        passed += bucket.wait("one", at) == 0.0
    assert passed <= rate * fence.BURST_SECONDS + at * rate + 1
    assert bucket.wait("another", at) == 0.0


def test_fifty_reads_a_second_pass_and_a_flood_is_told_when_to_come_back(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ONEWINDOW_RATE_READS, settings.ONEWINDOW_RATE_DEEDS = 50, 10
    at = [100.0]
    monkeypatch.setattr(fence, "now", lambda: at[0])

    def pages(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b""]

    entrance = door.Door(pages)
    for _ in range(500):
        at[0] += 0.02
        assert Got(entrance, "GET", "/search").status == 200
    found = [Got(entrance, "GET", "/search") for _ in range(110)]
    assert {one.status for one in found} == {200, 429}
    last = found[-1]
    assert int(last.headers["retry-after"]) >= 1 and not faults(last)
    problem = Got(entrance, "GET", "/api/v1/items", HTTP_ACCEPT_LANGUAGE="en")
    assert problem.status == 429 and json.loads(problem.body)["title"] == "Too fast"
    assert Got(entrance, "GET", "/static/ui/base.css").status == 200
    assert Got(entrance, "GET", "/search", REMOTE_ADDR="192.0.2.9").status == 200
    one_token = [
        Got(entrance, "GET", "/x", REMOTE_ADDR=f"192.0.2.{number}", HTTP_AUTHORIZATION="Bearer a").status
        for number in range(30)
    ]
    assert one_token.count(200) == 10 * fence.BURST_SECONDS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"), [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/", 301)]
)
def test_monitors_ask_the_process_itself_without_tls(settings: Any, path: str, status: int) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path).status_code == status
