"""The navigation: every section stands in one group, and a reader sees only what opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from onewindow.faces.supervision import sections

Browser = Callable[[str], Client]


def test_every_section_stands_in_one_known_group() -> None:
    groups = sections.grouped(sections.SECTIONS)
    assert [one.name for one in groups] == list(sections.GROUPS)
    assert sorted(one.name for group in groups for one in group.sections) == sorted(
        one.name for one in sections.SECTIONS
    )


@pytest.mark.parametrize("who", ["supervisor1", "head1", "examiner1"])
def test_what_the_navigation_offers_opens(browser: Browser, who: str) -> None:
    client = browser(who)
    page = client.get("/supervision", follow=True)
    for group in page.context["groups"]:
        for section in group.sections:
            answer = client.get(section.url)
            assert answer.status_code == 200, section.url
            marked = f'href="{section.url}" aria-current="page"'
            is_alone = len(group.sections) == 1 or section.name == "wall"
            assert is_alone or marked in answer.content.decode(), section.url
