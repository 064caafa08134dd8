"""Counters of single items: one raised leaves the others, the whole raised moves them all."""

from __future__ import annotations

import pytest
from django.db import transaction

from onewindow.base import generations


def _keys(*codes: str) -> list[object]:
    return [generations.version_of_item(code) for code in codes]


@pytest.mark.django_db
def test_an_item_moves_alone_and_the_whole_moves_all() -> None:
    before = _keys("one", "two")
    generations._TouchItems(frozenset({"one"}))()
    after = _keys("one", "two")
    assert after[0] != before[0] and after[1] == before[1]
    generations.bump("items")
    assert _keys("two") != [after[1]]


@pytest.mark.django_db
def test_very_many_items_raise_the_whole() -> None:
    (before,) = _keys("not-named")
    generations._TouchItems(frozenset(f"code-{number}" for number in range(2_001)))()
    assert _keys("not-named") != [before]


@pytest.mark.django_db
def test_a_touch_is_seen_by_its_own_transaction_only_until_it_commits() -> None:
    before = _keys("one", "two")
    with pytest.raises(RuntimeError), transaction.atomic():
        generations.touch_items(["one"])
        assert _keys("one") != before[:1] and _keys("two") == before[1:]
        raise RuntimeError
    assert _keys("one", "two") == before
