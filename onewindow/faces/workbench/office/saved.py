"""Saved filters of the inbox: a signed cookie of this browser, bound to the account."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse

from onewindow.ui import cookies

COOKIE = "office-filters"
PATH = "/office"
MOST = 8
KEPT = ("role", "light", "stage", "mine")


def read(request: HttpRequest, account_id: int) -> list[dict[str, str]]:
    """The filters of this account: [{"name", "query"}]; a cookie of somebody else counts as none."""
    try:
        kept = signing.loads(cookies.read(request.COOKIES, COOKIE, path=PATH), salt=_salt(account_id))
    except signing.BadSignature:
        return []
    return [one for one in kept if isinstance(one, dict)][:MOST] if isinstance(kept, list) else []


def added(kept: list[dict[str, str]], *, name: str, query: str) -> list[dict[str, str]]:
    """``kept`` with one more, newest first; the same name replaces; only known filters are kept."""
    name = name.strip()[:20]
    parts = [(key, value) for key, value in parse_qsl(query[:500]) if key in KEPT]
    return [{"name": name, "query": urlencode(parts)}, *(one for one in kept if one["name"] != name)][:MOST]


def write(response: HttpResponse, account_id: int, kept: list[dict[str, str]], *, is_secure: bool) -> None:
    """Put the filters into the browser for a year."""
    value = signing.dumps(kept, salt=_salt(account_id))
    cookies.keep(response, COOKIE, value, is_secure=is_secure, path=PATH, max_age=cookies.A_YEAR)


def _salt(account_id: int) -> str:
    return f"onewindow.office.filters.{account_id}"
