"""Pages that are the same for everyone stay warm: whole answers in process, one look-up each.

The key holds all that such a page may differ by: address, language, theme, elder mode, whether somebody is
signed in, and the generation of the item. Nothing personal may stand on a page that is kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from onewindow.base import generations
from onewindow.ui import cookies, language, session

PREFIX = "/items/"
MOST_BYTES = 16 * 1024 * 1024  # a worker has 120 MB in all
_KEEP = "is_same_for_everyone"

Kept = tuple[bytes, list[tuple[str, str]]]


def keep(response: HttpResponse) -> HttpResponse:
    """Mark an answer of a view as one that may be kept."""
    setattr(response, _KEEP, True)
    return response


class Store:
    """The kept pages, each good for one generation of its item, the oldest dropped first, bounded in bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[Hashable, tuple[Hashable, Kept]] = OrderedDict()
        self._most = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, generation: Hashable) -> Kept | None:
        """The kept page, None when there is none or its item has changed since."""
        found = self._pages.get(key)
        return found[1] if found is not None and found[0] == generation else None

    def put(self, key: Hashable, generation: Hashable, page: Kept) -> None:
        """Keep a page in place of the one of an earlier generation."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += len(page[0]) - (len(before[1][0]) if before is not None else 0)
            self._pages[key] = (generation, page)
            while self._bytes > self._most and len(self._pages) > 1:
                _, (_generation, (body, _headers)) = self._pages.popitem(last=False)
                self._bytes -= len(body)


_store = Store()


class WarmPages:
    """Stands before the other links of the chain, so that a warm page costs none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_warm(request):
            return self.get_response(request)
        key, generation = _key(request), generations.version_of_item(_task_code(request))
        kept = _store.get(key, generation)
        if kept is not None:
            return _answer(kept)
        response = self.get_response(request)
        if _may_be_kept(response, key):
            headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
            _store.put(key, generation, (response.content, headers))
        return response


def _may_be_kept(response: HttpResponse, key: tuple[Hashable, ...]) -> bool:
    """Only what the view marked, and only in the language of the key: one answer must never poison another."""
    language_of_page = response.headers.get("Content-Language", key[1])
    is_good = response.status_code == 200 and not response.cookies
    return is_good and getattr(response, _KEEP, False) and language_of_page == key[1]


def _may_be_warm(request: HttpRequest) -> bool:
    return (
        request.path_info.startswith(PREFIX)
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
    )


def _task_code(request: HttpRequest) -> str:
    """The item that the page is about, by the first part of its address."""
    return request.path_info[len(PREFIX) :].partition("/")[0]


def _key(request: HttpRequest) -> tuple[Hashable, ...]:
    meta = request.META
    accepted = meta.get("HTTP_ACCEPT_LANGUAGE", "")
    if "HTTP_COOKIE" not in meta:
        return request.path_info, language.accepted_language(accepted), "", False, False, _is_secure(meta)
    sent = request.COOKIES
    theme = cookies.read(sent, "theme")
    return (
        request.path_info,
        language.language_of(sent, accepted),
        theme if theme in language.THEMES else "",
        cookies.read(sent, "elder") == "1",
        bool(session.token_of(request)),
        _is_secure(meta),
    )


def _is_secure(meta: dict[str, str]) -> bool:
    """False for plain http where https is required: that request is redirected by the chain."""
    return not settings.ONEWINDOW_HTTPS or meta.get("HTTP_X_FORWARDED_PROTO") == "https"


def _answer(kept: Kept) -> HttpResponse:
    body, headers = kept
    response = HttpResponse(body)
    for name, value in headers:
        response.headers[name] = value
    return response
