"""What a carrier's events add up to: the same in whatever order and however often they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.parcels.rules import EVENTS, STATES, Kind, add_up

T0 = datetime(2026, 9, 8, 9, tzinfo=UTC)


def at(kinds: str) -> list[tuple[str, datetime]]:
    """Events an hour apart; those joined by + happen at one instant."""
    return [
        (kind, T0 + timedelta(hours=hour))
        for hour, group in enumerate(kinds.split())
        for kind in group.split("+")
    ]


@pytest.mark.parametrize(
    ("kinds", "state", "doubtful"),
    [
        ("accepted", "moving", False),
        ("accepted moving out", "moving", False),
        ("accepted moving out delivered", "delivered", False),
        ("delivered moving", "delivered", False),  # what is told of a later hour does not take it back
        ("moving refused", "refused", False),
        ("moving refused out delivered", "delivered", False),  # taken at the second attempt
        ("moving refused returned", "returned", False),
        ("delivered returned", "delivered", True),
        ("delivered+returned", "delivered", True),
        ("stored", "ready", False),
        ("stored expired", "expired", False),
        ("stored expired delivered", "delivered", False),
        ("stored+accepted", "ready", False),
    ],
)
def test_sums(kinds: str, state: str, doubtful: bool) -> None:
    found = add_up(at(kinds))
    assert found is not None and (found.state, found.is_doubtful) == (state, doubtful)
    assert (found.delivered_at is not None) == ("delivered" in kinds)


_EVENTS = st.lists(st.tuples(st.sampled_from(get_args(Kind)), st.integers(0, 6)), min_size=1, max_size=12)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_order_and_repeats_do_not_matter(events: list[tuple[str, int]], random: object) -> None:
    told = [(kind, T0 + timedelta(hours=hour)) for kind, hour in events]
    mixed = [*told, *told[:3]]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert add_up(mixed) == add_up(told)


@given(_EVENTS)
def test_what_is_delivered_first_stays_delivered(events: list[tuple[str, int]]) -> None:
    """Step by step: a delivery that was told is only undone by an end of an earlier hour."""
    told: list[tuple[str, datetime]] = [("delivered", T0 - timedelta(hours=1))]
    for kind, hour in events:
        told.append((kind, T0 + timedelta(hours=hour)))
        found = add_up(told)
        assert found is not None and found.state == "delivered" and found.delivered_at == told[0][1]


def test_nothing_adds_up_to_nothing_and_every_word_is_there() -> None:
    assert add_up([]) is None
    assert set(EVENTS) == set(get_args(Kind))
    assert {found.state for kind in EVENTS if (found := add_up([(kind, T0)]))} <= set(STATES)
