"""The client of the identity service: signed JSON over HTTPS, five seconds, no retries.

Request: {"appId","requestId","timestamp","nonce","data":{…},"sign"}; ``sign`` is the HMAC-SHA-256 of the
canonical JSON of everything else. Answer: {"code":"0","serialNo","result":"1"|"2","message"}; 1 says yes.
"""

from __future__ import annotations

import hmac
import secrets
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

import msgspec
from django.core.exceptions import ImproperlyConfigured

from onewindow.kernel import canonical
from onewindow.kernel.errors import N_, Away
from onewindow.people.adapters.identity.question import Verdict

_SECONDS = 5
_LARGEST = 64 * 1024


class _Answer(msgspec.Struct):
    code: str
    serialNo: str = ""  # noqa: N815 - the service's own spelling
    result: str = ""
    message: str = ""


class Client:
    """Talks to the service at ``url``; names and numbers are sent, never logged."""

    def __init__(self, url: str, *, app_id: str, secret: str) -> None:
        if not url.startswith("https://"):
            raise ImproperlyConfigured("ONEWINDOW_IDENTITY_URL must begin with https://")
        self._url = url.rstrip("/")
        self._app_id = app_id
        self._secret = secret.encode()

    def verify_person(self, name: str, id_number: str) -> Verdict:
        """Two-factor check of name and number (二要素核验)."""
        return self._ask("/person/verify", {"name": name, "idType": "111", "idNumber": id_number})

    def verify_operator(self, firm: str, uscc: str, name: str, id_number: str) -> Verdict:
        """Check that the firm has named the operator (法人授权经办人核验)."""
        return self._ask(
            "/legal-person/operator", {"orgName": firm, "uscc": uscc, "name": name, "idNumber": id_number}
        )

    def check(self) -> str:
        """Ask for a sign of life."""
        answer = self._post("/ping", {})
        return f"{self._url}: {answer.code}"

    def _ask(self, path: str, data: dict[str, Any]) -> Verdict:
        answer = self._post(path, data)
        if answer.code != "0":
            raise _away()
        return Verdict(answer.result == "1", answer.serialNo[:64], answer.message[:200])

    def _post(self, path: str, data: dict[str, Any]) -> _Answer:
        request = urllib.request.Request(  # noqa: S310 - https only, see __init__
            self._url + path, self._signed(data), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
                return msgspec.json.decode(response.read(_LARGEST), type=_Answer)
        except (OSError, HTTPException, msgspec.DecodeError) as error:
            raise _away() from error

    def _signed(self, data: dict[str, Any]) -> bytes:
        body: dict[str, Any] = {
            "appId": self._app_id,
            "requestId": secrets.token_hex(16),
            "timestamp": int(time.time() * 1000),
            "nonce": secrets.token_hex(8),
            "data": data,
        }
        body["sign"] = hmac.digest(self._secret, canonical.dumps(body), "sha256").hex()
        return canonical.dumps(body)


def _away() -> Away:
    return Away("identity-away", N_("身份核验服务暂时不可用，请稍后再试"), retry_after=30)
