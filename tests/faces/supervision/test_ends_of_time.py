"""Days at the ends of the calendar, from which nobody can count on, are days that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

NAMES = ("from", "to", "day", "month", "year", "period", "since", "until")


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, address)
        elif "<" not in address:
            yield "/" + address


WATCHED = ("/supervision", "/console", "/decisions", "/figures", "/hearings", "/editor", "/rate")
PAGES = [one for one in _addresses(get_resolver().url_patterns) if one.startswith(WATCHED)]


@pytest.mark.parametrize("who", ["supervisor1", "auditor", "catalog1"])
@pytest.mark.parametrize("ends", ["9999-12-31 9999-12 9999", "0001-01-01 0001-01 0001"])
def test_no_page_falls_over_them(browser: Callable[[str], Client], who: str, ends: str) -> None:
    client = browser(who)
    seen = 0
    for end in ends.split():
        told = urlencode(dict.fromkeys(NAMES, end))
        for page in PAGES:
            answer = client.get(f"{page}?{told}")
            assert answer.status_code < 500, (page, end)
            seen += answer.status_code == 200
    assert seen > 10  # most are opened, not refused at the door
