"""Signed links to rate by: of a case and link (message, window), of a window alone, of a ticket's second rating."""

from __future__ import annotations

import base64
import hmac
from datetime import date, datetime

import msgspec

from onewindow.base import crypto
from onewindow.base.clock import day_of
from onewindow.kernel.errors import N_, NotFound, RuleBroken

_MAC = 9  # bytes: 72 bits, and every guess costs a request
# Short, because a message by telephone is paid by its length.
_SHORT = {"acceptance": "a", "completion": "c"}
_LONG = {short: long for long, short in _SHORT.items()}


class Link(msgspec.Struct, frozen=True):
    """What a link says. ``case_no`` empty: of the window alone, the visitor gives the case's check.

    ``what``: ``acceptance``, ``completion``, or the number of a ticket whose rater may rate again.
    """

    way: str
    case_no: str
    what: str
    until: date
    window: int | None = None


def make(link: Link) -> str:
    """The token: URL-safe, about 50 characters."""
    what = _SHORT.get(link.what, link.what)
    fields = (
        link.way,
        link.case_no,
        what,
        f"{link.until:%Y%m%d}",
        "" if link.window is None else link.window,
    )
    body = "~".join(map(str, fields))
    return f"{body}~{_macs(body)[0]}"


def read(token: str, *, now: datetime) -> Link:
    """What a token says; ``NotFound`` when it is none of ours, ``RuleBroken`` when it has run out.

    It is used up by the rating itself: a case is rated once at each link.
    """
    body, _, mac = token.rpartition("~")
    if not token.isascii() or not any(hmac.compare_digest(mac, one) for one in _macs(body)):
        raise NotFound("no-such-link", N_("这个评价链接不完整，请重新扫码，或者用办件编号评价。"))
    way, case_no, what, until, window = body.split("~")
    day = date(int(until[:4]), int(until[4:6]), int(until[6:]))
    link = Link(way, case_no, _LONG.get(what, what), day, int(window) if window else None)
    if day_of(now) > link.until:
        raise RuleBroken("link-ended", N_("这个评价链接已经过期，可以用办件编号和查询码评价。"))
    return link


def _macs(body: str) -> list[str]:
    """Under every key, newest first: printed codes outlive a change."""
    hashes = crypto.search_hashes("rate-link", body)
    return [base64.urlsafe_b64encode(one[:_MAC]).decode() for one in hashes]
