"""The client of an SMS gateway: one signed JSON request a message, as gateways of carriers take them.

Request ``{"reference", "phone", "sign", "text", "sent_at"}`` with the header ``X-Signature`` (HMAC-SHA-256 of
the body in hex, with the shared key); answer 200 ``{"receipt"}``. ``reference`` tells a repeat.
"""

from __future__ import annotations

import hmac
import http.client
import urllib.error
import urllib.request
from datetime import datetime

import msgspec

from onewindow.notices.adapters.failure import Undelivered

TIMEOUT_SECONDS = 10
_LONGEST_ANSWER = 65_536
_SIGN = "一窗"


class _Answer(msgspec.Struct):
    receipt: str


def send(url: str, key: str, phone: str, *, text: str, reference: str, at: datetime) -> str:
    """The gateway's receipt; raises ``Undelivered`` when it refuses, is away or answers nonsense."""
    body = msgspec.json.encode(
        {"reference": reference, "phone": phone, "sign": _SIGN, "text": text, "sent_at": at.isoformat()}
    )
    signature = hmac.digest(key.encode(), body, "sha256").hex()
    headers = {"Content-Type": "application/json", "X-Signature": signature}
    try:
        asked = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 set by the operator
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return msgspec.json.decode(answer.read(_LONGEST_ANSWER), type=_Answer).receipt
    except urllib.error.HTTPError as error:
        raise Undelivered(f"gateway {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError, msgspec.MsgspecError) as error:
        raise Undelivered(type(error).__name__) from None
