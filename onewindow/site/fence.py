"""What every answer carries and every request passes: safe headers, the caller's address, a bound on its speed."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from onewindow.ui import permissions

Environ = dict[str, Any]
Header = tuple[str, str]
Start = Callable[..., Any]

# What is not a page loads nothing and stands in no frame; pages and files bring a policy of their own.
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SAFE: tuple[Header, ...] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", permissions.POLICY),
    ("Content-Security-Policy", _NOTHING),
)
BURST_SECONDS = 2
_MOST = 50_000


def safe_headers() -> tuple[Header, ...]:
    """The headers that no answer goes without; HSTS where https is spoken."""
    if not settings.ONEWINDOW_HTTPS:
        return SAFE
    return (*SAFE, ("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload"))


def armed(start: Start) -> Start:
    """``start_response`` that adds what an answer lacks and leaves what it says itself."""
    safe = safe_headers()

    def begin(status: str, headers: list[Header], *more: Any) -> Any:
        told = {name.lower() for name, _ in headers}
        return start(status, headers + [one for one in safe if one[0].lower() not in told], *more)

    return begin


def place_caller(environ: Environ) -> None:
    """Behind a trusted proxy (``ONEWINDOW_PROXIES``) the caller is who the proxy says, read from the right."""
    trusted = settings.ONEWINDOW_PROXIES
    if not trusted or environ.get("REMOTE_ADDR") not in trusted:
        return
    hops = [one.strip() for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    for hop in reversed(hops):
        environ["REMOTE_ADDR"] = hop[:60]
        if hop not in trusted:
            return


class Bucket:
    """A token bucket a caller: ``rate`` requests a second on average, twice that at once; bounded in size."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._most = float(rate * BURST_SECONDS)
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, caller: str, now: float) -> float:
        """Seconds until this caller may ask again; 0.0 takes one. ``now`` on a clock that never goes back.

        Two threads at once may let one request too many pass; that costs less than a lock.
        """
        left, at = self._left.get(caller, (self._most, now))
        left = min(self._most, left + (now - at) * self.rate)
        if left < 1:
            self._left[caller] = left, now
            return (1 - left) / self.rate
        if len(self._left) >= _MOST:
            self._left.clear()
        self._left[caller] = left - 1, now
        return 0.0


class Gate:
    """Bounds the requests of an address and of a token in this process; a setting of 0 bounds nothing."""

    def __init__(self, *, reads: int, deeds: int) -> None:
        self._addresses = Bucket(reads) if reads else None
        self._tokens = Bucket(deeds) if deeds else None

    def wait(self, environ: Environ, now: float) -> float:
        """Seconds until this request may come again; 0.0 lets it pass."""
        found = self._addresses.wait(environ.get("REMOTE_ADDR", ""), now) if self._addresses else 0.0
        token = environ.get("HTTP_AUTHORIZATION")
        if not found and token and self._tokens:
            found = self._tokens.wait(token, now)
        return found


def gate() -> Gate:
    """The gate of the settings."""
    return Gate(reads=settings.ONEWINDOW_RATE_READS, deeds=settings.ONEWINDOW_RATE_DEEDS)


def refuse(environ: Environ, start: Start, seconds: float) -> list[bytes]:
    """429 with ``Retry-After``: a problem document under /api/, a small page elsewhere."""
    headers = [("Retry-After", str(math.ceil(seconds))), ("Cache-Control", "no-store")]
    if environ["PATH_INFO"].startswith("/api/"):
        english = environ.get("HTTP_ACCEPT_LANGUAGE", "").lower().startswith("en")
        problem: dict[str, object] = {
            "type": "urn:onewindow:problem:too-fast",
            "title": "Too fast" if english else "操作太频繁",
            "status": 429,
            "detail": "Too many requests; please wait a moment."
            if english
            else "请求太频繁，请稍等片刻再试。",
            "errors": [],
        }
        start("429 Too Many Requests", [("Content-Type", "application/problem+json"), *headers])
        return [json.dumps(problem, ensure_ascii=False).encode()]
    start("429 Too Many Requests", [("Content-Type", "text/html; charset=utf-8"), *headers])
    return [_PAGE.encode()]


now = time.monotonic

_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>操作太频繁 · Too fast</title>
<meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body><main><h1>操作太频繁，请稍等片刻再试</h1>
<p lang="en">Too many requests from your address; please wait a moment.</p></main></body></html>
"""
