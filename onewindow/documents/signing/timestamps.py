"""Time stamps of an outside authority (RFC 3161) over HTTP; where none is set, papers carry none."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from functools import cached_property
from typing import Any

from django.conf import settings

TIMEOUT_SECONDS = 5
_LONGEST_ANSWER = 1 << 20
_PAUSE_SECONDS = 60.0
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class Unstamped(OSError):
    """The authority is away or answered nonsense."""


class Client:
    """Asks the authority at ``url``; ``stamper`` is how the signing library takes it."""

    def __init__(self, url: str, *, authorization: str = "") -> None:
        self._url = url
        self._authorization = authorization
        self._quiet_until = 0.0

    def is_quiet(self) -> bool:
        """True for a minute after a failure: nobody waits anew for each paper while the authority is away."""
        return time.monotonic() < self._quiet_until

    def ask(self, query: bytes) -> bytes:
        """The reply (DER) to a query (DER); raises ``Unstamped``."""
        try:
            return self._ask(query)
        except (OSError, ValueError, http.client.HTTPException, urllib.error.URLError) as error:
            self._quiet_until = time.monotonic() + _PAUSE_SECONDS
            raise Unstamped(type(error).__name__) from None

    def _ask(self, query: bytes) -> bytes:
        headers = {"Content-Type": _QUERY, "Accept": _REPLY}
        if self._authorization:
            headers["Authorization"] = self._authorization
        request = urllib.request.Request(self._url, data=query, headers=headers)  # noqa: S310 set by the operator
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            if answer.headers.get_content_type() != _REPLY:
                raise ValueError("not a time stamp")
            return bytes(answer.read(_LONGEST_ANSWER))

    @cached_property
    def stamper(self) -> Any:
        """The library's view of this authority; it remembers how large a stamp is."""
        from asn1crypto import tsp
        from pyhanko.sign.timestamps import TimeStamper

        ask = self.ask

        class Stamper(TimeStamper):  # type: ignore[misc]
            async def async_request_tsa_response(self, req: Any) -> Any:
                return tsp.TimeStampResp.load(ask(req.dump()))

        return Stamper()


_clients: dict[tuple[str, str], Client] = {}


def is_wanted() -> bool:
    """Whether the settings name an authority."""
    return bool(settings.ONEWINDOW_TSA_URL)


def client() -> Client | None:
    """The authority that the settings name, one client a process; None where papers are not stamped."""
    if not is_wanted():
        return None
    key = (settings.ONEWINDOW_TSA_URL, settings.ONEWINDOW_TSA_AUTHORIZATION)
    if key not in _clients:
        _clients[key] = Client(key[0], authorization=key[1])
    return _clients[key]
