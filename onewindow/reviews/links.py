"""Signed links to rate by: of a case and link (message, window), of a window alone, of a ticket's second rating."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import date, datetime

import msgspec

from onewindow.base import crypto
from onewindow.base.clock import day_of
from onewindow.kernel.errors import N_, NotFound, RuleBroken

_MAC = 9  # bytes: 72 bits, and every guess costs a request


class Link(msgspec.Struct, frozen=True, array_like=True):
    """What a link says. ``case_no`` empty: of the window alone, the visitor gives the case's check.

    ``what``: ``acceptance``, ``completion``, or the number of a ticket whose rater may rate again.
    """

    way: str
    case_no: str
    what: str
    until: date
    window: int | None = None


def make(link: Link) -> str:
    """The token: URL-safe, about 60 characters."""
    body = msgspec.json.encode(link)
    return base64.urlsafe_b64encode(_mac(body) + body).decode().rstrip("=")


def read(token: str, *, now: datetime) -> Link:
    """What a token says; ``NotFound`` when it is none of ours, ``RuleBroken`` when it has run out.

    It is used up by the rating itself: a case is rated once at each link.
    """
    link = _opened(token)
    if link is None:
        raise NotFound("no-such-link", N_("这个评价链接不完整，请重新扫码，或者用办件编号评价。"))
    if day_of(now) > link.until:
        raise RuleBroken("link-ended", N_("这个评价链接已经过期，可以用办件编号和查询码评价。"))
    return link


def _opened(token: str) -> Link | None:
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        mac, body = packed[:_MAC], packed[_MAC:]
        is_ours = hmac.compare_digest(mac, _mac(body))
        return msgspec.json.decode(body, type=Link) if is_ours else None
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return None


def _mac(body: bytes) -> bytes:
    return crypto.search_hash("rate-link", base64.b16encode(body).decode())[:_MAC]
