"""What was changed behind the application shows: lists, counts, originals and their signatures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from onewindow.custody import handovers, originals, proof
from onewindow.custody.models import Bundle, HandOver, Original
from tests.custody.test_handovers import NOW, case, made
from tests.custody.test_originals import back, lend
from tests.world import actor


@pytest.fixture(autouse=True)
def small_city(city: None, tmp_path: Any, settings: Any) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path


@pytest.fixture
def whole() -> tuple[int, int]:
    """A list that was counted with one bundle missing, one that waits half counted; originals in every state."""
    one, two = case(), case()
    key = made(one, two)
    handovers.tick(actor("examiner1"), key, one)
    handovers.take(actor("examiner1"), key, all_there=False, now=NOW)
    waiting = made(case(), three := case())
    handovers.tick(actor("examiner1"), waiting, three)
    handovers.tick(actor("examiner1"), waiting, case())
    gone = made(case())
    handovers.withdraw(actor("clerk1"), gone, now=NOW)
    original = lend(one)
    back(original)
    kept = lend(two, token="another-form")
    originals.keep(actor("clerk1"), kept, "archive", now=NOW)
    return key, original


def test_what_is_whole_is_silent(whole: tuple[int, int]) -> None:
    assert list(proof.findings()) == []


BENT = [
    ("missing made there", lambda key, _: Bundle.objects.filter(hand_over=key).update(state="there")),
    ("a bundle lost", lambda key, _: Bundle.objects.filter(hand_over=key, state="missing").delete()),
    ("another department", lambda key, _: HandOver.objects.filter(pk=key).update(organ_id=999)),
    ("taken back to waiting", lambda key, _: HandOver.objects.filter(pk=key).update(outcome="", taker=None, ended_at=None)),
    ("fewer sheets", lambda _, key: Original.objects.filter(pk=key).update(sheets=1)),
    ("a later day", lambda _, key: Original.objects.filter(pk=key).update(due_on=NOW.date() + timedelta(days=40))),
    ("never given back", lambda _, key: Original.objects.filter(pk=key).update(back_at=None, back_by=None, back_signature=None)),
    ("a reason nobody gave", lambda _, key: Original.objects.filter(pk=key).update(kept_reason="waived")),
]  # fmt: skip


@pytest.mark.parametrize("bend", [bend for _, bend in BENT], ids=[name for name, _ in BENT])
def test_what_was_bent_shows(whole: tuple[int, int], bend: Any) -> None:
    bend(*whole)
    assert [one.code for one in proof.findings()] in (["hand-over-changed"], ["original-changed"])
